"""Classified blocks put together: stories with body, parts, captions and section, and what was rejected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from etl.model import Form, Issue, Part, Piece, RejectedPiece
from etl.newsletter.blocks import Block, Found
from etl.newsletter.classify import REJECTED, Kind
from etl.newsletter.rules import Label, NewsletterRules

_SENTENCE_END = re.compile(r"[.!?]+[\"'”’)]*(?=\s|$)")
_LETTER_TITLE = 90
# A heading before a colon that no list has: a few words without a comma or a stop.
_UNLISTED = re.compile(r"(?P<heading>[A-Z0-9“\"][^:.!?;,]{0,58}?)\s*:\s+(?P<rest>\S.*)$")
_UNLISTED_WORDS = 6


@dataclass(slots=True)
class _Draft:
    """A story while it is being put together."""

    form: Form
    title: Block | None
    section: str | None
    captions: list[Block] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class _Sections:
    """Section names over the next story, and over all of them until the next."""

    once: Block | None = None
    lasting: Block | None = None

    def add(self, block: Block, rules: NewsletterRules) -> None:
        """A listed section says itself how far it goes; another stands over one story."""
        if rules.section(block.text):
            self.once, self.lasting = None, block
        else:
            self.once = block

    def take(self) -> str | None:
        """The name for the story that starts here."""
        section, self.once = self.once or self.lasting, None
        return section.text if section else None


def assemble(classified: Sequence[tuple[Block, Kind]], rules: NewsletterRules) -> Issue:
    """The issue's stories in order, and what is no story, neighbors of one reason joined."""
    drafts, rejected = _drafts(classified, rules)
    pieces: list[Piece] = []
    marked = any(block.found and block.found.bold for block, _ in classified)
    for draft in drafts:
        if draft.blocks:
            pieces.append(_piece(draft, rules, bold_labels=marked))
        else:
            untold = [*([draft.title] if draft.title else []), *draft.captions]
            rejected += [RejectedPiece("no-text", block.text, block.lines[0].number) for block in untold]
    return Issue(tuple(pieces), tuple(sorted(rejected, key=lambda piece: piece.line)))


def _drafts(
    classified: Sequence[tuple[Block, Kind]], rules: NewsletterRules
) -> tuple[list[_Draft], list[RejectedPiece]]:
    drafts: list[_Draft] = []
    rejected: list[RejectedPiece] = []
    sections = _Sections()
    ahead: list[Block] = []
    belongs_ahead = _before_title([kind for _, kind in classified])
    previous: Kind = "blank"
    for index, (block, kind) in enumerate(classified):
        if kind in ("title", "greeting"):
            form: Form = "letter" if kind == "greeting" else "news"
            title = block if kind == "title" else None
            drafts.append(_Draft(form, title, sections.take(), list(ahead)))
            ahead.clear()
        elif kind == "section":
            sections.add(block, rules)
        elif kind == "caption" and (belongs_ahead[index] or not drafts):
            ahead.append(block)
        elif kind == "caption":
            drafts[-1].captions.append(block)
        elif kind == "body":
            drafts[-1].blocks.append(block)
        elif kind in REJECTED:
            _reject(rejected, block, kind, joined=kind == previous)
        previous = kind
    rejected.extend(RejectedPiece("no-text", block.text, block.lines[0].number) for block in _unused(sections, ahead))
    return drafts, rejected


def _before_title(kinds: Sequence[Kind]) -> list[bool]:
    """For each place, whether the next thing that is no picture, section or separator opens a story."""
    ahead, result = False, []
    for kind in reversed(kinds):
        result.append(ahead)
        if kind not in ("caption", "section", "rule", "boilerplate"):
            ahead = kind in ("title", "greeting")
    return result[::-1]


def _unused(sections: _Sections, ahead: Sequence[Block]) -> list[Block]:
    """Headings and captions that no story followed."""
    return [*([sections.once] if sections.once else []), *ahead]


