"""Tables of `ainews evaluate` on what charts use: unseen beside learned from, the error of shares, what scores are worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from etl.figures import LEAST_POSITIVES
from etl.quality import ALL, LEAST_CELL, Row, wilson
from etl.scored import WHOLE
from etl.shares import MOST_CELL, MOST_MEAN, WIDE_CELL, share_summary
from etl.train import PLURAL

TOO_FEW = "too few to measure"


def difference_lines(rows: Sequence[Row], names: Mapping[str, str]) -> list[str]:
    """Whether stories that were learned from are tagged better than others, though out of fold: a line for each measure."""
    if not rows:
        return ["Unseen and out of fold can't be compared: one of them has too few labels"]
    lines = [f"{'F1':26s}{'unseen':20s}{'out of fold':20s}unseen minus out of fold"]
    for row in rows:
        seen = "".join(f"{ranged(row[name]):20s}" for name in ("unseen", "out_of_fold"))
        point, low, high = row["difference"]
        said = "" if row["clear"] else "  no clear difference"
        lines.append(f"{names[row['kind']]:26s}{seen}{point:+.3f} ({low:+.3f} to {high:+.3f}){said}")
    return lines


def ranged(values: Sequence[float]) -> str:
    """A figure with the ends of its interval."""
    return f"{values[0]:.3f} {values[1]:.3f}–{values[2]:.3f}"


def share_lines(errors: Sequence[Row]) -> list[str]:
    """What the errors of shares come to, and a line for each cell."""
    head = f"Share error: the tagger's share minus the labelled one, in points; cells of at least {LEAST_CELL} stories"
    cells = list(_cells(errors)) or [f"no cell holds {LEAST_CELL} stories"]
    return [head, *(line for row in share_summary(errors) for line in _summary(row)), *cells]


def _summary(row: Row) -> Iterator[str]:
    flag = f", above {MOST_MEAN:g}" if row["mean_absolute"] > MOST_MEAN else ""
    each = ", ".join(f"{source} {error:.2f}" for source, error in row["by_source"].items())
    yield f"{_what(row)}: mean absolute {row['mean_absolute']:.2f} over topics and sources{flag} ({each})"
    far = ", ".join(
        f"{_where(cell)} {cell['topic']} {cell['error_points']:+.1f} ({cell['stories']:,})" for cell in row["too_far"]
    )
    yield f"  cells of at least {WIDE_CELL} stories above {MOST_CELL:g} points: {far or 'none'}"


def _what(row: Row) -> str:
    against = "whole stories" if row["against"] == WHOLE else "headline and abstract alone"
    return f"{PLURAL.get(row['text_kind'], row['text_kind'])}, read in {against}"


def _where(row: Row) -> str:
    return f"{'all sources' if row['source'] == ALL else row['source']}, {'all years' if row['year'] == ALL else row['year']}"


def _cells(rows: Sequence[Row]) -> Iterator[str]:
    """A line for each cell: the mean absolute error of all topics, and the three topics that err most."""
    for _, of_kind in groupby(rows, key=lambda row: (row["text_kind"], row["against"])):
        told = list(of_kind)
        yield f"{_what(told[0])}:"
        for _, group in groupby(told, key=lambda row: (row["source"], row["year"])):
            cell = list(group)
            mean = sum(abs(row["error_points"]) for row in cell) / len(cell)
            worst = sorted(cell, key=lambda row: (-abs(row["error_points"]), row["topic"]))[:3]
            most = ", ".join(f"{row['topic']} {row['error_points']:+.1f}" for row in worst)
            yield f"  {_where(cell[0])[:31]:32s}{cell[0]['stories']:>6,d} stories  mean {mean:4.2f}  most: {most}"


def calibration_lines(rows: Sequence[Row]) -> list[str]:
    """How often topics were right by their score: a line for each bin."""
    lines = [f"{'score of a topic':26s}{'n':>7s}  {'mean score':12s}right, read in whole stories"]
    for row in rows:
        share, (low, high) = row["right"] / row["n"], wilson(row["right"], row["n"])
        said = f"{share:.3f} {low:.3f}–{high:.3f}" if row["n"] >= LEAST_POSITIVES else TOO_FEW
        name = f"{PLURAL.get(row['text_kind'], row['text_kind'])} {row['low']:.1f} to {row['high']:.1f}"
        lines.append(f"{name:26s}{row['n']:>7,d}  {row['mean_score']:<12.3f}{said}")
    return lines
