"""Issues that a person brings, and issues that are held taken again in whole: each story is there once, under its id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace as changed
from pathlib import Path

import duckdb
import pytest

from etl.counterparts import counterparts
from etl.errors import InputError
from etl.fetch.line import Line
from etl.import_issues import chosen_for
from etl.intake import Chosen
from etl.model import StoryText, Tags
from etl.publish import current_snapshot
from etl.run import Mode, run
from etl.run_log import RunReport
from etl.settings import Settings, load_settings
from tests.conftest import SHIPPED_CLOCK, RunSmall
from tests.live import Canned

FEEDS = Path(__file__).resolve().parents[2] / "shared" / "feeds" / "the-batch"
ADDRESS = "https://charonhub.deeplearning.ai/tag/the-batch/rss/"
ISSUE = """Acme Sings

What's new: Acme taught a chatbot to sing in forty voices. It took the choir of Lyon nine weeks to record them, and the company
paid 2 million euros for the right to use them. Listeners could tell it from people in three of ten songs.

Why it matters: Singers asked for a share of what the machine earns.

A Camera for Whales

What's new: A camera on a drone counted 412 whales off Iceland. Biologists checked the count by hand and found it right to two
animals.

Why it matters: Counting from ships is slow.
"""


class Blank:
    """A tagger that finds nothing: what is tested here is identity."""

    def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
        return (Tags(story.id, (), (), (), (), "blank") for story in stories)


# From files


@pytest.fixture
def issue_file(tmp_path: Path) -> Path:
    path = tmp_path / "2024-01-17 issue-3.txt"
    path.write_text(ISSUE, encoding="utf-8")
    return path


def imported(run_small: RunSmall, settings: Settings, *files: Path, **options: object) -> RunReport:
    values = {"source_id": "weekly", "published": None, "replace": ()} | options
    return run_small(mode=Mode(chosen=chosen_for(settings, files, **values)))


@pytest.fixture
def rules(published_snapshot: Settings) -> Settings:
    """The small seeds with the rules by which issues are split."""
    shipped = load_settings({}).seeds / "newsletter_rules.toml"
    (published_snapshot.seeds / "newsletter_rules.toml").write_bytes(shipped.read_bytes())
    return published_snapshot


def test_issue_from_a_file_is_taken_under_its_name_and_day(run_small, rules, issue_file, snapshot_rows):
    done = imported(run_small, rules, issue_file)
    assert done.dispositions["piece"]["new"] == 2
    rows = snapshot_rows("SELECT document_id, day::VARCHAR, date_from, url FROM story WHERE title = 'Acme Sings'")
    assert rows == [("weekly/issue-3", "2024-01-17", "manifest", "https://weekly.example/issue-3/")]
    assert imported(run_small, rules, issue_file).published is False


def test_issue_that_is_held_is_not_taken_again(run_small, rules, issue_file):
    held = issue_file.rename(issue_file.with_name("2024-01-03 issue-1.txt"))
    assert imported(run_small, rules, held).dispositions["document"]["unchanged:held"] == 1


def test_replaced_issue_keeps_the_ids_of_its_stories_and_drops_what_it_does_not_tell(
    run_small, rules, issue_file, snapshot_rows
):
    before = dict(snapshot_rows("SELECT title, story_id FROM story WHERE document_id = 'weekly/issue-1'"))
    whole = issue_file.with_name("2024-01-03 issue-1.txt")
    whole.write_text(ISSUE.replace("taught a chatbot to sing", "taught chatbots to learn to sing from Acme in French"))
    done = imported(run_small, rules, whole, replace=["issue-1"])
    after = dict(snapshot_rows("SELECT title, story_id FROM story WHERE document_id = 'weekly/issue-1'"))
    assert done.dispositions["document"]["split"] == 1
    assert after["Acme Sings"] == before["Chatbots learn to sing"]
    assert after.keys() == {"Acme Sings", "A Camera for Whales"}
    assert {(story.before, story.after) for story in done.replaced} == {
        ("Chatbots learn to sing", "Acme Sings"),
        ("Acme opens a lab in Lyon", None),
    }
    assert imported(run_small, rules, whole, replace=["issue-1"]).published is False
    assert run_small().published is False


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"source_id": "nowhere"}, "no such source"),
        ({"published": "yesterday"}, "no day"),
        ({"files": [], "replace": ["issue-1"]}, "not fetched"),
        ({"files": []}, "nothing to import"),
        ({"files": ["undated.txt"]}, "when it was published is not known"),
        ({"files": ["2024-01-17 issue.pdf"]}, "ending"),
        ({"files": ["2024-01-17 missing.txt"]}, "can't be read"),
        ({"files": ["2024-01-17 latin.txt"]}, "no UTF-8"),
        ({"files": ["2024-01-17 empty.txt"]}, "no story"),
    ],
)
def test_what_can_not_be_imported_is_named(rules, issue_file: Path, options, problem):
    (issue_file.parent / "2024-01-17 latin.txt").write_bytes(b"caf\xe9 with a robot")
    (issue_file.parent / "2024-01-17 empty.txt").write_text("")
    (issue_file.parent / "undated.txt").write_text(ISSUE)
    names = options.pop("files", [issue_file.name])
    values = {"source_id": "weekly", "published": None, "replace": ()} | options
    with pytest.raises(InputError, match=problem):
        chosen_for(rules, [issue_file.parent / name for name in names], **values)


# Counterparts


def test_each_text_has_one_counterpart_and_unlike_ones_have_none():
    held = {"a": "Acme pays 2 million euros to the choir of Lyon", "b": "Drones count 412 whales off Iceland"}
    told = [
        "A long story on whales: 412 of them off Iceland, which drones count.",
        "The choir of Lyon gets euros, 2 million, from Acme.",
    ]
    assert counterparts([*told, "Something else entirely happened in Oslo"], held) == ["b", "a", None]
    assert counterparts([], held) == []
    assert counterparts(told, {}) == [None, None]


# The real feed over the archive that ships


@pytest.fixture
def with_feed(tmp_path: Path) -> Settings:
    """The seeds that ship, with The Batch's feed turned on, after a first run over the archive."""
    if not FEEDS.is_dir():
        pytest.skip("needs the recorded feed of The Batch beside the project (shared/feeds/the-batch)")
    settings = changed(load_settings({}), data=tmp_path / "data", desk=tmp_path / "data" / "desk", keep_snapshots=5)
    settings.desk.mkdir(parents=True)
    (settings.desk / "sources.toml").write_text("[the-batch]\nfetch = true\n")
    take(settings, Chosen(only=frozenset(["tldr-ai"])))
    take(settings, answer=b"")
    return settings


