"""A story laid out around its names: sentences, paragraphs and labelled sections, and what stands beside each mention."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from typing import Literal, NamedTuple

from etl.model import Evidence
from etl.tagger.unlisted import Found

Kind = Literal["organization", "region"]
Named = Mapping[str, Sequence[Found]]  # by owner, in order of appearance
_MASKS = {"organization": "<organization>", "region": "<place>"}
_PRODUCT = "<product>"
NEAR = 4  # words on either side that count wherever they stand
_REACH = 60  # characters of the sentence that are read on either side
_SUBJECT = 3  # a name with at most so many words before it opens its sentence
_BESIDE = 40  # characters that stand right beside it
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
    is_title: bool
    sentences: Sequence[int]
    paragraphs: Sequence[int]
    section_starts: Sequence[int]
    sections: Sequence[str]
    names: Sequence[tuple[int, int, str]]  # start, end, mask
    starts: Sequence[int]
    masks: Sequence[str]
    apart: bool  # whether no two names share characters
    openings: dict[int, int]  # behind the label or bullet of sentences, by number, as far as they were asked for

    @classmethod
    def of(cls, text: str, names: Iterable[tuple[int, int, str]], *, is_title: bool) -> _Field:
        ordered, paragraphs = sorted(names), [0, *(found.end() for found in _PARAGRAPH.finditer(text))]
        sections = [found for start in paragraphs if (found := _SECTION.match(text, start))]
        return cls(
            text=text,
            is_title=is_title,
            sentences=[0, *(found.end() for found in _SENTENCE.finditer(text))],
            paragraphs=paragraphs,
            section_starts=[found.start(1) for found in sections],
            sections=[found[1].lower().replace("’", "'") for found in sections],
            names=ordered,
            starts=[name[0] for name in ordered],
            masks=[name[2] for name in ordered],
            apart=all(name[1] <= after[0] for name, after in pairwise(ordered)),
            openings={},
        )

    def words(self, start: int, end: int) -> list[str]:
        """The words of a slice in lower case, with a mask for each name that starts in it."""
        starts, text = self.starts, self.text
        first = bisect_left(starts, start)
        words: list[str] = []
        for name_start, name_end, mask in self.names[first : bisect_left(starts, end, first)]:
            if name_start >= start:
                words += _words(text[start:name_start].lower().split())
                words.append(mask)
                start = name_end
        words += _words(text[start:end].lower().split())
        return words

    def opening(self, sentence: int) -> int:
        """Where a sentence begins behind its bullet and its label."""
        known = self.openings.get(sentence)
        if known is None:
            found = _OPENING.match(self.text, self.sentences[sentence])
            known = self.openings[sentence] = found.end() if found else 0
        return known

    def section(self, at: int) -> str:
        """The label of the section that a place is in, "" where there is none."""
        number = bisect_right(self.section_starts, at)
        return self.sections[number - 1] if number else ""

    def before(self, start: int, at: int) -> list[str]:
        """The words of a sentence from `start` to before `at`, as far as they are near; `<s>` first where all are.

        At least `NEAR` of them, where there are so many.
        """
        near = max(start, at - _REACH)
        if bisect_left(self.starts, at) == bisect_left(self.starts, near):
            chunks = self.text[near:at].lower().split()
            if len(chunks) > NEAR + 1:
                return _words(chunks[-NEAR:])
        words = self.words(near, at)
        return ["<s>", *words] if near == start else words[1:]

    def after(self, at: int, stop: int) -> list[str]:
        """The words of a sentence from `at` to before `stop`, likewise; `</s>` last where all are."""
        near = min(stop, at + _REACH)
        if bisect_left(self.starts, at) == bisect_left(self.starts, near):
            chunks = self.text[at:near].lower().split()
            if len(chunks) > NEAR + 1:
                return _words(chunks[:NEAR])
        words = self.words(at, near)
        return [*words, "</s>"] if near == stop else words[:-1]


@lru_cache(maxsize=20_000)
def _words_of(chunk: str) -> tuple[str, ...]:
    """The words of what stands between spaces; usually there is but one."""
    return tuple(_WORD.findall(chunk))


def _words(chunks: Iterable[str]) -> list[str]:
    return list(chain.from_iterable(map(_words_of, chunks)))


class Mention(NamedTuple):
    """One place where a name stands; `before` and `after` are the words of its sentence, nearest last and first."""

    text: str
    how: str
    titled: bool  # it stands in the title
    before: Sequence[str]
    after: Sequence[str]
    lead: str  # what stands right before it, in lower case
    tail: str  # and right after it
    subject: bool  # it opens its sentence
    rivals: int  # names of the same kind before it in its sentence
    crowd: int  # names of the same kind in its sentence
    inside: bool  # of another name, as in "U.S. Army"
    bullet: bool  # its paragraph is an item of a list
    sentence: int  # by number; those of the title count down from -1
    paragraph: int
    section: str


@dataclass(frozen=True)
class Scene:
    """A story around its names."""

    title: _Field
    text: _Field
    lead: int  # characters
    first_sentence: int

    @cached_property
    def shape(self) -> tuple[float, bool, bool, bool]:
        """Observations of the story alone: "short text", "no title", "no sections", "one paragraph"."""
        text = self.text
        return 1 / (1 + max(1, len(text.text)) / 500), not self.title.text, not text.sections, len(text.paragraphs) == 1

    @cached_property
    def about(self) -> frozenset[str]:
        """The longer words of the title and the opening of the text."""
        opening = f"{self.title.text} {self.text.text[:_OPENING_WORDS]}".lower()
        return frozenset(_LONG_WORD.findall(opening))

    @classmethod
    def of(cls, title: str, text: str, organizations: Named, regions: Named) -> Scene:
        """Lay out a story whose names of both kinds are known."""
        fields: dict[str, list[tuple[int, int, str]]] = {"title": [], "text": []}
        for mask, named in ((_MASKS["organization"], organizations), (_MASKS["region"], regions)):
            for spans in named.values():
                for span, how in spans:
                    fields[span.field].append((span.start, span.end, _PRODUCT if how == "product" else mask))
        return cls(
            title=_Field.of(title, fields["title"], is_title=True),
            text=_Field.of(text, fields["text"], is_title=False),
            lead=_end(text, "\n"),
            first_sentence=_end(text, ". "),
        )

    def mention(self, span: Evidence, how: str, kind: Kind) -> Mention:
        """What stands around a span of one of its names."""
        field, mask = (self.title if span.field == "title" else self.text), _MASKS[kind]
        at, end, text = span.start, span.end, field.text
        number = bisect_right(field.sentences, at) - 1
        paragraph = bisect_right(field.paragraphs, at) - 1
        start = min(field.opening(number), at)
        stop = field.sentences[number + 1] if number + 1 < len(field.sentences) else len(text)
        stop = max(stop, end)
        here = bisect_left(field.starts, at)
        first = max(here - _CROWD, bisect_left(field.starts, start, 0, here))
        last = min(here + _CROWD, bisect_left(field.starts, stop, here))
        before, rivals = field.before(start, at), field.masks[first:here].count(mask)
        return Mention(
            span.text,
            how,
            field.is_title,
            before,
            field.after(end, stop),
            f" {text[max(0, at - _BESIDE) : at]}".lower(),
            text[end : end + _BESIDE].lower(),
            subject=not rivals and len(before) <= _SUBJECT + 1 and before[:1] == ["<s>"],
            rivals=rivals,
            crowd=rivals + field.masks[here:last].count(mask),
            inside=not field.apart and _is_inside(span, field.names[first:last]),
            bullet=text.startswith(_BULLETS, field.paragraphs[paragraph]),
            sentence=~number if field.is_title else number,
            paragraph=~paragraph if field.is_title else paragraph,
            section=field.section(at),
        )


def _is_inside(span: Evidence, names: Iterable[tuple[int, int, str]]) -> bool:
    size = span.end - span.start
    return any(start <= span.start and span.end <= end and end - start > size for start, end, _ in names)


def _end(text: str, mark: str) -> int:
    at = text.find(mark, _LEAST_LEAD)
    return at if at > 0 else len(text)
