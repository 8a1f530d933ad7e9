"""Learns the topic weights anew from labelled stories, and measures them: what `seeds/model` holds.

The same input gives the same bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from etl.corrections import CorrectedStory, Corrections
from etl.errors import AinewsError, InputError
from etl.gold import Example, read_examples
from etl.lexicon.topics import TopicLexicon, load_topics
from etl.quality import hits, judge, totals
from etl.tagger.topic_features import english
from etl.tagger.topic_model import FOLDS, SHORT_TILT, TILT, TopicWeights, is_held_back, save_weights
from etl.tagger.topics import WEIGHTS, TopicTagger

LABELS_MADE_BY = (
    "The labels were made by a large language model that read each whole story by the codebook. Two independent "
    "readings of 63 stories agree on topics with an F1 of 0.954: no tagger can be shown to do better than that."
)
MORE_LABELS = (
    "{stories:,} more stories were read for learning alone, most of them because an earlier tagger was unsure of them: "
    "the opening of each, once, by a large language model. On 262 stories with the labels above that were put among "
    "them unseen, its topics agree with the labels with an F1 of 0.896."
)
PLURAL = {"abstract": "abstracts", "full": "full texts", "headline": "headlines", "digest": "digests"}
LIMITS = (
    "English only. Learned from two AI newsletters, the press and company posts; measured on few of the latter two: on "
    "other sources expect less.",
    "Where the labels draw the line between generative AI, language models and agents moved over the years; the model "
    "draws one line, so these three differ most by year. Read them together as a group where that matters.",
    "Topics with few positives are measured with wide intervals; with fewer than 15 they are too few to measure.",
)


Progress = Callable[[int, int | None], None]
CARD = "card.json"
LEAST_DRAWN = 10
LABELS = (Path("labels", "labels.jsonl"), Path("labels", "corpus.jsonl"))


def train_topics(
    seeds: Path,
    labels: Sequence[Path],
    *,
    out: Path,
    corpora: Sequence[Path] = (),
    corrections: Corrections | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Learn the weights from the archive below `seeds` and, where given, the full texts in `corpora`.

    `labels` and `corpora` are JSON Lines; `out` is the folder that receives `topics.npz` and `card.json`.
    Returns the card. Held-back documents are measured on, never learned from. What editors corrected counts more than a
    label, and the lexicon's examples teach too. With corpora the card also says how good weights would be without them.
    `on_progress` hears how many sets of weights are learned, of how many.
    Raises InputError for a file that is missing or a line that can't be read, AinewsError without scikit-learn.
    """
    if find_spec("sklearn") is None:
        raise AinewsError("training needs scikit-learn: pip install scikit-learn")
    from etl.fit_topics import MODELS, fit  # the tagger runs where scikit-learn is not installed

    lexicon = load_topics(seeds)
    labelled = list(read_examples(seeds, labels, corpora=corpora))
    learned = with_corrections([one for one in labelled if not is_held_back(one.document)], corrections)
    if not learned:
        problem = "none of its labels belongs to a story that may be learned from"
        raise InputError(problem, file=labels[0], remedy="give labels of the archive's or the corpus's stories")
    if (drawn := sum(one.sampled for one in learned)) < LEAST_DRAWN:
        problem = (
            f"only {drawn} of its stories may be learned from and were drawn at random: too few to set thresholds by"
        )
        raise InputError(problem, file=labels[0], remedy=f"give labels of {LEAST_DRAWN} such stories or more")
    taught = lexicon_examples(lexicon)
    abstracts = [example for example in learned if example.kind != "full"] if corpora else []
    step = _counter(on_progress, MODELS * (2 if abstracts else 1))
    weights = fit(lexicon, [*learned, *taught], on_model=step)
    tagger, measured = TopicTagger(lexicon, weights), [example for example in labelled if example.sampled]
    made = card(weights, learned) | {"figures": totals(tagger, judge(tagger, measured))}
    if abstracts:
        made["without_corpus"] = held_back_f1(lexicon, fit(lexicon, [*abstracts, *taught], on_model=step), measured)
    return _write(out, weights, made)


def lexicon_examples(lexicon: TopicLexicon) -> list[Example]:
    """The sentences that the lexicon gives for and against each topic: they teach that topic alone."""
    return [
        _sentence(f"topics.toml/{topic.id}/{number}", sentence, topic.id, given=sentence in topic.examples)
        for topic in lexicon.topics
        for number, sentence in enumerate((*topic.examples, *topic.not_examples))
    ]


def _sentence(name: str, sentence: str, topic: str, *, given: bool) -> Example:
    title, text = english().make_doc(""), english().make_doc(sentence)
    topics = frozenset({topic} if given else ())
    return Example(name, "headline", "", "", title, text, topics, sampled=False, judged=frozenset({topic}))


def with_corrections(examples: Sequence[Example], corrections: Corrections | None) -> list[Example]:
    """Examples to learn from: without what is no story, with the topics that editors gave and took.

    A corrected story without a label teaches only the topics that were judged.
    """
    if corrections is None:
        return list(examples)
    corrected = {story.id: story for story in corrections.stories}
    kept = [example for example in examples if example.id not in corrections.not_stories]
    known = {example.id for example in kept}
    added = [_corrected_example(story) for story in corrections.stories if story.id not in known]
    return [*(_overruled(example, corrected.get(example.id)) for example in kept), *added]


def _overruled(example: Example, story: CorrectedStory | None) -> Example:
    return example if story is None else replace(example, topics=(example.topics | story.yes) - story.no)


def _corrected_example(story: CorrectedStory) -> Example:
    title, text = (english().make_doc(field) for field in (story.title, story.text))
    judged = story.yes | story.no
    return Example(
        story.id, story.text_kind, story.source, story.published, title, text, story.yes, sampled=False, judged=judged
    )


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


def _write(out: Path, weights: TopicWeights, made: dict[str, Any]) -> dict[str, Any]:
    """Write the two files; returns the card, which then knows the size of the weights in bytes."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        save_weights(weights, out / WEIGHTS.name)
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
        "tilt": [TILT, SHORT_TILT],
        "stories": len({example.id for example in learned}),
        "texts": dict(sorted(Counter(example.kind for example in learned).items())),
        "sources": dict(sorted(Counter(example.source for example in learned).items())),
        "from": days[0],
        "to": days[-1],
        "held_back": "documents whose id has a SHA-256 that 5 divides: never learned from",
        "labels": LABELS_MADE_BY,
        "more_labels": MORE_LABELS.format(stories=sum(not one.sampled and one.judged is None for one in learned)),
        "limits": list(LIMITS),
    }
