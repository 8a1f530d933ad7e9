"""Programs that find a list of names in texts, given the spellings of our lexicon: what people would use without a tagger.

None of them knows guards, roles, topics or names that are not listed, so they are what finding names costs at least. flashtext2 and
ahocorasick_rs look at raw text; ahocorasick_rs finds names within words, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import spacy
from spacy.language import Language

from etl.lexicon.load import load_lexicon
from tests.bench.extras import extra, left_out

Matcher = Callable[[Sequence[str]], int]  # how many names it finds in the texts
RAW = ("flashtext2", "ahocorasick_rs")


def names_of(seeds: Path) -> dict[str, str]:
    """The lexicon's spellings, each with whom it names most likely."""
    return {text: surfaces[0].owner for text, surfaces in load_lexicon(seeds).surfaces.items()}


def entity_ruler(names: dict[str, str]) -> Language:
    """spaCy's tokenizer and its EntityRuler with these names."""
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "NAME", "pattern": text, "id": owner} for text, owner in names.items()])
    return nlp


def raw_matchers(names: dict[str, str]) -> tuple[dict[str, Matcher], dict[str, str]]:
    """Those that are installed, and what to say of the others."""
    making = {"flashtext2": _flashtext, "ahocorasick_rs": _aho_corasick}
    found = {name: making[name](names) for name in RAW if extra(name) is not None}
    return found, {name: left_out(name) for name in RAW if name not in found}


def _flashtext(names: dict[str, str]) -> Matcher:
    processor = extra("flashtext2").KeywordProcessor(case_sensitive=True)
    for text, owner in names.items():
        processor.add_keyword(text, owner)
    return lambda texts: sum(len(processor.extract_keywords_with_span(text)) for text in texts)


def _aho_corasick(names: dict[str, str]) -> Matcher:
    package = extra("ahocorasick_rs")
    automaton = package.AhoCorasick(list(names), matchkind=package.MatchKind.LeftmostLongest)
    return lambda texts: sum(len(automaton.find_matches_as_indexes(text)) for text in texts)
