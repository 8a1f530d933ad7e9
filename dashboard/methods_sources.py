"""Each source with its health in plain words, what needs an eye first. Rows in, safe HTML and sentences out; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from dashboard import words
from dashboard.fetched import REASONS
from dashboard.methods_table import coverage, fold, here, link, listed, table

Row = Mapping[str, Any]
NEEDS_AN_EYE = ("failing", "silent", "none", "shrunk", "swollen", "gap", "ok", "off")
IN_SHORT = {
    "failing": "can’t be reached", "silent": "silent", "none": "no story yet", "shrunk": "fewer than usual",
    "swollen": "more than usual", "gap": "a gap", "ok": "as usual", "off": "off",
}  # fmt: skip
KINDS = {
    "newsletter": "newsletter",
    "feed": "feed",
    "hackernews": "Hacker News",
    "gdelt": "GDELT",
    "arxiv": "arXiv",
    "files": "files",
}
RHYTHMS = {"issue": "by the issue", "day": "daily", "month": "monthly", "irregular": "no fixed rhythm"}
SHOWN = {"full": "whole texts", "excerpt": "excerpts", "headline": "headlines only"}


@dataclass(frozen=True, slots=True)
class Failure:
    """The newest run (naive UTC) in which a source did not come, or came in part, with the reason in one word; `lasting` where no
    run has had it since."""

    at: datetime
    reason: str
    lasting: bool


def failures(entries: Iterable[Row]) -> dict[str, Failure]:
    """Return the newest failure of each source, from entries of the log of runs with the newest first."""
    found: dict[str, Failure] = {}
    came: set[str] = set()
    for entry in entries:
        for source_id, told in (entry.get("sources") or {}).items():
            if told.get("outcome") not in ("failed", "part"):
                came.add(source_id)
            elif source_id not in found:
                at = datetime.fromisoformat(str(entry.get("finished", entry["clock"])).removesuffix("Z"))
                found[source_id] = Failure(at, str(told.get("reason") or ""), source_id not in came)
    return found


def state(row: Row, failure: Failure | None) -> str:
    """Return the state that needs an eye most: a source that can't be reached is that before anything else, unless it is off."""
    return "failing" if failure and failure.lasting and row["state"] != "off" else str(row["state"])


def state_words(row: Row, failure: Failure | None) -> str:
    """Return a source's state in plain words, with the numbers that it rests on."""
    what = state(row, failure)
    if what == "failing":
        return f"could not be reached ({_reason(failure)})" if failure else ""
    if what == "silent":
        return f"silent for {days(row['days_since'])}; usually a story every {days(row['gap_days'])}"
    if what in ("shrunk", "swollen"):
        grain = "month" if row["rhythm"] == "month" else "week"
        when = words.in_period(row["period"].date(), grain)
        return f"{IN_SHORT[what]}: {words.stories(int(row['period_stories']))} {when}, about {row['usual']:.0f} before"
    if what == "gap":
        return f"a gap: {row['reason']}"
    return {"none": "no story yet", "off": "switched off"}.get(what, "as usual")


def days(number: float) -> str:
    """Return '1 day' or '3.5 days'."""
    return "1 day" if number == 1 else f"{number:g} days"


def _reason(failure: Failure | None) -> str:
    reason = failure.reason if failure else ""
    return REASONS.get(reason, reason.replace("-", " ")) or "no reason was given"


def recent_words(row: Row) -> str:
    """Return what came in the last 13 weeks, '9 of 13 issues' where the rhythm leads to expect any."""
    came, expected = int(row["came"]), int(row["expected"])
    if expected:
        return f"{words.count(came)} of {words.count(expected)} {words.UNITS.get(str(row['rhythm']), 'days')}"
    return "nothing" if not came else f"stories on {days(came)}"