def take(settings: Settings, chosen: Chosen | None = None, *, answer: bytes | None = None) -> RunReport:
    feed = (FEEDS / "issues-347-363.xml").read_bytes() if answer is None else answer
    line = Line(Canned({ADDRESS: feed}, at=SHIPPED_CLOCK))
    mode = Mode(chosen=chosen or Chosen(), line=line)
    return run(settings, clock=SHIPPED_CLOCK, mode=mode, build=lambda _: Blank(), version=lambda _: "blank")


def held(settings: Settings, sql: str) -> list[tuple]:
    with duckdb.connect(str(current_snapshot(settings)), read_only=True) as con:
        return con.execute(sql).fetchall()


@pytest.mark.shared
def test_feed_over_the_archive_counts_as_the_archive_and_replaces_it_on_demand(with_feed: Settings):
    before = held(with_feed, "SELECT story_id, external_id, text_kind, document_id FROM story ORDER BY ALL")
    done = take(with_feed)  # published, for what the feed's issues hold beside stories is rejected for the first time
    assert done.dispositions["document"]["unchanged:held"] == 15
    assert take(with_feed).published is False
    assert held(with_feed, "SELECT story_id, external_id, text_kind, document_id FROM story ORDER BY ALL") == before
    issues = [f"the-batch/issue-{number}" for number in range(347, 364)]
    whole = take(with_feed, Chosen(replace=frozenset(issues)))
    after = held(with_feed, "SELECT story_id, external_id, text_kind, document_id FROM story ORDER BY ALL")
    touched = {row[3] for row in after if row[2] == "full" and row[1] is not None}
    assert len(touched) == 15
    assert {row[0] for row in before if row[3] not in touched} == {row[0] for row in after if row[3] not in touched}
    fates = Counter(story.after is not None for story in whole.replaced)
    assert (fates[True], fates[False]) == (60, 0)
    assert len({row[0] for row in after}) == len(after)
    assert take(with_feed).published is False
