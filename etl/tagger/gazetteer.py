"""spaCy component `ainews_gazetteer`: finds every listed spelling, weighs its guard, and keeps the longest at each place.

The result is `doc.spans["names"]`: `label_` is the kind of surface, `kb_id_` its owner, `id_` how it names the owner;
`maybe` there means that it counts only where the story names the owner in full elsewhere.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from etl.lexicon.common import Guard, Surface
from etl.lexicon.load import load_lexicon
from etl.tagger.found import Name, put
from etl.tagger.tokens import LISTED, Layout, layout

COMPONENT = "ainews_gazetteer"
NAMES = "names"
MAYBE = "maybe"
UNCERTAIN = frozenset({MAYBE, "short"})  # these count only beside a full name
_END = -1  # in the tree of spellings: one ends here
Match = tuple[int, int, Surface, str]
_COUNTRY = frozenset({"name", "demonym"})
_PUBLIC = frozenset({"agency", "court"})
_REACH = 40  # characters that a guard's neighbours may span
_SENTENCE_ENDS = frozenset(".!?:;•…|*#")
_QUOTES = frozenset("\"'“”‘’(")
_TITLE_WORDS = 30  # a longer field is no headline


class Gazetteer:
    """Matches all spellings in one pass; the work per text grows with its length, not with the lexicon."""

    def __init__(
        self, nlp: Language, surfaces: Mapping[str, tuple[Surface, ...]], *, public: Container[str], spans: bool
    ) -> None:
        """`public` are the ids of public bodies: a country that opens the name of one stays a country."""
        self._surfaces, self._public, self._spans = surfaces, public, spans
        self._tree: dict[int, Any] = {}
        first = {self._add(layout(doc)) for doc in nlp.tokenizer.pipe(surfaces)}
        nlp.vocab.add_flag(first.__contains__, LISTED)

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.spans["names"]`."""
        page = layout(doc)
        put(doc, NAMES, self._names(page) if page.listed else (), spans=self._spans)
        return doc

    def _add(self, spelling: Layout) -> str:
        """Hang a spelling into the tree; returns the word that it begins with."""
        node = self._tree
        for word in spelling.words:
            node = node.setdefault(word, {})
        node[_END] = {}
        return spelling.word(0)

    def spellings(self, page: Layout) -> Iterator[tuple[int, int]]:
        """Where the words of a spelling stand, by where they begin."""
        words, tree = page.words, self._tree
        for start in page.listed:
            at, node = start, tree
            while at < len(words) and (following := node.get(words[at])) is not None:
                at, node = at + 1, following
                if _END in node:
                    yield start, at

    def _names(self, page: Layout) -> list[Name]:
        found = []
        for start, end in self.spellings(page):
            for surface in self._surfaces.get(page.slice(start, end), ()):
                detail = surface.detail if surface.guard is None else _verdict(surface, surface.guard, page, start, end)
                if detail is not None:
                    found.append((start, end, surface, detail))
                    break
        kept = self._longest(found)
        return [Name(start, end, surface.owner, detail, surface.kind) for start, end, surface, detail in kept]

    def _longest(self, found: list[Match]) -> list[Match]:
        """The longest spelling at each place, the earlier of two that are equally long; in order of the text.

        A country that opens the name of a public body ("U.S. Department of Defense") stays beside it, by CODEBOOK.
        """
        if all(item[1] <= after[0] for item, after in pairwise(found)):
            return found  # most texts: in order and apart
        kept: list[Match] = []
        taken: dict[int, Match] = {}
        for item in sorted(found, key=lambda item: (item[0] - item[1], item[0])):
            holders = {taken[at][0] for at in range(item[0], item[1]) if at in taken}
            if not holders or (holders == {item[0]} and self._qualifies(item, taken[item[0]])):
                kept.append(item)
                taken |= {at: item for at in range(item[0], item[1]) if at not in taken}
        return sorted(kept, key=lambda item: (item[0], -item[1]))

    def _qualifies(self, item: Match, holder: Match) -> bool:
        surface, name = item[2], holder[2]
        country = surface.kind == "region" and surface.detail in _COUNTRY and surface.owner.isupper()
        return country and name.owner in self._public


def _verdict(surface: Surface, guard: Guard, page: Layout, start: int, end: int) -> str | None:
    """How the surface counts here: its detail, `maybe`, or None where the guard forbids it."""
    left, right, text = page.starts[start], page.ends[end - 1], page.text
    lead, tail = text[max(0, left - _REACH) : left].lower(), text[right : right + _REACH].lower()
    if _vetoed(guard, lead, tail, text):
        return None
    if _spoken_for(guard, lead, tail, text):
        return "alias" if surface.detail == "short" else surface.detail
    if guard.not_first:
        return MAYBE if starts_sentence(page, start) or title_case(page) else surface.detail
    if guard.before or guard.after or guard.near:
        return MAYBE if guard.named else None
    return MAYBE if guard.named else surface.detail


def _spoken_for(guard: Guard, lead: str, tail: str, text: str) -> bool:
    """Whether a word stands next to it, or in the text, that speaks for the owner."""
    if guard.before and f" {lead}".endswith(guard.before):
        return True
    if guard.after and tail.startswith(guard.after):
        return True
    return guard.near is not None and guard.near.search(text) is not None


def _vetoed(guard: Guard, lead: str, tail: str, text: str) -> bool:
    if guard.not_before and f" {lead}".endswith(guard.not_before):
        return True
    if guard.not_after and tail.startswith(guard.not_after):
        return True
    return guard.not_near is not None and guard.not_near.search(text) is not None


def starts_sentence(page: Layout, start: int) -> bool:
    """Whether the token stands where any word has a capital."""
    at = start - 1
    while at >= 0 and page.slice(at, at + 1) in _QUOTES:
        at -= 1
    before = page.slice(at, at + 1) if at >= 0 else "."
    return before.isspace() or before[-1] in _SENTENCE_ENDS


def title_case(text: Layout | Doc) -> bool:
    """Whether the field is a headline in Title Case, where capitals prove nothing."""
    page = layout(text) if isinstance(text, Doc) else text
    if len(page.words) > _TITLE_WORDS:
        return False
    words = [word for word in page.strings if len(word) > 3 and word.isalpha()]
    return len(words) > 2 and sum(word[0].isupper() for word in words) >= 0.75 * len(words)


@Language.factory(COMPONENT, default_config={"seeds": "seeds", "spans": True})
def make_gazetteer(nlp: Language, name: str, seeds: str, spans: bool) -> Gazetteer:
    """The component with the lexicon of this seeds folder."""
    lexicon = load_lexicon(Path(seeds))
    public = {organization.id for organization in lexicon.organizations.values() if organization.type in _PUBLIC}
    return Gazetteer(nlp, lexicon.surfaces, public=public, spans=spans)
