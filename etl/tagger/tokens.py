"""The one tokenizer: spaCy's blank English, which also parts a hyphen from an acronym ("U.S.-based")."""

from __future__ import annotations

import spacy
from spacy.language import Language
from spacy.util import compile_infix_regex

_HYPHEN_AFTER_PERIOD = r"(?<=[A-Za-z]\.)[-–—](?=[A-Za-z])"


def blank_english() -> Language:
    """A pipeline that only tokenizes; every text of the tagger is tokenized by it, once."""
    nlp = spacy.blank("en")
    nlp.tokenizer.infix_finditer = compile_infix_regex([*nlp.Defaults.infixes, _HYPHEN_AFTER_PERIOD]).finditer
    return nlp
