"""How evenly topics are covered, as "like 19 evenly covered topics" (STATISTICS 24). Pure; macros shannon, miller_madow, topic_mix say
the same without the likely range.

The entropy of a sample is too small by about (m - 1) / 2n nats (Miller 1955, "Note on the bias of information estimates"), m topics in
n observations, and is corrected by that. exp of it is the number of topics that would be as diverse if all were covered alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
ROUNDS, SEED = 1000, 20190417


@dataclass(frozen=True, slots=True)
class Even:
    """The mix is like `even` evenly covered topics, likely from `low` to `high`."""

    even: float
    low: float
    high: float


def shannon(parts: Array) -> float:
    """Return the entropy in nats of parts, which need not sum to 1. Raises ValueError where nothing is there."""
    there = parts[parts > 0]
    if not len(there):
        raise ValueError("there is nothing to take the entropy of")
    shares = there / there.sum()
    return float(-(shares * np.log(shares)).sum())


def corrected(parts: Array, worth: float) -> float:
    """Return the entropy in nats, corrected by Miller and Madow for `worth` observations. Raises ValueError as `shannon` does."""
    return shannon(parts) + (np.count_nonzero(parts > 0) - 1) / (2 * worth)


def evenly(parts: Array, squares: Array, of_topics: int) -> float:
    """Return like how many evenly covered topics the mix is, at most `of_topics`. `parts` are the sums of each topic's fractions 1/k of
    stories, `squares` the sums of their squares: by both it is told how many observations they are worth, (sum)^2 / sum of squares."""
    worth = float(parts.sum() ** 2 / squares.sum())
    return float(np.exp(min(corrected(parts, worth), np.log(of_topics))))


def even_range(parts: Array, squares: Array, of_topics: int, *, rounds: int = ROUNDS, seed: int = SEED) -> Even:
    """Return the number with its likely range: whole days of issues (rows) are drawn again and again (11), and the middle 95 % of what
    comes is laid around the number itself, for a sample of a sample is again too uneven (Pla 2004, "Bootstrap confidence intervals for
    the Shannon biodiversity index", J. Agric. Biol. Environ. Stat. 9:42). Rows are days, columns topics; the same rows give the same
    range, for the draws are seeded. Raises ValueError where nothing is there.
    """
    here = evenly(parts.sum(axis=0), squares.sum(axis=0), of_topics)
    held = parts.sum(axis=1) > 0
    days, of_days = parts[held], squares[held]
    drawn = np.random.default_rng(seed).multinomial(len(days), np.full(len(days), 1 / len(days)), size=rounds)
    entropies = _entropies(drawn @ days, drawn @ of_days)
    low, high = np.log(here) + np.quantile(entropies, [0.025, 0.975]) - entropies.mean()
    ends = np.exp(np.clip([low, high], 0, np.log(of_topics)))
    return Even(here, float(min(ends[0], here)), float(max(ends[1], here)))


def _entropies(parts: Array, squares: Array) -> Array:
    """The corrected entropy of each row, without a limit: cut-off ends would make the range too narrow."""
    shares = parts / parts.sum(axis=1, keepdims=True)
    plain = -(shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=1)
    worth = parts.sum(axis=1) ** 2 / squares.sum(axis=1)
    found: Array = plain + (np.count_nonzero(parts > 0, axis=1) - 1) / (2 * worth)
    return found
