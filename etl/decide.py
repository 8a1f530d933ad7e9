"""What becomes of each document and piece (contract 3): a decision over values, with no file or database in sight.

Every document that came in ends in exactly one disposition, and so does every piece of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from etl.catalog import Source
from etl.held import Held, HeldStory, Replaced, replacements, retold
from etl.identity import document_hash, normalized_title, piece_hash, story_id, story_keys
from etl.model import Disposition, Document, Piece, Story
from etl.seen import Seen

SEEDS = ("archive", "newsletters")  # the readers of what ships


@dataclass(frozen=True, slots=True)
class DecidedStory:
    """A story to store; `story_no` is None for a new one."""

    story: Story
    story_no: int | None


@dataclass(frozen=True, slots=True)
class DecidedDocument:
    """A document to store, new (`known` False) or changed."""

    document: Document
    input: str
    content_hash: str
    known: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a run has to store, and how each document and piece ended."""

    documents: tuple[DecidedDocument, ...]
    stories: tuple[DecidedStory, ...]
    dispositions: tuple[Disposition, ...]
    replaced: tuple[Replaced, ...] = ()

    def news(self, held: Held) -> bool:
        """Whether there is anything to store: a new or changed document, or one newly set aside."""
        aside = (item for item in self.dispositions if item.disposition.startswith(("quarantined:", "rejected:")))
        return bool(self.documents) or any(item not in held.items for item in aside)


def decide(
    documents: Iterable[tuple[str, Document]],
    *,
    held: Held,
    sources: Mapping[str, Source],
    today: date,
    taken: Seen | None = None,
    replace: Collection[str] = (),
) -> Plan:
    """Decide for each (reader, document) in order; a document that comes twice is `unchanged:held` the second time.

    `taken` are the ids of documents that came before in the same run; those that are decided here are added to it. A
    document in `replace` is taken although another reader gave it before.
    """
    taken = Seen() if taken is None else taken
    kept: list[DecidedDocument] = []
    stories: list[DecidedStory] = []
    dispositions: list[Disposition] = []
    replaced: list[Replaced] = []
    for reader, document in documents:
        refused = refusal(document, sources, today)
        if refused:
            dispositions += _all_alike(document, refused[0], detail=refused[1])
            continue
        known = held.documents.get(document.document_id)
        other = known is not None and known.input != reader
        asked = document.document_id in replace  # what the seeds hold of it makes way for what comes after
        anew = other and asked and reader not in SEEDS
        if document.document_id in taken or (other and not anew) or (known and asked and reader in SEEDS):
            dispositions += _all_alike(document, "unchanged:held", detail="held from another input")
            continue
        taken.add(document.document_id)
        digest = document_hash(document)
        fresh = known is None or known.content_hash != digest
        if fresh:
            kept.append(DecidedDocument(document, reader, digest, known is not None))
        dispositions.append(_document(document, "split" if fresh else "unchanged"))
        before = held.stories.get(document.document_id, ())
        matches = retold(document, before, held.texts) if anew else None
        for decided, item in _pieces(document, before, matches):
            dispositions.append(item)
            if decided is not None:
                stories.append(decided)
        if matches is not None:
            replaced += replacements(document, before, matches, held.texts)
        dispositions += _rejected(document)
    return Plan(tuple(kept), tuple(stories), tuple(dispositions), tuple(replaced))


def refusal(document: Document, sources: Mapping[str, Source], today: date) -> tuple[str, str] | None:
    """(disposition, detail) of a document that is not taken, or None; one that was set apart whole for one reason has it."""
    unfit = _unfit(document, sources, today)
    reasons = {piece.reason for piece in document.rejected}
    if unfit is not None and unfit[0] == "no-story" and document.quarantined is None and len(reasons) == 1:
        return f"rejected:{reasons.pop()}", ""
    return unfit and (f"quarantined:{unfit[0]}", unfit[1])


def _unfit(document: Document, sources: Mapping[str, Source], today: date) -> tuple[str, str] | None:
    """(reason, detail) why a document can't be taken, or None (STATISTICS 15 on dates)."""
    if document.quarantined is not None:
        reason, _, detail = document.quarantined.partition(": ")
        return reason, detail
    if document.source_id not in sources:
        return "source", f"sources.toml has no {document.source_id!r}"
    if document.day is None:
        return "date", "no date"
    if document.day > today:
        return "date", f"{document.day} is after the run's day"  # not which: the same again tomorrow is no news
    exists_from = sources[document.source_id].exists_from
    if document.day < exists_from:
        return "date", f"{document.day} is before the source existed ({exists_from})"
    return None if document.pieces else ("no-story", "no story was recognized in it")


