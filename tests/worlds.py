"""Worlds of a few stories, as data: a database in memory, or published into a data folder, made from the real schema and macros."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from dashboard.snapshot import Snapshot, run_query
from dashboard.view import Line, Source
from etl.store.marts import note_changed, update_marts

SQL = Path(__file__).resolve().parents[1] / "etl" / "sql"
TOPICS = {"generative": "Generative AI", "healthcare": "Healthcare", "agents": "AI agents", "robots": "Robots"}
# A desk gathers topics, a group of regions gathers countries; both count a story once.
DESKS = {"health": ("Health desk", ("healthcare", "robots")), "models": ("Models desk", ("generative", "agents"))}
ORGANIZATIONS = {"acme": "Acme", "nord": "Nord Labs"}
REGIONS = {"FR": "France", "DE": "Germany", "CN": "China", "europe": "Europe"}
EUROPE = ("FR", "DE")
CLOCK = datetime(2024, 7, 1, 12)


@dataclass(frozen=True)
class Publisher:
    """A source; `expected` are the days on which its rhythm leads to expect an issue, `holes` (first, last, reason)."""

    id: str
    name: str
    rhythm: str = "issue"
    expected: Sequence[date] = ()
    holes: Sequence[tuple[date, date, str | None]] = ()
    sampled: str | None = None
    display: str = "excerpt"


@dataclass(frozen=True)
class Story:
    """One story. Tags are ids; `organizations` maps ids to roles; spans are (kind, tag, field, start, end) and may end with a weight;
    `near` are topics that it nearly has, as (topic, score, threshold, vetoed)."""

    day: date
    topics: Sequence[str] = ()
    source: str = "weekly"
    organizations: dict[str, str] = field(default_factory=dict)
    regions: Sequence[str] = ()
    form: str = "news"
    copy_of: int | None = None
    title: str = "A title"
    body: str = "A body."
    url: str | None = "https://weekly.example/1"
    spans: Sequence[tuple[Any, ...]] = ()
    near: Sequence[tuple[str, float, float, bool]] = ()
    external_id: str | None = None
    language: str = "en"
    text_kind: str = "abstract"
    tagger: str = "fake"


@dataclass(frozen=True)
class World:
    """Publishers and their stories; story numbers count from 1 in the order given."""

    stories: Sequence[Story]
    publishers: Sequence[Publisher] = (Publisher("weekly", "The Weekly"),)
    topics: dict[str, str] = field(default_factory=lambda: dict(TOPICS))
    organizations: dict[str, str] = field(default_factory=lambda: dict(ORGANIZATIONS))
    was: dict[str, list[str]] = field(default_factory=dict)
    events: Sequence[tuple[str, date, str, bool]] = ()
    clock: datetime = CLOCK
    quality: Sequence[tuple[str, str, str, int, int, int, int]] = ()
    calibration: Sequence[tuple[str, float, float, int, int, float]] = ()


def weekly(first: date, number: int) -> list[date]:
    """That many days, a week apart."""
    return [first + timedelta(days=7 * i) for i in range(number)]


def many(number: int, day: date, *topics: str, **values: Any) -> list[Story]:
    """That many stories alike."""
    return [Story(day, topics, **values) for _ in range(number)]


@cache
def _empty() -> bytes:
    """The file of a database with schema and macros and no row: to read its SQL takes four times as long as to copy it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        with duckdb.connect(str(path)) as con:
            for part in (*sorted((SQL / "schema").glob("*.sql")), *sorted((SQL / "macros").glob("*.sql"))):
                con.execute(part.read_text(encoding="utf-8"))
        return path.read_bytes()


def make_empty(con: duckdb.DuckDBPyConnection) -> None:
    """Make schema and macros in a database that holds nothing."""
    ((name,),) = con.execute("SELECT current_database()").fetchall()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        path.write_bytes(_empty())
        con.execute(f"ATTACH '{path}' AS made_before (READ_ONLY)")
        con.execute(f'COPY FROM DATABASE made_before TO "{name}"')
        con.execute("DETACH made_before")


def fill(con: duckdb.DuckDBPyConnection, world: World, *, name: str = "world") -> None:
    """Make schema, macros and rows in an empty database."""
    make_empty(con)
    sources = {publisher.id: number for number, publisher in enumerate(world.publishers, 1)}
    _fill_publishers(con, world.publishers)
    topics, organizations, regions = (_numbers(names) for names in (world.topics, world.organizations, REGIONS))
    _put(con, "topic", [(n, i, world.topics[i], world.topics[i], "technology", f"About {world.topics[i]}.",
                         world.was.get(i, []), n - 1) for i, n in topics.items()])  # fmt: skip
    _put(con, "topic_group", [(i, name, name, "desk", n) for n, (i, (name, _)) in enumerate(DESKS.items())])
    _put(con, "topic_group_member", [(i, topic) for i, (_, members) in DESKS.items() for topic in members])
    _put(
        con,
        "organization",
        [
            (n, i, world.organizations[i], "company", "FR", None, not i.startswith("x:"))
            for i, n in organizations.items()
        ],
    )
    _put(con, "region", [(n, i, REGIONS[i], None, "group" if i == "europe" else "country") for i, n in regions.items()])
    _put(con, "region_member", [(code, "europe") for code in EUROPE])
    _put(con, "event", [(i, day, label, None, by_default) for i, day, label, by_default in world.events])
    _put(con, "run", [("r", name, world.clock, world.clock, world.clock, "fake", 0, len(world.stories))])
    _put(con, "story_fact", [_story_row(n, s, sources[s.source]) for n, s in enumerate(world.stories, 1)])
    _put(con, "cluster_join", [(n, s.copy_of, 1.0) for n, s in enumerate(world.stories, 1) if s.copy_of is not None])
    facts = [(n, s, (s.day, sources[s.source], s.copy_of is None)) for n, s in enumerate(world.stories, 1)]
    _put(con, "topic_fact", [(n, topics[tag], *where, 0.9) for n, s, where in facts for tag in s.topics])
    _put(con, "organization_fact", [(n, organizations[tag], *where, role)
                                    for n, s, where in facts for tag, role in s.organizations.items()])  # fmt: skip
    _put(con, "region_fact", [(n, regions[tag], *where, "focus") for n, s, where in facts for tag in s.regions])
    _put(con, "evidence", [(n, *span, None)[:7] for n, s, _ in facts for span in s.spans])
    _put(con, "topic_near", [(n, topics[tag], *rest) for n, s, _ in facts for tag, *rest in s.near])
    update_marts(con)
    _put(con, "tag_quality", world.quality)
    _put(con, "tag_calibration", world.calibration)


