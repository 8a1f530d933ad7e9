"""The fit, shown: the archive against a generated load, line by line, with a distance and the limit that a test holds it to.

What depends on year and kind of source is compared with the archive weighed to the load's mix of them, for a load has other
sources than the archive, and more of its stories in late years. What the archive is, is read from fitted.json.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.bench.generate.calendar import WEEK, make_calendar
from tests.bench.generate.distance import Weights, kolmogorov_smirnov, quantiles, tally, total_variation
from tests.bench.generate.fit import FITTED, ROLES
from tests.bench.generate.load import END, START, Facts, Load, cell_of, facts
from tests.bench.generate.model import KINDS
from tests.bench.generate.stories import make_piece

_PARTS = (0.05, 0.25, 0.5, 0.75, 0.95)
_RANKS = (1, 10, 100, 1000)
_TOP = 6
_MANY_SOURCES = 400  # pauses are rare: over a load's few sources their number is mere chance


@dataclass(frozen=True, slots=True)
class Line:
    """A comparison; `shown` is what the archive and what the load has.

    `by`: ks (Kolmogorov-Smirnov), tv (total variation), or the ratio of the larger to the smaller, less 1.
    """

    what: str
    shown: tuple[str, str]
    by: str
    distance: float
    limit: float


def compare(load: Load) -> list[Line]:
    """All lines, over all stories of the load, which must have sources of both kinds."""
    fitted, found = json.loads(FITTED.read_text(encoding="utf-8")), facts(load, 0, load.stories)
    weights = _mix(load, found)
    return [
        *_words(load, found, fitted),
        *_tags(load, found, weights),
        _drift(load, found),
        *_names(load, found, fitted),
        *_calendar(load, fitted),
        *_pauses(load),
        _copies(load, found),
    ]


def as_text(lines: Iterable[Line]) -> str:
    """A Markdown table."""
    rows = ["| | archive | load | distance | limit |", "|---|---|---|---|---|"]
    rows += [f"| {x.what} | {x.shown[0]} | {x.shown[1]} | {x.by} {x.distance:.3f} | {x.limit} |" for x in lines]
    return "\n".join(rows) + "\n"


def _mix(load: Load, found: Facts) -> Weights:
    """How often the load's mix of years and kinds should draw each pattern."""
    patterns = load.model.patterns
    cell, _ = cell_of(load, found.content)
    weights = np.zeros(len(patterns.topics))
    for at, number in enumerate(np.bincount(cell, minlength=len(patterns.cells.counts))):
        start, count = patterns.cells.starts[at], patterns.cells.counts[at]
        weights[patterns.cells.values[start : start + count]] += number / count
    return weights


def _words(load: Load, found: Facts, fitted: Mapping[str, Any]) -> Iterator[Line]:
    table = make_piece(load, 0, load.stories)
    for field, limit in (("title", 0.05), ("text", 0.1)):
        words = np.asarray([len(text.split()) for text in table.column(field).to_pylist()])
        for at, kind in enumerate(KINDS):
            archive = {int(value): share for value, share in fitted["words"][kind][field].items()}
            made = tally(words[(found.kind == at) & (found.number == found.content)])
            shown = _both(lambda counts: ", ".join(map(str, quantiles(counts, _PARTS))), archive, made)
            distance = kolmogorov_smirnov(archive, made)
            yield Line(f"words of a {field}, {kind}: 5, 25, 50, 75, 95 %", shown, "ks", distance, limit)


