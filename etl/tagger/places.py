"""spaCy component `ainews_regions`: which of the places found are places here, not parts of other names or languages.

The result is `doc.spans["regions"]`, `label_` being the region's code and `id_` how it is named (`name`, `demonym`, …).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from etl.lexicon.load import load_lexicon
from etl.lexicon.traps import LanguageTraps, PlaceTraps
from etl.tagger.found import Name, put, taken, tokens_of
from etl.tagger.gazetteer import NAMES
from etl.tagger.names import ORGANIZATIONS, UNKNOWN
from etl.tagger.tokens import Layout, layout

COMPONENT = "ainews_regions"
REGIONS = "regions"
_REACH = 40


class Places:
    """Drops a found place where its neighbours show a person, a longer name or a language."""

    def __init__(self, places: PlaceTraps, languages: LanguageTraps, *, spans: bool) -> None:
        self._places, self._languages, self._spans = places, languages, spans

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.spans["regions"]`."""
        names = taken(doc, NAMES)
        found = [name for name in names if name.kind == "region"]
        put(doc, REGIONS, self._places_in(doc, names, found) if found else (), spans=self._spans)
        return doc

    def _places_in(self, doc: Doc, names: Sequence[Name], found: Iterable[Name]) -> list[Name]:
        page, named = layout(doc), {name.start for name in names}
        unknown = tokens_of(name for name in taken(doc, ORGANIZATIONS) if name.how == UNKNOWN)
        found = [name for name in found if name.start not in unknown]
        spoken = any(page.slice(name.start, name.end) in self._languages.languages for name in found)
        lists = self._languages.lists(page.text) if spoken else ()
        return [
            Name(name.start, name.end, name.owner, name.how)
            for name in found
            if not self._hidden(page, name, named, lists)
        ]

    def _hidden(self, page: Layout, name: Name, named: set[int], lists: Sequence[tuple[int, int]]) -> bool:
        at = page.starts[name.start]
        if page.text[max(0, at - _REACH) : at].endswith(self._places.before_place):
            return True
        following = page.slice(name.end, name.end + 1) if name.end < len(page.words) else ""
        if following in self._places.heads:
            return True
        return self._person(page, name, following, named) or self._language(page, name, lists)

    def _person(self, page: Layout, name: Name, following: str, named: set[int]) -> bool:
        """A given name stands before it, or it is one itself and a surname follows."""
        if name.start > 0 and page.slice(name.start - 1, name.start) in self._places.given_names:
            return True
        own = page.slice(name.start, name.end)
        if own not in self._places.person_or_place or not following[:1].isupper() or name.end in named:
            return False
        return following.isalpha() and not following.isupper()

    def _language(self, page: Layout, name: Name, lists: Sequence[tuple[int, int]]) -> bool:
        """An adjective of nationality that stands for the language, or for one kind of it ("Brazilian Portuguese")."""
        left, right = page.starts[name.start], page.ends[name.end - 1]
        after = page.text[right : right + _REACH].lower()
        if self._languages.kind_of(after):
            return True
        if page.text[left:right] not in self._languages.languages:
            return False
        if after.startswith(self._languages.after_language):
            return True
        if any(start <= left < end for start, end in lists):
            return True
        before = f" {page.text[max(0, left - _REACH) : left]}".lower()
        if before.endswith(self._languages.kinds):
            return True
        return self._languages.closes(after) and before.endswith(self._languages.before_language)


@Language.factory(COMPONENT, default_config={"seeds": "seeds", "spans": True})
def make_places(nlp: Language, name: str, seeds: str, spans: bool) -> Places:
    """The component with the traps of this seeds folder."""
    traps = load_lexicon(Path(seeds)).traps
    return Places(traps.places, traps.languages, spans=spans)
