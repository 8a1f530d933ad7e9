"""Chance without a state: a draw depends on seed, purpose and the story's number only, so pieces can be of any size."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
_STEP = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws of one load; `seed` is any text. Two purposes, or two seeds, have nothing to do with each other."""

    seed: str

    def uniform(self, purpose: str, numbers: NDArray[Any]) -> Real:
        """A number from 0 up to, not including, 1 for each number; 53 bits of SplitMix64 (Steele et al. 2014)."""
        bits = _mix(np.asarray(numbers).astype(np.uint64) * _STEP + _key(self.seed, purpose))
        return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def below(self, purpose: str, numbers: NDArray[Any], limit: NDArray[Any] | int) -> Whole:
        """A whole number from 0 up to, not including, the limit (0 where the limit is)."""
        return np.asarray(np.floor(self.uniform(purpose, numbers) * limit), dtype=np.int64)

    def weighted(self, purpose: str, numbers: NDArray[Any], weights: NDArray[Any]) -> Whole:
        """An index of `weights` for each number, as often as its weight says."""
        return pick(self.uniform(purpose, numbers), np.cumsum(weights))


def pick(uniform: Real, cumulative: NDArray[Any]) -> Whole:
    """The index into which a uniform number falls; an index without weight is never given."""
    found = np.searchsorted(cumulative, uniform * cumulative[-1], side="right")
    return np.asarray(np.minimum(found, len(cumulative) - 1), dtype=np.int64)


@lru_cache(maxsize=4096)
def _key(seed: str, purpose: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.sha256(f"{seed}\0{purpose}".encode()).digest()[:8], "little"))


def _mix(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
