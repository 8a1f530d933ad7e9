"""Saved views: a page with its choices, kept by a name with a line on what it shows. Pure.

Days that were chosen relative to the data ("last 12 months", "all years") stay so and move on with it, as those of the views that ship;
days that were chosen as dates stay these dates. Beside that a view keeps what it showed when it was saved: the same link with its days
fixed, the name of the snapshot, which retention keeps for it, and each number, so that "as it was saved" says what has changed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from dashboard.desk import Entry
from dashboard.filters import Filters
from dashboard.named import (
    LONGEST_NAME,
    LONGEST_WHY,
    Unfit,
    name_problem,
    one_name,
    saved_of,
    shown_value,
    who,
    why_problem,
)
from dashboard.shown import Shown, query_of

PAGES: Mapping[str, str] = {
    "": "Coverage", "topics": "Topics", "organizations": "Organizations", "regions": "Regions", "stories": "Stories", "story": "Story",
    "balance": "Balance", "gaps": "Gaps", "corrections": "Corrections", "report": "Report", "methods": "Data and methods",
}  # fmt: skip
FOR_EDITORS = ("balance", "gaps", "corrections", "report")  # pages that readers don't have
LONGEST_QUERY = 6000  # characters; browsers cut what is longer than some thousand
DAYS = ("when", "from", "to")
Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view by its id. `query` is what its link says now, `was` what it said when it was saved ({} where that was not kept); `off` is
    the entry that took it away, `earlier` whether it had another name before."""

    id: str
    name: str
    page: str
    query: Query
    was: Query
    why: str
    by: str
    at: str
    entry: str
    off: str
    earlier: bool

    @property
    def address(self) -> str:
        """Its relative address."""
        return _address(self.page, self.query)

    @property
    def address_then(self) -> str:
        """The relative address of what it showed when it was saved, '' where that was not kept."""
        return _address(self.page, self.was) if self.was else ""


@dataclass(frozen=True, slots=True)
class Views:
    """Those that count, the newest last; those that were taken away; views that ship and were taken away, by id with the entry; and
    entries that are none."""

    kept: tuple[SavedView, ...] = ()
    removed: tuple[SavedView, ...] = ()
    shipped_off: Mapping[str, str] = field(default_factory=dict)
    unfit: tuple[Unfit, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """The names in use."""
        return {view.id: view.name for view in self.kept}


def _address(page: str, query: Query) -> str:
    written = urlencode([(name, value) for name, values in query.items() for value in values])
    return f"./{page}?{written}" if written else f"./{page}"


def views_of(entries: Iterable[Entry]) -> Views:
    """Return the views that the desk folder holds; `entries` are all of it."""
    found, shipped_off = saved_of("view", entries)
    views, unfit = [], []
    for id, saved in found.items():
        entry, read = saved.entry, _read(saved.entry)
        if isinstance(read, str):
            unfit.append(Unfit(id, read, entry.by, entry.at, entry.id))
            continue
        page, query, was = read
        name = one_name(shown_value(entry.value, "name"))[:LONGEST_NAME] or one_name(id)[:LONGEST_NAME]
        why = one_name(entry.why)[:LONGEST_WHY]
        views.append(SavedView(id, name, page, query, was, why, entry.by, entry.at, entry.id, saved.off, saved.earlier))
    kept = tuple(view for view in views if not view.off)
    return Views(kept, tuple(view for view in views if view.off), shipped_off, tuple(unfit))


def _read(entry: Entry) -> tuple[str, Query, Query] | str:
    """Return page and parameters, now and then; or why the entry is no view. A query or a whole link alone is one too."""
    value = entry.value if isinstance(entry.value, dict) else {"link": entry.value}
    link, query = shown_value(value, "link"), shown_value(value, "query")
    page = value.get("page", "") if query or "page" in value else _page_of(link)
    if not isinstance(page, str) or page not in PAGES:
        return "It is of no page that there is."
    given = query or link
    written = given.partition("?")[2] if "?" in given else "" if "//" in given else given
    now = _parameters(written)
    if now is None:
        return "Its link is too long."
    if not now and "page" not in value:
        return "It holds no choices of a page: name, page, query."
    return page, now, _parameters(shown_value(value, "was")) or {}


def _page_of(link: str) -> str:
    return link.partition("?")[0].rstrip("/").rpartition("/")[2] if "?" in link and not _is_root(link) else ""


def _is_root(link: str) -> bool:
    """Whether a link leads to the first page: nothing stands behind the host."""
    path = link.partition("?")[0].partition("//")[2]
    return bool(path) and "/" not in path.rstrip("/")


def _parameters(written: str) -> dict[str, list[str]] | None:
    """Return the parameters; None where there are too many, which no page of this program writes."""
    try:
        return parse_qs(written, keep_blank_values=True, max_num_fields=400) if len(written) <= LONGEST_QUERY else None
    except ValueError:
        return None


def value_of(shown: Shown, name: str, filters: Filters) -> dict[str, Any]:
    """Return what the desk folder keeps of a page: its choices with the days as `filters` hold them, and what it shows now."""
    relative = filters.when != "custom"
    query = {one: list(values) for one, values in shown.query.items()}
    if relative and "when" in query:
        query = {one: values for one, values in query.items() if one not in DAYS}
        query |= {"when": [filters.when], "grain": [filters.grain]}
    was = query_of(shown)
    if len(urlencode(was, doseq=True)) > LONGEST_QUERY:
        was.pop("was", None)
    return {"name": name, "page": shown.page, "query": urlencode(query, doseq=True), "snapshot": shown.data.name,
            "was": urlencode(was, doseq=True)}  # fmt: skip


def view_problem(value: Mapping[str, Any], why: str, others: Mapping[str, str], id: str = "") -> str:
    """Return why a view can't be saved, '' where it can; `others` are the names in use by id."""
    if value["page"] not in PAGES:
        return "This page can’t be saved as a view."
    if len(value["query"]) > LONGEST_QUERY or len(value["was"]) > LONGEST_QUERY:
        return "This view names too many things for a link: choose fewer sources."
    return name_problem(value["name"], others, id) or why_problem(why)


def set_view(id: str, value: Mapping[str, Any], why: str, *, by: str) -> Entry:
    """Return the entry that saves a view, or changes it."""
    return Entry("view", "set", by, tag_id=id, value=dict(value), why=why or None)


def renamed_value(entries: Iterable[Entry], view: SavedView, name: str) -> dict[str, Any]:
    """Return a view's value with another name and all else as it was, what the page does not read too."""
    # None: its line was taken out by hand since the page was drawn.
    value = next((entry.value for entry in entries if entry.id == view.entry), None)
    held = value if isinstance(value, dict) else {}
    plain = {"page": view.page, "query": urlencode(view.query, doseq=True), "was": urlencode(view.was, doseq=True)}
    return {**held, **plain, "name": name}


def about(view: SavedView) -> str:
    """Return who saved a view when, and whether its days move on: 'Ada, 4 Nov 2026 · days move on with the data'."""
    said = who(view.by, view.at)
    if "when" not in view.query:
        return said
    return f"{said} · {'days fixed' if list(view.query['when'])[-1:] == ['custom'] else 'days move on with the data'}"
