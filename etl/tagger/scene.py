"""A story laid out around its names: sentences, paragraphs and labelled sections, and what stands beside each mention."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from etl.model import Evidence
from etl.tagger.unlisted import Found

Kind = Literal["organization", "region"]
Named = Mapping[str, Sequence[Found]]  # by owner, in order of appearance
_MASKS = {"organization": "<organization>", "region": "<place>"}
_PRODUCT = "<product>"
_REACH = 60  # characters of the sentence that are read on either side
_SUBJECT = 3  # a name with at most so many words before it opens its sentence
_CROWD = 20  # names on either side that are looked at: a sentence may be as long as a text
_LEAST_LEAD = 30  # characters
_OPENING_WORDS = 300  # characters of the text whose words tell what the story is about
# One set of characters stands first, which makes it fast to search.
_SENTENCE = re.compile(r"[.?!\n](?:(?<=\n)\n*|(?<=[a-z0-9)\]%”\"’].)[\"”’)]*\s+(?=[\"“(A-Z•\d-]))")
_PARAGRAPH = re.compile(r"\n+")
_SECTION = re.compile(r"[^\S\n]*([A-Z][A-Za-z’' ,-]{2,40}):\s")
_OPENING = re.compile(r"\s*(?:[-•*]\s+)?(?:[A-Z][A-Za-z’' ,-]{2,40}:\s)?")
_LONG_WORD = re.compile(r"[a-z]{4,}")
_BULLETS = ("-", "•", "*")
_WORD = re.compile(r"[a-z]+(?:[’'.-][a-z]+)*|\d+|[^\sa-z\d]")


@dataclass(slots=True)
class _Field:
    """Title or text: where its sentences, paragraphs and sections start, and all names in it."""

    text: str
    sentences: Sequence[int]
    paragraphs: Sequence[int]
    section_starts: Sequence[int]
    sections: Sequence[str]
    names: Sequence[tuple[int, int, str]]  # start, end, mask
    starts: Sequence[int]
    masks: Sequence[str]
    apart: bool  # whether no two names share characters

    @classmethod
    def of(cls, text: str, names: Iterable[tuple[int, int, str]]) -> _Field:
        ordered, paragraphs = sorted(names), [0, *(found.end() for found in _PARAGRAPH.finditer(text))]
        sections = [found for start in paragraphs if (found := _SECTION.match(text, start))]
        return cls(
            text=text,
            sentences=[0, *(found.end() for found in _SENTENCE.finditer(text))],
            paragraphs=paragraphs,
            section_starts=[found.start(1) for found in sections],
            sections=[found[1].lower().replace("’", "'") for found in sections],
            names=ordered,
            starts=[name[0] for name in ordered],
            masks=[name[2] for name in ordered],
            apart=all(name[1] <= after[0] for name, after in pairwise(ordered)),
        )

    def words(self, start: int, end: int) -> list[str]:
        """The words of a slice in lower case, with a mask for each name that starts in it."""
        words, at = [], start
        for number in range(bisect_left(self.starts, start), bisect_left(self.starts, end)):
            name_start, name_end, mask = self.names[number]
            if name_start >= at:
                words += _WORD.findall(self.text[at:name_start].lower())
                words.append(mask)
                at = name_end
        return words + _WORD.findall(self.text[at:end].lower())


@dataclass(slots=True)
class Mention:
    """One place where a name stands; `before` and `after` are the words of its sentence, nearest last and first."""

    text: str
    how: str
    before: Sequence[str]
    after: Sequence[str]
    subject: bool  # it opens its sentence
    rivals: int  # names of the same kind before it in its sentence
    crowd: int  # names of the same kind in its sentence
    inside: bool  # of another name, as in "U.S. Army"
    bullet: bool  # its paragraph is an item of a list
    sentence: tuple[str, int]
    paragraph: tuple[str, int]
    section: str


@dataclass(frozen=True)
class Scene:
    """A story around its names."""

    title: _Field
    text: _Field
    lead: int
    first_sentence: int

    @cached_property
    def about(self) -> frozenset[str]:
        """An observation for each word of the title and the opening of the text."""
        opening = f"{self.title.text} {self.text.text[:_OPENING_WORDS]}".lower()
        return frozenset([f"about={word}" for word in _LONG_WORD.findall(opening)])

    @classmethod
    def of(cls, title: str, text: str, organizations: Named, regions: Named) -> Scene:
        """Lay out a story whose names of both kinds are known."""
        fields: dict[str, list[tuple[int, int, str]]] = {"title": [], "text": []}
        for mask, named in ((_MASKS["organization"], organizations), (_MASKS["region"], regions)):
            for spans in named.values():
                for span, how in spans:
                    fields[span.field].append((span.start, span.end, _PRODUCT if how == "product" else mask))
        return cls(
            title=_Field.of(title, fields["title"]),
            text=_Field.of(text, fields["text"]),
            lead=_end(text, "\n"),
            first_sentence=_end(text, ". "),
        )

    def mention(self, span: Evidence, how: str, kind: Kind) -> Mention:
        """What stands around a span of one of its names."""
        field, mask = (self.title if span.field == "title" else self.text), _MASKS[kind]
        number = bisect_right(field.sentences, span.start) - 1
        paragraph = bisect_right(field.paragraphs, span.start) - 1
        opening = _OPENING.match(field.text, field.sentences[number])
        start = min(opening.end() if opening else 0, span.start)
        stop = field.sentences[number + 1] if number + 1 < len(field.sentences) else len(field.text)
        stop = max(stop, span.end)
        section = bisect_right(field.section_starts, span.start) - 1
        here = bisect_left(field.starts, span.start)
        first = max(here - _CROWD, bisect_left(field.starts, start))
        last = min(here + _CROWD, bisect_left(field.starts, stop))
        before, rivals = self._before(field, start, span.start), field.masks[first:here].count(mask)
        return Mention(
            text=span.text,
            how=how,
            before=before,
            after=self._after(field, span.end, stop),
            subject=before[:1] == ["<s>"] and len(before) <= _SUBJECT + 1 and not rivals,
            rivals=rivals,
            crowd=field.masks[first:last].count(mask),
            inside=not field.apart and _is_inside(span, field.names[first:last]),
            bullet=field.text.startswith(_BULLETS, field.paragraphs[paragraph]),
            sentence=(span.field, number),
            paragraph=(span.field, paragraph),
            section=field.sections[section] if section >= 0 else "",
        )

    @staticmethod
    def _before(field: _Field, start: int, at: int) -> list[str]:
        if at - start <= _REACH:
            return ["<s>", *field.words(start, at)]
        return field.words(at - _REACH, at)[1:]

    @staticmethod
    def _after(field: _Field, at: int, stop: int) -> list[str]:
        if stop - at <= _REACH:
            return [*field.words(at, stop), "</s>"]
        return field.words(at, at + _REACH)[:-1]


def _is_inside(span: Evidence, names: Iterable[tuple[int, int, str]]) -> bool:
    size = span.end - span.start
    return any(start <= span.start and span.end <= end and end - start > size for start, end, _ in names)


def _end(text: str, mark: str) -> int:
    at = text.find(mark, _LEAST_LEAD)
    return at if at > 0 else len(text)
