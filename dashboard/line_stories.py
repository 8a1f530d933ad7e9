"""The stories behind a number of a view, of any kind of line, and the words in them that speak for it (STATISTICS 26). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard.counting import Ask, counted_key, restriction
from dashboard.found import hit_spans
from dashboard.keys import REST, members_of, parted, phrase_of
from dashboard.points import alone_unit, is_own, lines_at_once
from dashboard.search import look_up
from dashboard.view import View

EVERY = 10_000_000
RECENT = timedelta(days=90)  # in which the newest stories of most lines are: to look there first spares a look at all


def stories_behind(
    ask: Ask, view: View, *, key: str, period: date | None, source: str = "", at_most: int = EVERY, skip: int = 0
) -> pd.DataFrame:
    """Return the stories of a line, '*' for all that are counted, or of the rest of a stack, newest first; of all periods where none is
    given. As many rows as the number says."""
    plain, within = parted(key)
    ids = (source,) if source else view.source_ids()
    asked = {
        "grain": view.grain, "period": period, "sources": ids, "from_day": view.from_day, "to_day": view.to_day,
        "at_most": at_most, "skip": skip, **restriction(view.filters, within),
    }  # fmt: skip
    if plain in REST and view.stack:
        return ask("coverage_rest_list", rest=plain, keys=view.stack.keys, kind=view.stack.kind, **asked)
    if members_of(plain):
        return ask("coverage_any_list", any_keys=members_of(plain), **asked)
    if phrase_of(plain):
        search = look_up(ask, phrase_of(plain))
        looked_for = search.matching() if search else None
        if looked_for is None:
            return ask("coverage_any_list", any_keys=("",), **asked)
        return ask("coverage_phrase_list", **looked_for, **asked)
    return ask("story_list", key=None if plain == "*" else counted_key(plain, view.filters.role), **asked)


def newest_stories(ask: Ask, view: View, *, at_most: int) -> pd.DataFrame:
    """Return the newest stories on any line drawn, each once, newest first; columns as of `stories_behind`."""
    lines = [(line.key, (line.source.id if line.source else "", parted(line.key)[1])) for line in view.lines]
    own = [
        stories_behind(ask, view, key=key, period=None, source=source, at_most=at_most)
        for key, (source, _) in lines
        if is_own(key)
    ]
    listed = lines_at_once(view.filters, [line for line in lines if not is_own(line[0])])
    found = [*own, *([_newest_listed(ask, view, listed, at_most)] if listed["keys"] else [])]
    if not found:
        return pd.DataFrame()
    rows = pd.concat(found, ignore_index=True).drop_duplicates("story_no")
    return rows.sort_values(["day", "story_no"], ascending=[False, True]).head(at_most)


def _newest_listed(ask: Ask, view: View, listed: dict[str, tuple[str, ...]], at_most: int) -> pd.DataFrame:
    """The newest on the catalog's lines: of the last days shown where these hold enough, else of all."""
    alone = tuple(part.id for part in view.parts if part)
    unit = alone_unit(view.filters.unit) if alone else view.filters.unit
    over = restriction(view.filters) | {"unit": unit, "sources": alone or view.source_ids(), "to_day": view.to_day}
    recent = max(view.from_day, view.to_day - RECENT)
    rows = ask("story_newest", from_day=recent, at_most=at_most, **listed, **over)
    if len(rows) >= at_most or recent == view.from_day:
        return rows
    return ask("story_newest", from_day=view.from_day, at_most=at_most, **listed, **over)


def words_behind(ask: Ask, stories: pd.DataFrame, keys: Iterable[str]) -> list[dict[str, Any]]:
    """Return what speaks for these lines in these stories, in the form of evidence; for topics of any kind where no line is given."""
    rows = ask("story_evidence", stories=tuple(int(n) for n in stories["story_no"])).to_dict("records")
    spans = [{str(name): value for name, value in row.items()} for row in rows]
    parts = [part for key in keys for part in parted(key) if part and part not in ("*", *REST)]
    if not parts:
        return [span for span in spans if span["kind"] == "topic"]
    wanted = {tag.replace("named:", "organization:") for part in parts for tag in (members_of(part) or (part,))}
    members = ask("group_members")
    held_by: dict[tuple[str, str], set[str]] = {}
    for kind, tag, key in zip(members["kind"], members["tag_id"], members["key"], strict=True):
        held_by.setdefault((kind, tag), set()).add(key)
    speaking = [
        s for s in spans
        if f"{s['kind']}:{s['tag_id']}" in wanted or not wanted.isdisjoint(held_by.get((s["kind"], s["tag_id"]), ()))
    ]  # fmt: skip
    looked_for = [look_up(ask, phrase_of(part)) for part in parts if phrase_of(part)]
    return [hit for search in looked_for for hit in hit_spans(stories, search)] + speaking
