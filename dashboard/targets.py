"""Targets: the bands that an editor asks of a line's share among a source's stories. Shipped ones and those of the desk folder. Pure.

Of each name (line@source) one counts: the last that the desk folder says, else what ships. A desk entry of kind `target` has the name as
its tag_id; `set` gives the band as its value, `remove` switches the target off, and undoing either brings back what was before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
class Unread:
    """A target that does not count, because it is none or not of this data: how it is called, why it does not count, who asks it since
    when and by which entry of the desk, '' for one that ships."""

    name: str
    why: str
    by: str
    at: str
    entry: str


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets by name, switched off ones too, and what is asked for and can't be one."""

    by_name: Mapping[str, Target]
    unread: tuple[Unread, ...] = ()

    def of(self, source: str) -> tuple[Target, ...]:
        """Return those in force for a source."""
        return tuple(target for target in self.by_name.values() if target.source == source and not target.off)

    def switched_off(self, source: str) -> tuple[Target, ...]:
        """Return those of a source that are switched off."""
        return tuple(target for target in self.by_name.values() if target.source == source and target.off)


def targets_of(
    shipped: Iterable[Mapping[str, Any]],
    entries: Iterable[Entry],
    *,
    keys: Collection[str],
    sources: Collection[str],
    renamed: Mapping[str, str] | None = None,
) -> Targets:
    """Return the targets: `shipped` are rows of queries/balance_examples.sql, `entries` all of the desk; `keys` and `sources` are those of
    the data, and `renamed` leads from former keys to present ones."""
    now = renamed or {}
    found = {target.name: target for target in (_shipped(row, now) for row in shipped)}
    unread = []
    for entry in in_force(entry for entry in entries if entry.kind == "target" or entry.undoes):
        if entry.kind != "target":
            continue
        name = _named_now(entry.tag_id or "", now)
        if entry.action == "remove":
            found |= {name: replace(found[name], off=entry.id)} if name in found else {}
        elif wrong := _unfit(entry):
            unread.append(Unread(entry.tag_id or "a target without a name", wrong, entry.by, entry.at, entry.id))
        else:
            found[name] = _asked(entry, now)
    missing = {name: why for name, target in found.items() if (why := _not_here(target, keys, sources))}
    unread += [
        Unread(name, why, found[name].by, found[name].at, found[name].entry)
        for name, why in missing.items()
        if not found[name].off
    ]
    return Targets({name: target for name, target in found.items() if name not in missing}, tuple(unread))


def _named_now(name: str, renamed: Mapping[str, str]) -> str:
    key, at, source = name.rpartition("@")
    return f"{renamed.get(key, key)}{at}{source}"


def _not_here(target: Target, keys: Collection[str], sources: Collection[str]) -> str:
    """Return what of a target this data lacks, '' where nothing is missing. Of a source without stories an example says nothing."""
    if target.source not in sources:
        return "Its source has no stories in this data." if target.by else ""
    return "" if target.key in keys else "There is no such line in this data."


def _shipped(row: Mapping[str, Any], renamed: Mapping[str, str]) -> Target:
    least, most = (
        float(row[name]) if row[name] == row[name] else None for name in ("at_least", "at_most")
    )  # NaN: none
    return Target(renamed.get(row["key"], row["key"]), str(row["source_id"]), least, most, why=str(row["why"]))


def _asked(entry: Entry, renamed: Mapping[str, str]) -> Target:
    """Return what an entry asks that is fit."""
    value, why = entry.value, " ".join((entry.why or "").split())[:LONGEST_WHY]
    key = renamed.get(value["key"], value["key"])
    return Target(key, value["source"], value.get("at_least"), value.get("at_most"), why, entry.by, entry.at, entry.id)


def _unfit(entry: Entry) -> str:
    """Return why an entry is no target, '' where it is one."""
    if not isinstance(entry.value, dict):
        return "Its value is no band: key, source, at_least, at_most."
    key, source, least, most = (entry.value.get(name) for name in ("key", "source", "at_least", "at_most"))
    if not isinstance(key, str) or not isinstance(source, str):
        return "It does not say of which line and source it is."
    if key.partition(":")[0] not in KINDS:
        return "It is of no topic, desk, group, type of organization or place."
    if entry.tag_id != Target(key, source, None, None).name:
        return "Its name is another than that of its line and source."
    return band_problem(least, most)


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


def undo_entry(target: Target | Unread, *, by: str) -> Entry:
    """Return the entry that takes back what was last decided of a target of the desk: its switch, else its band."""
    off = target.off if isinstance(target, Target) else ""
    return Entry("target", "set", by, tag_id=target.name, undoes=off or target.entry)


def as_parameters(targets: Sequence[Target]) -> dict[str, tuple[Any, ...]]:
    """Return targets as the macros take them, lists of one length."""
    return {
        "names": tuple(target.name for target in targets),
        "keys": tuple(target.key for target in targets),
        "leasts": tuple(target.at_least for target in targets),
        "mosts": tuple(target.at_most for target in targets),
    }


def band_words(target: Target) -> str:
    """Return '10 to 20 %', 'at least 3 %' or 'at most 45 %'."""
    least, most = (f"{end:g}" if end is not None else "" for end in (target.at_least, target.at_most))
    if least and most:
        return f"{least} to {most}{words.NBSP}%"
    return f"at least {least}{words.NBSP}%" if least else f"at most {most}{words.NBSP}%"
