"""The rows that every engine counts, exported once from a snapshot, and the questions that they are asked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

SQL = Path(__file__).parent
QUESTIONS = "questions.json"
LETTERS = ("void", "letter")  # forms that no chart counts unless asked to
Row = tuple[str, str, int, int]  # key, first day of the period or '', k, n


@dataclass(frozen=True, slots=True)
class Question:
    """One chart: shares of `keys`, each month or (`monthly` False) of all days, both ends included.

    `sources` and `about_any` (keys of one kind) narrow the denominator; None: they don't.
    """

    name: str
    title: str
    monthly: bool
    keys: tuple[str, ...]
    first: date
    last: date
    sources: tuple[str, ...] | None = None
    about_any: tuple[str, ...] | None = None


def export(snapshot: Path, folder: Path) -> None:
    """Write Parquet files of the snapshot's rows and the questions into the folder; does nothing where they are there.

    The questions come last, so that an export that was stopped is made anew.
    """
    if (folder / QUESTIONS).exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with duckdb.connect(str(snapshot), read_only=True, config={"threads": 2}) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute((SQL / "story_rows.sql").read_text(encoding="utf-8").replace("{folder}", str(folder)))
        asked = [asdict(question) for question in questions(con)]
    (folder / QUESTIONS).write_text(json.dumps(asked, default=str, indent=1), encoding="utf-8")


def questions(con: duckdb.DuckDBPyConnection) -> list[Question]:
    """The three questions, of what the snapshot holds most of."""
    topics = con.execute(
        "SELECT key FROM line_fact JOIN line_key USING (line_no) WHERE kind = 'topic' GROUP BY key ORDER BY count(*) DESC, key"
    ).fetchall()
    keys = tuple(key for (key,) in topics)
    sources = tuple(name for (name,) in con.execute("SELECT id FROM source ORDER BY source_no").fetchall())
    first, last = con.execute("SELECT min(day), max(day) FROM story_fact").fetchall()[0]
    recent = last - timedelta(days=3 * 365 - 1)
    return [
        Question("monthly", "three topics by month", True, keys[:3], first, last),
        Question("topics", "all topics, all days", False, keys, first, last),
        Question(
            "filtered",
            "three topics by month, of half the sources, three years, stories on one of two topics",
            True, keys[1:4], recent, last, sources[::2], (keys[0], keys[2]),
        ),
    ]  # fmt: skip


def read_questions(folder: Path) -> list[Question]:
    """The questions as they were exported."""
    return [_read(entry) for entry in json.loads((folder / QUESTIONS).read_text(encoding="utf-8"))]


def _read(entry: dict[str, Any]) -> Question:
    days = {name: date.fromisoformat(entry[name]) for name in ("first", "last")}
    lists = {name: entry[name] and tuple(entry[name]) for name in ("keys", "sources", "about_any")}
    return Question(**(entry | days | lists))


def with_zeros(
    question: Question, hits: Sequence[tuple[str, str, int]], totals: Sequence[tuple[str, int]]
) -> list[Row]:
    """One row for each key and period that has stories, in order: a key without stories there is 0 of n."""
    counted = {(key, period): int(k) for key, period, k in hits}
    return sorted((key, period, counted.get((key, period), 0), int(n)) for key in question.keys for period, n in totals)
