"""fitted.json and assumed.toml as arrays that can be drawn from."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from etl.errors import InputError
from etl.settings import default_seeds
from tests.bench.generate.fit import FITTED, ROLES
from tests.bench.generate.pool import Ragged
from tests.bench.generate.vocabulary import Vocabulary, load_vocabulary

ASSUMED = Path(__file__).with_name("assumed.toml")
KINDS = ("issue", "day")
TOPICS, ORGANIZATIONS, REGIONS = 6, 8, 4  # at most, of a story: what a pattern has beyond is left out
_LETTERS = "".join(ROLES.values())
# Distinct names over the frontier of `unlisted`, by simulation: some names below it are never drawn.
_FRONTIER_USED = 0.8


@dataclass(frozen=True, slots=True)
class Shares:
    """Whole numbers and how often each comes, cumulated."""

    values: NDArray[np.int64]
    cumulative: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """The mean number."""
        weights = np.diff(self.cumulative, prepend=0.0)
        return float(np.average(self.values, weights=weights))


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns as rows padded with -1: topics, roles (an index of ROLES) with whether listed, regions with roles.

    `cells` lists the patterns of kind and year at `kind * years + year - first_year`; where a kind has none in a year,
    those of the other kind.
    """

    topics: NDArray[np.int64]
    near: NDArray[np.int64]
    roles: NDArray[np.int64]
    listed: NDArray[np.bool_]
    regions: NDArray[np.int64]
    region_roles: NDArray[np.int64]
    cells: Ragged
    first_year: int
    years: int
    unlisted_per_story: float


@dataclass(frozen=True, slots=True)
class Model:
    """All that a load is drawn from. Words are by kind, then field; `quantiles` by name."""

    vocabulary: Vocabulary
    patterns: Patterns
    words: Mapping[str, Mapping[str, Shares]]
    sizes: Mapping[str, Shares]
    weekdays: Mapping[str, Sequence[float]]
    quantiles: Mapping[str, NDArray[np.float64]]
    evidence: Shares
    listed: NDArray[np.float64]
    heaps: Mapping[str, float]
    pauses: Mapping[str, Any]
    assumed: Mapping[str, Any]

    def quantile(self, name: str, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
        """The value of a fitted distribution at a uniform number."""
        points = self.quantiles[name]
        return np.interp(uniform, np.linspace(0, 1, len(points)), points)

    def unlisted(self, story: NDArray[Any], fresh: NDArray[np.float64], old: NDArray[np.float64]) -> NDArray[np.int64]:
        """The number of an unlisted name in each story: a new one as often as Heaps' law says at its place, else an old one.

        The law is V(n) = k n^beta with n the unlisted names given so far, which is nearly `unlisted_per_story` times the
        stories so far; the older a name, the more often it returns.
        """
        given = np.maximum(self.patterns.unlisted_per_story * (np.asarray(story) + 1.0), 1.0)
        known = self.heaps["k"] * given ** self.heaps["beta"] / _FRONTIER_USED
        chance = np.minimum(self.heaps["beta"] * self.heaps["k"] * given ** (self.heaps["beta"] - 1.0), 1.0)
        return np.floor(np.where(fresh < chance, known, known * old**2)).astype(np.int64)


def load_model(seeds: Path | None = None) -> Model:
    """The shipped fit with the vocabulary of a seeds folder, by default the shipped one.

    Raises InputError where that lists too few organizations.
    """
    fitted = json.loads(FITTED.read_text(encoding="utf-8"))
    vocabulary = load_vocabulary(seeds or default_seeds(), ranked=fitted["organizations"])
    if len(vocabulary.organizations) < ORGANIZATIONS:
        problem = f"it lists fewer than {ORGANIZATIONS} organizations, as many as a story names"
        raise InputError(problem, file=(seeds or default_seeds()) / "organizations.toml", remedy="use larger seeds")
    ranks = np.arange(1, len(vocabulary.organizations) + 1)
    names = ("scores", "near", "thresholds", "weights")
    return Model(
        vocabulary=vocabulary,
        patterns=_patterns(fitted["patterns"], vocabulary),
        words={kind: {field: _shares(found) for field, found in by.items()} for kind, by in fitted["words"].items()},
        sizes={kind: _shares(found) for kind, found in fitted["sizes"].items()},
        weekdays=fitted["weekdays"],
        quantiles={name: np.asarray(fitted[name]) for name in names},
        evidence=_shares(fitted["evidence"]),
        listed=np.cumsum((ranks + fitted["zipf"]["q"]) ** -fitted["zipf"]["s"]),
        heaps=fitted["heaps"],
        pauses=fitted["pauses"],
        assumed=tomllib.loads(ASSUMED.read_text(encoding="utf-8")),
    )


def _shares(found: Mapping[str, float]) -> Shares:
    return Shares(np.asarray([int(value) for value in found]), np.cumsum(list(found.values())))


def _patterns(lines: Sequence[str], vocabulary: Vocabulary) -> Patterns:
    topic_at = {topic: at for at, topic in enumerate(vocabulary.topics)}
    region_at = {code: at for at, code in enumerate(vocabulary.regions)}
    rows = [line.replace(" -", " ").split(" ") for line in lines]
    topics = [[topic_at[topic] for topic in row[2].split(",") if topic in topic_at] for row in rows]
    places = [[place.split(":") for place in row[5].split(",") if place.partition(":")[0] in region_at] for row in rows]
    roles = [[_LETTERS.index(letter.lower()) for letter in row[4]] for row in rows]
    listed = [[letter.isupper() for letter in row[4]] for row in rows]
    years = [int(row[1]) for row in rows]
    return Patterns(
        topics=_padded(topics, TOPICS),
        near=np.asarray([int(row[3]) for row in rows]),
        roles=_padded(roles, ORGANIZATIONS),
        listed=_padded(listed, ORGANIZATIONS) == 1,
        regions=_padded([[region_at[code] for code, _ in place] for place in places], REGIONS),
        region_roles=_padded([[_LETTERS.index(role) for _, role in place] for place in places], REGIONS),
        cells=_cells([KINDS.index(row[0]) for row in rows], years),
        first_year=min(years),
        years=max(years) - min(years) + 1,
        unlisted_per_story=sum(known.count(False) for known in listed) / len(rows),
    )


def _padded(lists: Sequence[Sequence[int]], width: int) -> NDArray[np.int64]:
    return np.asarray([[*items[:width], *[-1] * (width - len(items))] for items in lists], dtype=np.int64)


def _cells(kinds: Sequence[int], years: Sequence[int]) -> Ragged:
    """Patterns by kind and year."""
    found: dict[tuple[int, int], list[int]] = {}
    for at, cell in enumerate(zip(kinds, years, strict=True)):
        found.setdefault(cell, []).append(at)
    span = range(min(years), max(years) + 1)
    return Ragged.of([found.get((kind, year)) or found[1 - kind, year] for kind in range(len(KINDS)) for year in span])
