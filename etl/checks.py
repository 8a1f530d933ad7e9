"""Run the checks of etl/sql/checks: each is a query for bad rows; one that fails stops publication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from etl.errors import ChecksFailed
from etl.settings import Settings
from etl.store.database import SQL, insert, rows_of

CHECKS = SQL / "checks"
_SHOWN = 3
# Stories that a check whose query has `$first` and `$last` (numbers of stories) looks at together: it needs the same memory however many
# there are.
PART = 1_000_000
_ANY = 2**31 - 1  # what belongs to no story may have any number, up to this or below zero


@dataclass(frozen=True, slots=True)
class Check:
    """A query; `fatal` where it stops publication; `consequence` is what bad rows would do to a reader."""

    name: str
    fatal: bool
    consequence: str
    query: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Bad rows that a check found: how many, and the first few."""

    check: Check
    n: int
    rows: tuple[Mapping[str, Any], ...]

    def __str__(self) -> str:
        shown = "; ".join(", ".join(f"{key} {value}" for key, value in row.items()) for row in self.rows)
        more = f" and {self.n - len(self.rows)} more" if self.n > len(self.rows) else ""
        return f"{self.check.name}: {self.check.consequence} ({shown}{more})"


def load_checks(folder: Path = CHECKS) -> list[Check]:
    """The checks by name. Line 1 says `-- fail` or `-- warn`, the comment lines after it the consequence."""
    checks = []
    for path in sorted(folder.glob("*.sql")):
        severity, *lines = path.read_text(encoding="utf-8").splitlines()
        if severity not in ("-- fail", "-- warn"):
            raise ValueError(f"{path}: the first line is neither `-- fail` nor `-- warn`")
        comment = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
        query = "\n".join(line for line in lines if not line.startswith("--"))
        checks.append(Check(path.stem, severity == "-- fail", " ".join(comment).rstrip("."), query))
    return checks


def run_checks(
    con: duckdb.DuckDBPyConnection, checks: Iterable[Check] | None = None, *, part: int = PART
) -> list[Finding]:
    """What the checks find, those with `$first` and `$last` in parts of so many stories; `prepare_checks` must have been called before."""
    findings = []
    for check in load_checks() if checks is None else checks:
        rows = [row for span in _spans(con, check, part) for row in rows_of(con, check.query, span)]
        if rows:
            findings.append(Finding(check, len(rows), tuple(rows[:_SHOWN])))
    return findings


def _spans(con: duckdb.DuckDBPyConnection, check: Check, part: int) -> Iterator[dict[str, int] | None]:
    """The parts in which a check looks at the stories, or none where it looks at all at once."""
    if "$first" not in check.query:
        yield None
        return
    ((stories,),) = con.execute("SELECT coalesce(max(story_no), 0) FROM story_fact").fetchall()
    for first in range(0, stories + 1, part):
        yield {"first": first or -_ANY, "last": first + part - 1 if first + part <= stories else _ANY}


def prepare_checks(
    con: duckdb.DuckDBPyConnection, *, previous: Mapping[str, int], clock: datetime, settings: Settings
) -> None:
    """Temporary tables that checks compare with: stories per source in the snapshot before, the clock, the limits."""
    con.execute("CREATE OR REPLACE TEMP TABLE previous_count (source_id VARCHAR, stories BIGINT)")
    insert(con, "previous_count", [{"source_id": key, "stories": value} for key, value in previous.items()])
    con.execute("CREATE OR REPLACE TEMP TABLE check_limit (clock TIMESTAMP, max_shrink DOUBLE, max_growth DOUBLE)")
    con.execute("INSERT INTO check_limit VALUES (?, ?, ?)", [clock, settings.max_shrink, settings.max_growth])


def insist(findings: Iterable[Finding]) -> list[str]:
    """The warnings as text; raises ChecksFailed that names every failure."""
    findings = list(findings)
    failed = [str(finding) for finding in findings if finding.check.fatal]
    if failed:
        raise ChecksFailed("checks failed:\n  " + "\n  ".join(failed))
    return [str(finding) for finding in findings]
