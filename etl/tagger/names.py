"""spaCy component `ainews_organizations`: the organizations that a text names, listed ones and ones built like a name.

The result is `doc.spans["organizations"]`: `label_` is the organization's id, `id_` is `alias`, `product`, `short` or
`maybe` (these two count only beside a full name) or `unknown` (no seed lists it).
"""

from __future__ import annotations

from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from etl.lexicon.load import load_lexicon
from etl.lexicon.traps import UnknownPatterns
from etl.tagger.gazetteer import NAMES

COMPONENT = "ainews_organizations"
ORGANIZATIONS = "organizations"
_KINDS = frozenset({"organization", "product"})


class Organizations:
    """Takes the listed organizations from the names found."""

    def __init__(self, patterns: UnknownPatterns) -> None:
        self._patterns = patterns

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.spans["organizations"]`."""
        doc.spans[ORGANIZATIONS] = [
            Span(doc, span.start, span.end, label=span.kb_id, span_id=span.id)
            for span in doc.spans[NAMES]
            if span.label_ in _KINDS
        ]
        return doc


@Language.factory(COMPONENT, default_config={"seeds": "seeds"})
def make_organizations(nlp: Language, name: str, seeds: str) -> Organizations:
    """The component with the patterns of this seeds folder."""
    return Organizations(load_lexicon(Path(seeds)).traps.unknown)
