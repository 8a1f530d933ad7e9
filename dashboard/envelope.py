"""What a line of the desk folder must hold for runs to read it (contract 4). Pure.

`etl.desk_folder` refuses the same and says why; a page leaves out what would stop a run, so that it shows what the next one will have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

ROLES: Mapping[str, tuple[str, ...]] = {
    "organization": ("focus", "mention", "source", "product"),
    "region": ("focus", "mention"),
}
ON_TAG = ("topic", "organization", "region", "role", "judgement")
ACTIONS: Mapping[str, tuple[str, ...]] = {  # on stories; of other kinds all are free
    "topic": ("add", "remove"),
    "organization": ("add", "remove"),
    "region": ("add", "remove"),
    "role": ("set",),
    "story": ("remove", "set"),
    "cluster": ("add", "remove"),
    "judgement": ("set",),
}
KINDS = (*ACTIONS, "target", "view", "event")
EARLIEST = date(1950, 1, 1)  # of a day that is set: runs keep what sets an earlier one, and do not apply it
Held = Mapping[str, Any]


def moment_of(text: str) -> datetime:
    """Return a date or time in UTC, naive; one without an offset is in UTC already. Raises ValueError or OverflowError for none."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def is_json(line: bytes) -> bool:
    """Return whether a line is whole; a last line that is not was cut off while it was written."""
    try:
        json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return False
    return True


def held_in(line: bytes) -> Held | None:
    """Return what a line holds; None where a run would stop at it."""
    try:
        held = json.loads(line.decode("utf-8"))
        if b"\\u" in line:  # which can write halves of a character, and those can't be stored
            json.dumps(held, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return held if isinstance(held, dict) and _fits(held) else None


def _fits(held: Held) -> bool:
    if not all(name in held and check(held[name]) for name, check in _CHECKS.items()):
        return False
    return held["undoes"] is not None or (_says_about_what(held) and _value_fits(held))


def _says_about_what(held: Held) -> bool:
    kind = held["kind"]
    if (kind in ACTIONS and not held["story_id"]) or (kind in ON_TAG and not held["tag_id"]):
        return False
    return kind not in ACTIONS or held["action"] in ACTIONS[kind]


def _value_fits(held: Held) -> bool:
    kind, action, value = held["kind"], held["action"], held["value"]
    if kind == "judgement":
        return isinstance(value, bool)
    if (kind, action) == ("story", "set"):
        return _is_moment(value)
    if (kind, action) == ("cluster", "add"):
        return value is not None and _is_story(value)
    if kind == "role":
        return value in ROLES.get(held["tag_id"].partition(":")[0], ())
    return kind not in ROLES or action != "add" or value is None or value in ROLES[kind]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_text_or_null(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_story(value: object) -> bool:
    return value is None or (isinstance(value, str) and bool(re.fullmatch("[0-9a-f]{16}", value)))


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(moment_of(value))
    except (ValueError, OverflowError):
        return False


_CHECKS: Mapping[str, Callable[[object], bool]] = {
    "v": lambda value: type(value) is int and value == 1,
    "id": _is_text,
    "at": _is_moment,
    "by": _is_text,
    "kind": lambda value: value in KINDS,
    "story_id": _is_story,
    "tag_id": _is_text_or_null,
    "action": lambda value: value in ("add", "remove", "set"),
    "value": lambda value: True,
    "why": _is_text_or_null,
    "undoes": _is_text_or_null,
}
