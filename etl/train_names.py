"""Learns the recognizer of unlisted organizations anew from labelled stories: what `seeds/model/recognizer` holds.

It is an ordinary spaCy pipeline: spaCy's own tok2vec over hashed word forms, and its transition-based entity recognizer,
both narrow enough to read ten times as fast as spaCy's small English pipeline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from shutil import rmtree
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.util import fix_random_seed

from etl.errors import InputError
from etl.lexicon.load import load_lexicon
from etl.name_examples import LABELS, ORGANIZATION, Marker, NameMaker, Sentence, learned_from, read_sentences, swapped
from etl.tagger.choice import FOLDER
from etl.tagger.pipeline import name_pipeline

Progress = Callable[[int, int | None], None]
EPOCHS = 8
_SEED = 20261126
_BATCH = 1_000  # words that are learned from at a time
_ALIKE = 1_000  # sentences that are sorted by length together
_RATE, _LEAST_RATE = 0.001, 0.05  # Adam's step at first, and what is left of it at the end
_DROP = 0.2
# By how much an organization must be ahead of anything else, in the recognizer's scores. Out of fold 2 gains 7 points of precision;
# it costs 4 of recall in press, which the lexicon covers less, and 1 in the newsletters.
_MARGIN = 2.0
_MODEL = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "state_type": "ner",
    "extra_state_tokens": False,
    "hidden_width": 48,
    "maxout_pieces": 2,
    "use_upper": True,
    "tok2vec": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": 64,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
            "rows": [2000, 500, 1000, 500],
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": 64,
            "depth": 2,
            "window_size": 1,
            "maxout_pieces": 3,
        },
    },
}


def train_names(
    seeds: Path,
    labels: Sequence[Path],
    *,
    corpora: Sequence[Path] = (),
    out: Path,
    on_progress: Progress | None = None,
    keep: Callable[[str], bool] = learned_from,
    epochs: int = EPOCHS,
) -> dict[str, Any]:
    """Learn from the archive below `seeds` and, where given, the full texts in `corpora`; write `out/recognizer`.

    `labels` and `corpora` are JSON Lines. Documents that are held back, or that `keep` refuses, are not learned from.
    Returns what was learned from. `on_progress` hears how many rounds are done, of how many. The same input gives the same
    weights on the same machine. Raises InputError for a file that can't be read, or written.
    """
    lexicon = load_lexicon(seeds)
    marker, abstracts = Marker(name_pipeline(seeds), lexicon), sorted((seeds / "archive").glob("*.jsonl"))
    sentences = list(read_sentences(marker, labels, abstracts=abstracts, corpora=corpora, keep=keep))
    if not sentences:
        problem = "none of its labels belongs to a story that may be learned from"
        raise InputError(problem, file=labels[0], remedy="give labels of the archive's or the corpus's stories")
    random = Random(_SEED)
    nlp, averages = _learn(sentences, NameMaker(lexicon, random), random, epochs, on_progress)
    with nlp.use_params(averages):
        _hold_back(nlp)
        _write(nlp, out / FOLDER.name)
    return _told(sentences)


def _learn(
    sentences: Sequence[Sentence], maker: NameMaker, random: Random, epochs: int, on_progress: Progress | None
) -> tuple[Language, dict[Any, Any]]:
    """The pipeline, and its weights averaged over all steps, which do better than the last."""
    fix_random_seed(_SEED)
    nlp = _blank()
    optimizer = nlp.initialize(lambda: [_example(nlp, sentence) for sentence in sentences[:100]])
    for epoch in range(epochs):
        if on_progress is not None:
            on_progress(epoch, epochs)
        batches = _batches(random.sample(sentences, len(sentences)), random)
        for number, batch in enumerate(batches):
            done = (epoch + number / len(batches)) / epochs
            optimizer.learn_rate = _RATE * max(_LEAST_RATE, 1 - done)
            examples = [_example(nlp, swapped(sentence, maker, random, _splitter())) for sentence in batch]
            nlp.update(examples, sgd=optimizer, drop=_DROP)
    if on_progress is not None:
        on_progress(epochs, epochs)
    return nlp, optimizer.averages


def _blank() -> Language:
    nlp = spacy.blank("en", meta={"name": "ainews_organizations", "version": "1.0.0"})
    recognizer = nlp.add_pipe("ner", config={"model": _MODEL})
    for label in LABELS:
        recognizer.add_label(label)
    return nlp


@cache
def _splitter() -> Callable[[str], Sequence[tuple[str, bool]]]:
    nlp = spacy.blank("en")
    return cache(lambda name: [(token.text, bool(token.whitespace_)) for token in nlp.make_doc(name)])


def _hold_back(nlp: Language) -> None:
    """Lower the scores of the two steps that begin an organization."""
    recognizer = nlp.get_pipe("ner")
    scores = recognizer.model.get_ref("upper")
    bias = scores.get_param("b").copy()
    for row, move in enumerate(recognizer.move_names):
        if move in (f"B-{ORGANIZATION}", f"U-{ORGANIZATION}"):
            bias[row] -= _MARGIN
    scores.set_param("b", bias)


def _batches(sentences: Sequence[Sentence], random: Random) -> list[list[Sentence]]:
    """Batches of sentences of like length, which are read in fewer steps; their order and what is in each is random."""
    batches: list[list[Sentence]] = []
    for at in range(0, len(sentences), _ALIKE):
        batch: list[Sentence] = []
        words = 0
        for sentence in sorted(sentences[at : at + _ALIKE], key=lambda one: len(one.words)):
            batch.append(sentence)
            words += len(sentence.words)
            if words >= _BATCH:
                batches.append(batch)
                batch, words = [], 0
        batches += [batch] if batch else []
    random.shuffle(batches)
    return batches


def _example(nlp: Language, sentence: Sentence) -> Example:
    """The sentence unread, and as it is to be read."""
    unread, marked = (Doc(nlp.vocab, words=list(sentence.words), spaces=list(sentence.spaces)) for _ in range(2))
    marked.set_ents([Span(marked, start, end, label) for start, end, label in sentence.entities])
    return Example(unread, marked)


def _write(nlp: Language, folder: Path) -> None:
    """Write the pipeline without the words that it met: it knows word forms by hash alone."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        rmtree(folder, ignore_errors=True)
        nlp.to_disk(folder, exclude=["vocab"])
    except OSError as error:
        remedy = "choose a folder that you may write to with --out"
        raise InputError(f"it can't be written: {error.strerror or error}", file=folder, remedy=remedy) from error


def _told(sentences: Sequence[Sentence]) -> dict[str, Any]:
    names = Counter(label for sentence in sentences for *_, label in sentence.entities)
    words = sum(len(sentence.words) for sentence in sentences)
    return {"sentences": len(sentences), "words": words, "names": dict(sorted(names.items()))}
