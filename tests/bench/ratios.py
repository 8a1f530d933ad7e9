"""The arithmetic of the benchmark: how cost grows with size, where it passes a limit, and what became worse than it was."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

TOLERANCE = 0.15  # a ratio that is worse by more than this is told


@dataclass(frozen=True, slots=True)
class Ratios:
    """Ratios by name: `higher` are better the higher they are, `lower` the lower."""

    higher: Mapping[str, float] = field(default_factory=dict)
    lower: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Worse:
    """A ratio that was better when it was kept; `by` is the part by which it is worse (0.2: a fifth)."""

    name: str
    kept: float
    now: float
    by: float


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The exponent b of cost = a · size^b: least squares on the logarithms of both (1: ten times the size costs ten times as much).

    Raises ValueError for fewer than two different sizes, and for a size or cost that is not above 0.
    """
    if len(set(sizes)) < 2 or len(sizes) != len(costs):
        raise ValueError(f"a slope needs a cost for each of two sizes at least, not {len(costs)} for {list(sizes)}")
    x, y = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    middle_x, middle_y = math.fsum(x) / len(x), math.fsum(y) / len(y)
    over = math.fsum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return over / math.fsum((a - middle_x) ** 2 for a in x)


def crossing(sizes: Sequence[float], costs: Sequence[float], limit: float) -> float | None:
    """The size at which the cost reaches the limit; None where it does not grow.

    From the largest size measured along the steeper of `slope` and the step between the two largest: costs that do not depend on size
    flatten the line through all sizes, and along that the limit would seem farther than it is. Beyond the largest size it is a guess.
    Raises ValueError as `slope` does.
    """
    ranked = sorted(zip(sizes, costs, strict=True))
    size, cost = ranked[-1]
    last = [pair for pair in ranked if pair[0] < size][-1:] + ranked[-1:]
    steepest = max(slope(sizes, costs), slope([pair[0] for pair in last], [pair[1] for pair in last]))
    if steepest <= 0:
        return None
    logarithm = math.log(size) + math.log(limit / cost) / steepest
    return math.exp(logarithm) if logarithm < math.log(1e18) else None


def worse(kept: Ratios, now: Ratios, tolerance: float = TOLERANCE) -> list[Worse]:
    """Ratios of both that are worse now by more than the tolerance, the worst first."""
    falls = [(name, then, now.higher[name], 1) for name, then in kept.higher.items() if name in now.higher]
    rises = [(name, then, now.lower[name], -1) for name, then in kept.lower.items() if name in now.lower]
    found = [Worse(name, then, here, sign * (then - here) / then) for name, then, here, sign in falls + rises]
    return sorted((one for one in found if one.by > tolerance), key=lambda one: -one.by)


def missing(kept: Ratios, now: Ratios) -> list[str]:
    """Names of ratios that are kept and were not measured now."""
    return sorted({*kept.higher, *kept.lower} - {*now.higher, *now.lower})


def rounded(value: float) -> float:
    """Three digits that count."""
    return float(f"{value:.3g}")
