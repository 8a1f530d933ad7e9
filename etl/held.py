"""What the current snapshot holds, as far as deciding needs it, and what an issue's other reading makes of it (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from etl.counterparts import counterparts
from etl.model import Disposition, Document


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """A document of the current snapshot: `input` is the reader that it came through."""

    input: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class HeldStory:
    """A story of the current snapshot, as far as deciding needs it."""

    story_no: int
    story_id: str
    external_id: str | None
    content_hash: str
    body_hash: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What the current snapshot holds of the documents that came in; empty on a first run.

    `items` are the ledger's rows of what was set aside or rejected, `texts` title and body by story_id of issues that
    are to be replaced.
    """

    documents: Mapping[str, HeldDocument] = field(default_factory=dict)
    stories: Mapping[str, tuple[HeldStory, ...]] = field(default_factory=dict)
    items: frozenset[Disposition] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replaced:
    """A story that an issue's other reading took over: under `story_id`, `before` became `after`; None where it has no counterpart."""

    document_id: str
    story_id: str
    story_no: int
    before: str
    after: str | None


def retold(document: Document, held: tuple[HeldStory, ...], texts: Mapping[str, str]) -> list[HeldStory | None]:
    """The held story that each piece tells in other words."""
    by_id = {story.story_id: story for story in held}
    told = {key: texts[key] for key in by_id}
    keys = counterparts([f"{piece.title}\n{piece.body}" for piece in document.pieces], told)
    return [by_id[key] if key else None for key in keys]


def replacements(
    document: Document, held: tuple[HeldStory, ...], matches: list[HeldStory | None], texts: Mapping[str, str]
) -> Iterator[Replaced]:
    """What became of each held story, for whoever asked for the replacement."""
    after = {
        match.story_id: piece.title for match, piece in zip(matches, document.pieces, strict=True) if match is not None
    }
    for story in held:
        title = texts[story.story_id].partition("\n")[0]
        yield Replaced(document.document_id, story.story_id, story.story_no, title, after.get(story.story_id))
