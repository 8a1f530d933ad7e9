"""Live sources in sources.toml, what the desk folder's file says over them, and where their data begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from etl.catalog import Source, Span, listed, load_sources, overlaid
from etl.catalog_entry import FIRST_PAGE, KINDS, is_address
from etl.errors import InputError
from etl.held_spans import first_expected, spans_held
from etl.reference import coverage_rows, expected_rows, reference_digest
from etl.rhythm import Rhythm, expected_days
from etl.sources.connectors import CONNECTORS
from etl.toml_entries import read_tables

SHIPPED = Path(__file__).resolve().parents[1] / "seeds"
BLOG = """
[blog]
name = "A Blog"
kind = "feed"
home = "https://blog.example/"
address = "https://blog.example/feed"
country = "IN"
"""


@pytest.fixture
def live_seeds(small_seeds: Path) -> Path:
    """The small seeds with a blog beside their two newsletters, not fetched."""
    path = small_seeds / "sources.toml"
    path.write_text(path.read_text(encoding="utf-8") + BLOG, encoding="utf-8")
    return small_seeds


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder


def write(folder: Path, text: str) -> Path:
    (folder / "sources.toml").write_text(text, encoding="utf-8")
    return folder


# An entry


def test_live_source_needs_no_rhythm_and_no_first_day(live_seeds: Path):
    blog = load_sources(live_seeds)["blog"]
    assert (blog.rhythm.unit, blog.exists_from, blog.coverage, blog.language) == ("irregular", FIRST_PAGE, (), "en")
    assert (blog.fetchable, blog.active, blog.live, blog.scope, blog.display) == (True, False, False, "ai", "excerpt")


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('kind = "blog"', r"`kind` is 'blog'; use one of arxiv, feed, files, gdelt, hackernews, newsletter"),
        ('kind = "feed"\naddress = "ftp://x.example/feed"', r"`address` is 'ftp://.*'; give an address with https://"),
        ('kind = "feed"\naddress = "https:///feed"', r"`address` is"),
        ('kind = "feed"\naddress = "https://x.example:port/"', r"`address` is"),
        ('kind = "feed"\naddress = "https://x.example/a b"', r"`address` is"),
        (
            'kind = "feed"\nfetch = true',
            r"`address` is missing; give the address of the feed or interface, or fetch = false",
        ),
        ('kind = "newsletter"\nfetch = true', r"`address` is missing; give the address of the feed"),
        ('kind = "feed"\nfetch = "yes"', r"`fetch` is 'yes'; give true or false"),
        ('kind = "hackernews"', r"`query` is missing; a source of kind hackernews needs one"),
        ('kind = "gdelt"\nquery = ""', r"`query` is missing; a source of kind gdelt needs one"),
        ('kind = "arxiv"\nquery = "cs.AI"\nfetch = true', r"`address` is missing; give the address of the feed or"),
        ('kind = "arxiv"', r"`query` is missing; a source of kind arxiv needs one"),
        ('kind = "files"', r"`path` is missing; a source of kind files needs one"),
        ('kind = "feed"\npath = "x"', r"`path` and `columns` go with files only"),
        ('kind = "feed"\ncolumns = { title = "a" }', r"`path` and `columns` go with files only"),
        ('kind = "files"\npath = "x"\ncolumns = { title = 1 }', r"`columns` holds something else than names"),
        ('kind = "files"\npath = 3', r"`path` is 3; give a text"),
        ('kind = "feed"\nscope = "all"', r"`scope` is 'all'; use one of ai, general"),
        ('kind = "feed"\nscope = "general"', r"`must_match` is missing; list words"),
        ('kind = "feed"\nscope = "general"\nmust_match = []', r"`must_match` is missing; list words"),
        ('kind = "feed"\nscope = "general"\nmust_match = ["AI", ""]', r"`must_match` holds something else than words"),
        ('kind = "feed"\nmust_match = ["AI"]', r"`must_match` has no effect; add scope"),
        ('kind = "feed"\ncountry = "uk"', r"`country` is 'uk'; give the two capital letters"),
        ('kind = "feed"\ncountry = "GBR"', r"`country` is 'GBR'"),
        ('kind = "feed"\nlanguage = "en-US"', r"`language` is 'en-US'; give a code of ISO 639"),
        ('kind = "feed"\nallow_private = 1', r"`allow_private` is 1; give true or false"),
        ('kind = "feed"\nrhythm = "issue"', r"`issues` and `rhythm` disagree"),
        ('kind = "feed"\narchive = { file = "a.jsonl", issue_from = "id" }', r"`exists_from` is missing"),
        (
            'kind = "feed"\narchive = { file = "a.jsonl", issue_from = "id" }\nexists_from = 2020-01-01',
            r"`rhythm` is missing",
        ),
    ],
)
def test_wrong_live_entry_is_refused_by_name(small_seeds: Path, desk: Path, lines: str, problem: str):
    entry = f'[other]\nname = "Other"\nhome = "https://other.example/"\n{lines}\n'
    with pytest.raises(InputError, match=rf"desk/sources\.toml:other: {problem}"):
        load_sources(small_seeds, write(desk, entry))


@pytest.mark.parametrize(
    "lines",
    ['kind = "arxiv"\nquery = "cs.AI"\naddress = "https://api.example/query"', 'kind = "files"\npath = "issues"'],
)
def test_interfaces_and_folders_can_be_live(small_seeds: Path, desk: Path, lines: str):
    entry = f'[other]\nname = "Other"\nhome = "https://other.example/"\nfetch = true\n{lines}\n'
    assert load_sources(small_seeds, write(desk, entry))["other"].live


def test_address_with_a_host_and_a_port_can_be_asked():
    assert is_address("http://127.0.0.1:8000/feed")
    assert not is_address("https://[::1/feed")
    assert not is_address("feed.xml")


# The desk folder over the seeds


def test_without_a_file_in_the_desk_folder_the_seeds_stand(live_seeds: Path, desk: Path):
    assert load_sources(live_seeds, desk) == load_sources(live_seeds)
    assert load_sources(live_seeds, write(desk, "# nothing yet\n")) == load_sources(live_seeds)


def test_keys_of_the_desk_replace_those_of_an_entry_that_ships(live_seeds: Path, desk: Path):
    sources = load_sources(live_seeds, write(desk, "[blog]\nfetch = true\n"))
    assert sources["blog"] == replace(load_sources(live_seeds)["blog"], fetch=True)
    assert list(sources) == ["weekly", "digest", "blog"]


def test_an_entry_of_the_desk_alone_is_whole_and_comes_last(live_seeds: Path, desk: Path):
    sources = load_sources(live_seeds, write(desk, BLOG.replace("[blog]", "[mine]")))
    assert list(sources) == ["weekly", "digest", "blog", "mine"]
    with pytest.raises(InputError, match=r"desk/sources\.toml:mine: `name` is missing"):
        load_sources(live_seeds, write(desk, "[mine]\nfetch = true\n"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[blog]\nfetch = 1\n", r"blog: `fetch` is 1"),
        ("[blog]\nfecth = true\n", r"blog: unknown key `fecth`"),
        ("blog = 1\n", r"blog: the entry is not a table"),
        ("[blog\n", r" no valid TOML"),
    ],
)
def test_what_is_wrong_in_the_desk_is_said_of_the_desks_file(live_seeds: Path, desk: Path, text: str, problem: str):
    with pytest.raises(InputError, match=rf"desk/sources\.toml:{problem}"):
        load_sources(live_seeds, write(desk, text))


def test_what_is_wrong_in_the_seeds_is_said_of_the_seeds_file(live_seeds: Path, desk: Path):
    path = live_seeds / "sources.toml"
    path.write_text(path.read_text().replace('country = "IN"', 'country = "India"'))
    with pytest.raises(InputError, match=r"seeds/sources\.toml:blog: `country` is 'India'"):
        load_sources(live_seeds, write(desk, "[blog]\nfetch = true\n"))


def test_relative_path_is_meant_from_the_folder_of_the_file_that_gives_it(small_seeds: Path, desk: Path):
    issues = '[issues]\nname = "Issues"\nkind = "files"\nhome = "https://i.example/"\npath = "issues"\n'
    path = small_seeds / "sources.toml"
    path.write_text(path.read_text() + issues)
    assert load_sources(small_seeds, write(desk, "[issues]\nfetch = true\n"))["issues"].path == str(
        small_seeds / "issues"
    )
    assert load_sources(small_seeds, write(desk, '[issues]\npath = "mine"\n'))["issues"].path == str(desk / "mine")
    assert load_sources(small_seeds, write(desk, '[issues]\npath = "/srv/x"\n'))["issues"].path == "/srv/x"


def test_tables_may_be_laid_over_before_they_are_written(live_seeds: Path, desk: Path):
    found = overlaid(live_seeds, {"blog": {"fetch": True}}, file=desk / "sources.toml")
    assert found["blog"].fetch
    assert not (desk / "sources.toml").exists()


def test_only_sources_that_are_active_or_held_are_listed(live_seeds: Path, desk: Path):
    assert list(listed(load_sources(live_seeds), ())) == ["weekly", "digest"]
    assert list(listed(load_sources(live_seeds), {"blog"})) == ["weekly", "digest", "blog"]
    assert "blog" in listed(load_sources(live_seeds, write(desk, "[blog]\nfetch = true\n")), ())
    off = load_sources(live_seeds, write(desk, "[weekly]\nenabled = false\n"))
    assert list(listed(off, ())) == ["digest"]


def test_what_the_desk_says_of_sources_changes_the_digest(live_seeds: Path, desk: Path):
    today = date(2026, 1, 1)
    before = reference_digest(live_seeds, today=today, desk=desk)
    assert before == reference_digest(live_seeds, today=today)
    assert reference_digest(live_seeds, today=today, desk=write(desk, "[blog]\nfetch = true\n")) != before


# Where the data of a source begins (rules 12 and 13)


@pytest.fixture
def blog(live_seeds: Path) -> Source:
    """A live blog of which nothing is declared."""
    return replace(load_sources(live_seeds)["blog"], fetch=True)


DAYS = (date(2026, 3, 14), date(2026, 3, 20))
BEFORE = Span(FIRST_PAGE, date(2026, 3, 13), "not taken in before 14 March 2026")


def test_coverage_of_a_live_source_begins_with_its_first_story_and_is_open(blog: Source):
    assert spans_held(blog, DAYS) == (BEFORE, Span(date(2026, 3, 14), None, None))
    assert spans_held(blog, ()) == ()
    assert spans_held(replace(blog, exists_from=DAYS[0]), DAYS) == (Span(date(2026, 3, 14), None, None),)


@pytest.mark.parametrize("change", [{"fetch": False}, {"enabled": False}])
def test_coverage_of_a_source_that_was_switched_off_ends_with_its_last_story(blog: Source, change: dict[str, bool]):
    assert spans_held(replace(blog, **change), DAYS) == (
        BEFORE,
        Span(date(2026, 3, 14), date(2026, 3, 20), None),
        Span(date(2026, 3, 21), None, "not taken in after 20 March 2026"),
    )


def test_a_declared_hole_without_end_closes_where_stories_come_after_all(live_seeds: Path):
    weekly = replace(load_sources(live_seeds)["weekly"], fetch=True, address="https://weekly.example/feed")
    held, hole = weekly.coverage
    days = (date(2024, 1, 3), date(2024, 5, 1), date(2024, 5, 8))
    assert spans_held(weekly, days) == (
        held,
        replace(hole, to_day=date(2024, 4, 30)),
        Span(date(2024, 5, 1), None, None),
    )
    assert spans_held(weekly, days[:1]) == (held, hole)
    assert spans_held(replace(weekly, fetch=False), days)[2:] == (
        Span(date(2024, 5, 1), date(2024, 5, 8), None),
        Span(date(2024, 5, 9), None, hole.reason),
    )
    assert spans_held(weekly, (date(2024, 4, 1),)) == (held, Span(date(2024, 4, 1), None, None))


def test_a_daily_source_is_expected_from_its_first_story_on(blog: Source):
    daily = replace(blog, rhythm=Rhythm("day", None))
    assert first_expected(daily, DAYS) == date(2026, 3, 14)
    assert first_expected(daily, ()) is None
    days = [row["day"] for row in expected_rows(daily, number=7, today=date(2026, 3, 31), days=DAYS)]
    assert (days[0], days[-1]) == (date(2026, 3, 14), date(2027, 12, 31))
    assert expected_rows(daily, number=7, today=date(2026, 3, 31)) == []


def test_nothing_is_expected_of_an_irregular_source(blog: Source):
    assert expected_rows(blog, number=7, today=date(2026, 3, 31), days=DAYS) == []
    assert expected_days(Rhythm("irregular", date(2026, 1, 1)), until=date(2026, 12, 31)) == []


def test_an_archive_declares_its_own_spans(live_seeds: Path):
    weekly = load_sources(live_seeds)["weekly"]
    assert spans_held(weekly, (date(2024, 1, 3),)) == weekly.coverage
    assert spans_held(replace(weekly, coverage=()), (date(2024, 1, 3),)) == ()
    assert coverage_rows(weekly)[0] == {
        "source_id": "weekly",
        "from_day": date(2024, 1, 3),
        "to_day": date(2024, 3, 31),
        "reason": None,
    }


# What ships


@pytest.fixture(scope="module")
def shipped() -> dict[str, Source]:
    return load_sources(SHIPPED)


def test_every_kind_has_a_connector():
    assert CONNECTORS.keys() == KINDS


def test_forty_live_sources_ship_and_none_is_fetched_unasked(shipped: dict[str, Source]):
    assert sum(source.fetchable for source in shipped.values()) >= 40
    assert [source.id for source in shipped.values() if source.fetch] == []
    assert list(listed(shipped, ())) == ["the-batch", "tldr-ai"]


def test_voices_that_ship_come_from_everywhere(shipped: dict[str, Source]):
    countries = [source.country for source in shipped.values() if source.fetchable and source.country]
    assert len(set(countries)) >= 15
    assert countries.count("US") <= len(countries) / 2
    assert set(countries) <= read_tables(SHIPPED / "regions.toml").keys()


def test_no_address_ships_twice(shipped: dict[str, Source]):
    addresses = [(source.address, source.query) for source in shipped.values() if source.address]
    assert len(addresses) == len(set(addresses))
    names = [source.name for source in shipped.values()]
    assert len(names) == len(set(names))


def test_shipped_live_sources_say_where_they_speak_from(shipped: dict[str, Source]):
    for key, entry in read_tables(SHIPPED / "sources.toml").items():
        assert entry.keys() >= {"name", "kind", "home", "language"}, key
        assert "country" in entry or entry["kind"] in {"gdelt", "arxiv"}, key
