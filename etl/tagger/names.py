"""spaCy component `ainews_organizations`: the organizations that a text names, listed ones and ones built like a name.

The result is `doc.spans["organizations"]`: `label_` is the organization's id, `id_` is `alias`, `product`, `short` or
`maybe` (these two count only beside a full name) or `unknown` (no seed lists it).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from etl.lexicon.common import Surface
from etl.lexicon.load import load_lexicon
from etl.lexicon.traps import UnknownPatterns
from etl.tagger.found import Name, put, taken, tokens_of
from etl.tagger.gazetteer import MAYBE, NAMES
from etl.tagger.plausible import plausible
from etl.tagger.recognizer import RECOGNIZED
from etl.tagger.tokens import CUE, Layout, layout
from etl.tagger.unknown import Known, UnknownNames
from etl.tagger.unlisted import PREFIX, unknown_id

COMPONENT = "ainews_organizations"
ORGANIZATIONS = "organizations"
UNKNOWN = "unknown"
_KINDS = frozenset({"organization", "product"})


class Organizations:
    """Takes the listed organizations from the names found, and adds names that no seed lists."""

    def __init__(
        self,
        nlp: Language,
        patterns: UnknownPatterns,
        *,
        given_names: Container[str],
        listed: Mapping[str, Sequence[Surface]],
        spans: bool,
    ) -> None:
        """`listed` are the spellings that somebody has, so that none of them is taken for an unknown name."""
        self._unknown = UnknownNames(patterns)
        self._given_names, self._common = given_names, patterns.stop | patterns.common
        self._listed, self._spans = listed, spans
        nlp.vocab.add_flag(self._unknown.cues.__contains__, CUE)

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.spans["organizations"]`."""
        names, page = taken(doc, NAMES), layout(doc)
        listed = [name for name in names if name.kind in _KINDS and not self._surname(page, name)]
        known = Known(
            organizations=tokens_of(name for name in listed if name.kind == "organization"),
            places=tokens_of(name for name in names if name.kind == "region"),
            covered=tokens_of(name for name in names if name.kind != "region"),
        )
        found = [Name(start, end, owner, how) for start, end, owner, how, _ in listed]
        found += self._unlisted(doc, page, known)
        put(doc, ORGANIZATIONS, sorted(found, key=lambda name: name.start), spans=self._spans)
        return doc

    def _unlisted(self, doc: Doc, page: Layout, known: Known) -> Iterator[Name]:
        recognized = [place for place in doc.user_data.get(RECOGNIZED, ()) if page.slice(*place) not in self._listed]
        sure, doubtful = plausible(
            doc, recognized, covered=known.covered, organizations=known.organizations, common=self._common
        )
        ranges = self._unknown.find(page, known, sure)
        held = {at for start, end in ranges for at in range(start, end)}
        doubtful = [(start, end) for start, end in doubtful if held.isdisjoint(range(start, end))]
        for start, end in (*ranges, *doubtful):
            owner = None if known.places.issuperset(range(start, end)) else self._owner(page, start, end)
            if owner is not None and owner.startswith(PREFIX):
                yield Name(start, end, owner, MAYBE if (start, end) in doubtful else UNKNOWN)
            elif owner is not None:
                yield Name(start, end, owner, "alias")

    def _surname(self, page: Layout, name: Name) -> bool:
        """Whether a given name stands before it: Jade Abbott is no medical company."""
        return (
            name.end - name.start == 1
            and name.start > 0
            and page.slice(name.start - 1, name.start) in self._given_names
        )

    def _owner(self, page: Layout, start: int, end: int) -> str | None:
        """Whose name it is: a listed organization's whose guard needed such evidence, an unknown one's, or a person's."""
        text = page.slice(start, end)
        for surface in self._listed.get(text, self._listed.get(_other_order(text), ())):
            return surface.owner if surface.kind == "organization" else None
        stem = text.partition(".")[0] if end - start == 1 and "." in text else ""
        if page.slice(start, start + 1) in self._given_names or any(
            form in self._listed for form in (stem, stem.capitalize())
        ):
            return None
        return unknown_id(text)


def _other_order(name: str) -> str:
    """ "Toronto University" is the University of Toronto, where that is listed."""
    return f"University of {name.removesuffix(' University')}" if name.endswith(" University") else name


@Language.factory(COMPONENT, default_config={"seeds": "seeds", "spans": True})
def make_organizations(nlp: Language, name: str, seeds: str, spans: bool) -> Organizations:
    """The component with the patterns of this seeds folder."""
    lexicon = load_lexicon(Path(seeds))
    patterns, given_names = lexicon.traps.unknown, lexicon.traps.places.given_names
    return Organizations(nlp, patterns, given_names=given_names, listed=lexicon.surfaces, spans=spans)
