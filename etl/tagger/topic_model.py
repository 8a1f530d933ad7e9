"""The learned weights of the topic model: a linear score in log-odds for each topic, on terms and lexicon phrases.

For topic t:  z = bias + Σ_term W[term, t] · x[term] + V[t] · l[t] + tilt, where
x = ln(1 + weighted count) · idf, over their length in the story, which is taken a little longer than it is,
l[t] = (what the lexicon's phrases of topic t weigh in the story) / (the length of ln(1 + count), likewise), and
tilt = -0.3 · ln(terms found / 60) - 0.4 · min(0, ln(terms found / 20)).
x and l are ratios and the tilt takes away what is left of the length, so that a headline, an abstract and a long
story are scored on one scale. The probability is 1 / (1 + exp(-(slope · z + shift))), fitted on stories that the
weights were not trained on.

The file holds the weights several times: once for each fold of the training documents (learned from the others)
and once, last, from all. A story that was trained on is scored by the weights that never saw its document.
"""

from __future__ import annotations

import hashlib
import io
import math
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from etl.errors import InputError
from etl.tagger.topic_features import Floats, Hits, Ids, Ints, Longs

# Few words say little: these are added to the squared length that a story's terms are divided by (of an abstract
# typically 178 and 35), so that one word of a headline does not decide alone.
FEW_SAY_LITTLE, FEW_PHRASES_SAY_LITTLE = 100.0, 12.0
# How many topics the tagger gives, out of fold, for each one labelled, is thus much alike: headlines of abstracts alone
# 0.95, abstracts 0.99, full texts of the same stories 1.02.
TILT = -0.3
SHORT_TILT = -0.4  # on top of it below so many terms
USUAL_TERMS, FEW_TERMS, LEAST_TERMS = 60, 20, 5
HELD_BACK = 5
FOLDS = 5
_TERM_BITS = 32


@lru_cache(maxsize=1024)  # a document's stories follow each other, and each is asked about several times
def document_hash(document: str) -> int:
    """SHA-256 of a document's id as a number: modulo 5 it says whether the document is held back."""
    return int(hashlib.sha256(document.encode()).hexdigest(), 16)


def is_held_back(document: str) -> bool:
    """Whether a document is never trained on, but measured on."""
    return document_hash(document) % HELD_BACK == 0


def fold_of(document: str) -> int:
    """The fold, from 0, that a document of the training part belongs to."""
    return document_hash(document) // HELD_BACK % FOLDS


def short_hash(document: str) -> int:
    """64 bits by which a training document is recognized."""
    return document_hash(document) >> 192


@dataclass(frozen=True)
class TopicWeights:
    """What `topics.npz` holds. Shapes: terms T, topics K, models M (folds, then the one of all documents)."""

    topics: tuple[str, ...]
    terms: tuple[str, ...]
    idf: Floats  # T
    term_weights: Floats  # M × T × K
    phrase_weights: Floats  # M × K
    bias: Floats  # M × K
    slope: Floats  # K
    shift: Floats  # K
    threshold: Floats  # K
    documents: Ids  # the documents trained on, sorted

    @cached_property
    def _seen(self) -> frozenset[int]:
        return frozenset(self.documents.tolist())

    def model_for(self, document: str | None) -> int:
        """The number of the model that did not see this document."""
        if document is None or short_hash(document) not in self._seen:
            return len(self.bias) - 1
        return fold_of(document)


_ARRAYS = ("idf", "term_weights", "phrase_weights", "bias", "slope", "shift", "threshold", "documents")


def save_weights(weights: TopicWeights, path: Path) -> None:
    """Write the weights as a zip of arrays; the same weights give the same bytes."""
    arrays: dict[str, Any] = {name: getattr(weights, name) for name in _ARRAYS}
    arrays["term_weights"] = weights.term_weights.astype(np.float16)
    arrays |= {name: _packed(getattr(weights, name)) for name in ("topics", "terms")}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    path.write_bytes(buffer.getvalue())


def load_weights(path: Path) -> TopicWeights:
    """Read what `save_weights` wrote; raises InputError where the file is missing or no such archive."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            arrays: dict[str, Any] = {name: file[name] for name in _ARRAYS}
            arrays |= {name: _unpacked(file[name]) for name in ("topics", "terms")}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, EOFError) as error:
        remedy = "restore it from the distribution or train it again"
        raise InputError(f"the topic weights can't be read: {error}", file=path, remedy=remedy) from error
    arrays["term_weights"] = arrays["term_weights"].astype(np.float32)
    return TopicWeights(**arrays)


def _packed(texts: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def _unpacked(array: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> tuple[str, ...]:
    return tuple(array.tobytes().decode().split("\n"))


@dataclass(frozen=True, slots=True)
class Counts:
    """Stories as the model sees them: each term of a story once, with ln(1 + weighted count), and where it first stands.

    Parallel arrays, in order of the stories.
    """

    stories: int
    story: Longs
    term: Ints
    value: Floats
    start: Longs
    end: Longs


def count_terms(hits: Hits) -> Counts:
    """Fold a story's occurrences of a term into one entry, placed at its first occurrence."""
    key = (hits.story << _TERM_BITS) + hits.term
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    value = np.log1p(np.add.reduceat(hits.weight[order], first)) if len(first) else np.zeros(0, np.float32)
    at = order[first]
    return Counts(hits.stories, hits.story[at], hits.term[at], value.astype(np.float32), hits.start[at], hits.end[at])


