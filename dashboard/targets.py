"""Targets: the bands that an editor asks of a line's share among a source's stories. Shipped ones and those of the desk folder. Pure.

Of each name (line@source) one counts: the last that the desk folder says, else what ships. A desk entry of kind `target` has the name as
its tag_id; `set` gives the band as its value, `remove` switches the target off, and undoing either brings back what was before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboard import words
from dashboard.desk import Entry, in_force

KINDS = ("topic", "desk", "group", "type", "region")
LONGEST_WHY = 300  # characters


@dataclass(frozen=True, slots=True)
class Target:
    """A band in percent, inclusive; None: no such end. `by` and `at` say who asks it since when, '' for one that ships; `entry` is the id
    of the desk entry that says so, and `off` that of the one that switched the target off."""

    key: str
    source: str
    at_least: float | None
    at_most: float | None
    why: str = ""
    by: str = ""
    at: str = ""
    entry: str = ""
    off: str = ""

    @property
    def name(self) -> str:
        """What tells it from others."""
        return f"{self.key}@{self.source}"


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets by name, switched off ones too, and how many entries of the desk can't be read as one."""

    by_name: Mapping[str, Target]
    unread: int = 0

    def of(self, source: str) -> tuple[Target, ...]:
        """Return those in force for a source."""
        return tuple(target for target in self.by_name.values() if target.source == source and not target.off)

    def switched_off(self, source: str) -> tuple[Target, ...]:
        """Return those of a source that are switched off."""
        return tuple(target for target in self.by_name.values() if target.source == source and target.off)


def targets_of(shipped: Iterable[Mapping[str, Any]], entries: Iterable[Entry]) -> Targets:
    """Return the targets: `shipped` are rows of queries/balance_examples.sql, `entries` all of the desk."""
    found = {target.name: target for target in map(_shipped, shipped)}
    unread = 0
    for entry in in_force(entry for entry in entries if entry.kind == "target" or entry.undoes):
        if entry.kind != "target" or not entry.tag_id:
            unread += entry.kind == "target"
        elif entry.action == "remove":
            if entry.tag_id in found:
                found[entry.tag_id] = replace(found[entry.tag_id], off=entry.id)
        elif (target := _asked(entry)) is not None:
            found[target.name] = target
        else:
            unread += 1
    return Targets(found, unread)


def _shipped(row: Mapping[str, Any]) -> Target:
    least, most = (
        float(row[name]) if row[name] == row[name] else None for name in ("at_least", "at_most")
    )  # NaN: none
    return Target(str(row["key"]), str(row["source_id"]), least, most, why=str(row["why"]))


def _asked(entry: Entry) -> Target | None:
    """Return what an entry asks; None where its value is no band or its name another's."""
    value = entry.value if isinstance(entry.value, dict) else {}
    key, source, least, most = (value.get(name) for name in ("key", "source", "at_least", "at_most"))
    if not isinstance(key, str) or not isinstance(source, str) or band_problem(least, most):
        return None
    target = Target(key, source, least, most, entry.why or "", entry.by, entry.at, entry.id)
    return target if target.name == entry.tag_id and key.partition(":")[0] in KINDS else None


def band_problem(at_least: object, at_most: object) -> str:
    """Return what is wrong with a band, '' where nothing is."""
    ends = [end for end in (at_least, at_most) if end is not None]
    if not ends:
        return "A target needs a lower end, an upper end or both."
    if any(isinstance(end, bool) or not isinstance(end, int | float) or not 0 <= end <= 100 for end in ends):
        return "The ends are percent, from 0 to 100."
    if any(round(float(str(end)), 2) != end for end in ends):
        return "The ends have at most two decimals."
    if len(ends) == 2 and float(str(ends[0])) > float(str(ends[1])):
        return "The lower end is more than the upper one."
    return ""


def problem(target: Target, keys: Collection[str], sources: Collection[str]) -> str:
    """Return why a target that somebody asks can't be kept, '' where it can; `keys` and `sources` are those of the data."""
    if target.key not in keys or target.key.partition(":")[0] not in KINDS:
        return "Choose a topic, desk, group, type of organization or place that is in this data."
    if target.source not in sources:
        return "Choose a source that is in this data."
    if len(target.why) > LONGEST_WHY:
        return f"The reason has {len(target.why)} characters; {LONGEST_WHY} are the most."
    return band_problem(target.at_least, target.at_most)


def set_entry(target: Target, *, by: str) -> Entry:
    """Return the entry that asks a target."""
    value = {"key": target.key, "source": target.source, "at_least": target.at_least, "at_most": target.at_most}
    return Entry("target", "set", by, tag_id=target.name, value=value, why=target.why or None)


def off_entry(target: Target, *, by: str) -> Entry:
    """Return the entry that switches a target off."""
    return Entry("target", "remove", by, tag_id=target.name)


def undo_entry(target: Target, *, by: str) -> Entry:
    """Return the entry that takes back what was last decided of a target of the desk: its switch, else its band."""
    return Entry("target", "set", by, tag_id=target.name, undoes=target.off or target.entry)


def band_words(target: Target) -> str:
    """Return '10 to 20 %', 'at least 3 %' or 'at most 45 %'."""
    least, most = (f"{end:g}" if end is not None else "" for end in (target.at_least, target.at_most))
    if least and most:
        return f"{least} to {most}{words.NBSP}%"
    return f"at least {least}{words.NBSP}%" if least else f"at most {most}{words.NBSP}%"
