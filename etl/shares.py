"""What charts would show wrongly: the tagger's share of a topic minus the labelled one, and what scores are worth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from etl.quality import ALL, LEAST_CELL, Row
from etl.scored import ABSTRACT, WHOLE, Scored

MOST_MEAN, MOST_CELL = 1.5, 5.0  # points: above, a mean absolute error or a cell's error is too much
WIDE_CELL = 100  # stories from which a cell's error is held against the limit
BINS = 10


def share_errors(scored: Sequence[Scored]) -> list[Row]:
    """The tagger's share of a topic minus the labelled one, in points, per kind of text, source and year.

    For cells of at least 30 stories; a year of "*" is all years, a source of "*" all sources. `against` is `topic` for
    the readings of whole stories, `topic_abstract` for those of headline and abstract alone.
    """
    return [row for against in (WHOLE, ABSTRACT) for row in _errors(scored, against)]


def _errors(scored: Sequence[Scored], against: str) -> Iterator[Row]:
    labelled = [(one, labels) for one in scored if (labels := _labels(one, against)) is not None]
    cells: dict[tuple[str, str, str], list[tuple[Scored, frozenset[str]]]] = defaultdict(list)
    for one, labels in labelled:
        for source in (one.story.source, ALL):
            for year in (one.story.year, ALL):
                cells[one.story.kind, source, year].append((one, labels))
    topics = sorted({topic for one, labels in labelled for topic in labels | one.topics})
    for (kind, source, year), cell in sorted(cells.items()):
        if len(cell) >= LEAST_CELL:
            for row in _share_rows(cell, topics):
                yield {"against": against, "text_kind": kind, "source": source, "year": year} | row


def _labels(one: Scored, against: str) -> frozenset[str] | None:
    return one.story.topics if against == WHOLE else one.story.abstract_topics


def _share_rows(cell: Sequence[tuple[Scored, frozenset[str]]], topics: Sequence[str]) -> Iterator[Row]:
    labelled = Counter(topic for _, labels in cell for topic in labels)
    tagged = Counter(topic for one, _ in cell for topic in one.topics)
    for topic in topics:
        error = round(100 * (tagged[topic] - labelled[topic]) / len(cell), 2)
        counted: Row = {"stories": len(cell), "labelled": labelled[topic], "tagged": tagged[topic]}
        yield {"topic": topic} | counted | {"error_points": error}


def share_summary(errors: Sequence[Row]) -> list[Row]:
    """For each kind of text and reading: how far shares are off, in points, and where they are off too far.

    `mean_absolute` is over topics and sources (all years), `by_source` for each source; `too_far` are the cells of one
    source, or of one source and year, of at least 100 stories that err by more than 5 points, the worst first.
    """
    one_source = [row for row in errors if row["source"] != ALL]
    keyed = groupby(one_source, key=lambda row: (row["text_kind"], row["against"]))
    return [_summary(kind, against, list(rows)) for (kind, against), rows in keyed]


def _summary(kind: str, against: str, rows: Sequence[Row]) -> Row:
    whole = [row for row in rows if row["year"] == ALL]
    by_source = {name: _mean([row for row in whole if row["source"] == name]) for name in {r["source"] for r in whole}}
    wide = [row for row in rows if row["stories"] >= WIDE_CELL]
    far = [row for row in wide if abs(row["error_points"]) > MOST_CELL]
    told = ("topic", "source", "year", "stories", "error_points")
    return {
        "text_kind": kind,
        "against": against,
        "mean_absolute": _mean(whole),
        "by_source": dict(sorted(by_source.items())),
        "wide_cells": len(wide),
        "too_far": [{name: row[name] for name in told} for row in sorted(far, key=lambda r: -abs(r["error_points"]))],
    }


def _mean(rows: Sequence[Row]) -> float:
    return float(np.mean([abs(row["error_points"]) for row in rows]).round(2))


def charted_shares(errors: Sequence[Row]) -> list[Row]:
    """The same against the whole stories, a row for each cell: how many stories are labelled and tagged with each topic."""
    whole = (row for row in errors if row["against"] == WHOLE)
    cells = groupby(whole, key=lambda row: (row["text_kind"], row["source"], row["year"], row["stories"]))
    return [
        dict(zip(("text_kind", "source", "year", "stories"), cell, strict=True))
        | {name: {row["topic"]: row[name] for row in rows} for name in ("labelled", "tagged")}
        for cell, rows in ((cell, list(rows)) for cell, rows in cells)
    ]


def calibration(scored: Sequence[Scored]) -> list[Row]:
    """What scores are worth: of all (story, topic) with a score from `low` to below `high`, how many a reader of the story gave.

    Ten bins for each kind of text, without empty ones; all stories, none with weights that saw its document.
    """
    bins: dict[tuple[str, int], list[tuple[float, bool]]] = defaultdict(list)
    for one in scored:
        for topic, score in one.scores.items():
            bins[one.story.kind, min(BINS - 1, int(score * BINS))].append((score, topic in one.story.topics))
    return [
        {
            "text_kind": kind,
            "low": round(number / BINS, 1),
            "high": round((number + 1) / BINS, 1),
            "n": len(pairs),
            "right": sum(right for _, right in pairs),
            "mean_score": round(sum(score for score, _ in pairs) / len(pairs), 4),
        }
        for (kind, number), pairs in sorted(bins.items())
    ]
