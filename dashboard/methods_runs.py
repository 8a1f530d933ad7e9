"""What runs took in and how it ended, from the log of runs and the ledger in the snapshot. Rows in, safe HTML out; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

from dashboard import words
from dashboard.links import story_link
from dashboard.methods_table import here, link, table

Row = Mapping[str, Any]
Counts = Mapping[str, Mapping[str, int]]
MOST_RUNS = 20
OUTCOMES = {
    "published": "new data", "unchanged": "nothing new", "failed": "failed, nothing changed",
    "checks failed": "stopped by a check, nothing changed",
}  # fmt: skip
ENDINGS = {
    "split": "taken in", "unchanged": "unchanged", "unchanged:held": "held already from another input", "new": "new",
    "updated": "updated", "copy": "copies of others",
}  # fmt: skip
WHY = {
    "promotion": "advertising", "footer": "the end of an issue", "off-topic": "not about AI", "no-text": "no text",
    "no-title": "no headline", "no-story": "no story was found in it", "no-issue": "no issue", "no-address": "no address",
    "no-feed": "no feed came", "date": "a date that can’t be", "source": "an unknown source", "malformed": "could not be read",
    "torn": "it broke off in the middle", "boilerplate": "set phrases", "greeting": "a greeting", "caption": "a caption",
    "section": "a heading alone",
}  # fmt: skip
ORDER = ("split", "new", "updated", "copy", "unchanged", "unchanged:held")
STORY_ID = re.compile("[0-9a-f]{16}")
LEVELS = {"document": ("document", "documents"), "piece": ("piece", "pieces")}


@dataclass(frozen=True, slots=True)
class Run:
    """One run: when it ended (naive UTC), how, what it took in by level and ending, and whether this data holds its ledger."""

    run_id: str
    at: datetime
    outcome: str
    taken: Mapping[str, int] = field(default_factory=dict)
    ended: Counts = field(default_factory=dict)
    held: bool = False
    problem: str = ""

    @property
    def adds_up(self) -> bool:
        """Whether as much ended as was taken in, at both levels."""
        return all(sum(self.ended.get(level, {}).values()) == number for level, number in self.taken.items())


def ending_words(disposition: str) -> str:
    """Return how something ended: 'new', 'left out: advertising', 'set aside: a date that can’t be'."""
    kind, _, reason = disposition.partition(":")
    if kind == "rejected":
        return f"left out: {WHY.get(reason, reason.replace('-', ' '))}"
    if kind == "quarantined":
        return f"set aside: {WHY.get(reason, reason.replace('-', ' '))}"
    return ENDINGS.get(disposition, disposition.replace(":", ", "))


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text).removesuffix("Z"))


def runs_of(entries: Sequence[Row], published: Sequence[Row], ledger: Sequence[Row]) -> list[Run]:
    """Return the newest runs, the newest first: those of the log, and those that the data holds and the log does not."""
    ended: dict[str, dict[str, dict[str, int]]] = {}
    for row in ledger:
        ended.setdefault(row["run_id"], {}).setdefault(row["level"], {})[row["disposition"]] = int(row["n"])
    held = {row["run_id"]: row for row in published}
    runs = [
        Run(row["run_id"], row["finished"] if row["finished"] is not None else row["clock"], "published",
            {"document": int(row["documents"]), "piece": int(row["pieces"])}, ended.get(row["run_id"], {}), True)
        for row in published
    ]  # fmt: skip
    runs += [_logged(entry) for entry in entries if entry.get("run_id") not in held]
    return sorted(runs, key=lambda run: run.at, reverse=True)[:MOST_RUNS]


def _logged(entry: Row) -> Run:
    taken = {
        level: int(entry[name]) for level, name in (("document", "documents"), ("piece", "pieces")) if name in entry
    }
    outcome, problem = str(entry["outcome"]), str(entry.get("problem") or "")
    at = _moment(entry.get("finished", entry["clock"]))
    return Run(str(entry.get("run_id", "")), at, outcome, taken, entry.get("dispositions") or {}, False, problem)


def runs_table(runs: Iterable[Run]) -> str:
    """Return the runs as a table; numbers of a run whose ledger this data holds open to their rows."""
    return table(
        "The newest runs", ("Ended", "Outcome", "Came in", "Documents ended", "Pieces ended"), map(_cells, runs)
    )


def _cells(run: Run) -> list[str]:
    outcome = OUTCOMES.get(run.outcome, run.outcome.replace("-", " "))
    if run.outcome == "published" and not run.held:
        outcome += ", since taken back"
    said = escape(outcome + (f": {run.problem[:200]}" if run.problem else ""))
    came = ", ".join(f"{words.count(n)} {LEVELS[level][n != 1]}" for level, n in run.taken.items())
    if run.taken and not run.adds_up:
        said += '<br><span class="state state-failing">the sums do not come out</span>'
    return [words.moment(run.at), said, came, _endings(run, "document"), _endings(run, "piece")]


def _endings(run: Run, level: str) -> str:
    found = run.ended.get(level, {})
    known = [name for name in ORDER if found.get(name)]
    rest = sorted((name for name in found if name not in ORDER and found[name]), key=lambda name: (-found[name], name))
    return "<br>".join(
        f"{_opens(run, level, name, found[name])} {escape(ending_words(name))}" for name in [*known, *rest]
    )


def _opens(run: Run, level: str, disposition: str, number: int) -> str:
    shown = words.count(number)
    if not run.held or disposition == "unchanged":
        return shown  # nothing but their number is kept of what is unchanged
    return link(here(open="ledger", run=run.run_id, level=level, value=disposition), shown)


def aside_table(rows: Iterable[Row]) -> str:
    """Return what was set aside or left out, by source and reason, each number opening to its rows."""
    cells = (
        [
            escape(row["source"]), escape(ending_words(row["disposition"])), LEVELS[row["level"]][1],
            link(here(open="ledger", source=row["source_id"], level=row["level"], value=row["disposition"]), words.count(int(row["n"]))),
            words.day(row["last"]),
        ]
        for row in rows
    )  # fmt: skip
    return table("Set aside and left out", ("Source", "Why", "What", "How many", "Last"), cells, numbers=("How many",))


def items_table(rows: Iterable[Row]) -> str:
    """Return rows of the ledger: what it was, how it ended, and what more is known of it."""
    cells = (
        [
            escape(str(row["key"])[:160] or row["document_id"]), escape(ending_words(row["disposition"])), _detail(row),
            escape(row["source"]), escape(row["document_id"]), words.day(row["clock"]),
        ]
        for row in rows
    )  # fmt: skip
    return table("Rows of the ledger", ("What", "Ended", "Detail", "Source", "Document", "Run of"), cells)


def _detail(row: Row) -> str:
    """What more is known of a row; of what became a story, the way to it."""
    detail = str(row["detail"])
    if row["level"] == "piece" and STORY_ID.fullmatch(detail):
        return link(story_link(detail), "its story")
    return escape(detail)


def despite_table(rows: Iterable[Row]) -> str:
    """Return which checks were overruled, by whom, when and why."""
    cells = ([escape(r["check_name"]), escape(r["why"]), escape(r["who"]), words.moment(r["at"])] for r in rows)
    return table("Published although a check objected", ("Check", "Reason given", "By", "When"), cells)
