"""Precision, recall and F1 with their intervals, of all labelled stories, of cells of them, and of one part beside the other.

Intervals are 95 % percentile bootstraps over whole documents (Efron 1979), since the stories of one issue resemble
each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from etl.quality import ALL, Row
from etl.scored import ABSTRACT, OUT_OF_FOLD, PARTS, UNSEEN, Key, Scored, measures_in

LEAST_POSITIVES = 15
LEAST_DOCUMENTS = 5
DRAWS = 1000
SEED = 20261125
_AT_ONCE = 500  # tags whose draws are held at a time
_ENDS = (0.025, 0.975)
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def figures(scored: Sequence[Scored]) -> list[Row]:
    """A row for each part, each source, kind of text and year of it, and each measure; of a whole part for each tag too.

    `precision`, `recall` and `f1` are [figure, low, high]; `n` counts the labels asked for, `stories` and `documents`
    what the measure was taken on.
    """
    return [row for part in PARTS for row in _part_rows(part, [one for one in scored if one.part == part])]


def enough(row: Row) -> bool:
    """Whether a figure says anything: a bootstrap over two documents would look certain and be chance."""
    return bool(row["n"] >= LEAST_POSITIVES and row["documents"] >= LEAST_DOCUMENTS)


def differences(scored: Sequence[Scored]) -> list[Row]:
    """For each measure F1 of the unseen stories, of those out of fold, and the one minus the other, with intervals.

    `clear` is false where the interval of the difference holds 0. A measure that one of the parts has too few
    labels or documents for has no row.
    """
    parts = [[one for one in scored if one.part == part] for part in (UNSEEN, OUT_OF_FOLD)]
    return [row for measure in measures_in(scored) if (row := _difference(measure, *(_of(measure, p) for p in parts)))]


def _difference(measure: str, unseen: Sequence[Scored], learned: Sequence[Scored]) -> Row | None:
    row: Row = {"kind": measure}
    points, drawn = [], []
    for number, (name, part) in enumerate((("unseen", unseen), ("out_of_fold", learned))):
        counts = _by_document(part, [(measure, ALL)])
        total = counts.sum(axis=0)
        n = int(total[:, 0].sum() + total[:, 2].sum())
        if not enough({"n": n, "documents": len(counts)}):
            return None
        draws = _drawn(counts, _draws(len(counts), seed=SEED + number))[:, 0, 2]
        points.append(float(_scores(total.astype(np.float64))[0, 2]))
        drawn.append(draws)
        row |= {f"{name}_n": n, name: _with_ends(points[-1], draws)}
    apart = _with_ends(points[0] - points[1], drawn[0] - drawn[1])
    return row | {"difference": apart, "clear": not apart[1] <= 0 <= apart[2]}


def _with_ends(point: float, drawn: Floats) -> list[float]:
    return [round(float(value), 4) for value in (point, *np.quantile(drawn, _ENDS))]


def _part_rows(part: str, scored: Sequence[Scored]) -> Iterator[Row]:
    tags = sorted({key for one in scored for key in one.hits if key[1] != ALL})
    cells: dict[tuple[str, str], list[Scored]] = defaultdict(list)
    for one in scored:
        story = one.story
        for cell in (("all", ALL), ("text_kind", story.kind), ("source", story.source), ("year", story.year)):
            cells[cell].append(one)
    for (by, value), cell_stories in sorted(cells.items()):
        for measure in measures_in(cell_stories):
            keys = [(measure, ALL), *(key for key in tags if by == "all" and key[0] == measure)]
            for row in _cell_rows(_of(measure, cell_stories), keys):
                yield {"part": part, "by": by, "value": value} | row


def _of(measure: str, scored: Sequence[Scored]) -> Sequence[Scored]:
    """The stories that the measure was taken on: few abstracts were read by themselves."""
    return [one for one in scored if (measure, ALL) in one.hits] if measure == ABSTRACT else scored


def _cell_rows(scored: Sequence[Scored], keys: Sequence[Key]) -> Iterator[Row]:
    """A row for each key, with intervals from the same draws of documents."""
    documents = len({one.story.document for one in scored})
    draws = _draws(documents, seed=SEED)
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        counts = _by_document(scored, some)
        total = counts.sum(axis=0)
        point = _scores(total.astype(np.float64))
        low, high = np.quantile(_drawn(counts, draws), _ENDS, axis=0)
        for at, (measure, tag) in enumerate(some):
            tp, fp, fn = (int(count) for count in total[at])
            row: Row = {"kind": measure, "tag_id": tag, "stories": len(scored), "documents": documents, "n": tp + fn}
            row |= {"true_positive": tp, "false_positive": fp, "false_negative": fn}
            for number, name in enumerate(("precision", "recall", "f1")):
                row[name] = [round(float(values[at, number]), 4) for values in (point, low, high)]
            yield row


def _draws(documents: int, *, seed: int) -> Floats:
    """How often each document is drawn: draws × documents."""
    even = np.full(documents, 1 / documents)
    return np.random.default_rng(seed).multinomial(documents, even, size=DRAWS).astype(np.float64)


def _drawn(counts: Ints, draws: Floats) -> Floats:
    """Draws × keys × (precision, recall, F1)."""
    return _scores(np.tensordot(draws, counts.astype(np.float64), axes=1))


def _by_document(scored: Sequence[Scored], keys: Sequence[Key]) -> Ints:
    """Documents × keys × (found, spurious, missed)."""
    number = {document: at for at, document in enumerate(sorted({one.story.document for one in scored}))}
    counts = np.zeros((len(number), len(keys), 3), dtype=np.int64)
    column = {key: at for at, key in enumerate(keys)}
    for one in scored:
        for key, hits in one.hits.items():
            if key in column:
                counts[number[one.story.document], column[key]] += (hits.tp, hits.fp, hits.fn)
    return counts


def _scores(counts: Floats) -> Floats:
    """… × (found, spurious, missed) → … × (precision, recall, F1), each 0 where nothing was found."""
    tp, fp, fn = counts[..., 0], counts[..., 1], counts[..., 2]
    parts = (tp / np.maximum(tp + fp, 1), tp / np.maximum(tp + fn, 1), 2 * tp / np.maximum(2 * tp + fp + fn, 1))
    return np.stack(parts, axis=-1)
