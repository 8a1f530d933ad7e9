"""spaCy component `ainews_regions`: which of the places found are places here, not parts of other names or languages.

The result is `doc.spans["regions"]`, `label_` being the region's code and `id_` how it is named (`name`, `demonym`, …).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from etl.lexicon.load import load_lexicon
from etl.lexicon.traps import LanguageTraps, PlaceTraps
from etl.tagger.gazetteer import NAMES
from etl.tagger.names import ORGANIZATIONS, UNKNOWN
from etl.tagger.tokens import text_of

COMPONENT = "ainews_regions"
REGIONS = "regions"
_REACH = 40


class Places:
    """Drops a found place where its neighbours show a person, a longer name or a language."""

    def __init__(self, places: PlaceTraps, languages: LanguageTraps) -> None:
        self._places = places
        self._languages = languages

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.spans["regions"]`."""
        text = text_of(doc)
        named = {span.start for span in doc.spans[NAMES]}
        unknown = (span for span in doc.spans[ORGANIZATIONS] if span.id_ == UNKNOWN)
        taken = {at for span in unknown for at in range(span.start, span.end)}
        found = [span for span in doc.spans[NAMES] if span.label_ == "region" and span.start not in taken]
        lists = self._languages.lists(text) if any(span.text in self._languages.languages for span in found) else ()
        doc.spans[REGIONS] = [
            Span(doc, span.start, span.end, label=span.kb_id, span_id=span.id)
            for span in found
            if not self._hidden(doc, span, text, named, lists)
        ]
        return doc

    def _hidden(self, doc: Doc, span: Span, text: str, named: set[int], lists: Sequence[tuple[int, int]]) -> bool:
        before = text[max(0, span.start_char - _REACH) : span.start_char]
        if before.endswith(self._places.before_place):
            return True
        following = doc[span.end].text if span.end < len(doc) else ""
        if following in self._places.heads:
            return True
        return self._person(doc, span, following, named) or self._language(span, text, lists)

    def _person(self, doc: Doc, span: Span, following: str, named: set[int]) -> bool:
        """A given name stands before it, or it is one itself and a surname follows."""
        if span.start > 0 and doc[span.start - 1].text in self._places.given_names:
            return True
        if span.text not in self._places.person_or_place or not following[:1].isupper() or span.end in named:
            return False
        return following.isalpha() and not following.isupper()

    def _language(self, span: Span, text: str, lists: Sequence[tuple[int, int]]) -> bool:
        """An adjective of nationality that stands for the language, or for one kind of it ("Brazilian Portuguese")."""
        after = text[span.end_char : span.end_char + _REACH].lower()
        if self._languages.kind_of(after):
            return True
        if span.text not in self._languages.languages:
            return False
        if after.startswith(self._languages.after_language):
            return True
        if any(start <= span.start_char < end for start, end in lists):
            return True
        before = f" {text[max(0, span.start_char - _REACH) : span.start_char]}".lower()
        if before.endswith(self._languages.kinds):
            return True
        return self._languages.closes(after) and before.endswith(self._languages.before_language)


@Language.factory(COMPONENT, default_config={"seeds": "seeds"})
def make_places(nlp: Language, name: str, seeds: str) -> Places:
    """The component with the traps of this seeds folder."""
    traps = load_lexicon(Path(seeds)).traps
    return Places(traps.places, traps.languages)
