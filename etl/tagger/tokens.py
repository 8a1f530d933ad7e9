"""The one tokenizer: spaCy's blank English, which also parts a hyphen from an acronym ("U.S.-based")."""

from __future__ import annotations

import spacy
from spacy.attrs import IS_ALPHA, IS_SPACE, LANG, LOWER, NORM, PREFIX, SHAPE, SUFFIX
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_infix_regex

_TEXT = "ainews_text"
_CACHE = 200_000  # words whose splitting is remembered; spaCy's 10,000 are used up by the lexicon's names
_HYPHEN_AFTER_PERIOD = r"(?<=[A-Za-z]\.)[-–—](?=[A-Za-z])"

# What the tagger and its recognizer ask of a word.
_ASKED = frozenset({IS_ALPHA, IS_SPACE, LANG, LOWER, NORM, PREFIX, SHAPE, SUFFIX})


def blank_english() -> Language:
    """A pipeline that only tokenizes; every text of the tagger is tokenized by it, once."""
    nlp = spacy.blank("en")
    nlp.tokenizer.infix_finditer = compile_infix_regex([*nlp.Defaults.infixes, _HYPHEN_AFTER_PERIOD]).finditer
    nlp.tokenizer.max_cache_size = _CACHE
    for attribute in nlp.vocab.lex_attr_getters.keys() - _ASKED:
        del nlp.vocab.lex_attr_getters[attribute]  # a word costs half as much when it is met first
    return nlp


def read(nlp: Language, text: str) -> Doc:
    """The tokens of a text, which `text_of` then has at hand."""
    doc = nlp.make_doc(text)
    doc.user_data[_TEXT] = text
    return doc


def text_of(doc: Doc) -> str:
    """`doc.text`, put together from its tokens only once."""
    text: str | None = doc.user_data.get(_TEXT)
    if text is None:
        text = doc.user_data[_TEXT] = doc.text
    return text