def _all_alike(document: Document, disposition: str, *, detail: str) -> Iterator[Disposition]:
    """One disposition for the document and its pieces; the pieces of a held issue are `unchanged`."""
    yield _document(document, disposition, detail)
    for piece in document.pieces:
        yield _piece(document, piece.title, "unchanged" if disposition == "unchanged:held" else disposition, detail)
    yield from _rejected(document)


def _rejected(document: Document) -> Iterator[Disposition]:
    for rejected in document.rejected:
        yield _piece(document, rejected.text[:80], f"rejected:{rejected.reason}", f"line {rejected.line}")


def _document(document: Document, disposition: str, detail: str = "") -> Disposition:
    return Disposition(document.source_id, "document", document.document_id, document.document_id, disposition, detail)


def _piece(document: Document, key: str, disposition: str, detail: str = "") -> Disposition:
    return Disposition(document.source_id, "piece", document.document_id, key, disposition, detail)


def _pieces(
    document: Document, held: tuple[HeldStory, ...], matches: list[HeldStory | None] | None
) -> Iterator[tuple[DecidedStory | None, Disposition]]:
    """Each piece with its disposition, and with the story to store unless that is unchanged.

    `matches` says which held story each piece is where that can't be told by ids. A story that was retold keeps the
    archive's id, which labels and links use.
    """
    external = document.external_ids or (None,) * len(document.pieces)
    ids = [story_id(document.source_id, document.document_id, key) for key in story_keys(document)]
    known = _match(document, ids, external, held) if matches is None else matches
    external = tuple(own or (match.external_id if match else None) for own, match in zip(external, known, strict=True))
    taken = {story.story_id for story in held}
    for piece, new_id, external_id, match in zip(document.pieces, ids, external, known, strict=True):
        own_id = match.story_id if match else _unused(new_id, taken)
        story = _story(document, piece, story_id=own_id, external_id=external_id)
        if match is None:
            yield DecidedStory(story, None), _piece(document, piece.title, "new", own_id)
        elif match.content_hash != story.content_hash:
            yield (
                DecidedStory(story, match.story_no),
                _piece(document, piece.title, "updated", f"to {story.content_hash}"),
            )
        else:
            yield None, _piece(document, piece.title, "unchanged")


def _match(
    document: Document, ids: list[str], external: tuple[str | None, ...], held: tuple[HeldStory, ...]
) -> list[HeldStory | None]:
    """The held story that each piece is: by external id, else by key, else by its title, else by an untouched text.

    The title tells a story that was retold, and keeps the id of its first title, when its text changes again.
    """
    found: list[HeldStory | None] = [None] * len(ids)
    if not held:
        return found
    free = list(held)
    bodies = [hashlib.md5(piece.body.encode(), usedforsecurity=False).hexdigest() for piece in document.pieces]
    for index, external_id in enumerate(external):
        _claim(found, index, free, (story for story in free if external_id and story.external_id == external_id))
    for index, wanted in enumerate(ids):
        _claim(found, index, free, (story for story in free if story.story_id == wanted))
    for index, piece in enumerate(document.pieces):
        title = normalized_title(piece.title)
        _claim(found, index, free, (story for story in free if normalized_title(story.title) == title))
    for index, body in enumerate(bodies):
        _claim(found, index, free, (story for story in free if story.body_hash == body and not external[index]))
    return found


def _unused(new_id: str, taken: set[str]) -> str:
    """The id, or one made from it where a story keeps it that has had another title since."""
    while new_id in taken:
        new_id = story_id(new_id, "", "")
    taken.add(new_id)
    return new_id


def _claim(found: list[HeldStory | None], index: int, free: list[HeldStory], candidates: Iterator[HeldStory]) -> None:
    """Give piece `index` the first candidate, unless it has one; a held story is given once."""
    if found[index] is None and (story := next(candidates, None)) is not None:
        found[index] = story
        free.remove(story)


def _story(document: Document, piece: Piece, *, story_id: str, external_id: str | None) -> Story:
    assert document.day is not None  # _unfit has set the others aside
    published = _naive_utc(document.published or datetime.combine(document.day, time()))
    head = [external_id, str(published), str(document.day), document.date_from, document.text_kind, document.language]
    digest = hashlib.sha256("\0".join([piece_hash(piece), *map(str, head)]).encode()).hexdigest()[:16]
    return Story(
        story_id=story_id,
        external_id=external_id,
        source_id=document.source_id,
        document_id=document.document_id,
        title=piece.title,
        body=piece.body,
        url=piece.url or document.address,
        published=published,
        day=document.day,
        date_from=document.date_from,
        text_kind=document.text_kind,
        form=piece.form,
        language=document.language,
        section=piece.section,
        parts=piece.parts,
        captions=piece.captions,
        content_hash=digest,
    )


def _naive_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
