"""A snapshot out of tagged pieces: table by table the one that a run makes of the same stories, without a tagger at work."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.catalog import load_sources
from etl.digest import snapshot_digests
from etl.errors import AinewsError, InputError
from etl.intake import Chosen
from etl.model import StoryText, Tags
from etl.publish import current_snapshot
from etl.run import Mode, run
from etl.run_log import RunReport
from etl.settings import Settings, load_settings
from etl.sources.pieces import TaggedPieces, find_pieces
from etl.store.database import Settling
from etl.store.given import take_given
from etl.store.held import read_held
from etl.store.marts import note_changed, update_marts
from etl.tag_files import tag_file
from etl.tag_lines import StoryTagger
from etl.tagger.pipeline import build_tagger
from etl.tagger.version import tagger_version
from tests.conftest import CLOCK, SHIPPED_CLOCK
from tests.small_seeds import FakeTagger

ENTRY = '[{id}]\nname = "{name}"\nkind = "files"\nhome = "https://{id}.example/"\npath = "{path}"\nfetch = true\n'
# What is another's for each run, whatever it took in: its moments, and what a source of files remembers of its files.
OF_THE_RUN = {"run", "fetch_state", "source_run"}
ROWS = [
    {
        "id": f"s{n}",
        "title": f"A chatbot {n} of Studio Nord",
        "text": f"Acme shows camera {n}.",
        "published": f"2024-0{1 + n // 9}-0{1 + n % 9}",
    }
    for n in range(27)
]


class Versioned(FakeTagger):
    """The fake one, which says of which version it is."""

    def __init__(self, version: str) -> None:
        super().__init__()
        self._version = version

    def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
        return (replace(tags, tagger=self._version) for tags in super().tag(stories))


class Idle:
    """A tagger that has nothing to do."""

    def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
        raise AssertionError(f"it was asked to tag {next(iter(stories)).id}")


def entry(settings: Settings, path: Path, **more: str) -> None:
    settings.desk.mkdir(parents=True, exist_ok=True)
    text = "".join(ENTRY.format(id=key, name=name, path=path) for key, name in {"news": "The News", **more}.items())
    (settings.desk / "sources.toml").write_text(text, encoding="utf-8")


def write_pieces(rows: list[dict[str, object]], folder: Path, tagger: StoryTagger) -> Path:
    """The stories tagged, a file a month, and as one file of JSON Lines beside the folder; the latter's path."""
    for month, part in groupby(rows, lambda row: str(row["published"])[:7]):
        (folder / f"month={month}").mkdir(parents=True)
        lines = folder.with_suffix(".part.jsonl")
        lines.write_text("".join(json.dumps(row) + "\n" for row in part), encoding="utf-8")
        tag_file(lines, folder / f"month={month}" / "piece-000001.parquet", tagger=tagger)
    whole = folder.with_suffix(".jsonl")
    whole.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return whole


def version_of(settings: Settings) -> str:
    return tagger_version(settings.seeds, settings.recognizer_choice)


def pieces_in(folder: Path, settings: Settings, source: str | None = None) -> TaggedPieces:
    sources = load_sources(settings.seeds, settings.desk)
    return find_pieces(folder, source=source, sources=sources, tagger=version_of(settings))


def build(
    settings: Settings,
    folder: Path,
    tagger: StoryTagger,
    *,
    clock=CLOCK,
    source: str | None = "news",
    run_id: str | None = "1" * 8,
) -> RunReport:
    mode = Mode(chosen=Chosen(only=frozenset(), pieces=pieces_in(folder, settings, source)), run_id=run_id)
    return run(settings, clock=clock, mode=mode, build=lambda _: tagger)


def tables(settings: Settings) -> dict[str, tuple[int, str]]:
    found = snapshot_digests(current_snapshot(settings), settings)
    return {one.table: (one.rows, one.digest) for one in found if one.table not in OF_THE_RUN}


def query(settings: Settings, sql: str) -> list[tuple]:
    with duckdb.connect(str(current_snapshot(settings)), read_only=True) as con:
        return con.execute(sql).fetchall()


