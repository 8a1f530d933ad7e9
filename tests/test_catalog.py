"""sources.toml and events.toml: read whole or refused with file, entry and remedy; rhythms against what really came."""

from __future__ import annotations

import re
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from etl.catalog import load_events, load_sources
from etl.errors import InputError
from etl.rhythm import Rhythm, WeeklyIssues, expected_days
from etl.sources.archive import read_archive
from tests.small_seeds import EVENTS, SOURCES

PROJECT = Path(__file__).resolve().parents[1]
INDEX = PROJECT.parent / "shared" / "feeds" / "the-batch" / "index-371-items.xml"


def test_sources_are_read_in_order(small_seeds: Path):
    sources = load_sources(small_seeds)
    assert list(sources) == ["weekly", "digest"]
    assert (sources["digest"].sampled, sources["digest"].rhythm.unit, sources["weekly"].enabled) == (
        "random 2 a month",
        "month",
        True,
    )
    assert [span.reason for span in sources["weekly"].coverage] == [None, "no issues in this archive"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('rhythm = "issue"', 'rhythm = "weekly"', r"`rhythm` is 'weekly'; use one of day, irregular, issue, month"),
        ('name = "The Weekly"\n', "", r"`name` is missing; add name"),
        ('name = "The Weekly"', "name = 3", r"`name` is 3; give a text"),
        ("exists_from = 2024-01-03", 'exists_from = "2024-01-03"', r"`exists_from` is '2024-01-03'; give a date"),
        ("exists_from = 2024-01-03", "exists_from = 2024-01-03T10:00:00", r"`exists_from` is .*; give a date"),
        ('kind = "newsletter"', 'kind = "newsletter"\nrythm = 1', r"unknown key `rythm`; correct its spelling"),
        ("[weekly]", "[Weekly]", r"the id is malformed; use lower-case"),
        ('weekday = "wednesday"', 'weekday = "wodensday"', r"`weekday` is 'wodensday'; use one of friday"),
        ('issues = [{ weekday = "wednesday", from = 2024-01-03 }]', "", r"`issues` and `rhythm` disagree"),
        (
            'kind = "newsletter"',
            'kind = "newsletter"\ndisplay = "title"',
            r"`display` is 'title'; use one of excerpt, full, headline",
        ),
        ("pauses = [2024-01-24]", 'pauses = ["x"]', r"`pauses` holds something else than dates"),
        ("to = 2024-03-31 }", "to = 2024-04-01 }", r"coverage 2: the span begins before the one before it ended"),
        ("to = 2024-03-31 }", "to = 2024-01-02 }", r"coverage 1: the span ends before it begins"),
        (", to = 2024-03-31 }", " }", r"coverage 2: the span begins before the one before it ended"),
        ('issue_from = "url"', 'issue_from = "title"', r"archive: `issue_from` is 'title'; use one of id, url"),
        ("moved = [{ from", "moved = [1, { from", r"moved 1: that is not a table"),
    ],
)
def test_wrong_source_entry_is_refused_by_name(small_seeds: Path, old: str, new: str, problem: str):
    assert old in SOURCES
    (small_seeds / "sources.toml").write_text(SOURCES.replace(old, new, 1))
    with pytest.raises(InputError, match=rf"sources\.toml:[Ww]eekly.*{problem}"):
        load_sources(small_seeds)


@pytest.mark.parametrize(
    "text", ["[weekly", "weekly = 1", "", None], ids=["no TOML", "no table", "no source", "no file"]
)
def test_wrong_sources_file_is_refused(small_seeds: Path, text: str | None):
    path = small_seeds / "sources.toml"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(InputError, match=r"sources\.toml"):
        load_sources(small_seeds)


def test_wrong_event_is_refused_by_name(small_seeds: Path):
    (small_seeds / "events.toml").write_text(EVENTS.replace("2024-01-15", "true"))
    with pytest.raises(InputError, match=r"events\.toml:launch: `day` is True; give a date"):
        load_events(small_seeds)


# Rhythm


