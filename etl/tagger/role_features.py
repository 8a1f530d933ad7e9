"""What a reader sees around a name: where it stands, how often, beside whom, and the words before and after it.

Every observation has a name and a value from 0 to about 1, whatever the length of the text. Observations of words are
named `before=`, `after=`, `next=` … and are 1 where any mention has them; etl/tagger/role_model.py weighs them.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from etl.lexicon.organizations import Organization
from etl.lexicon.traps import RoleRules
from etl.model import Evidence
from etl.tagger.unlisted import Found

Kind = Literal["organization", "region"]
Named = Mapping[str, Sequence[Found]]  # by owner, in order of appearance
_MASKS = {"organization": "<organization>", "region": "<place>"}
_PRODUCT = "<product>"
_REACH = 60  # characters of the sentence that are read on either side
_NEAR = 4  # words on either side that count wherever they stand
_MOST = 12  # mentions whose words are read: the first ones
_SUBJECT = 3  # a name with at most so many words before it opens its sentence
_LEAST_LEAD = 30  # characters
_OPENING_WORDS = 300  # characters of the text whose words tell what the story is about
_TOLD = 0.4  # what each of these words counts: there are many
_SENTENCE = re.compile(r"(?<=[a-z0-9)\]%”\"’][.?!])[\"”’)]*\s+(?=[\"“(A-Z•\d-])|\n+")
_PARAGRAPH = re.compile(r"\n+")
_SECTION = re.compile(r"(?:^|\n)[^\S\n]*([A-Z][A-Za-z’' ,-]{2,40}):\s")
_OPENING = re.compile(r"\s*(?P<bullet>[-•*]\s+)?(?:[A-Z][A-Za-z’' ,-]{2,40}:\s)?")
_BASED = re.compile(r" (?:based|headquartered|headquarters) (?:in|near) [^.]{0,25}$")
_LONG_WORD = re.compile(r"[a-z]{4,}")
_BULLETS = ("-", "•", "*")
_WORD = re.compile(r"[a-z]+(?:[’'.-][a-z]+)*|\d+|[^\sa-z\d]")


@dataclass(frozen=True, slots=True)
class _Field:
    """Title or text: where its sentences, paragraphs and sections start, and all names in it."""

    text: str
    sentences: Sequence[int]
    paragraphs: Sequence[int]
    section_starts: Sequence[int]
    sections: Sequence[str]
    names: Sequence[tuple[int, int, str]]  # start, end, mask
    starts: Sequence[int]

    @classmethod
    def of(cls, text: str, names: Iterable[tuple[int, int, str]]) -> _Field:
        ordered, sections = sorted(names), list(_SECTION.finditer(text))
        return cls(
            text=text,
            sentences=[0, *(found.end() for found in _SENTENCE.finditer(text))],
            paragraphs=[0, *(found.end() for found in _PARAGRAPH.finditer(text))],
            section_starts=[found.start(1) for found in sections],
            sections=[found[1].lower().replace("’", "'") for found in sections],
            names=ordered,
            starts=[name[0] for name in ordered],
        )

    def words(self, start: int, end: int) -> list[str]:
        """The words of a slice in lower case, with a mask for each name that starts in it."""
        words, at = [], start
        for name_start, name_end, mask in self.names[bisect_left(self.starts, start) :]:
            if name_start >= end:
                break
            if name_start >= at:
                words += _WORD.findall(self.text[at:name_start].lower())
                words.append(mask)
                at = name_end
        return words + _WORD.findall(self.text[at:end].lower())


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a name stands; `before` and `after` are the words of its sentence, nearest last and first."""

    text: str
    how: str
    before: Sequence[str]
    after: Sequence[str]
    rivals: int  # names of the same kind before it in its sentence
    crowd: int  # names of the same kind in its sentence
    inside: bool  # of another name, as in "U.S. Army"
    bullet: bool  # its paragraph is an item of a list
    sentence: tuple[str, int]
    paragraph: tuple[str, int]
    section: str

    @property
    def subject(self) -> bool:
        """Whether it opens its sentence."""
        return self.before[:1] == ["<s>"] and len(self.before) <= _SUBJECT + 1 and not self.rivals