def _tags(load: Load, found: Facts, weights: Weights) -> Iterator[Line]:
    patterns, vocabulary = load.model.patterns, load.model.vocabulary
    each = weights[:, None]
    for what, held, made in (
        ("topics of a story", patterns.topics, found.topics),
        ("organizations of a story", patterns.roles, found.organizations),
        ("regions of a story", patterns.regions, found.regions),
    ):
        yield _shares(what, tally((held >= 0).sum(axis=1), weights), tally((made >= 0).sum(axis=1)), 0.03)
    names = dict(enumerate(vocabulary.topics))
    yield _shares("stories by topic", tally(patterns.topics, each), tally(found.topics), 0.03, names)
    archive, made_pairs = _pairs(patterns.topics, weights), _pairs(found.topics, np.ones(len(found.topics)))
    labels = {(one, other): f"{names[one]}+{names[other]}" for one, other in archive}
    yield _shares("pairs of topics", archive, made_pairs, 0.1, labels, top=2)
    roles = dict(enumerate(ROLES))
    yield _shares("organizations by role", tally(patterns.roles, each), tally(found.roles), 0.03, roles)
    codes = dict(enumerate(vocabulary.regions))
    yield _shares("regions", tally(patterns.regions, each), tally(found.regions), 0.05, codes)


def _shares(
    what: str,
    archive: Mapping[Any, float],
    made: Mapping[Any, float],
    limit: float,
    names: Mapping[Any, str] | None = None,
    *,
    top: int = _TOP,
) -> Line:
    """Shares of the largest, in the archive's order (of numbers: in theirs), and the total variation of all."""
    first = sorted(archive)[:top] if names is None else sorted(archive, key=lambda key: -archive[key])[:top]

    def text(counts: Mapping[Any, float]) -> str:
        return ", ".join(f"{names[key] if names else key}: {_part(counts, key):.1%}" for key in first)

    return Line(what, _both(text, archive, made), "tv", total_variation(archive, made), limit)


def _pairs(topics: NDArray[np.int64], weights: Weights) -> dict[tuple[int, int], float]:
    found: Counter[tuple[int, int]] = Counter()
    for row, weight in zip(topics.tolist(), weights.tolist(), strict=True):
        for pair in combinations(sorted(topic for topic in row if topic >= 0), 2):
            found[pair] += weight
    return dict(found)


def _drift(load: Load, found: Facts) -> Line:
    """Over the years: the share of the topic that changed most, and the mean distance of a year's topics."""
    patterns = load.model.patterns
    cell, _ = cell_of(load, found.content)
    years, held = cell % patterns.years, []
    for year in range(patterns.years):
        weights = np.zeros(len(patterns.topics))
        for kind in range(len(KINDS)):
            at = kind * patterns.years + year
            rows = patterns.cells.values[patterns.cells.starts[at] :][: patterns.cells.counts[at]]
            weights[rows] += np.count_nonzero(cell == at) / len(rows)
        held.append((tally(patterns.topics, weights[:, None]), tally(found.topics[years == year])))
    first, last = held[0][0], held[-1][0]
    most = max(first.keys() | last.keys(), key=lambda key: abs(_part(first, key) - _part(last, key)))
    shown = _both(lambda side: ", ".join(f"{_part(counts[side], most):.1%}" for counts in held), 0, 1)
    distance = float(np.mean([total_variation(*counts) for counts in held]))
    return Line(f"{load.model.vocabulary.topics[most]}, a year after the other", shown, "tv", distance, 0.06)


def _both(text: Callable[[Any], str], archive: Any, made: Any) -> tuple[str, str]:
    return text(archive), text(made)


def _part(counts: Mapping[int, float], key: int) -> float:
    return counts.get(key, 0.0) / sum(counts.values())