def test_weekly_issues_start_on_their_weekday_and_end_with_their_span():
    fridays = WeeklyIssues(weekday=4, from_day=date(2024, 1, 1), to_day=date(2024, 1, 19))
    rhythm = Rhythm("issue", None, (fridays,), pauses=frozenset({date(2024, 1, 12)}))
    assert expected_days(rhythm, until=date(2030, 1, 1)) == [date(2024, 1, 5), date(2024, 1, 19)]


def test_issue_moved_onto_another_day_is_expected_once():
    weekly = WeeklyIssues(weekday=0, from_day=date(2024, 1, 1), to_day=None)
    rhythm = Rhythm("issue", None, (weekly,), moved={date(2024, 1, 8): date(2024, 1, 15)})
    assert expected_days(rhythm, until=date(2024, 1, 20)) == [date(2024, 1, 1), date(2024, 1, 15)]


def test_daily_source_is_expected_every_day_but_its_pauses():
    rhythm = Rhythm("day", date(2024, 2, 28), pauses=frozenset({date(2024, 2, 29)}))
    assert expected_days(rhythm, until=date(2024, 3, 1)) == [date(2024, 2, 28), date(2024, 3, 1)]


def test_month_is_named_by_its_first_day_also_across_years():
    rhythm = Rhythm("month", date(2024, 11, 20))
    assert expected_days(rhythm, until=date(2025, 1, 1)) == [date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1)]


def test_source_that_holds_nothing_is_not_expected():
    assert expected_days(Rhythm("month", None), until=date(2030, 1, 1)) == []


# The seeds that ship


@pytest.fixture(scope="module")
def the_batch():
    return load_sources(PROJECT / "seeds")["the-batch"]


def test_every_issue_held_came_on_a_day_that_the_rhythm_expects(the_batch):
    came = {document.day for document in read_archive(PROJECT / "seeds", the_batch)}
    assert came - set(expected_days(the_batch.rhythm, until=max(came))) == set()


def test_every_issue_that_is_missing_lies_in_a_declared_hole_or_is_known(the_batch):
    came = {document.day for document in read_archive(PROJECT / "seeds", the_batch)}
    holes = [(span.from_day, span.to_day) for span in the_batch.coverage if span.reason and span.to_day]
    missing = set(expected_days(the_batch.rhythm, until=max(came))) - came
    outside = {day for day in missing if not any(first <= day <= last for first, last in holes)}
    # 6 May 2020 is the issue in seeds/newsletters; 29 October 2025 is the one issue that the archive lacks.
    assert outside == {date(2020, 5, 6), date(2025, 10, 29)}


def test_spans_touch_and_their_edges_hold_issues(the_batch):
    came = {document.day for document in read_archive(PROJECT / "seeds", the_batch)}
    for before, after in zip(the_batch.coverage, the_batch.coverage[1:], strict=False):
        assert before.to_day is not None
        assert after.from_day == before.to_day + timedelta(days=1)
    for span in the_batch.coverage:
        if span.reason is None:
            assert {span.from_day, span.to_day} <= came
        else:
            assert not any(span.from_day <= day and (span.to_day is None or day <= span.to_day) for day in came)


@pytest.mark.shared
@pytest.mark.skipif(not INDEX.is_file(), reason=f"the publisher's index is not beside the project ({INDEX.name})")
def test_rhythm_is_exactly_the_publishers(the_batch):
    stamps = re.findall(r"<pubDate>(.*?)</pubDate>", INDEX.read_text(encoding="utf-8"))
    published = {parsedate_to_datetime(stamp).date() for stamp in stamps}
    assert set(expected_days(the_batch.rhythm, until=max(published))) == published


def test_a_declared_hole_before_the_first_story_is_due_all_the_same():
    """A newsletter whose archive begins in February has sent two of its first quarter's three months here (STATISTICS 12)."""
    source = load_sources(Path(__file__).resolve().parents[1] / "seeds")["tldr-ai"]
    days = expected_days(source.rhythm, until=date(2025, 3, 31))
    assert date(2025, 1, 1) in days
    assert min(days) == date(2022, 1, 1)
