"""What people decided: the desk folder's `*.jsonl` as decisions in one order, and which of them are in force."""

from __future__ import annotations

import heapq
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Literal, get_args

from etl.errors import InputError

Kind = Literal["topic", "organization", "region", "role", "story", "cluster", "target", "judgement", "view", "event"]
Action = Literal["add", "remove", "set"]

_ON_STORY = ("topic", "organization", "region", "role", "judgement", "story", "cluster")
_ON_TAG = ("topic", "organization", "region", "role", "judgement")
_ROLES = {"organization": ("focus", "mention", "source", "product"), "region": ("focus", "mention")}
# What their readers rely on; the others are free.
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("topic", "organization", "region", "cluster"), ("add", "remove")),
    "story": ("remove", "set"),
    "role": ("set",),
    "judgement": ("set",),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the desk, made at `at` (UTC, naive); it stands in line `line` (from 1) of the file `file`.

    An entry with `undoes` takes that entry back and decides nothing else, whatever its other fields say.
    A `judgement` is an audit's verdict on a topic of a story: `tag_id` is the topic, `value` is true where the story has it.
    A `story` with the action `remove` says that the text is no story; with `set` it gives the story another date.
    """

    id: str
    at: datetime
    by: str
    kind: Kind
    story_id: str | None
    tag_id: str | None
    action: Action
    value: Any
    why: str | None
    undoes: str | None
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class DeskFolder:
    """All decisions, each file's in its own order, and what should be said about files that were cut off."""

    decisions: tuple[Decision, ...]
    warnings: tuple[str, ...]


def read_desk(folder: Path, *, sizes: Mapping[str, int] | None = None) -> DeskFolder:
    """Read every `*.jsonl` of the desk folder; a folder that is not there holds no decisions. With `sizes` only so many bytes of the
    files named there: what is written while a run goes on is for the next.

    The files are merged by time and id, without changing the order within a file: what a file is called makes no
    difference. A last line that was cut off while it was written is left out and becomes a warning.
    Raises InputError naming file, line and remedy.
    """
    paths = sorted(folder.glob("*.jsonl")) if sizes is None else [folder / name for name in sorted(sizes)]
    files = [_read(path, None if sizes is None else sizes[path.name]) for path in paths]
    merged = tuple(heapq.merge(*(file.decisions for file in files), key=lambda decision: (decision.at, decision.id)))
    _check_ids(merged)
    return DeskFolder(merged, tuple(warning for file in files for warning in file.warnings))


