"""Labelled stories → sentences with their names marked, and the same sentences with other names in their place.

A recognizer that learned from the labels alone would know these names by heart, yet it is asked about names that nobody listed. So
names are swapped for others and for made-up ones: what remains to be learned is how a name looks and what stands around it.
Products, places, people and whatever else has a capital are marked too, so that what is no organization has a label to go to.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc

from etl.gold import part_of, read_lines
from etl.gold_stories import read_labels
from etl.lexicon.load import Lexicon
from etl.tagger.gazetteer import NAMES, title_case
from etl.tagger.recognizer import Words, sentence_ends
from etl.tagger.topic_model import is_held_back

ORGANIZATION, PRODUCT, PLACE, PERSON, OTHER = LABELS = ("ORG", "PRODUCT", "GPE", "PERSON", "MISC")
_SWAPPED = 0.15  # share of names: about as many as the lexicon does not know in stories of a new source
_LEAST_NAMES = 10  # of each kind, to make up others from
Entity = tuple[int, int, str]  # first token, behind the last, label


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens, whether a space follows each, and the names among them in order."""

    words: tuple[str, ...]
    spaces: tuple[bool, ...]
    entities: tuple[Entity, ...]


class Marker:
    """Marks the names in labelled texts."""

    def __init__(self, nlp: Language, lexicon: Lexicon) -> None:
        """`nlp` is a pipeline with the gazetteer of this lexicon."""
        unknown = lexicon.traps.unknown
        self._nlp, self._given_names = nlp, lexicon.traps.places.given_names
        self._explained = {get_string_id(word) for word in unknown.stop | unknown.common}
        self._words = Words()

    def sentences(self, text: str, label: Mapping[str, Any]) -> Iterator[Sentence]:
        """The sentences that hold a name, or a capital that could be one."""
        doc = self._nlp(text)
        words, upper = self._words.read(doc)
        asked = [is_upper and word not in self._explained for word, is_upper in zip(words, upper, strict=True)]
        ends = sentence_ends(doc, words, upper)
        entities = self._entities(doc, label, asked, {0, *ends})
        start = 0
        for end in ends:
            inside = tuple((a - start, b - start, kind) for a, b, kind in entities if start <= a and b <= end)
            if inside or any(asked[start:end]):
                tokens = doc[start:end]
                yield Sentence(tuple(t.text for t in tokens), tuple(bool(t.whitespace_) for t in tokens), inside)
            start = end

    def _entities(
        self, doc: Doc, label: Mapping[str, Any], asked: Sequence[bool], starts: Collection[int]
    ) -> list[Entity]:
        """All names in a text: as labelled, else as the lexicon knows them, else by their capital; the longest of several."""
        regions = (text for one in label["regions"] for text in one["surfaces"])
        found = [(*place, ORGANIZATION) for place in _places(doc, _surfaces(label["orgs"], products=False))]
        found += [(*place, PRODUCT) for place in _places(doc, _surfaces(label["orgs"], products=True))]
        found += [(*place, PLACE) for place in _places(doc, regions)]
        found += [(span.start, span.end, PRODUCT) for span in doc.spans[NAMES] if span.label_ == "product"]
        found += [(*place, PERSON) for place in _people(doc, self._given_names)]
        kept, taken = _longest(found)
        if not title_case(doc):
            free = [is_asked and at not in taken for at, is_asked in enumerate(asked)]
            kept += [(start, end, OTHER) for start, end in _runs(free) if end > start + 1 or start not in starts]
        return sorted(kept)


def read_sentences(
    marker: Marker,
    labels: Sequence[Path],
    *,
    abstracts: Sequence[Path],
    corpora: Sequence[Path],
    keep: Callable[[str], bool],
) -> Iterator[Sentence]:
    """The sentences of stories whose names were read, of documents to `keep` alone.

    Where only a part of a full text was read (`part`), it is that part. A story that several corpora hold counts once.
    Raises InputError for a file that is missing or a line that can't be read.
    """
    told = {line["id"]: line for path in labels for line in read_labels(path, sampled=False)}
    seen: set[tuple[str, bool]] = set()
    for path, full in [*((path, False) for path in abstracts), *((path, True) for path in corpora)]:
        for _, row in read_lines(path):
            key = row["id"], full
            if row["id"] in told and key not in seen and keep(row["id"].split("#")[0]):
                seen.add(key)
                label = told[row["id"]]
                yield from marker.sentences(row.get("title") or "", label)
                yield from marker.sentences(part_of(row.get("text") or "", label.get("part") if full else None), label)


def learned_from(document: str) -> bool:
    """Whether a document may be learned from: it is not held back."""
    return not is_held_back(document)


