"""Cached access to the current snapshot for pages: the seam between Streamlit and the pure modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.asked_lines import phrases_in
from dashboard.coverage_notes import Drawable
from dashboard.fetched import Fetched, entries_of, fetched_of
from dashboard.filters import Known
from dashboard.noted import note_asked
from dashboard.pending import Pending
from dashboard.reads import Definitions, definitions_of
from dashboard.seams import Seam, seams_of
from dashboard.snapshot import Snapshot, current_name, data_folder, last_runs, log_stamp, open_snapshot, run_query
from dashboard.view import Line, Source, View
from dashboard.waiting import as_shown, counted, fixed_snapshot, pending_words, prepared

T = TypeVar("T")
_of_run: ContextVar[Snapshot | None] = ContextVar("of_run", default=None)
OFFERED = 1_500  # organizations in a list of choices, those with most stories: longer ones take seconds to open


def _still_current(held: Snapshot) -> bool:
    pointed = current_name(data_folder())
    return pointed in (held.name, held.fallback_for)


def snapshot() -> Snapshot:
    """Return the snapshot that this run of a page began with, else the current one: after a refresh the next run opens the new one.
    Raises SnapshotMissing."""
    shown = fixed_snapshot() or _of_run.get()
    return _current() if shown is None else shown


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Let all that a page shows meanwhile be of one snapshot, whatever is published: numbers of two would not go together. It also
    spares looking at the pointer for each of a hundred questions."""
    token = _of_run.set(_current())
    try:
        yield
    finally:
        _of_run.reset(token)


@st.cache_resource(validate=_still_current, show_spinner=False)
def _current() -> Snapshot:
    data = data_folder()
    return open_snapshot(data, current_name(data))


def data_name() -> str:
    """Return which data the page shows: the snapshot's name, and how many corrections its numbers hold beside that."""
    held = snapshot()
    return " ".join(part for part in (held.name, pending_words(len(counted(held)))) if part)


def made_later(make: Callable[[], T]) -> Callable[[], T]:
    """Return what makes a file when it is asked for, of the data and the corrections that the page shows now."""
    return as_shown(make, snapshot())


@st.cache_resource(max_entries=512, show_spinner=False)
def _query(question: str, _name: str, _parameters: dict[str, Any], _held: Snapshot, _pending: Pending) -> pd.DataFrame:
    phrases = phrases_in(_parameters)
    if not len(_pending) and not phrases:
        return run_query(_held, _name, _parameters)
    return prepared(_held, _pending, phrases).ask(_name, _parameters)


def _answer(name: str, parameters: dict[str, Any], held: Snapshot, pending: Pending) -> pd.DataFrame:
    """The rows, kept by the text of the question: a page asks dozens, and to look into each of their parameters takes longer than the
    text. A shallow copy is the caller's own, for pandas copies what is written to."""
    question = repr((held.name, pending.key, name, sorted(parameters.items())))
    return _query(question, name, parameters, held, pending).copy(deep=False)


@st.cache_resource(max_entries=2, show_spinner=False)
def _definitions(snapshot_name: str, _held: Snapshot) -> Definitions:
    return definitions_of(_held)


def ask(query: str, **parameters: Any) -> pd.DataFrame:
    """Return the rows of `queries/<query>.sql` with these parameters bound, cached for the current snapshot and what people corrected
    since."""
    note_asked(query, parameters)
    return ask_quietly(query, **parameters)


def ask_quietly(query: str, **parameters: Any) -> pd.DataFrame:
    """As `ask`, of a question that the page does not ask to show its answer."""
    held = snapshot()
    pending = counted(held)
    if len(pending) and pending.tables.isdisjoint(_definitions(held.name, held).read(query, parameters)):
        pending = Pending()  # what was corrected since changes nothing that is asked for
    return _answer(query, parameters, held, pending)


def ask_as_published(query: str, **parameters: Any) -> pd.DataFrame:
    """As `ask_quietly`, of the snapshot alone: what people corrected since does not count."""
    return _answer(query, parameters, snapshot(), Pending())


def calibration(text_kind: str) -> pd.DataFrame:
    """Return what scores were worth on this kind of text; no rows where that was not measured."""
    try:
        return ask("calibration", text_kind=text_kind)
    except duckdb.CatalogException:  # an older snapshot, which a rollback may bring back, has no such table
        return pd.DataFrame()


def can_draw() -> Drawable:
    """Return what of a reader's own lines and drawings this data can draw."""
    try:
        row = ask_as_published("coverage_ready").iloc[0]
    except duckdb.CatalogException:  # made before stories could be searched
        return Drawable(own=False, phrases=False, restricts=False)
    return Drawable(own=bool(row["own"]), phrases=bool(row["phrases"]), restricts=bool(row["restricts"]))


