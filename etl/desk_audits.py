"""The samples of audits, `audits/NAME.json` of the desk folder. Only pages read them; a run says which of them no page can read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from etl.desk_folder import moment_of
from etl.errors import InputError

FOLDER = "audits"
STRATA = ("tagged", "near", "rest")
MOST_HELD = 10**12  # stories in a stratum
_AWAY = "or move the file out of the folder: pages leave it out"


def unread_audits(desk: Path) -> list[str]:
    """A warning for each file that is no audit: file, line or field, what is wrong, and the remedy. The rules are those of
    `dashboard.audit`, which leaves such a file out."""
    found = (_problem(path) for path in sorted((desk / FOLDER).glob("*.json")))
    return [str(problem) for problem in found if problem is not None]


def _problem(path: Path) -> InputError | None:
    try:
        held = json.loads(path.read_bytes().decode("utf-8"))
        json.dumps(held, ensure_ascii=False).encode(
            "utf-8"
        )  # an escape can write half a character, which no page can show
    except OSError as error:
        return InputError(f"it can't be read: {error.strerror}", file=path, remedy=f"grant access, {_AWAY}")
    except json.JSONDecodeError as error:
        return InputError(f"not JSON: {error.msg}", file=path, where=str(error.lineno), remedy=f"correct it, {_AWAY}")
    except UnicodeError:
        return InputError("it holds what is no text", file=path, remedy=f"correct it, {_AWAY}")
    except (ValueError, RecursionError) as error:
        return InputError(f"not JSON: {error}", file=path, remedy=f"correct it, {_AWAY}")
    where, problem, wanted = _fault(held, path.stem)
    return InputError(problem, file=path, where=where, remedy=f"{wanted}, {_AWAY}") if problem else None


def _fault(held: object, name: str) -> tuple[str, str, str]:
    """The field, what is wrong with it, and what to do; empty where nothing is."""
    if not isinstance(held, dict):
        return "", "no object", "correct it"
    for field, (fits, wanted) in _FIELDS.items():
        if not fits(held.get(field)):
            return field, f"it is {held.get(field)!r:.60}", f"give {wanted}"
    if held["name"] != name:
        return "name", f"it is {held['name']!r:.60}", "call the file as its audit"
    return _sample_fault(held["strata"])


def _sample_fault(strata: Mapping[str, Any]) -> tuple[str, str, str]:
    for name in STRATA:
        if not _is_stratum(strata[name]):
            wanted = "give `of`, a whole number, and at most as many `stories`, each by its 16 hex digits"
            return f"strata.{name}", "no part of a sample", wanted
    stories = [story for name in STRATA for story in strata[name]["stories"]]
    if not stories:
        return "strata", "the sample holds no story", "name those that were drawn"
    if len(set(stories)) < len(stories):
        return "strata", "a story is in the sample twice", "remove one of the two"
    return "", "", ""


def _is_stratum(held: object) -> bool:
    if not isinstance(held, dict) or type(held.get("of")) is not int or not isinstance(held.get("stories"), list):
        return False
    ids = all(isinstance(one, str) and re.fullmatch("[0-9a-f]{16}", one) for one in held["stories"])
    return ids and len(held["stories"]) <= held["of"] <= MOST_HELD


def _is_text(held: object) -> bool:
    return isinstance(held, str) and bool(held)


def _is_moment(held: object) -> bool:
    try:
        return bool(moment_of(str(held)))
    except (ValueError, OverflowError):
        return False


def _is_day(held: object) -> bool:
    try:
        return held is None or bool(date.fromisoformat(str(held)))
    except ValueError:
        return False


def _is_list(held: object) -> bool:
    return held is None or (isinstance(held, list) and all(isinstance(one, str) for one in held))


def _holds_strata(held: object) -> bool:
    return isinstance(held, dict) and set(held) == set(STRATA)


_DAY = "a day such as 2026-01-31, or null"
_FIELDS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "v": (lambda held: held == 1, "the version 1"),
    **dict.fromkeys(("name", "topic", "by", "tagger", "snapshot"), (_is_text, "a text")),
    "seed": (lambda held: type(held) is int, "a whole number"),
    "at": (_is_moment, "a time such as 2026-01-31T12:00:00Z"),
    "sources": (_is_list, "a list of ids, or null for all"),
    "from_day": (_is_day, _DAY),
    "to_day": (_is_day, _DAY),
    "strata": (_holds_strata, f"an object of {', '.join(STRATA)}"),
}