def _longest(found: Iterable[Entity]) -> tuple[list[Entity], set[int]]:
    """The longest of names that overlap, and the tokens that they take."""
    taken: set[int] = set()
    kept = []
    for start, end, kind in sorted(found, key=lambda one: (one[0] - one[1], LABELS.index(one[2]), one[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end, kind))
    return kept, taken


def _runs(marked: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where one or more neighbours are marked."""
    for is_marked, run in groupby(range(len(marked)), key=lambda at: marked[at]):
        if is_marked:
            places = list(run)
            yield places[0], places[-1] + 1


def _surfaces(organizations: Iterable[Mapping[str, Any]], *, products: bool) -> Iterator[str]:
    for one in organizations:
        if (one["role"] == "product") == products:
            yield from one["surfaces"]


def _places(doc: Doc, surfaces: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where these strings stand as whole tokens."""
    for surface in sorted(set(surfaces)):
        for match in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", doc.text):
            span = doc.char_span(*match.span())
            if span is not None:
                yield span.start, span.end


def _people(doc: Doc, given_names: Collection[str]) -> Iterator[tuple[int, int]]:
    """A given name and the one or two capitalized words behind it."""
    for at in range(len(doc) - 1):
        end = at + 1
        while doc[at].text in given_names and end < min(len(doc), at + 3) and doc[end].text[0].isupper():
            end += 1
        if end > at + 1:
            yield at, end


class NameMaker:
    """Makes up names that look like the listed ones; the same random numbers give the same names.

    A lexicon of few names has none to learn from: names then stay as they are.
    """

    def __init__(self, lexicon: Lexicon, random: Random) -> None:
        """Learn from the lexicon which letters follow which, and how names of firms end."""
        listed = lexicon.organizations.values()
        self._random = random
        self._firms = [one.name for one in listed if one.type in ("company", "laboratory")]
        self._bodies = [one.name for one in listed if one.type not in ("company", "laboratory")]
        self._heads = lexicon.traps.unknown.endings | lexicon.traps.unknown.openings
        self._endings = [name.split()[-1] for name in self._firms if name.count(" ") in (1, 2)]
        self._next: dict[str, list[str]] = defaultdict(list)
        for name in (name for name in self._firms if name.isalpha()):
            letters = f"^^{name.lower()}$"
            for at in range(len(letters) - 2):
                self._next[letters[at : at + 2]].append(letters[at + 2])

    def instead_of(self, name: str, label: str) -> str:
        """Another name for an organization, a product or a person; places stay."""
        if min(len(self._firms), len(self._bodies), len(self._endings)) < _LEAST_NAMES:
            return name
        if label == ORGANIZATION:
            return self._organization(name)
        if label == PRODUCT:
            return self._product(name)
        if label == OTHER and name.isupper():
            return self._word().upper()[:4]
        if label == OTHER:
            return " ".join(self._word() for _ in name.split()[:2])
        return f"{name.split()[0]} {self._word().capitalize()}" if label == PERSON else name

    def _organization(self, name: str) -> str:
        luck = self._random.random()
        if self._heads.intersection(name.split()):
            return self._random.choice(self._bodies) if luck < 0.7 else name
        if luck < 0.35:
            return self._random.choice(self._firms)
        if luck < 0.65:
            return self._word()
        if luck < 0.85:
            return f"{self._word()} {self._random.choice(self._endings)}"
        if luck < 0.9:
            return f"{self._word()} {self._word()}"
        return (
            self._word() + self._random.choice((".ai", ".AI", ".io", "AI"))
            if luck < 0.95
            else self._random.choice(self._bodies)
        )

    def _product(self, name: str) -> str:
        luck = self._random.random()
        if luck < 0.3:
            return self._word()
        if luck < 0.5:
            return self._word() + self._random.choice(_VERSIONS)
        return self._word().upper()[:4] + self._random.choice(("", "-2", "-XL")) if luck < 0.6 else name

    def _word(self) -> str:
        """A word of four letters or more, now and then in capitals or with one inside."""
        word = ""
        while not 4 <= len(word) <= 12:
            word = self._letters()
        luck = self._random.random()
        if luck < 0.07:
            return word[:5].upper()
        return word[:3].capitalize() + word[3:].capitalize() if luck < 0.17 else word.capitalize()

    def _letters(self) -> str:
        word = "^^"
        while (letter := self._random.choice(self._next[word[-2:]])) != "$":
            word += letter
        return word[2:]


_VERSIONS = ("-2", "-1.5", "-7B", " 2", " 3", " 3.5", " Pro", "Net", "Bench", "-V", "Former")


def swapped(
    sentence: Sentence, maker: NameMaker, random: Random, split: Callable[[str], Sequence[tuple[str, bool]]]
) -> Sentence:
    """The sentence with some of its names replaced, a name that stands twice alike; `split` tokenizes a name."""
    words: list[str] = []
    spaces: list[bool] = []
    entities: list[Entity] = []
    chosen: dict[str, list[tuple[str, bool]]] = {}
    at = 0
    for start, end, label in sentence.entities:
        old = list(zip(sentence.words[start:end], sentence.spaces[start:end], strict=True))
        name = "".join(word + " " * space for word, space in old).strip()
        if name not in chosen:
            chosen[name] = list(split(maker.instead_of(name, label))) if random.random() < _SWAPPED else old
        new = [*chosen[name][:-1], (chosen[name][-1][0], sentence.spaces[end - 1])]
        words += [*sentence.words[at:start], *(word for word, _ in new)]
        spaces += [*sentence.spaces[at:start], *(space for _, space in new)]
        entities.append((len(words) - len(new), len(words), label))
        at = end
    return Sentence((*words, *sentence.words[at:]), (*spaces, *sentence.spaces[at:]), tuple(entities))
