"""Learns the topic weights anew from labelled stories: `seeds/model/topics.npz` and its card.

The same input gives the same bytes. scikit-learn is needed here and nowhere else.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from spacy.lang.en.stop_words import STOP_WORDS
from spacy.tokens import Doc

from etl.errors import InputError
from etl.lexicon.topics import TopicLexicon, load_topics
from etl.tagger.topic_features import Floats, Ints, Vocabulary, english, units_of
from etl.tagger.topic_model import (
    FOLDS,
    TopicWeights,
    count_terms,
    fold_of,
    is_held_back,
    save_weights,
    scaled,
    short_hash,
)
from etl.tagger.topics import WEIGHTS, phrase_table, vocabulary_of

LEAST_STORIES = 6
STRENGTH = 8.0
PHRASE_SCALE = 0.3
_LETTER = re.compile(r"[^\W\d_]")
Matrix = sp.csr_matrix


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text: the abstract (`abstract`) or the whole story (`full`) of one story."""

    id: str
    kind: str
    source: str
    published: str
    title: Doc
    text: Doc
    topics: frozenset[str]

    @property
    def document(self) -> str:
        """What published the story: its id before `#`."""
        return self.id.split("#")[0]


def train_topics(seeds: Path, labels: Path, *, corpus: Path | None, out: Path) -> dict[str, Any]:
    """Learn the weights from the archive below `seeds` and, where given, the full texts in `corpus`.

    `labels` and `corpus` are JSON Lines; `out` is the folder that receives the weights. Returns the card.
    Raises InputError for a file that is missing or a line that can't be read.
    """
    lexicon = load_topics(seeds)
    examples = [e for e in read_examples(seeds, labels, corpus=corpus) if not is_held_back(e.document)]
    weights = fit(lexicon, examples)
    out.mkdir(parents=True, exist_ok=True)
    save_weights(weights, out / WEIGHTS.name)
    return card(weights, examples)


def read_examples(seeds: Path, labels: Path, *, corpus: Path | None) -> Iterator[Example]:
    """The labelled texts of the archive and of the corpus; each once, in the order of the files."""
    files = [(path, "abstract") for path in sorted((seeds / "archive").glob("*.jsonl"))]
    if not files:
        remedy = "restore the archive from the distribution"
        raise InputError("no story archive (*.jsonl)", file=seeds / "archive", remedy=remedy)
    if corpus is not None:
        files.append((corpus, "full"))
    told = {line["id"]: frozenset(line["topics"]) for line in _lines(labels) if line.get("is_story", True)}
    for path, kind in files:
        for line in _lines(path):
            if line["id"] in told:
                title, text = (english().make_doc(line.get(field) or "") for field in ("title", "text"))
                yield Example(line["id"], kind, line["source"], line["published"], title, text, told[line["id"]])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError("no such file", file=path, remedy="name a file of JSON Lines") from None
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            yield _object(line, path, number)