def _numbers(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names, 1)}


def _put(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Append rows, all at once: one by one takes a millisecond each."""
    if rows:
        names = [f"c{i}" for i in range(len(rows[0]))]
        con.register(
            "incoming",
            pa.table({name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}),
        )
        columns = ", ".join(
            f'"{name}"' for _, name, *_ in con.execute(f"PRAGMA table_info('{table}')").fetchall()[: len(names)]
        )
        con.execute(f"INSERT INTO {table} ({columns}) SELECT * FROM incoming")
        con.unregister("incoming")


def _fill_publishers(con: duckdb.DuckDBPyConnection, publishers: Sequence[Publisher]) -> None:
    columns = "source_no, id, name, kind, rhythm, sampled, display"
    for number, p in enumerate(publishers, 1):
        con.execute(
            f"INSERT INTO source ({columns}) VALUES (?, ?, ?, 'newsletter', ?, ?, ?)",
            [number, p.id, p.name, p.rhythm, p.sampled, p.display],
        )
        _put(con, "source_expected", [(number, day, p.rhythm) for day in p.expected])
        _put(con, "source_coverage", [(p.id, *hole) for hole in p.holes])


def _story_row(number: int, story: Story, source: int) -> tuple[Any, ...]:
    lead, cluster = story.copy_of is None, story.copy_of or number
    moment = datetime(story.day.year, story.day.month, story.day.day)
    return (
        *(
            number,
            f"{number:016x}",
            story.external_id or f"x{number}",
            source,
            f"{story.source}/{story.day}",
            story.title,
            story.body,
            story.url,
        ),
        *(
            moment,
            story.day,
            "document",
            cluster,
            lead,
            story.text_kind,
            story.form,
            story.language,
            None,
            [],
            [],
            "h",
            story.tagger,
            "r",
            "r",
        ),
    )


class Asking:
    """A world in memory that answers the dashboard's own queries: `ask("coverage", keys=…)`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.con = duckdb.connect(config={"threads": 1})
        fill(self.con, world)
        self.snapshot = Snapshot("world", self.con)

    def __call__(self, query: str, **parameters: Any) -> pd.DataFrame:
        return run_query(self.snapshot, query, parameters)

    def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of any statement."""
        return self.con.execute(sql, parameters or None).fetchall()

    def sources(self) -> list[Source]:
        """As the pages hold them."""
        rows = self.rows(
            "SELECT src.id, src.name, src.sampled, min(day), max(day), count(*) FROM source AS src JOIN story_fact USING (source_no)"
            " GROUP BY ALL ORDER BY min(day), src.id"
        )
        return [Source(*row) for row in rows]

    def catalog(self) -> dict[str, Line]:
        """As the pages hold it."""
        found = self("lines").to_dict("records")
        return {
            r["key"]: Line(r["key"], r["name"], r["short"], None if pd.isna(r["style_no"]) else int(r["style_no"]))
            for r in found
        }


def marked_anew(con: duckdb.DuckDBPyConnection) -> None:
    """Bring what is stored twice in line with tags that a test has changed in their tables, of all stories."""
    con.execute("CREATE TEMP TABLE touched AS SELECT story_no FROM story_fact")
    note_changed(con, "touched")
    update_marts(con)
    con.execute("DROP TABLE touched")


class _Snapshots:
    """Files of worlds, made once for all tests that publish the same: each by what its world holds, for no test may change another's."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._files: dict[tuple[str, str], bytes] = {}

    def __call__(self, world: World, name: str) -> bytes:
        key = (name, repr(world))
        file = self._files.pop(key, None) or self._make(world, name)
        self._files[key] = file
        if len(self._files) > self._most:
            del self._files[next(iter(self._files))]  # the one asked for longest ago
        return file

    def _make(self, world: World, name: str) -> bytes:
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.duckdb"
            with duckdb.connect(str(path)) as con:
                fill(con, world, name=name)
            return path.read_bytes()


_MADE = _Snapshots(most=12)


def publish(world: World, data: Path, name: str = "20240701T120000Z-00000001") -> Path:
    """Write the world as a snapshot into a data folder, point to it, and return the folder."""
    path = data / "snapshots" / f"{name}.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_MADE(world, name))
    (data / "current").write_text(f"{name}\n", encoding="utf-8")
    return data
