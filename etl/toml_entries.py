"""Entries of a TOML seed file, read with errors that name file, entry and remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from etl.errors import InputError

T = TypeVar("T")
_KINDS = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    date: "a date such as 2019-04-17",
    list: "a list",
    dict: "a table",
    object: "a value",
}


def read_toml(path: Path) -> dict[str, Any]:
    """A seed or settings file's content; raises InputError where it is missing, can't be read or is no TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError("the file is missing", file=path, remedy="restore it from the project's seeds") from error
    except OSError as error:
        problem = f"the file can't be read ({error.strerror})"
        raise InputError(problem, file=path, remedy="put a readable file there") from error
    except UnicodeDecodeError as error:
        raise InputError(
            "the file is not UTF-8", file=path, where=f"byte {error.start + 1}", remedy="save it as UTF-8"
        ) from error
    return _parse(text, path)


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"no valid TOML: {error}", file=path, remedy="correct the line that the message names"
        ) from error


def read_tables(path: Path) -> dict[str, dict[str, Any]]:
    """The tables of a seed file by key; raises InputError where it can't be read or holds something else."""
    return _all_tables(read_toml(path), path)


def parse_tables(text: str, path: Path) -> dict[str, dict[str, Any]]:
    """As `read_tables`, of a text that is meant for the file `path`."""
    return _all_tables(_parse(text, path), path)


def _all_tables(entries: dict[str, Any], path: Path) -> dict[str, dict[str, Any]]:
    for key, entry in entries.items():
        if not isinstance(entry, dict):
            raise InputError("the entry is not a table", file=path, where=key, remedy=f"write it under [{key}]")
    return entries


def table_entry(value: object, *, file: Path, where: str) -> Entry:
    """The value as an entry; raises InputError where it is no table."""
    if not isinstance(value, dict):
        raise InputError("that is not a table", file=file, where=where, remedy="write it as key = value pairs")
    return Entry(value, file=file, where=where)


class Entry:
    """One table of a seed file: values are taken by kind, and what nobody took is an unknown key."""

    def __init__(self, values: Mapping[str, Any], *, file: Path, where: str) -> None:
        """`where` is the entry's id, for messages."""
        self._values, self._left, self._file, self.where = values, set(values), file, where

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self._values

    def need(self, key: str, kind: type[T]) -> T:
        """The value of a required key."""
        if key not in self._values:
            raise self.error(f"`{key}` is missing", remedy=f"add {key} = {_KINDS[kind]}")
        return self._take(key, kind)

    def get(self, key: str, kind: type[T]) -> T | None:
        """The value of an optional key, None where it is not given."""
        return self._take(key, kind) if key in self._values else None

    def one_of(self, key: str, choices: Mapping[str, Any] | frozenset[str]) -> str:
        """The value of a required key that must be one of `choices`."""
        value = self.need(key, str)
        if value not in choices:
            raise self.error(f"`{key}` is {value!r}", remedy=f"use one of {', '.join(sorted(choices))}")
        return value

    def tables(self, key: str) -> list[Entry]:
        """An optional list of tables, each as an entry."""
        values = self.get(key, list) or []
        return [self.within(value, f"{key} {number}") for number, value in enumerate(values, 1)]

    def within(self, value: object, name: str) -> Entry:
        """A table inside this one."""
        return table_entry(value, file=self._file, where=f"{self.where}, {name}")

    def done(self) -> None:
        """Raise InputError for a key that nobody asked for: a misspelled one must not be lost silently."""
        if self._left:
            raise self.error(f"unknown key `{min(self._left)}`", remedy="correct its spelling or remove it")

    def error(self, problem: str, *, remedy: str) -> InputError:
        """An InputError that names this file and entry."""
        return InputError(problem, file=self._file, where=self.where, remedy=remedy)

    def _take(self, key: str, kind: type[T]) -> T:
        self._left.discard(key)
        value = self._values[key]
        if not isinstance(value, kind) or isinstance(value, datetime):
            raise self.error(f"`{key}` is {value!r}", remedy=f"give {_KINDS[kind]}")
        return value