def in_force(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that count, in their order: none that is undone, and only the last on each kind, story and tag.

    An entry is undone while an entry that undoes it is not undone itself; their order makes no difference to that.
    A `set` replaces only a `set`: a new date does not make a story of what was said to be none.
    Raises InputError where entries undo each other in a circle.
    """
    last: dict[tuple[object, ...], Decision] = {}
    for decision in _standing(tuple(decisions)):
        key = (decision.kind, decision.story_id, decision.tag_id, decision.action == "set")
        last.pop(key, None)  # so that it goes to the end
        last[key] = decision
    return tuple(last.values())


def without_removed_views(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Of decisions in force those that still hold something: no removal of a view, nor the view that it removes."""
    kept: list[Decision] = []
    for decision in decisions:
        if decision.kind == "view" and decision.action == "remove":
            kept = [one for one in kept if one.kind != "view" or one.tag_id != decision.tag_id]
        else:
            kept.append(decision)
    return tuple(kept)


def topic_judgements(
    decisions: Iterable[Decision], *, renamed: Mapping[str, str] | None = None
) -> dict[str, dict[str, bool]]:
    """story_id → {topic: whether the story has it}, from decisions in force; the last on a topic counts.

    `topic` says it by add and remove, `judgement` by its value, true or false. `renamed` leads from former ids of
    topics to present ones. Ids are not looked up: a judgement may name what is no topic.
    """
    told: dict[str, dict[str, bool]] = {}
    for decision in decisions:
        if decision.kind in ("topic", "judgement") and decision.story_id and decision.tag_id:
            topic = (renamed or {}).get(decision.tag_id, decision.tag_id)
            has = decision.value if decision.kind == "judgement" else decision.action == "add"
            told.setdefault(decision.story_id, {})[topic] = has
    return told


def not_stories(decisions: Iterable[Decision]) -> frozenset[str]:
    """The story_ids of what is no story, by decisions in force."""
    return frozenset(d.story_id for d in decisions if d.kind == "story" and d.action == "remove" and d.story_id)


def _standing(decisions: Sequence[Decision]) -> list[Decision]:
    """Those that decide something and are not undone."""
    undoers: dict[str, list[str]] = defaultdict(list)
    for decision in decisions:
        if decision.undoes is not None:
            undoers[decision.undoes].append(decision.id)
    stands: dict[str, bool] = {}
    try:
        for entry in TopologicalSorter(undoers).static_order():
            stands[entry] = not any(stands[undoer] for undoer in undoers.get(entry, ()))
    except CycleError as error:
        first = next(decision for decision in decisions if decision.id in error.args[1])
        raise _error("entries undo each other in a circle", "correct `undoes`", first.file, first.line) from None
    return [decision for decision in decisions if decision.undoes is None and stands.get(decision.id, True)]


def _read(path: Path, size: int | None) -> DeskFolder:
    try:
        *lines, tail = path.read_bytes()[:size].split(b"\n")
    except OSError as error:
        remedy = "make it a readable file, or move it out of the desk folder"
        raise InputError(f"the file can't be read: {error.strerror}", file=path, remedy=remedy) from None
    warnings: tuple[str, ...] = ()
    if _is_whole(tail):
        lines.append(tail)
    elif tail.strip():
        warnings = (f"{path}:{len(lines) + 1}: the last entry was cut off while it was written and does not count",)
    decisions = (_decision(line, path, number) for number, line in enumerate(lines, start=1) if line.strip())
    return DeskFolder(tuple(decisions), warnings)


def _is_whole(line: bytes) -> bool:
    try:
        json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return False
    return True


def _decision(line: bytes, path: Path, number: int) -> Decision:
    try:
        entry = json.loads(line.decode("utf-8"))
        if b"\\u" in line:  # which can write halves of a character, and those can't be stored
            json.dumps(entry, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise _error(f"not JSON: {error}", "correct or remove the line", path, number) from None
    if not isinstance(entry, dict):
        raise _error("no object", "correct or remove the line", path, number)
    problem, remedy = _fault(entry)
    if problem:
        raise _error(problem, remedy, path, number)
    fields = {name: entry[name] for name in _CHECKS if name != "v"}
    return Decision(**fields | {"at": moment_of(entry["at"])}, file=path, line=number)


def _fault(entry: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with an entry, and the remedy; empty where nothing is."""
    for name, check in _CHECKS.items():
        if name not in entry:
            return f"`{name}` is missing", "add it, null where there is none"
        if expected := check(entry[name]):
            return f"`{name}` is {entry[name]!r:.60}", f"give {expected}"
    return ("", "") if entry["undoes"] is not None else _misfit(entry)


def _misfit(entry: Mapping[str, Any]) -> tuple[str, str]:
    """As `_fault`, for what an entry of its kind needs."""
    kind = entry["kind"]
    for name, kinds in (("story_id", _ON_STORY), ("tag_id", _ON_TAG)):
        if kind in kinds and not entry[name]:
            return f"`{name}` is {entry[name]!r}", f"name what the {kind} is about"
    if entry["action"] not in (actions := _ACTIONS.get(kind, get_args(Action))):
        return f"a {kind} has no action `{entry['action']}`", f"use {' or '.join(actions)}"
    if expected := _unfit_value(entry):
        return f"`value` is {entry['value']!r:.60}", f"give {expected}"
    return "", ""


def _unfit_value(entry: Mapping[str, Any]) -> str:
    """What the value of such an entry should be; empty where it is."""
    kind, value = entry["kind"], entry["value"]
    if kind == "judgement":
        return "" if isinstance(value, bool) else "true where the story has the topic, false where not"
    if kind == "story" and entry["action"] == "set":
        return _time(value)
    if kind == "cluster" and entry["action"] == "add":
        return _story(value) if value else "the story_id of the story that it is a copy of"
    of_what = entry["tag_id"].partition(":")[0] if kind == "role" else kind
    if kind == "role" and of_what not in _ROLES:
        return "a role of `organization:ID` or `region:CODE`, named so in `tag_id`"
    given = kind == "role" or (entry["action"] == "add" and value is not None)
    if of_what in _ROLES and given and value not in _ROLES[of_what]:
        return f"one of {', '.join(_ROLES[of_what])}"
    return ""


def _check_ids(decisions: Iterable[Decision]) -> None:
    """Raise InputError for an id that two entries have, or an entry that undoes one that is not there."""
    by_id: dict[str, Decision] = {}
    for decision in decisions:
        if held := by_id.get(decision.id):
            problem = f"{held.file.name}:{held.line} has the id {decision.id!r} too"
            raise _error(problem, "remove one of them", decision.file, decision.line)
        by_id[decision.id] = decision
    for decision in by_id.values():
        if decision.undoes is not None and decision.undoes not in by_id:
            problem = f"it undoes {decision.undoes!r}, which no entry of the desk is"
            raise _error(problem, "restore that entry or correct `undoes`", decision.file, decision.line)


def _error(problem: str, remedy: str, file: Path, line: int) -> InputError:
    return InputError(problem, file=file, where=str(line), remedy=remedy)


def moment_of(text: str) -> datetime:
    """A date or time in UTC, naive; one without an offset is in UTC already. Raises ValueError or OverflowError where it is none."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _version(value: object) -> str:
    return "" if type(value) is int and value == 1 else "the version 1, or read it with the program that wrote it"


def _text(value: object) -> str:
    return "" if isinstance(value, str) and value else "a text"


def _text_or_null(value: object) -> str:
    return "" if value is None or isinstance(value, str) else "a text or null"


def _story(value: object) -> str:
    fits = value is None or (isinstance(value, str) and re.fullmatch("[0-9a-f]{16}", value))
    return "" if fits else "a story_id of 16 hex digits, or null"


def _time(value: object) -> str:
    try:
        moment_of(str(value))
    except (ValueError, OverflowError):
        return "a time such as 2026-01-31T12:00:00Z"
    return "" if isinstance(value, str) else "the time as a text"


def _one_of(names: Sequence[str]) -> Callable[[object], str]:
    return lambda value: "" if value in names else f"one of {', '.join(names)}"


_CHECKS: dict[str, Callable[[object], str]] = {
    "v": _version,
    "id": _text,
    "at": _time,
    "by": _text,
    "kind": _one_of(get_args(Kind)),
    "story_id": _story,
    "tag_id": _text_or_null,
    "action": _one_of(get_args(Action)),
    "value": lambda value: "",
    "why": _text_or_null,
    "undoes": _text_or_null,
}