def side_by_side(
    settings: Settings, rows: list[dict[str, object]], tagger: StoryTagger, *, clock
) -> tuple[Settings, Settings]:
    """The stories taken in and tagged by a run, and a second data folder built from their pieces."""
    lines = write_pieces(rows, settings.data.parent / "pieces", tagger)
    other = replace(settings, data=settings.data.with_name("built"), desk=settings.data.with_name("built") / "desk")
    for each in (settings, other):
        entry(each, lines)
    mode = Mode(chosen=Chosen(only=frozenset(["news"])), run_id="1" * 8)
    ran = run(settings, clock=clock, mode=mode, build=lambda _: tagger)
    built = build(other, settings.data.parent / "pieces", Idle(), clock=clock)
    assert (ran.tagged, ran.dispositions, ran.warnings) == (built.tagged, built.dispositions, built.warnings)
    assert ran.tagged == len(rows)
    return settings, other


def test_snapshot_from_pieces_is_that_of_a_run_table_by_table(empty_data: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("etl.store.given.take_given", partial(take_given, batch=10))
    ran, built = side_by_side(empty_data, ROWS, Versioned(version_of(empty_data)), clock=CLOCK)
    assert tables(built) == tables(ran)
    filled = {table for table, (n, _) in tables(built).items() if n}
    assert {
        "topic_fact",
        "topic_near",
        "organization_fact",
        "evidence",
        "line_fact",
        "posting",
        "ledger_item",
    } <= filled
    assert query(built, "SELECT count(*) FROM evidence WHERE kind = 'veto'") == [(27,)]


def test_build_of_very_many_commits_on_the_way_and_ends_in_the_same_snapshot(
    empty_data: Settings, monkeypatch: pytest.MonkeyPatch
):
    held: list[tuple[bool, int]] = []

    class Noted(Settling):
        def next_step(self) -> None:
            super().next_step()
            query = "SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'ART_INDEX'"
            held.append((self._begun, self._con.execute(query).fetchall()[0][0]))

    wholly, in_parts = 10**9, 7
    every = iter([wholly, in_parts])
    monkeypatch.setattr("etl.apply.Settling", lambda con: Noted(con, every=next(every)))
    monkeypatch.setattr("etl.store.given.take_given", partial(take_given, batch=10))
    monkeypatch.setattr("etl.apply.update_marts", partial(update_marts, part=4))
    monkeypatch.setattr("etl.plan.PART", 5)
    ran, built = side_by_side(empty_data, ROWS, Versioned(version_of(empty_data)), clock=CLOCK)
    assert tables(built) == tables(ran)
    at_once, settled = held[: len(held) // 2], held[len(held) // 2 :]
    assert [begun for begun, _ in held] == [False] * len(at_once) + [True] * len(settled)
    assert max(keys for _, keys in settled) < min(keys for _, keys in at_once) / 4, "keys of new rows wait for a commit"


def test_snapshot_from_pieces_is_that_of_a_run_with_the_tagger_that_ships(tmp_path: Path):
    """Real stories, with copies of some and organizations that no seed lists, some in several spellings."""
    settings = load_settings({"AINEWS_DATA": str(tmp_path / "data")}).without_recognizer()
    lines = (settings.seeds / "archive" / "tldr-ai.jsonl").read_text(encoding="utf-8").splitlines()[:150]
    rows = [{key: row[key] for key in ("title", "text", "published")} for row in map(json.loads, lines)]
    rows += [{**row, "text": f"{row['text']} More soon."} for row in rows[:20]]
    rows.sort(key=lambda row: row["published"])
    named = [{"id": f"n{number}", **row} for number, row in enumerate(rows)]
    ran, built = side_by_side(
        settings, named, build_tagger(settings.seeds, settings.recognizer_choice), clock=SHIPPED_CLOCK
    )
    assert tables(built) == tables(ran)
    assert query(built, "SELECT count(*) FROM organization WHERE NOT known")[0][0] > 1, "their order counts"
    assert query(built, "SELECT count(*) FROM copy_fact")[0][0] > 0


def test_pieces_are_built_on_the_current_snapshot_and_then_nothing_is_new(published_snapshot: Settings, tmp_path: Path):
    before = query(published_snapshot, "SELECT count(*) FROM story_fact")[0][0]
    entry(published_snapshot, write_pieces(ROWS, tmp_path / "pieces", Versioned(version_of(published_snapshot))))
    built = build(published_snapshot, tmp_path / "pieces", Idle())
    assert built.dispositions["piece"] == {"new": 27}
    assert query(published_snapshot, "SELECT count(*) FROM story_fact") == [(before + 27,)]
    again = build(published_snapshot, tmp_path / "pieces", Idle(), run_id=None)
    assert (again.published, again.dispositions["piece"]) == (False, {"unchanged": 27})
    mode = Mode(chosen=Chosen(only=frozenset(["news"])))
    taken = run(published_snapshot, clock=CLOCK, mode=mode, build=lambda _: Idle())
    assert taken.dispositions["piece"] == {"unchanged": 27}, "the source's own files tell the same stories"


def test_rows_say_by_id_or_name_of_which_source_they_are(empty_data: Settings, tmp_path: Path):
    names = ("news", "The News", "Other")
    rows = [{**row, "source": names[n % 3]} for n, row in enumerate(ROWS)]
    entry(empty_data, write_pieces(rows, tmp_path / "pieces", Versioned(version_of(empty_data))), other="Other")
    build(empty_data, tmp_path / "pieces", Idle(), source=None)
    assert query(empty_data, "SELECT source_id, count(*) FROM story GROUP BY ALL ORDER BY ALL") == [
        ("news", 18),
        ("other", 9),
    ]


@pytest.mark.parametrize("good", [0, 1])
def test_story_that_is_stored_in_other_words_than_it_was_tagged_in_is_tagged_again(
    empty_data: Settings, tmp_path: Path, good: int
):
    rows = [*ROWS[:good], {**ROWS[1], "text": "<p>Acme shows</p> <p>a camera.</p>"}]
    entry(empty_data, write_pieces(rows, tmp_path / "pieces", Versioned(version_of(empty_data))))
    tagger = FakeTagger()
    built = build(empty_data, tmp_path / "pieces", tagger)
    assert (built.tagged, len(tagger.seen)) == (good + 1, 1)
    assert built.warnings[0].startswith("1 stories had to be tagged here")
    slices = (
        "SELECT substr(CASE e.field WHEN 'title' THEN s.title ELSE s.body END, start_char + 1, end_char - start_char)"
    )
    told = query(empty_data, f"{slices} FROM evidence AS e JOIN story_fact AS s USING (story_no) WHERE tag_id = 'acme'")
    assert told == [("Acme",)] * (good + 1)


def test_stories_may_be_headlines_of_a_source_that_no_run_asks_for(empty_data: Settings, tmp_path: Path):
    """What README says of an entry is enough; no row has a text, so that no file has the column."""
    rows = [{key: value for key, value in row.items() if key != "text"} for row in ROWS]
    write_pieces(rows, tmp_path / "pieces", Versioned(version_of(empty_data)))
    empty_data.desk.mkdir(parents=True)
    own = '[news]\nname = "The News"\nkind = "files"\nhome = "https://news.example/"\npath = "stories"\n'
    (empty_data.desk / "sources.toml").write_text(own, encoding="utf-8")
    assert build(empty_data, tmp_path / "pieces", Idle()).tagged == 27
    assert query(empty_data, "SELECT DISTINCT text_kind FROM story") == [("headline",)]


def test_pieces_that_can_t_be_used_are_refused_with_the_remedy(empty_data: Settings, tmp_path: Path):
    entry(empty_data, tmp_path)
    with pytest.raises(InputError, match="there are no tagged pieces; name a folder"):
        pieces_in(tmp_path, empty_data, "news")
    write_pieces(ROWS[:2], tmp_path / "old", FakeTagger())
    with pytest.raises(InputError, match=r"its tags are of the tagger fake, and this one is .*; tag the stories again"):
        pieces_in(tmp_path / "old", empty_data, "news")
    write_pieces([{**ROWS[0], "source": "Nobody"}], tmp_path / "new", Versioned(version_of(empty_data)))
    with pytest.raises(InputError, match="there is no source 'Nobody'; write its entry"):
        pieces_in(tmp_path / "new", empty_data)
    write_pieces(ROWS[:1], tmp_path / "plain", Versioned(version_of(empty_data)))
    with pytest.raises(InputError, match="there is no column `source`; name the source with --source"):
        pieces_in(tmp_path / "plain", empty_data)
    (tmp_path / "plain" / "_ainews").mkdir()
    (tmp_path / "plain" / "_ainews" / "plan.json").write_text("{}")
    with pytest.raises(InputError, match="tagging is not finished in it"):
        pieces_in(tmp_path / "plain", empty_data, "news")


@pytest.mark.parametrize("every", [1, 10**9])
def test_tag_that_the_seeds_do_not_list_fails_the_build(
    empty_data: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: int
):
    """Nothing is published, whatever was committed on the way, and the next build begins anew."""
    monkeypatch.setattr("etl.apply.Settling", partial(Settling, every=every))
    entry(empty_data, write_pieces(ROWS[:1], tmp_path / "pieces", Versioned(version_of(empty_data))))
    (file,) = (tmp_path / "pieces").rglob("*.parquet")
    rows = pq.read_table(file)
    topics = rows["topics"].to_pylist()
    topics[0][0]["id"] = "gone"
    pq.write_table(rows.set_column(rows.column_names.index("topics"), rows.schema.field("topics"), [topics]), file)
    with pytest.raises(AinewsError, match="the pieces hold the topic 'gone', which the seeds do not list"):
        build(empty_data, tmp_path / "pieces", Idle())
    assert current_snapshot(empty_data) is None
    pq.write_table(rows, file)
    assert build(empty_data, tmp_path / "pieces", Idle()).dispositions["piece"] == {"new": 1}


def test_command_builds_without_loading_a_tagger(empty_data: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    entry(empty_data, write_pieces(ROWS, tmp_path / "pieces", Versioned(version_of(empty_data))))
    monkeypatch.setenv("AINEWS_SEEDS", str(empty_data.seeds))
    monkeypatch.setenv("AINEWS_DATA", str(empty_data.data))
    monkeypatch.setattr("etl.tagger.pipeline.build_tagger", lambda *_: pytest.fail("a tagger was built"))
    call = ["build", str(tmp_path / "pieces"), "--memory", "300MB", "--clock", "2024-06-01T12:00Z", "--source"]
    refused = CliRunner().invoke(app, [*call, "nobody"])
    assert (refused.exit_code, "'nobody' is no source" in refused.output) == (2, True)
    done = CliRunner().invoke(app, [*call, "news"])
    assert (done.exit_code, "27 new), 27 stories tagged" in done.output) == (0, True)


def test_memory_is_a_size(empty_data: Settings):
    assert empty_data.with_memory("4GB").memory_limit == "4GB"
    with pytest.raises(InputError, match="'lots' can't be used; give a size"):
        empty_data.with_memory("lots")


def test_row_that_comes_twice_in_a_first_build_is_one_story(
    empty_data: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Nothing was held before: what a build has stored itself it knows without a look into growing tables for each part."""
    asked: list[int] = []

    def held(con, ids, **options):
        asked.append(len(ids))
        return read_held(con, ids, **options)

    monkeypatch.setattr("etl.plan.PART", 10)
    monkeypatch.setattr("etl.plan.read_held", held)
    rows = [*ROWS[:9], *ROWS[:5], *ROWS[9:]]
    entry(empty_data, write_pieces(rows, tmp_path / "pieces", Versioned(version_of(empty_data))))
    built = build(empty_data, tmp_path / "pieces", Idle())
    assert (built.dispositions["document"], set(asked)) == ({"split": 27, "unchanged:held": 5}, {0})
    again = build(empty_data, tmp_path / "pieces", Idle(), run_id=None)
    assert (again.dispositions["document"], max(asked)) == ({"unchanged": 27, "unchanged:held": 5}, 10)


def test_tags_on_their_way_lie_in_files_that_go_with_the_build(
    empty_data: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A temporary table would be in memory, and half of it until the commit."""
    beside: list[list[str]] = []
    tables: list[list[str]] = []

    def noted(con, relation):
        note_changed(con, relation)
        beside.append(sorted(path.name for path in empty_data.data.rglob("beside-*/*")))
        tables.append([name for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()])  # fmt: skip

    monkeypatch.setattr("etl.store.given.take_given", partial(take_given, batch=20))
    monkeypatch.setattr("etl.store.given.note_changed", noted)
    entry(empty_data, write_pieces(ROWS, tmp_path / "pieces", Versioned(version_of(empty_data))))
    assert build(empty_data, tmp_path / "pieces", Idle()).tagged == 27
    assert beside == [["given.parquet", "tagged-1.parquet"], ["given.parquet", "tagged-21.parquet"]]
    assert not {"given", "tagged"} & {name for names in tables for name in names}
    assert list(empty_data.data.rglob("beside-*")) == []