@dataclass(frozen=True, slots=True)
class Scene:
    """A story around its names."""

    title: _Field
    text: _Field
    lead: int
    first_sentence: int
    words: frozenset[str]  # of the title and the opening of the text

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
            words=frozenset(_LONG_WORD.findall(f"{title} {text[:_OPENING_WORDS]}".lower())),
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
        first, here = bisect_left(field.starts, start), bisect_left(field.starts, span.start)
        sentence = field.names[first : bisect_left(field.starts, stop)]
        return Mention(
            text=span.text,
            how=how,
            before=self._before(field, start, span.start),
            after=self._after(field, span.end, stop),
            rivals=sum(name[2] == mask for name in field.names[first:here]),
            crowd=sum(name[2] == mask for name in sentence),
            inside=any(s <= span.start and span.end <= e and e - s > span.end - span.start for s, e, _ in sentence),
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


def _end(text: str, mark: str) -> int:
    at = text.find(mark, _LEAST_LEAD)
    return at if at > 0 else len(text)


def spoken(mentions: Sequence[Mention], kind: Kind) -> set[str]:
    """The names of all observations of words; of a region also those of its spelling, as "hollywood"."""
    seen: set[str] = set()
    for mention in mentions[:_MOST]:
        before, after = mention.before, mention.after
        last, following = (before[-1] if before else ""), (after[0] if after else "")
        seen |= {f"last={last}", f"next={following}", f"around={last} _ {following}"}
        seen |= {f"last2={' '.join(before[-2:])}", f"next2={' '.join(after[:2])}"}
        seen |= {f"before={word}" for word in before[-_NEAR:]} | {f"after={word}" for word in after[:_NEAR]}
        if kind == "region":
            seen.add(f"name={mention.text.lower()}")
    return seen


def sections(mentions: Sequence[Mention]) -> dict[str, float]:
    """The share of its mentions in each labelled section ("behind the news"), and the section of the first one."""
    share = 1 / len(mentions)
    seen = {f"first section={mentions[0].section}": 1.0}
    for mention in mentions:
        name = f"section={mention.section}"
        seen[name] = seen.get(name, 0.0) + share
    if len({mention.section for mention in mentions}) == 1:
        seen[f"only section={mentions[0].section}"] = 1.0
    return seen


def observed(owner: str, named: Named, scene: Scene, rules: RoleRules, kind: Kind) -> dict[str, float]:
    """All observations of one owner of `named`, which holds all names of its kind but those of products."""
    spans = [span for span, _ in named[owner]]
    mentions = [scene.mention(span, how, kind) for span, how in named[owner]]
    seen = {"always": 1.0, **_places(spans, mentions, scene), **_rank(owner, named), **sections(mentions)}
    return seen | _manner(spans, mentions, scene, rules) | dict.fromkeys(spoken(mentions, kind), 1.0)


def _places(spans: Sequence[Evidence], mentions: Sequence[Mention], scene: Scene) -> dict[str, float]:
    """Where in the story the name stands."""
    length = max(1, len(scene.text.text))
    first = min((span.start for span in spans if span.field == "text"), default=0)
    return {
        "in title": float(spans[0].field == "title"),
        "in text": float(not scene.text.text or spans[-1].field == "text"),
        "in first sentence": float(first < scene.first_sentence),
        "in lead": float(first < scene.lead),
        "late": first / length,
        "early": 1 / (1 + first / 250),
        "last late": spans[-1].start / length if spans[-1].field == "text" else 0.0,
        "sentences": len({each.sentence for each in mentions}) / max(3, len(scene.text.sentences)),
        "paragraphs": len({each.paragraph for each in mentions}) / max(3, len(scene.text.paragraphs)),
        "short text": 1 / (1 + length / 500),
        "no title": float(not scene.title.text),
        "no sections": float(not scene.text.sections),
        "one paragraph": float(len(scene.text.paragraphs) == 1),
    }


def _rank(owner: str, named: Named) -> dict[str, float]:
    """How often the name stands, beside the others of its kind."""
    counts = {each: len(spans) for each, spans in named.items()}
    count, most, total = counts[owner], max(counts.values()), sum(counts.values())
    others = max((each for other, each in counts.items() if other != owner), default=0)
    order = list(named).index(owner)
    return {
        "often": math.log2(count) / 3,
        "once": float(count == 1),
        "twice": float(count == 2),
        "share": count / total,
        "most": float(count == most),
        "lead over others": math.log((1 + count) / (1 + others)),
        "alone": float(len(counts) == 1),
        "many": min(1.0, len(counts) / 10),
        "named first": float(order == 0),
        "order": 1 / (1 + order),
        "others in title": sum(found[0][0].field == "title" for other, found in named.items() if other != owner) / 2,
    }


def _manner(spans: Sequence[Evidence], mentions: Sequence[Mention], scene: Scene, rules: RoleRules) -> dict[str, float]:
    """As what the name stands in its sentences."""
    around = [_around(span, scene) for span in spans]
    hows = [each.how for each in mentions]
    return {
        "subject": _mean(each.subject for each in mentions),
        "ever subject": float(any(each.subject for each in mentions)),
        "first as subject": float(mentions[0].subject),
        "opens title": float(spans[0].field == "title" and mentions[0].subject),
        "opens item": float(any(each.subject and each.bullet for each in mentions)),
        "in items": _mean(each.bullet for each in mentions),
        "after rivals": _mean(each.rivals > 0 for each in mentions),
        "in a crowd": min(1.0, (min(each.crowd for each in mentions) - 1) / 4),
        "inside names": _mean(each.inside for each in mentions),
        "possessive": _mean(after.startswith(("'s", "’s")) for _, after in around),
        "belongs": _mean(before.endswith((" from ", " of ")) for before, _ in around),
        "listed": _mean(before.endswith((", ", " and ", " or ")) for before, _ in around),
        "in list": _mean(after.startswith((", ", " and ", " or ")) for _, after in around),
        "spellings": math.log2(len({span.text for span in spans})),
        "cited": cited(around, rules),
        "located": float(any(before.endswith((" in ", " across ", " near ")) for before, _ in around)),
        "governs": _mean(after.startswith(rules.governs) for _, after in around),
        "based": _mean(_based(before, after) for before, after in around),
        **{f"how={how}": hows.count(how) / len(hows) for how in sorted(set(hows))},
    }


def _around(span: Evidence, scene: Scene) -> tuple[str, str]:
    """What stands right before and after the span, in lower case."""
    text = scene.title.text if span.field == "title" else scene.text.text
    return f" {text[max(0, span.start - 40) : span.start]}".lower(), text[span.end : span.end + 40].lower()


def cited(around: Sequence[tuple[str, str]], rules: RoleRules) -> float:
    """The share of the mentions that only say who published or told something."""
    return _mean(before.endswith(rules.cited_before) or after.startswith(rules.cited_after) for before, after in around)


def _based(before: str, after: str) -> bool:
    return after.startswith(("-based", "-headquartered")) or _BASED.search(before) is not None


def _mean(seen: Iterable[bool]) -> float:
    values = list(seen)
    return sum(values) / len(values)


def observed_organization(
    owner: str, named: Named, products: Mapping[str, int], scene: Scene, rules: RoleRules, *, known: Organization | None
) -> dict[str, float]:
    """`observed`, what kind of organization it is, and whether its products or its parent are named too.

    `products` counts the mentions of each owner's products.
    """
    return observed(owner, named, scene, rules, "organization") | {
        f"type={known.type if known else 'unknown'}": 1.0,
        "products": math.log2(1 + products.get(owner, 0)) / 3,
        "parent named": float(known is not None and known.parent in named),
    }


def observed_region(
    code: str, named: Named, scene: Scene, rules: RoleRules, *, groups: Container[str], home: float
) -> dict[str, float]:
    """`observed`, which region it is, whether a group that it is in is named, and what the story is about.

    `home` is the share of mentions of organizations with a country that are at home there.
    """
    return observed(code, named, scene, rules, "region") | {
        f"code={code}": 1.0,
        "group of countries": float(code.islower()),
        "its group named": float(any(other in groups for other in named)),
        "home": home,
        **dict.fromkeys((f"about={word}" for word in scene.words), _TOLD),
    }
