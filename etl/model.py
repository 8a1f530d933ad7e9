"""The nouns of the pipeline, as frozen values: what a source gives, what a story is, what a tag is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

Field = Literal["title", "text"]
Role = Literal["focus", "mention", "source", "product"]
Form = Literal["news", "letter", "opinion", "promotion"]
TextKind = Literal["headline", "abstract", "digest", "full"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A slice of a story that speaks for (or against) a tag.

    `start` and `end` are code points from 0, end exclusive; `text` is exactly that slice of the field.
    `weight` is the slice's part of the score in log-odds, None for spans of a name.
    """

    field: Field
    start: int
    end: int
    text: str
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class TopicTag:
    """A topic that a story is substantially about; `score` is a probability from 0 to 1."""

    id: str
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class NearTopic:
    """A topic that fell short of its threshold, or was vetoed by a phrase."""

    id: str
    score: float
    threshold: float
    evidence: tuple[Evidence, ...]
    veto: Evidence | None = None


@dataclass(frozen=True, slots=True)
class OrganizationTag:
    """An organization that a story names; `known` is False where no seed lists it (its id is then `x:` + name)."""

    id: str
    name: str
    role: Role
    known: bool
    spans: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class RegionTag:
    """A country (ISO 3166-1 alpha-2) or group of countries that a story names."""

    code: str
    name: str
    role: Role
    spans: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Tags:
    """All tags of one story; `tagger` is the version and 8 hex digits of (lexicon, weights)."""

    id: str
    topics: tuple[TopicTag, ...]
    topics_near: tuple[NearTopic, ...]
    organizations: tuple[OrganizationTag, ...]
    regions: tuple[RegionTag, ...]
    tagger: str


@dataclass(frozen=True, slots=True)
class StoryText:
    """What the tagger reads of a story (contract 1)."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A labelled paragraph group of a newsletter story: `label` is the plain id (`whats_new`), `heading` as printed."""

    label: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One story as the splitter found it in an issue, before it has an identity."""

    title: str
    body: str
    form: Form = "news"
    section: str | None = None
    parts: tuple[Part, ...] = ()
    captions: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedPiece:
    """A part of an issue that is no story; `reason` is `promotion`, `footer`, …; `line` counts from 1."""

    reason: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Issue:
    """A split newsletter issue: its stories in order, and what was set apart."""

    pieces: tuple[Piece, ...]
    rejected: tuple[RejectedPiece, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What a source published: an issue, a feed entry, an archive line's issue.

    `published` is UTC; `date_from` says where the date was found. A document that the source itself could not
    read arrives with `quarantined` set to the reason and without pieces.
    """

    source_id: str
    document_id: str
    address: str | None
    published: datetime | None
    day: date | None
    date_from: Literal["document", "manifest", "address", "fetch"]
    text_kind: TextKind
    pieces: tuple[Piece, ...] = ()
    external_ids: tuple[str | None, ...] = ()
    rejected: tuple[RejectedPiece, ...] = ()
    issue_number: int | None = None
    language: str = "en"
    quarantined: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A piece with its identity: what the store holds and the tagger reads."""

    story_id: str
    external_id: str | None
    source_id: str
    document_id: str
    title: str
    body: str
    url: str | None
    published: datetime
    day: date
    date_from: str
    text_kind: TextKind
    form: Form
    language: str
    section: str | None
    parts: tuple[Part, ...]
    captions: tuple[str, ...]
    content_hash: str


@dataclass(frozen=True, slots=True)
class Disposition:
    """How one document or piece ended (contract 3): every one that came in ends in exactly one."""

    source_id: str
    level: Literal["document", "piece"]
    document_id: str
    key: str
    disposition: str
    detail: str = ""


class Learned(StrEnum):
    """What `ainews train` makes, in this order: roles are those of names."""

    topics = "topics"
    names = "names"
    roles = "roles"