def _reject(rejected: list[RejectedPiece], block: Block, kind: Kind, *, joined: bool) -> None:
    if joined:
        last = rejected.pop()
        rejected.append(RejectedPiece(kind, f"{last.text}\n\n{block.text}", last.line))
    else:
        rejected.append(RejectedPiece(kind, block.text, block.lines[0].number))


def _piece(draft: _Draft, rules: NewsletterRules, *, bold_labels: bool) -> Piece:
    labelled = _with_labels(draft, bold_labels=bold_labels)
    body = _body(labelled)
    return Piece(
        title=draft.title.text if draft.title else f"Letter: {_opening(body, rules)}",
        body=body,
        form=draft.form,
        section=draft.section,
        parts=_parts(labelled),
        captions=tuple(caption.text for caption in draft.captions),
        url=draft.title.lines[0].url if draft.title else None,
    )


def _with_labels(draft: _Draft, *, bold_labels: bool) -> list[tuple[Block, Found | None]]:
    """Each block with its label; an unlisted one counts after a listed one, unless the issue sets labels in bold."""
    labelled: list[tuple[Block, Found | None]] = []
    seen = False
    for block in draft.blocks:
        found = block.found
        if found is None and seen and block.shape == "prose" and not bold_labels and draft.form == "news":
            found = _unlisted(block.lines[0].text)
        seen = seen or found is not None
        labelled.append((block, found))
    return labelled


def _unlisted(text: str) -> Found | None:
    match = _UNLISTED.match(text)
    if match is None or len(match["heading"].split()) > _UNLISTED_WORDS:
        return None
    return Found(Label("other"), match["heading"], match["rest"])


def _said(block: Block, found: Found) -> str:
    """What a labelled block says after its label."""
    return " ".join(part for part in (found.rest, *(line.text for line in block.lines[1:])) if part)


def _body(labelled: Sequence[tuple[Block, Found | None]]) -> str:
    """Paragraphs a blank line apart, bullets a line apart; a label on a line of its own joins its paragraph."""
    body = ""
    waiting = False
    previous: Block | None = None
    for block, found in labelled:
        text = f"{found.heading}: {_said(block, found)}".rstrip() if found else block.text
        listed = block.shape == "bullet"
        if previous is None:
            body = text
        elif waiting and not listed and not found:
            body += f" {text}"
        else:
            body += ("\n" if listed and previous.shape == "bullet" else "\n\n") + text
        waiting = found is not None and not _said(block, found)
        previous = block
    return body


def _parts(labelled: Sequence[tuple[Block, Found | None]]) -> tuple[Part, ...]:
    """From each label to the next."""
    parts: list[Part] = []
    places = [place for place, (_, found) in enumerate(labelled) if found] + [len(labelled)]
    for start, end in pairwise(places):
        block, found = labelled[start]
        if found:
            rest = _body([(below, None) for below, _ in labelled[start + 1 : end]])
            said = _said(block, found)
            text = f"{said}\n\n{rest}" if said and rest else said or rest
            parts.append(Part(found.label.id, found.heading, text))
    return tuple(parts)


def _opening(body: str, rules: NewsletterRules) -> str:
    """The first sentence up to its first colon, at most 90 characters, without cutting a word or keeping the period."""
    first = _first_sentence(body.split("\n", 1)[0].removeprefix("• "), rules).partition(":")[0].strip()
    if len(first) > _LETTER_TITLE:
        cut = first[: _LETTER_TITLE + 1]
        first = cut[: cut.rfind(" ")] if " " in cut else first[:_LETTER_TITLE]
    return first.rstrip(" .,;—–-")


def _first_sentence(text: str, rules: NewsletterRules) -> str:
    for end in _SENTENCE_END.finditer(text):
        word = text[: end.start()].rsplit(" ", 1)[-1].lstrip("(“\"'")
        initial = len(word) == 1 and word.isupper()
        if not (end[0].startswith(".") and (initial or word in rules.abbreviations or "." in word)):
            return text[: end.end()]
    return text
