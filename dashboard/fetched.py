"""How the sources that are asked over the network fared in the newest runs, in plain words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard import words

Row = Mapping[str, Any]
MOST_NAMED = 3
CAME_THROUGH = ("published", "unchanged")
# Reasons of the log that say that no usable answer came at all; with the others something came that could not be read.
UNREACHED = ("timeout", "refused", "name", "busy", "reset", "tls", "robots", "address", "private", "redirect-loop")
REASONS = {
    "name": "its name is unknown to the network", "refused": "connection refused", "reset": "connection broken off",
    "tls": "no secure connection", "robots": "it asks robots to stay away", "busy": "it is busy", "address": "wrong address",
    "private": "its address is private", "redirect-loop": "it leads in circles", "login-page": "a login page came",
    "no-feed": "no feed came", "empty": "nothing was in it", "too-big": "too much came",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failing:
    """A source that failed in the newest `runs` runs that asked it; in the last of them with `reason`, `part`: something came."""

    name: str
    runs: int
    reason: str
    part: bool


@dataclass(frozen=True, slots=True)
class Fetched:
    """When a run last looked for news and came through (naive UTC; None: no run asked anybody), and which sources fail."""

    looked: datetime | None
    failing: tuple[Failing, ...]


def entries_of(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return rows of queries/source_runs.sql as the log would tell them."""
    entries: dict[str, dict[str, Any]] = {}
    for row in rows:
        entry = entries.setdefault(
            row["run_id"], {"clock": row["clock"].isoformat(), "outcome": "published", "sources": {}}
        )
        entry["sources"][row["source_id"]] = {"outcome": row["outcome"], "reason": row["reason"]}
    return list(entries.values())


def fetched_of(entries: Sequence[Row], sources: Iterable[Row], *, clock: datetime) -> Fetched:
    """Return how the sources fared, from runs with the newest first.

    One that the snapshot says is switched off is left out, unless a run asked it after that snapshot (made at `clock`).
    """
    known = {row["id"]: row for row in sources}
    looked = next((_moment(entry) for entry in entries if entry["outcome"] in CAME_THROUGH), None)
    failing = [_failing(entries, source_id, known) for source_id in _failed(entries, known, clock)]
    return Fetched(looked, tuple(sorted(failing, key=lambda one: (-one.runs, one.name))))


def _failed(entries: Sequence[Row], known: Mapping[str, Row], clock: datetime) -> list[str]:
    """The sources whose newest outcome is a failure."""
    newest: dict[str, tuple[str, datetime]] = {}
    for entry in entries:
        for source_id, told in entry["sources"].items():
            newest.setdefault(source_id, (told.get("outcome", ""), _clock(entry)))
    return [
        source_id for source_id, (outcome, at) in newest.items()
        if outcome in ("failed", "part") and (at > clock or source_id not in known or known[source_id]["enabled"])
    ]  # fmt: skip


def _failing(entries: Sequence[Row], source_id: str, known: Mapping[str, Row]) -> Failing:
    told = [entry["sources"][source_id] for entry in entries if source_id in entry["sources"]]
    runs = next((n for n, one in enumerate(told) if one.get("outcome") not in ("failed", "part")), len(told))
    name = str(known[source_id]["name"]) if source_id in known else source_id
    return Failing(name, runs, str(told[0].get("reason") or ""), told[0]["outcome"] == "part")


def _clock(entry: Row) -> datetime:
    return datetime.fromisoformat(str(entry["clock"]).removesuffix("Z"))


def _moment(entry: Row) -> datetime:
    return datetime.fromisoformat(str(entry.get("finished", entry["clock"])).removesuffix("Z"))


def failing_words(failing: Sequence[Failing]) -> str:
    """Return 'The Radio could not be reached in the last 3 runs (timeout).', for at most three sources; '' where none fails."""
    said = [_sentence(one) for one in failing[:MOST_NAMED]]
    more = len(failing) - len(said)
    if more:
        said.append(f"{more} more {'source' if more == 1 else 'sources'} failed, too; ainews status names all.")
    return " ".join(said)


def _sentence(one: Failing) -> str:
    what = (
        "could not be reached" if one.reason in UNREACHED or one.reason.startswith("status-") else "could not be read"
    )
    when = "in the last run" if one.runs == 1 else f"in the last {words.count(one.runs)} runs"
    reason = REASONS.get(one.reason, one.reason.replace("-", " "))
    because = f" ({reason})" if reason else ""
    return f"{one.name} {'came only in part' if one.part else what} {when}{because}."
