"""spaCy component `ainews_recognizer`: organizations by a trained spaCy pipeline, where capitals leave something to explain.

The result is `doc.spans["recognized"]`. The pipeline reads single sentences, and only those with a capitalized word that neither
the lexicon nor the stop words account for: most of its time would go into the others, where it could find nothing new.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np
import spacy
from spacy.attrs import IS_SPACE, ORTH, SHAPE
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc, Span
from spacy.util import minibatch

from etl.errors import InputError
from etl.lexicon.load import load_lexicon
from etl.tagger.choice import FOLDER
from etl.tagger.found import taken, tokens_of
from etl.tagger.gazetteer import NAMES

COMPONENT = "ainews_recognizer"
RECOGNIZED = "recognized"
_DOCS = 512  # titles and texts whose sentences are read together
_LONGEST = 120  # tokens; a list without a period is cut there
_QUOTES = "\"'“‘”’()"
Range = tuple[int, int]


def _ids(words: Iterable[str]) -> frozenset[int]:
    return frozenset(get_string_id(word) for word in words)


_ENDS, _CLOSERS, _AROUND = _ids(".!?"), _ids("\"'”’)"), _ids(_QUOTES)


class Words:
    """A doc's words as numbers, and which begin with a capital; shapes met are remembered."""

    def __init__(self) -> None:
        self._upper: dict[int, bool] = {}

    def read(self, doc: Doc) -> tuple[list[int], list[bool]]:
        """Number and capital of each token."""
        words, shapes = doc.to_array([ORTH, SHAPE]).T.tolist()
        for shape in set(shapes) - self._upper.keys():
            self._upper[shape] = doc.vocab.strings[shape][:1] == "X"
        return words, [self._upper[shape] for shape in shapes]


def sentence_ends(doc: Doc, words: Sequence[int], upper: Sequence[bool]) -> list[int]:
    """Where each sentence ends (exclusive), in order, the doc's end last.

    That is behind a period before a capital or a quotation mark, behind a line's end, and after 120 tokens in any case.
    """
    last = len(words) - 1
    ends = [
        at
        for at, word in enumerate(words)
        if word in _ENDS and (at == last or upper[at + 1] or words[at + 1] in _AROUND)
    ]
    lines = [at for at in np.flatnonzero(doc.to_array([IS_SPACE])).tolist() if "\n" in doc[at].text]
    borders: list[int] = []
    start = 0
    for at in sorted({*ends, *lines, last}):
        end = at + 1
        while end < len(words) and words[end] in _CLOSERS and not doc[end - 1].whitespace_:
            end += 1
        if end > start:
            borders += [*range(start + _LONGEST, end, _LONGEST), end]
            start = end
    return borders


def _plain(doc: Doc, start: int, upper: Sequence[bool]) -> bool:
    """Whether a sentence's first word is like any other there: a capital, small letters, and no capital behind it."""
    return doc[start].text[1:].islower() and not any(upper[start + 1 : start + 2])


class Recognizer:
    """Runs a spaCy pipeline over the sentences that need it."""

    def __init__(self, pipeline: Language, *, labels: Collection[str], explained: Iterable[str]) -> None:
        """Entities with one of `labels` are organizations; a capital of the words `explained` says nothing."""
        self.pipeline, self._labels = pipeline, frozenset(labels)
        self._explained, self._words = _ids(explained), Words()

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.spans["recognized"]`."""
        self._recognize([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = _DOCS) -> Iterator[Doc]:
        """Set `doc.spans["recognized"]` of each doc, many at a time."""
        for docs in minibatch(stream, batch_size):
            self._recognize(docs)
            yield from docs

    def _recognize(self, docs: Sequence[Doc]) -> None:
        found: list[list[Span]] = [[] for _ in docs]
        places = [(at, start, end) for at, doc in enumerate(docs) for start, end in self._worth_reading(doc)]
        with self._zone(docs):
            sentences = [self._sentence(docs[at], start, end) for at, start, end in places]
            for (at, start, _), sentence in zip(places, self.pipeline.pipe(sentences), strict=True):
                for entity in sentence.ents:
                    if entity.label_ in self._labels:
                        found[at].append(Span(docs[at], start + entity.start, start + entity.end))
        for doc, spans in zip(docs, found, strict=True):
            doc.spans[RECOGNIZED] = spans
            doc.user_data[RECOGNIZED] = [(span.start, span.end) for span in spans]

    def _zone(self, docs: Sequence[Doc]) -> AbstractContextManager[object]:
        """A pipeline with words of its own forgets them after the batch; one that shares the docs' lives in their zone."""
        return nullcontext() if self.pipeline.vocab is docs[0].vocab else self.pipeline.memory_zone()

    def _worth_reading(self, doc: Doc) -> Iterator[Range]:
        """The sentences with a capital that nothing explains."""
        words, upper = self._words.read(doc)
        covered = tokens_of(taken(doc, NAMES))
        asked = [at for at, word in enumerate(words) if upper[at] and word not in self._explained and at not in covered]
        if not asked:
            return
        ends = sentence_ends(doc, words, upper)
        starts = {0, *ends}
        numbers = {bisect_right(ends, at) for at in asked if at not in starts or not _plain(doc, at, upper)}
        for number in sorted(numbers):
            yield ends[number - 1] if number else 0, ends[number]

    def _sentence(self, doc: Doc, start: int, end: int) -> Doc:
        tokens = doc[start:end]
        words, spaces = [token.text for token in tokens], [bool(token.whitespace_) for token in tokens]
        return Doc(self.pipeline.vocab, words=words, spaces=spaces)


@Language.factory(COMPONENT, default_config={"seeds": "seeds", "folder": "", "labels": ["ORG"]})
def make_recognizer(nlp: Language, name: str, seeds: str, folder: str, labels: list[str]) -> Recognizer:
    """The component with the pipeline in `folder`; the shipped one shares the words of `nlp`."""
    patterns = load_lexicon(Path(seeds)).traps.unknown
    shipped = Path(folder) == Path(seeds) / FOLDER
    try:
        pipeline = spacy.load(folder, vocab=nlp.vocab, exclude=["vocab"]) if shipped else spacy.load(folder)
    except (OSError, ValueError, KeyError) as error:
        remedy = "restore it, or choose another recognizer in settings.toml"
        raise InputError(f"the recognizer can't be loaded: {error}", file=folder, remedy=remedy) from error
    return Recognizer(pipeline, labels=labels, explained=patterns.stop | patterns.common)
