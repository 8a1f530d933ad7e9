"""Targets in a report: the last issues or weeks up to the end of its period against the bands asked, by the arithmetic of the page Balance
(STATISTICS 25). Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.balance import (
    MANY,
    Judged,
    Publisher,
    band_of,
    fact,
    headline,
    judged,
    publishers_of,
    size_of,
    whole_verdict,
    window_words,
)
from dashboard.desk import Entry
from dashboard.methods_table import table
from dashboard.organizations import type_name
from dashboard.regions import atlas_of, place_lines
from dashboard.report_links import Links
from dashboard.scope import Scope
from dashboard.targets import KINDS, Target, Targets, as_parameters, targets_of
from dashboard.view import Ask, Line

ON_COVERAGE = ("topic", "desk", "group")  # whose stories Coverage opens by the same count


@dataclass(frozen=True, slots=True)
class Aimed:
    """A source's targets over its last `size` issues or weeks, those that miss their band first. `live`: the page Balance shows the same
    windows, for no later stories are in the data."""

    publisher: Publisher
    size: int
    found: tuple[Judged, ...]
    live: bool


def aimed_at(
    ask: Ask,
    lines: Mapping[str, Line],
    *,
    sources: Collection[str],
    ours: Collection[str],
    entries: Iterable[Entry],
    clock: datetime,
    run_clock: datetime,
) -> tuple[Aimed, ...]:
    """Return the targets in force for these sources; `ours` are those that are spoken of as 'you', beside those that the data marks,
    `entries` are all of the desk folder, `clock` (naive UTC) is when the period ends, or the clock of the run where that is earlier."""
    publishers = [replace(one, ours=one.ours or one.id in ours) for one in publishers_of(_rows(ask("balance_sources")))]
    named = _named(ask, lines)
    targets = _targets(ask, named, publishers, entries)
    found = []
    for publisher in publishers:
        wanted = targets.of(publisher.id) if publisher.id in sources else ()
        size = size_of(publisher, "")
        if wanted and (rows := _judged(ask, publisher, size, wanted, named, clock)):
            last = pd.Timestamp(rows[0].now["last_day"]).date()
            live = clock == run_clock or (publisher.rhythm == "issue" and last == publisher.last_day)
            found.append(Aimed(publisher, size, tuple(rows), live))
    return tuple(found)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _named(ask: Ask, lines: Mapping[str, Line]) -> dict[str, Line]:
    """Return what a target can be of, by key."""
    kept = {key: line for key, line in lines.items() if key.partition(":")[0] in KINDS}
    types = {f"type:{kind}": type_name(str(kind)) for kind in ask("balance_types")["type"]}
    places = place_lines(atlas_of(_rows(ask("region_places"))))
    return places | kept | {key: Line(key, name, name, None) for key, name in types.items()}


def _targets(ask: Ask, named: Mapping[str, Line], publishers: Sequence[Publisher], entries: Iterable[Entry]) -> Targets:
    renamed = {f"topic:{old}": str(row["key"]) for row in _rows(ask("lines")) for old in row["was"]}
    having = {one.id for one in publishers}
    return targets_of(_rows(ask("balance_examples")), entries, keys=named, sources=having, renamed=renamed)


def _judged(
    ask: Ask, publisher: Publisher, size: int, wanted: Sequence[Target], named: Mapping[str, Line], clock: datetime
) -> list[Judged]:
    asked: dict[str, Any] = as_parameters(wanted) | {
        "source": publisher.id,
        "size": size,
        "many": MANY,
        "clock": clock,
    }
    return judged(_rows(ask("balance_targets", **asked)), wanted, named)


def targets_part(aimed: Sequence[Aimed], scope: Scope, links: Links) -> str:
    """Return the section: for each source the sentence, what a window is, and each target with the fact first, then the verdict."""
    if not aimed:
        none = "No target is set for these sources; editors set them on the page Balance."
        return f'<section><h2>Targets</h2><p class="quiet">{none}</p></section>'
    return f"<section><h2>Targets</h2>{''.join(_source(one, scope, links) for one in aimed)}</section>"


def _source(one: Aimed, scope: Scope, links: Links) -> str:
    now = one.found[0].now
    sampled = f" They are a sample: {one.publisher.sampled}." if one.publisher.sampled else ""
    of = f"{window_words(now, one.publisher, one.size)}: {words.stories(int(now['n']))}.{sampled}"
    columns = ("What", "Band", "Fact", "Share", "Likely range", "Verdict")
    drawn = table(
        f"Targets of {one.publisher.name}",
        columns,
        [_target(one, j, scope, links) for j in one.found],
        numbers=columns[3:5],
    )
    return (
        f'<p class="lead">{escape(headline(one.found, one.publisher, one.size))}</p><p class="quiet">{escape(of)}</p>'
        f'<div class="scroll targets">{drawn}</div>'
    )


def _target(one: Aimed, target: Judged, scope: Scope, links: Links) -> list[str]:
    row = target.now
    said = escape(fact(row, one.publisher))
    address = _address(one, target, scope, links)
    k = words.count(int(row["k"]))
    linked = said.replace(f" ran {k} of ", f" ran {links.number(int(row['k']), address)} of ", 1)
    counted, why = bool(row["n"]), target.target.why
    return [
        escape(target.name) + (f'<div class="quiet">{escape(why)}</div>' if why else ""), escape(band_of(row)), linked,
        escape(words.percent(row["share"])) if counted else "",
        escape(words.percent_range(row["low"], row["high"])) if counted else "", escape(whole_verdict(target)),
    ]  # fmt: skip


def _address(one: Aimed, target: Judged, scope: Scope, links: Links) -> str:
    """Return where a target's stories open: Coverage for lines that it counts alike, else Balance as long as it shows the window."""
    row, key = target.now, target.target.key
    first, last = (pd.Timestamp(row[name]).date() for name in ("first_day", "last_day"))
    if key.partition(":")[0] in ON_COVERAGE:
        return links.over(scope, (first, last), key, (one.publisher.id,))
    return links.balance(one.publisher.id, key, last) if one.live else ""