@dataclass(frozen=True, slots=True)
class ScoringTables:
    """Weights in the order of a lexicon's topics and of its vocabulary, the calibration folded in.

    Shapes: terms N (learned, then those that only the lexicon has), topics L, models M.
    """

    idf: Floats  # N, 0 for terms that were not learned
    term: Floats  # M × N × L
    phrase: Floats  # M × N × L
    spoken: npt.NDArray[np.bool_]  # N: which terms are phrases of any topic
    bias: Floats  # M × L
    slope: Floats  # L
    threshold: Floats  # L

    def score(self, counts: Counts, *, models: Longs) -> tuple[Floats, Floats]:
        """What each term adds to each topic in log-odds (terms × topics), and each topic's probability (stories × topics).

        `models` says by which weights each story is scored.
        """
        learned, plain = scaled(counts, self.idf)
        model = models[counts.story]
        odds = self.term[model, counts.term] * learned[:, None]
        spoken = np.flatnonzero(self.spoken[counts.term])
        odds[spoken] += self.phrase[model[spoken], counts.term[spoken]] * plain[spoken, None]
        known = np.bincount(counts.story[learned != 0], minlength=counts.stories)
        base = self.bias[models] + np.array([[tilt(terms)] for terms in known.tolist()], dtype=np.float32) * self.slope
        score = 1 / (1 + np.exp(-(_sums(odds, counts) + base)))
        return odds, score.astype(np.float32, copy=False)


def _sums(odds: Floats, counts: Counts) -> Floats:
    """The sum of each story's rows."""
    sums = np.zeros((counts.stories, odds.shape[1]), dtype=np.float32)
    first = np.flatnonzero(np.diff(counts.story, prepend=-1))
    if len(first):
        sums[counts.story[first]] = np.add.reduceat(odds, first, axis=0)
    return sums


def tilt(terms: int) -> float:
    """What a story's length, in learned terms found, adds to every topic's score; from `LEAST_TERMS` down it fades to 0."""
    found = max(LEAST_TERMS, terms)
    added = TILT * math.log(found / USUAL_TERMS) + SHORT_TILT * min(0.0, math.log(found / FEW_TERMS))
    return added * min(1.0, terms / LEAST_TERMS)


def scaled(counts: Counts, idf: Floats) -> tuple[Floats, Floats]:
    """Each term's x of the formula, and its ln(1 + count) over the length of those of all learned terms of its story.

    A term that the lexicon added after training has no idf: it counts as a phrase only.
    """
    weighted = counts.value * idf[counts.term]
    learned = weighted > 0
    some = np.bincount(counts.story[learned], minlength=counts.stories) > 0
    plain = np.where(learned | ~some[counts.story], counts.value, np.float32(0))
    return (
        weighted / _lengths(weighted, FEW_SAY_LITTLE, counts)[counts.story],
        counts.value / _lengths(plain, FEW_PHRASES_SAY_LITTLE, counts)[counts.story],
    )


def _lengths(values: Floats, more: float, counts: Counts) -> Floats:
    """The Euclidean length of each story's values and, beside them, of one whose square is `more`."""
    squares = np.bincount(counts.story, weights=np.square(values), minlength=counts.stories)
    lengths: Floats = np.sqrt(squares + more).astype(np.float32)
    return lengths


def scoring_tables(weights: TopicWeights, topics: Sequence[str], phrases: Floats) -> ScoringTables:
    """Arrange weights for these topics; `phrases` is what the lexicon says for them (terms × topics).

    A topic that was not learned gets the usual weight of a topic's own phrases, bias and threshold. What was
    learned of a topic that the lexicon no longer has is left out.
    """
    column = {topic: number for number, topic in enumerate(weights.topics)}
    old = np.array([number for number, topic in enumerate(topics) if topic in column], dtype=np.intp)
    at = np.array([column[topic] for topic in topics if topic in column], dtype=np.intp)

    def spread(values: Floats, missing: float) -> Floats:
        out = np.full((*values.shape[:-1], len(topics)), missing, dtype=np.float32)
        out[..., old] = values[..., at]
        return out

    slope = spread(weights.slope, float(weights.slope.mean()))
    shift = spread(weights.shift, float(weights.shift.mean()))
    own = spread(weights.phrase_weights, float(weights.phrase_weights.mean())) * slope
    added = len(phrases) - len(weights.terms)
    return ScoringTables(
        idf=np.pad(weights.idf, (0, added)),
        term=np.pad(spread(weights.term_weights, 0.0) * slope, ((0, 0), (0, added), (0, 0))),
        phrase=phrases * own[:, None, :],
        spoken=np.any(phrases != 0, axis=1),
        bias=spread(weights.bias, float(weights.bias.mean())) * slope + shift,
        slope=slope,
        threshold=spread(weights.threshold, float(weights.threshold.mean())),
    )