def _names(load: Load, found: Facts, fitted: Mapping[str, Any]) -> Iterator[Line]:
    """Listed names by rank in as many mentions as the archive has; unlisted ones against the law of their growth."""
    archive = fitted["counts"]
    listed = found.organizations[found.listed & (found.organizations >= 0)]
    order = np.argsort(load.draws.uniform("compare", np.arange(len(listed))))
    made = sorted(Counter(listed[order[: sum(archive)]].tolist()).values(), reverse=True)
    by_rank = [dict(enumerate(map(float, counts), 1)) for counts in (archive, made)]
    shown = _both(lambda counts: ", ".join(f"{counts.get(rank, 0):.0f}" for rank in _RANKS), *by_rank)
    yield Line("mentions at rank 1, 10, 100, 1000", shown, "ks", kolmogorov_smirnov(*by_rank), 0.07)
    median = _both(lambda counts: f"{len(counts):,}, {np.median(counts):.0f}", archive, made)
    yield Line("listed names seen, median mentions", median, "ratio", _ratio(len(archive), len(made)), 0.15)
    unlisted = found.organizations[~found.listed & (found.organizations >= 0)]
    law = fitted["heaps"]["k"] * len(unlisted) ** fitted["heaps"]["beta"]
    seen = len(set(unlisted.tolist()))
    what = f"different names of {len(unlisted):,} unlisted (Heaps' law)"
    yield Line(what, (f"{law:.0f}", f"{seen}"), "ratio", _ratio(law, seen), 0.2)


def _ratio(one: float, other: float) -> float:
    return max(one, other) / min(one, other) - 1


def _calendar(load: Load, fitted: Mapping[str, Any]) -> Iterator[Line]:
    calendar = load.calendar
    sizes = np.diff(calendar.ends, prepend=0)
    kinds = np.asarray([feed.kind for feed in calendar.feeds])[calendar.feed]
    for at, kind in enumerate(KINDS):
        days = (calendar.days[(kinds == at) & (sizes > 0)] + calendar.start.weekday()) % WEEK
        archive = {day: float(share) for day, share in enumerate(fitted["weekdays"][kind])}
        yield _shares(f"weekdays with stories, {kind} (0 is Monday)", archive, tally(days), 0.15, top=WEEK)
    changes = [_change(counts) for counts in _months(load)]
    archive_change, made_change = _change(fitted["months"]["issue"]), float(np.median(changes))
    shown = _both("{:.0%}".format, archive_change, made_change)
    yield Line("change from a month to the next, issue", shown, "ratio", _ratio(archive_change, made_change), 0.5)


def _change(counts: list[int]) -> float:
    """The median of all, upwards or downwards."""
    return float(np.median(np.abs(np.diff(np.log(counts)))))


def _months(load: Load) -> Iterator[list[int]]:
    """Stories of each month of each source with issues that has a year of them, but for its first and last."""
    calendar = load.calendar
    sizes = np.diff(calendar.ends, prepend=0)
    month = ((np.datetime64(calendar.start) + calendar.days).astype("datetime64[M]")).astype(int)
    for number, feed in enumerate(calendar.feeds):
        at = (calendar.feed == number) & (sizes > 0) & (feed.rhythm == "issue")
        counts = np.bincount(month[at] - month[at].min(), weights=sizes[at]) if at.any() else np.zeros(0)
        counts = counts[counts > 0][1:-1]
        if len(counts) >= 12:
            yield counts.astype(int).tolist()


def _pauses(load: Load) -> Iterator[Line]:
    """Pauses for each 1,000 issues that are due, and how many of these are missing, over very many sources."""
    model = load.model
    calendar = make_calendar(model, load.draws, stories=1, sources=_MANY_SOURCES, start=START, end=END)
    due = sum((END - feed.first).days / WEEK for feed in calendar.feeds)
    pauses = [((last - first).days + 1) / WEEK for feed in calendar.feeds for first, last in feed.pauses]
    lengths, all_due = model.pauses["lengths"], model.pauses["due"]
    for what, archive, made in (
        ("pauses, of 1,000 issues due", len(lengths) / all_due, len(pauses) / due),
        ("missing, of 1,000 issues due", sum(lengths) / all_due, sum(pauses) / due),
    ):
        yield Line(what, (f"{1000 * archive:.1f}", f"{1000 * made:.1f}"), "ratio", _ratio(archive, made), 0.35)


def _copies(load: Load, found: Facts) -> Line:
    wanted, made = load.model.assumed["copy"], float(np.mean(found.content != found.number))
    return Line("near-copies (assumed)", (f"{wanted:.1%}", f"{made:.1%}"), "ratio", _ratio(wanted, made), 0.15)