def _object(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        remedy = "correct or remove the line"
        raise InputError(f"not JSON: {error}", file=path, where=str(number), remedy=remedy) from None
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise InputError("no object with an id", file=path, where=str(number), remedy="correct or remove the line")
    return value


def fit(lexicon: TopicLexicon, examples: Sequence[Example]) -> TopicWeights:
    """Learn the weights of each fold and of all, then slope, shift and threshold on out-of-fold scores."""
    if not examples:
        raise InputError("no labelled story to learn from", file="labels", remedy="give labels of archive stories")
    vocabulary, learned = learnable(lexicon, examples)
    counted = [count_terms(vocabulary.hits(e.title, e.text)) for e in examples]
    idf = _idf(counted, learned, len(vocabulary.terms))
    features = _matrix(counted, idf, phrase_table(lexicon, vocabulary))
    answers = np.array([[topic in e.topics for topic in lexicon.ids] for e in examples])
    folds = np.array([fold_of(e.document) for e in examples])
    models = [_fit_all(features, answers, folds != fold) for fold in (*range(FOLDS), -1)]
    coefficients, bias = (np.stack(part).astype(np.float32) for part in zip(*models, strict=True))
    unseen = np.empty(answers.shape, dtype=np.float32)
    for fold in range(FOLDS):
        part = folds == fold
        unseen[part] = features[part] @ coefficients[fold].T + bias[fold]
    slope, shift = _calibrate(unseen, answers)
    split = len(vocabulary.terms)
    return TopicWeights(
        topics=lexicon.ids,
        terms=vocabulary.terms,
        idf=idf,
        term_weights=coefficients[:, :, :split].transpose(0, 2, 1),
        phrase_weights=coefficients[:, :, split:].transpose(0, 2, 1) * np.float32(PHRASE_SCALE),
        bias=bias,
        slope=slope,
        shift=shift,
        threshold=_thresholds(1 / (1 + np.exp(-(unseen * slope + shift))), answers),
        documents=np.array(sorted({short_hash(e.document) for e in examples}), dtype=np.uint64),
    )


def learnable(lexicon: TopicLexicon, examples: Iterable[Example]) -> tuple[Vocabulary, int]:
    """Words and pairs of words that stand in enough examples, and how many; the lexicon's phrases follow them."""
    seen: Counter[str] = Counter()
    for example in examples:
        seen.update({*_candidates(units_of(example.title)), *_candidates(units_of(example.text))})
    terms = sorted(term for term, stories in seen.items() if stories >= LEAST_STORIES)
    return vocabulary_of(lexicon, terms), len(terms)


def _candidates(units: Sequence[str]) -> Iterator[str]:
    """Every content word, and every two that stand side by side."""
    content = [_is_content(unit) for unit in units]
    for at, unit in enumerate(units):
        if content[at]:
            yield unit
            if at and content[at - 1]:
                yield f"{units[at - 1]} {unit}"


def _is_content(unit: str) -> bool:
    return len(unit) > 1 and unit not in STOP_WORDS and _LETTER.search(unit) is not None and " " not in unit


def _idf(counted: Sequence[Any], learned: int, size: int) -> Floats:
    """sqrt(1 + ln(stories / stories with the term)); every term that the lexicon speaks of is learned as well."""
    holders = np.zeros(size)
    for counts in counted:
        holders[counts.term] += 1
    return np.sqrt(1 + np.log((len(counted) + 1) / (holders + 1))).astype(np.float32)


def _matrix(counted: Sequence[Any], idf: Floats, phrases: Floats) -> Matrix:
    """One row a story: the scaled terms, then what the phrases of each topic weigh."""
    rows = []
    for counts in counted:
        x, plain = scaled(counts, idf)
        spoken = plain @ phrases[counts.term] * np.float32(PHRASE_SCALE)
        at = np.flatnonzero(spoken)
        rows.append((np.concatenate([counts.term, len(idf) + at]), np.concatenate([x, spoken[at]])))
    starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns, values = (np.concatenate(part) for part in zip(*rows, strict=True))
    return sp.csr_matrix((values, columns, starts), shape=(len(rows), len(idf) + phrases.shape[1]))


def _fit_all(features: Matrix, answers: npt.NDArray[np.bool_], part: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Coefficients (topics × features) and biases, learned from the rows of `part`."""
    coefficients = np.zeros((answers.shape[1], features.shape[1]), dtype=np.float32)
    bias = np.full(answers.shape[1], -4.0, dtype=np.float32)
    rows = features[part]
    for topic in np.flatnonzero(answers[part].any(axis=0)):
        model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0)
        model.fit(rows, answers[part, topic])
        coefficients[topic], bias[topic] = model.coef_[0], model.intercept_[0]
    return coefficients, bias


def _calibrate(unseen: Floats, answers: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Slope and shift for each topic by which its out-of-fold score becomes a probability (Platt 1999)."""
    slope, shift = np.ones(answers.shape[1], np.float32), np.zeros(answers.shape[1], np.float32)
    for topic in np.flatnonzero(answers.any(axis=0)):
        model = LogisticRegression(C=1.0, random_state=0).fit(unseen[:, [topic]], answers[:, topic])
        slope[topic], shift[topic] = model.coef_[0, 0], model.intercept_[0]
    return slope, shift


def _thresholds(probability: Floats, answers: npt.NDArray[np.bool_]) -> Floats:
    """For each topic the threshold at which as many examples receive it as have it: a share is then unbiased."""
    ranked = -np.sort(-probability, axis=0)
    wanted = np.minimum(answers.sum(axis=0), len(answers) - 1)
    columns = np.arange(answers.shape[1])
    between = (ranked[np.maximum(wanted - 1, 0), columns] + ranked[wanted, columns]) / 2
    return np.clip(between, 0.05, 0.95).astype(np.float32)


def card(weights: TopicWeights, examples: Sequence[Example]) -> dict[str, Any]:
    """What the weights were made from."""
    kinds: Mapping[str, int] = Counter(example.kind for example in examples)
    days = sorted(example.published for example in examples)
    return {
        "stories": len({example.id for example in examples}),
        "texts": dict(kinds),
        "from": days[0],
        "to": days[-1],
        "terms": len(weights.terms),
        "folds": FOLDS,
    }
