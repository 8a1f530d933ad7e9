"""Learns the topic weights anew from labelled stories, and measures them: what `seeds/model` holds.

The same input gives the same bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from etl.errors import AinewsError, InputError
from etl.gold import Example, read_examples
from etl.lexicon.topics import load_topics
from etl.quality import measure, write_quality
from etl.tagger.topic_model import FOLDS, TILT, TopicWeights, is_held_back, save_weights
from etl.tagger.topics import WEIGHTS, TopicTagger

LABELS_MADE_BY = (
    "The labels were made by a large language model that read each whole story by the codebook. Two independent "
    "readings of 63 stories agree on topics with an F1 of 0.954: no tagger can be shown to do better than that."
)
LIMITS = (
    "English only. Learned from two AI newsletters and few press articles, 2019 to 2026: on other sources expect less.",
    "Where the labels draw the line between generative AI, language models and agents moved over the years; the model "
    "draws one line, so these three differ most by year. Read them together as a group where that matters.",
    "Topics with few positives are measured with wide intervals; with fewer than 15 they are too few to measure.",
)


def train_topics(seeds: Path, labels: Path, *, corpus: Path | None, out: Path) -> dict[str, Any]:
    """Learn the weights from the archive below `seeds` and, where given, the full texts in `corpus`.

    `labels` and `corpus` are JSON Lines; `out` is the folder that receives `topics.npz`, `card.json` and
    `quality.json`. Returns the card. Held-back documents are measured on, never learned from.
    Raises InputError for a file that is missing or a line that can't be read, AinewsError without scikit-learn.
    """
    if find_spec("sklearn") is None:
        raise AinewsError("training needs scikit-learn: pip install scikit-learn")
    from etl.fit_topics import fit  # the tagger runs where scikit-learn is not installed

    lexicon = load_topics(seeds)
    examples = list(read_examples(seeds, labels, corpus=corpus))
    learned = [example for example in examples if not is_held_back(example.document)]
    if not learned:
        problem = "none of its labels belongs to a story that may be learned from"
        raise InputError(problem, file=labels, remedy="give labels of the archive's or the corpus's stories")
    weights = fit(lexicon, learned)
    out.mkdir(parents=True, exist_ok=True)
    save_weights(weights, out / WEIGHTS.name)
    quality = measure(TopicTagger(lexicon, weights), examples)
    write_quality(quality, out / "quality.json")
    made = card(weights, learned, size=(out / WEIGHTS.name).stat().st_size) | {"figures": quality["totals"]}
    (out / "card.json").write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return made


def card(weights: TopicWeights, learned: Sequence[Example], *, size: int) -> dict[str, Any]:
    """What the weights are, what they were learned from, and what they can't do; `size` in bytes."""
    days = sorted(example.published[:10] for example in learned)
    return {
        "model": "one linear score a topic over words, pairs of words and the lexicon's phrases (logistic regression)",
        "file": WEIGHTS.name,
        "bytes": size,
        "topics": len(weights.topics),
        "terms": len(weights.terms),
        "folds": FOLDS,
        "tilt": TILT,
        "stories": len({example.id for example in learned}),
        "texts": dict(sorted(Counter(example.kind for example in learned).items())),
        "sources": dict(sorted(Counter(example.source for example in learned).items())),
        "from": days[0],
        "to": days[-1],
        "held_back": "documents whose id has a SHA-256 that 5 divides: never learned from",
        "labels": LABELS_MADE_BY,
        "limits": list(LIMITS),
    }
