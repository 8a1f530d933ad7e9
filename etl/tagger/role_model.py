"""The learned points by which a name is in focus: one weight for each observation of etl/tagger/role_features.py.

The points of a name are Σ weight · observation (log-odds, moved so that `focus` is from 0 up). The file holds each
weight several times, as topics do (etl/tagger/topic_model.py): for each fold of the training documents, learned from
the others, and last from all. A story that was learned from is read with the weights that never saw its document.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from math import fsum
from operator import mul
from pathlib import Path

from etl.errors import InputError
from etl.tagger.role_features import ABOUT, NUMBERS, SLOTS, TOLD, Seen
from etl.tagger.scene import Kind
from etl.tagger.topic_model import FOLDS, fold_of, short_hash

FILE = Path("model", "roles.json")
KINDS: tuple[Kind, ...] = ("organization", "region")
Weights = Mapping[str, float]


class Scale:
    """The weights of one model, arranged so that a name is weighed without building the names of its observations."""

    def __init__(self, kind: Kind, weights: Weights) -> None:
        """Arrange the weights; what has none counts nothing."""
        self.weights = weights
        self._numbers = [weights.get(name, 0.0) for name in NUMBERS[kind]]
        self._words: dict[str, dict[str, float]] = {slot: {} for slot in (*SLOTS[kind], ABOUT)}
        for name, weight in weights.items():
            slot, _, word = name.partition("=")
            if slot in self._words:
                self._words[slot][word] = weight
        self._of_slots = [self._words[slot].get for slot in SLOTS[kind]]

    def points(self, seen: Seen, *, told: float | None = None) -> float:
        """What the observations of a name sum to: as `weigh` of them by name, but for rounding.

        `told` are the points of `seen.about`, where they are known from another name of the story.
        """
        points: float = sum(map(mul, seen.numbers, self._numbers))
        for weight_of, words in zip(self._of_slots, seen.words, strict=True):
            if len(words) == 1:
                points += weight_of(words[0], 0.0)
            elif words:
                points += fsum(map(weight_of, set(words), repeat(0.0)))
        for slot, word, share in seen.shares:
            points += share * self._words[slot].get(word, 0.0)
        return points + (self.told(seen.about) if told is None else told)

    def told(self, about: Iterable[str]) -> float:
        """The points of what a story is about."""
        return TOLD * fsum(map(self._words[ABOUT].get, about, repeat(0.0)))


@dataclass(frozen=True)
class RoleWeights:
    """For each kind of name the weights of each model, the one of all documents last; the documents learned from."""

    models: Mapping[Kind, Sequence[Weights]]
    documents: frozenset[int]

    def scale(self, kind: Kind, *, document: str | None) -> Scale:
        """The scale for names of a story: by the model that did not see its document."""
        if document is None or short_hash(document) not in self.documents:
            return self._scales[kind][FOLDS]
        return self._scales[kind][fold_of(document)]

    @cached_property
    def _scales(self) -> Mapping[Kind, Sequence[Scale]]:
        return {kind: [Scale(kind, weights) for weights in models] for kind, models in self.models.items()}


def weigh(seen: Mapping[str, float], weights: Weights) -> float:
    """The weighted sum; what has no weight counts nothing."""
    found: Iterable[float] = map(weights.get, seen, repeat(0.0))
    points: float = sum(map(mul, seen.values(), found))
    return points


def save_roles(weights: RoleWeights, path: Path) -> None:
    """Write a line for each observation, so that two files can be compared; the same weights give the same bytes."""
    parts = [f'"documents": {json.dumps([f"{document:016x}" for document in sorted(weights.documents)])}']
    for kind in KINDS:
        models = weights.models[kind]
        rows = (f"{json.dumps(name)}: {json.dumps([model[name] for model in models])}" for name in sorted(models[-1]))
        parts.append(f'"{kind}": {{\n' + ",\n".join(rows) + "\n}")
    path.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


def load_roles(path: Path) -> RoleWeights:
    """Read what `save_roles` wrote; raises InputError where the file is missing or is no such file."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        models: dict[Kind, Sequence[Weights]] = {kind: _models(told[kind]) for kind in KINDS}
        return RoleWeights(models, frozenset(int(document, 16) for document in told["documents"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = "restore it from the distribution or train it again"
        raise InputError(f"the weights of roles can't be read: {error}", file=path, remedy=remedy) from error


def _models(table: Mapping[str, Sequence[float]]) -> list[Weights]:
    if any(len(weights) != FOLDS + 1 for weights in table.values()):
        raise ValueError(f"each observation needs {FOLDS + 1} weights")
    return [{name: float(weights[model]) for name, weights in table.items()} for model in range(FOLDS + 1)]
