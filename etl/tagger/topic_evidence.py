"""The slices of stories that spoke for topics, for many stories and topics in whole arrays."""

from __future__ import annotations

import numpy as np

from etl.model import Evidence, Field
from etl.tagger.topic_features import Batch, Floats, Longs
from etl.tagger.topic_model import Counts

MOST_EVIDENCE = 8
LEAST_WEIGHT = 0.05
_FIELDS: tuple[Field, Field] = ("title", "text")


def one_slice(batch: Batch, start: int, end: int) -> Evidence:
    """The slice from the batch's token `start` to before `end`, without a weight."""
    number = int(np.searchsorted(batch.bounds, start, side="right")) - 1
    field, offset = batch.fields[number], int(batch.bounds[number])
    first, last = field.starts[start - offset], field.ends[end - offset - 1]
    return Evidence(_FIELDS[number % 2], first, last, field.text[first:last])


def evidence(batch: Batch, counts: Counts, odds: Floats, *, story: Longs, topic: Longs) -> list[tuple[Evidence, ...]]:
    """For each pair of a story and a topic the strongest slices, strongest first.

    Terms that overlap are one slice with their summed weight.
    """
    pair, start, end, weight = _merged(*_spoken(counts, odds, story=story, topic=topic))
    heavy = weight >= LEAST_WEIGHT
    pair, start, end, weight = pair[heavy], start[heavy], end[heavy], weight[heavy]
    order = np.lexsort((start, -weight, pair))
    pair = pair[order]
    order = order[np.arange(len(order)) - np.searchsorted(pair, pair) < MOST_EVIDENCE]
    slices = _slices(batch, start[order], end[order], weight[order])
    ends = np.cumsum(np.bincount(pair, minlength=len(story)).clip(max=MOST_EVIDENCE)).tolist()
    return [tuple(slices[first:last]) for first, last in zip([0, *ends], ends, strict=False)]


def _spoken(counts: Counts, odds: Floats, *, story: Longs, topic: Longs) -> tuple[Longs, Longs, Longs, Floats]:
    """Pair, start, end and weight of every term that speaks for its pair's topic, by pair and in order of the text."""
    in_order = np.lexsort((counts.end, counts.start))
    bounds = np.searchsorted(counts.story, np.arange(counts.stories + 1))
    sizes = np.diff(bounds)[story]
    pair = np.repeat(np.arange(len(story)), sizes)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    row = in_order[bounds[story][pair] + within]
    weight = odds[row, topic[pair]]
    speaks = weight > 0
    row = row[speaks]
    return pair[speaks], counts.start[row], counts.end[row], weight[speaks]


def _merged(pair: Longs, start: Longs, end: Longs, weight: Floats) -> tuple[Longs, Longs, Longs, Floats]:
    """Overlapping spans of a pair joined, their weights added."""
    if not len(pair):
        return pair, start, end, weight
    offset = pair * (int(end.max()) + 1)  # so that no span of a pair reaches into the next one's
    reached = np.maximum.accumulate(end + offset)
    first = np.flatnonzero(np.concatenate([[True], start[1:] + offset[1:] >= reached[:-1]]))
    furthest = np.maximum.reduceat(end, first)
    return pair[first], start[first], furthest, np.add.reduceat(weight.astype(np.float64), first)


def _slices(batch: Batch, start: Longs, end: Longs, weight: Floats) -> list[Evidence]:
    number = np.searchsorted(batch.bounds, start, side="right") - 1
    columns = (number, start - batch.bounds[number], end - batch.bounds[number] - 1, weight)
    slices = []
    for at, first, last, points in zip(*(column.tolist() for column in columns), strict=True):
        field = batch.fields[at]
        left, right = field.starts[first], field.ends[last]
        slices.append(Evidence(_FIELDS[at % 2], left, right, field.text[left:right], round(points, 4)))
    return slices
