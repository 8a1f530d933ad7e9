"""Saved views of the desk folder, as far as an alert needs them: which line, which sources, which filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from etl.desk_folder import in_force, read_desk, without_removed_views
from etl.toml_entries import Entry

Parameters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class View:
    """What a view of the dashboard counts; empty where it says nothing. Its days are left out: an alert looks at the newest."""

    show: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    about_any: tuple[str, ...] = ()
    about_all: tuple[str, ...] = ()
    about_none: tuple[str, ...] = ()
    letters: bool = False
    unit: str = "story"
    grain: str = ""
    weighs_sources: bool = False
    compares: bool = False


def saved_views(desk: Path) -> dict[str, View]:
    """The views in force, by every name that they go by: the entry's `tag_id`, the `name` in its value, its id.

    Raises InputError where the desk folder's entries can't be read.
    """
    views: dict[str, View] = {}
    for decision in without_removed_views(in_force(read_desk(desk).decisions)):
        if decision.kind == "view":
            title = decision.value.get("name") if isinstance(decision.value, dict) else None
            view = read_view(_parameters(decision.value))
            views |= {name: view for name in (decision.id, decision.tag_id, title) if isinstance(name, str) and name}
    return views


def view_of(views: Mapping[str, View], name: str, entry: Entry) -> View:
    """The view of that name; raises InputError naming the alert's entry where there is none."""
    if name not in views:
        known = ", ".join(sorted(views)) or "none are saved yet"
        raise entry.error(f"no saved view is called {name!r}", remedy=f"use one of them ({known})")
    return views[name]


def read_view(parameters: Parameters) -> View:
    """A view from the parameters of the dashboard's address; with `role=named` organizations count where they are named."""

    def last(name: str) -> str:
        return next(iter(parameters.get(name, ())[-1:]), "")

    def keys(name: str) -> tuple[str, ...]:
        found = tuple(value for value in parameters.get(name, ()) if value)
        return tuple(_named(key) for key in found) if last("role") == "named" else found

    return View(
        show=keys("show"),
        sources=tuple(value for value in parameters.get("source", ()) if value),
        about_any=keys("any"),
        about_all=keys("every"),
        about_none=keys("none"),
        letters=last("letters") == "yes",
        unit="copy" if last("unit") == "copy" else "story",
        grain=last("grain").replace("auto", ""),
        weighs_sources=last("weigh") == "sources",
        compares=last("compare") == "yes",
    )


def _named(key: str) -> str:
    return "named:" + key.removeprefix("organization:") if key.startswith("organization:") else key


def _parameters(value: Any) -> Parameters:
    """From a query, a whole link, or a mapping that holds either or the parameters themselves."""
    if isinstance(value, str):
        query = urlsplit(value).query if "?" in value else value
        return {name: tuple(found) for name, found in parse_qs(query).items()}
    if not isinstance(value, dict):
        return {}
    for inside in ("query", "link", "filters"):
        if isinstance(value.get(inside), str | dict):
            return _parameters(value[inside])
    return {name: _written(found) for name, found in value.items()}


def _written(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(part) for part in value)
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return (str(value),) if isinstance(value, str | int) else ()
