"""The one tokenizer: spaCy's blank English, which also parts a hyphen from an acronym ("U.S.-based").

A tokenized text is read as plain lists (`layout`): a spaCy token is made anew each time that it is asked for, which costs more
than what is asked.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
import spacy
from spacy.attrs import FLAG62, FLAG63, IDX, IS_ALPHA, IS_SPACE, LANG, LENGTH, LOWER, NORM, ORTH, PREFIX, SHAPE, SUFFIX
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_infix_regex

Numbers = npt.NDArray[np.uint64]

_LAYOUT = "ainews_layout"
_CACHE = 200_000  # words whose splitting is remembered; spaCy's 10,000 are used up by the lexicon's names
_HYPHEN_AFTER_PERIOD = r"(?<=[A-Za-z]\.)[-–—](?=[A-Za-z])"

# What the tagger and its recognizer ask of a word.
_ASKED = frozenset({IS_ALPHA, IS_SPACE, LANG, LOWER, NORM, PREFIX, SHAPE, SUFFIX})
# Marks that the components of a vocabulary's pipeline put on its words, once a word: whether to look closer where it stands.
LISTED, CUE = FLAG62, FLAG63
_COLUMNS = [LOWER, ORTH, IDX, LENGTH, LISTED, CUE]


class Layout:
    """A text's tokens as plain values, all by token number."""

    __slots__ = ("__dict__", "cues", "ends", "listed", "lower", "starts", "text", "words")

    def __init__(self, doc: Doc, text: str) -> None:
        columns: Numbers = doc.to_array(_COLUMNS).astype(np.uint64, copy=False).reshape(-1, len(_COLUMNS)).T
        columns[3] += columns[2]
        self.text = text
        self.lower = columns[0]  # numbers of the words in lower case
        self.words: list[int]  # numbers of the words as they stand
        self.starts: list[int]  # characters
        self.ends: list[int]
        self.words, self.starts, self.ends = columns[1:4].tolist()
        self.listed: list[int] = columns[4].nonzero()[0].tolist()  # tokens where a listed name may begin
        self.cues: list[int] = columns[5].nonzero()[0].tolist()  # tokens that tell of a name beside them

    @cached_property
    def strings(self) -> list[str]:
        """The words as they stand."""
        text = self.text
        return [text[start:end] for start, end in zip(self.starts, self.ends, strict=True)]

    def word(self, at: int) -> str:
        """One word as it stands; cheaper than `strings` where few are asked for."""
        return self.text[self.starts[at] : self.ends[at]]

    def slice(self, start: int, end: int) -> str:
        """The text of the tokens from `start` to before `end`."""
        return self.text[self.starts[start] : self.ends[end - 1]]


def blank_english() -> Language:
    """A pipeline that only tokenizes; every text of the tagger is tokenized by it, once."""
    nlp = spacy.blank("en")
    nlp.tokenizer.infix_finditer = compile_infix_regex([*nlp.Defaults.infixes, _HYPHEN_AFTER_PERIOD]).finditer
    nlp.tokenizer.max_cache_size = _CACHE
    for attribute in nlp.vocab.lex_attr_getters.keys() - _ASKED:
        del nlp.vocab.lex_attr_getters[attribute]  # a word costs half as much when it is met first
    return nlp


class Reader:
    """Reads many texts by one tokenizer, and sees to it that a word which is met often is split only once.

    spaCy's tokenizer remembers no word that stands behind a contraction or an acronym in its text: most of a long text would
    be split anew each time. A word that it meets alone it remembers.
    """

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._met: set[str] = set()

    def __call__(self, text: str, *, learn: bool) -> Doc:
        """The tokens of a text; its words are remembered only where they may be kept."""
        if learn:
            unmet = set(text.split()) - self._met
            self._met |= unmet
            for word in unmet:
                self._nlp.tokenizer(word)
        elif self._met:
            self._met.clear()
        return read(self._nlp, text)


def read(nlp: Language, text: str) -> Doc:
    """The tokens of a text, which `layout` then has at hand."""
    doc = nlp.make_doc(text)
    doc.user_data[_LAYOUT] = Layout(doc, text)
    return doc


def layout(doc: Doc) -> Layout:
    """A doc's layout, made only once."""
    known: Layout | None = doc.user_data.get(_LAYOUT)
    if known is None:
        known = doc.user_data[_LAYOUT] = Layout(doc, doc.text)
    return known