def seams(view: View) -> list[Seam]:
    """Return where the stories of the lines drawn change what they are."""
    try:
        return seams_of(ask, view)
    except duckdb.CatalogException:  # a snapshot that was made before seams were looked for
        return []


@st.cache_data(max_entries=8, show_spinner=False)
def _logged(stamp: tuple[str, int, int]) -> list[dict[str, Any]]:
    return last_runs(Path(stamp[0]))


def _records(query: str) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in ask(query).to_dict("records")]


def fetched() -> Fetched:
    """Return how the sources that are asked over the network fared last: by the log of runs, else by what the snapshot says."""
    stamp = log_stamp(data_folder())
    logged = _logged(stamp) if stamp else []
    try:
        published = _records("source_runs")
    except duckdb.CatalogException:  # an older snapshot has no such table
        published = []
    return fetched_of(logged or entries_of(published), _records("source_names"), clock=freshness().clock)


@dataclass(frozen=True, slots=True)
class Freshness:
    """What the snapshot holds: `clock` is the "now" of the run that made it, `tagger` the version that the run tagged with, and
    `tagged_alike` how many stories carry tags of that version."""

    newest_day: date
    oldest_day: date
    stories: int
    sources: int
    clock: datetime
    copies: int
    letters: int
    newsletters_only: bool
    tagger: str
    tagged_alike: int


def freshness() -> Freshness:
    """Return what the current snapshot holds."""
    row = ask("freshness").iloc[0]
    return Freshness(
        row["newest_day"].date(),
        row["oldest_day"].date(),
        int(row["stories"]),
        int(row["sources"]),
        row["clock"].to_pydatetime(),
        int(row["copies"]),
        int(row["letters"]),
        bool(row["newsletters_only"]),
        str(row["tagger"]),
        int(row["tagged_alike"]),
    )


def sources() -> list[Source]:
    """Return the sources that have stories, in the order of their first."""
    return [
        Source(
            r["id"],
            words.straight(r["name"]),
            words.straight(r["sampled"] or "") or None,
            r["first_day"].date(),
            r["last_day"].date(),
            int(r["stories"]),
        )
        for r in ask("sources").replace({float("nan"): None}).to_dict("records")
    ]


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every line that can be drawn, by key, with its kind, definition and number of stories; `offered` are those in lists of choices."""

    lines: dict[str, Line]
    kinds: dict[str, str]
    definitions: dict[str, str]
    stories: dict[str, int]
    renamed: dict[str, str]
    offered: tuple[str, ...] = ()

    def option(self, key: str) -> str:
        """Return how a key reads in a list of choices."""
        kind = self.kinds[key]
        return self.lines[key].name + ("" if kind == "topic" else f" · {kind}")

    def options(self, *chosen: str) -> list[str]:
        """Return the keys to choose from: those that lists offer, and what is chosen."""
        return [*self.offered, *(key for key in dict.fromkeys(chosen) if key in self.lines and key not in self.offered)]

    def named(self, text: str) -> str:
        """Return the key of the line that is called so, in any case; '' where none is. It finds what lists do not offer."""
        wanted = text.strip().casefold()
        return next((key for key, line in self.lines.items() if line.name.casefold() == wanted), "")

    @property
    def not_offered(self) -> str:
        """What to say beside a list that does not hold every name; '' where it does."""
        rare = len(self.lines) - len(self.offered)
        return f"{rare:,} organizations with fewer stories are not listed: type their whole name." if rare else ""


def catalog() -> Catalog:
    """Return the lines of the current snapshot; nobody may change them, for all sessions share them."""
    held = snapshot()
    return _catalog(held.name, held)


@st.cache_resource(max_entries=2, show_spinner=False)
def _catalog(snapshot_name: str, _held: Snapshot) -> Catalog:
    """Made once a snapshot: of many thousand names that takes longer than a chart. Corrections don't change what can be drawn."""
    rows = run_query(_held, "lines", {}).to_dict("records")
    names = sorted((r for r in rows if r["kind"] == "organization"), key=lambda r: -r["stories"])
    rare = {r["key"] for r in names[OFFERED:]}
    return Catalog(
        {
            r["key"]: Line(
                r["key"],
                words.straight(r["name"]),
                words.straight(r["short"]),
                None if pd.isna(r["style_no"]) else int(r["style_no"]),
            )
            for r in rows
        },
        {r["key"]: r["kind"] for r in rows},
        {r["key"]: r["definition"] or "" for r in rows},
        {r["key"]: int(r["stories"]) for r in rows},
        {f"topic:{old}": r["key"] for r in rows for old in r["was"]},
        tuple(r["key"] for r in rows if r["key"] not in rare),
    )


def known(lines: Catalog, having: list[Source]) -> Known:
    """Return what a link may name."""
    fresh = freshness()
    last = max(fresh.newest_day, fresh.clock.date())
    return Known(frozenset(lines.lines), frozenset(s.id for s in having), lines.renamed, fresh.oldest_day, last)
