"""Learns the topic weights anew from labelled stories, and measures them: what `seeds/model` holds.

The same input gives the same bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from etl.errors import AinewsError, InputError
from etl.gold import Example, read_examples
from etl.lexicon.topics import TopicLexicon, load_topics
from etl.quality import hits, judge, measure, write_quality
from etl.tagger.topic_model import FOLDS, TILT, TopicWeights, is_held_back, save_weights
from etl.tagger.topics import WEIGHTS, TopicTagger

LABELS_MADE_BY = (
    "The labels were made by a large language model that read each whole story by the codebook. Two independent "
    "readings of 63 stories agree on topics with an F1 of 0.954: no tagger can be shown to do better than that."
)
PLURAL = {"abstract": "abstracts", "full": "full texts", "headline": "headlines", "digest": "digests"}
LIMITS = (
    "English only. Learned from two AI newsletters and few press articles, 2019 to 2026: on other sources expect less.",
    "Where the labels draw the line between generative AI, language models and agents moved over the years; the model "
    "draws one line, so these three differ most by year. Read them together as a group where that matters.",
    "Topics with few positives are measured with wide intervals; with fewer than 15 they are too few to measure.",
)


Progress = Callable[[int, int | None], None]
CARD = "card.json"
LABELS = Path("labels", "labels.jsonl")


def train_topics(
    seeds: Path, labels: Path, *, corpus: Path | None, out: Path, on_progress: Progress | None = None
) -> dict[str, Any]:
    """Learn the weights from the archive below `seeds` and, where given, the full texts in `corpus`.

    `labels` and `corpus` are JSON Lines; `out` is the folder that receives `topics.npz`, `card.json` and
    `quality.json`. Returns the card. Held-back documents are measured on, never learned from. With a corpus the card
    also says how good weights would be without it. `on_progress` hears how many sets of weights are learned, of how many.
    Raises InputError for a file that is missing or a line that can't be read, AinewsError without scikit-learn.
    """
    if find_spec("sklearn") is None:
        raise AinewsError("training needs scikit-learn: pip install scikit-learn")
    from etl.fit_topics import MODELS, fit  # the tagger runs where scikit-learn is not installed

    lexicon = load_topics(seeds)
    examples = list(read_examples(seeds, labels, corpus=corpus))
    learned = [example for example in examples if not is_held_back(example.document)]
    if not learned:
        problem = "none of its labels belongs to a story that may be learned from"
        raise InputError(problem, file=labels, remedy="give labels of the archive's or the corpus's stories")
    abstracts = [example for example in learned if example.kind == "abstract"] if corpus is not None else []
    step = _counter(on_progress, MODELS * (2 if abstracts else 1))
    weights = fit(lexicon, learned, on_model=step)
    quality = measure(TopicTagger(lexicon, weights), examples)
    made = card(weights, learned) | {"figures": quality["totals"]}
    if abstracts:
        made["without_corpus"] = held_back_f1(lexicon, fit(lexicon, abstracts, on_model=step), examples)
    return _write(out, weights, quality, made)


def held_back_f1(lexicon: TopicLexicon, weights: TopicWeights, examples: Sequence[Example]) -> dict[str, float]:
    """F1 of the topics on the held-back examples, by kind of text."""
    held = [example for example in examples if is_held_back(example.document)]
    judged = judge(TopicTagger(lexicon, weights), held)
    kinds = sorted({example.kind for example in held})
    of_kind = {kind: [one for one in judged if one.example.kind == kind] for kind in kinds}
    return {kind: round(hits(part, lexicon.ids).f1, 4) for kind, part in of_kind.items()}


def loss_without_corpus(seeds: Path) -> str:
    """One line: how much worse weights are that were learned from abstracts alone, by the card that ships."""
    path = seeds / WEIGHTS.parent / CARD
    try:
        shipped = json.loads(path.read_text(encoding="utf-8"))
        pairs = {kind: (f1, shipped["figures"][kind]["held"]["f1"]) for kind, f1 in shipped["without_corpus"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return "Without --corpus only abstracts are learned from; how much worse that is no card says."
    told = ", ".join(
        f"{f1:.3f} instead of {best:.3f} on {PLURAL.get(kind, kind)}" for kind, (f1, best) in pairs.items()
    )
    return f"Without --corpus only abstracts are learned from: topics F1 {told} (held back, measured with the shipped card)."


def summary(made: dict[str, Any], out: Path) -> str:
    """One line on what was learned, from what, and how good it is."""
    texts = " and ".join(f"{n:,} {PLURAL.get(kind, kind)}" for kind, n in made["texts"].items())
    held = {kind: parts["held"] for kind, parts in made["figures"].items()}
    told = ", ".join(f"{one['f1']:.3f} on {one['stories']:,} {PLURAL.get(kind, kind)}" for kind, one in held.items())
    return (
        f"{made['topics']} topics learned from {texts} of {made['stories']:,} stories into {out}; F1 held back: {told}"
    )


def _counter(on_progress: Progress | None, total: int) -> Callable[[], None]:
    """A function to call after each set of weights; nothing is learned yet when it is made."""
    done = -1

    def step() -> None:
        nonlocal done
        done += 1
        if on_progress is not None:
            on_progress(done, total)

    step()
    return step


def _write(out: Path, weights: TopicWeights, quality: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """Write the three files; returns the card, which then knows the size of the weights in bytes."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        save_weights(weights, out / WEIGHTS.name)
        write_quality(quality, out / "quality.json")
        told = made | {"bytes": (out / WEIGHTS.name).stat().st_size}
        (out / CARD).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        remedy = "choose a folder that you may write to with --out"
        raise InputError(f"it can't be written: {error.strerror or error}", file=out, remedy=remedy) from error
    return told


def card(weights: TopicWeights, learned: Sequence[Example]) -> dict[str, Any]:
    """What the weights are, what they were learned from, and what they can't do."""
    days = sorted(example.published[:10] for example in learned)
    return {
        "model": "one linear score a topic over words, pairs of words and the lexicon's phrases (logistic regression)",
        "file": WEIGHTS.name,
        "bytes": 0,
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