def by_need(rows: Iterable[Row], failed: Mapping[str, Failure]) -> list[Row]:
    """Return the sources, what needs an eye first, then by name."""
    return sorted(
        rows,
        key=lambda row: (NEEDS_AN_EYE.index(state(row, failed.get(row["id"]))), str(row["name"]).lower(), row["id"]),
    )


def sources_table(rows: Iterable[Row], holes: Sequence[Row], failed: Mapping[str, Failure]) -> str:
    """Return the sources as a table whose rows open to what is known of each."""
    columns = ("Source", "State", "Stories", "From", "To", "Last 13 weeks")
    return table(
        "Sources and their health", columns, (_cells(row, holes, failed) for row in rows), numbers=("Stories",)
    )


def _cells(row: Row, holes: Sequence[Row], failed: Mapping[str, Failure]) -> list[str]:
    failure = failed.get(row["id"])
    number = int(row["stories"])
    stories = link(here(open="all", source=row["id"]), words.count(number)) if number else "0"
    name = f'<b>{escape(row["name"])}</b><div class="range">{_kind(row)}</div>'
    about = fold(name, listed(_about(row, holes, failure)))
    eye = state(row, failure)
    said = f'<span class="state state-{eye}">{escape(state_words(row, failure))}</span>'
    first, last = (words.day(row[name]) if number else "" for name in ("first_story", "last_story"))
    return [about, said, stories, first, last, recent_words(row)]


def _kind(row: Row) -> str:
    """What a source is, from where, how often, and what may be shown of it: safe HTML in one line."""
    sample = f"sample: {row['sampled']}" if row["sampled"] else ""
    what = [KINDS.get(row["kind"], row["kind"]), row["country"], RHYTHMS.get(row["rhythm"], row["rhythm"]), sample]
    said = ", ".join(str(part) for part in what if part)
    return f"{escape(said)}; shown: {SHOWN.get(row['display'], escape(str(row['display'])))}"


def _about(row: Row, holes: Sequence[Row], failure: Failure | None) -> Iterable[str]:
    if row["stories"]:
        yield f"Stories usually every {days(row['gap_days'])}"
    yield f"Sample: {escape(row['sampled'])}" if row["sampled"] else "Not sampled: every story that came is counted"
    if row["overdue"] and row["state"] != "off":
        yield f"Due since {words.day(row['due_day'])}: {words.count(int(row['overdue']))} {words.UNITS.get(row['rhythm'], 'days')}"
    elif row["due_day"] is not None and row["state"] != "off":
        yield f"Due next on {words.day(row['due_day'])}"
    if failure:
        yield f"Last time it could not be had: {words.moment(failure.at)} ({escape(_reason(failure))})"
    yield from (_hole(hole) for hole in holes if hole["source_id"] == row["id"] and hole["reason"])
    if row["stories"]:
        yield link(coverage(source=row["id"]), "See it in Coverage")


def _hole(hole: Row) -> str:
    until = f"to {words.day(hole['to_day'])}" if hole["to_day"] is not None else "on"
    return f"Gap from {words.day(hole['from_day'])} {until}: {escape(hole['reason'])}"


def sources_sentence(rows: Sequence[Row], failed: Mapping[str, Failure]) -> str:
    """Return how the sources do in one sentence."""
    number = len(rows)
    counted = Counter(state(row, failed.get(row["id"])) for row in rows)
    told = [f"{words.count(counted[what])} {_many(what)}" for what in NEEDS_AN_EYE if counted[what]]
    if len(counted) == 1 < number:
        return f"{words.count(number)} sources: all {_many(next(iter(counted)))}."
    return f"{words.count(number)} source{'' if number == 1 else 's'}: {words.listed(told)}."


def _many(what: str) -> str:
    said = {"none": "without a story yet", "shrunk": "with fewer stories than usual", "swollen": "with more stories than usual",
            "gap": "in a gap that has a reason", "off": "switched off", "failing": "that can’t be reached"}  # fmt: skip
    return said.get(what, IN_SHORT[what])
