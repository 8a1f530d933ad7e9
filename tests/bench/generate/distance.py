"""How far two distributions are apart, with weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]


def kolmogorov_smirnov(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """The largest difference of two cumulative distributions; each maps values to weights, of any sum."""
    points = sorted(one.keys() | other.keys())
    sums = [np.cumsum([counts.get(point, 0.0) for point in points]) / sum(counts.values()) for counts in (one, other)]
    return float(np.abs(sums[0] - sums[1]).max())


def total_variation(one: Mapping[Any, float], other: Mapping[Any, float]) -> float:
    """Half the sum of the differences of shares; each maps things to weights, of any sum."""
    total, others = sum(one.values()), sum(other.values())
    return float(
        sum(abs(one.get(key, 0.0) / total - other.get(key, 0.0) / others) for key in one.keys() | other.keys()) / 2
    )


def quantiles(counts: Mapping[int, float], parts: tuple[float, ...]) -> list[int]:
    """The values below which these parts of the weight lie."""
    values = sorted(counts)
    sums = np.cumsum([counts[value] for value in values]) / sum(counts.values())
    return [values[min(int(np.searchsorted(sums, part)), len(values) - 1)] for part in parts]


def tally(values: NDArray[Any], weights: Weights | None = None) -> dict[int, float]:
    """Whole numbers and their weights; numbers below 0 are none."""
    held = values >= 0
    weights = np.ones(values.shape) if weights is None else np.broadcast_to(weights, values.shape)
    sums = np.bincount(values[held].astype(np.int64), weights=weights[held])
    return {int(at): float(sums[at]) for at in np.flatnonzero(sums)}
