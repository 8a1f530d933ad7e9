"""Every line of an issue gets one kind. The rule, and why it works:

Where headings are marked (HTML, Markdown), a heading opens a story if text stands below it; a heading straight above
another is a section. In plain text titles, section names and captions are all short lines without a final period, so
what follows decides. A run of short lines above a paragraph opens a story when

* it has a line in headline style, and an opening label ("What's new") comes before the next one, or labels that the
  story so far already had, or the story so far is over: its closing label ("We're thinking") or its letter's sign-off
  was read, a separator or a section name stands between, or it is a story without labels; or
* it has none, the story so far is over, and a paragraph and then labels follow.

Otherwise the run is captions: a picture inside a story stands above more of the same story. Within a run that opens a
story the last line in headline style is the title; a headline right before it is the section, all else captions, since
a picture stands above the title of its story. A letter runs from its greeting to its sign-off, whatever looks like a
title between. An advert is a paragraph that calls on the reader ("Enroll in …") where no story is open, or what stands
below an advert's heading. What is left over is rejected by name: no line is lost, and none is counted twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from etl.newsletter.blocks import Block, gather
from etl.newsletter.lines import Line
from etl.newsletter.rules import NewsletterRules, default_rules
from etl.newsletter.unit import Unit, is_advert, letter_end, significant_after, unit_after

Kind = Literal[
    "blank",
    "rule",
    "title",
    "section",
    "body",
    "caption",
    "greeting",
    "sign_off",
    "promotion",
    "footer",
    "boilerplate",
    "no-text",
    "no-title",
]
REJECTED: frozenset[Kind] = frozenset({"promotion", "footer", "boilerplate", "no-text", "no-title"})

Room = Literal["nothing", "story", "letter", "promotion", "footer"]

# So many labels are a story, not the rest of one.
_WHOLE = 3


@dataclass(slots=True)
class _Reading:
    """Where the reader stands: the room it is in, and what it saw there."""

    blocks: Sequence[Block]
    rules: NewsletterRules
    headed: bool
    kinds: list[Kind] = field(default_factory=list)
    room: Room = "nothing"
    labels: set[str] = field(default_factory=set)
    opened: bool = False
    over: bool = False
    parted: bool = False
    paragraphs: int = 0
    sign_off: tuple[int, int] = (0, 0)
    has_prose: bool = False
    advert_level: int = 0

    def enter(self, room: Room) -> None:
        """Leave the room for another, with nothing seen yet."""
        self.room, self.labels = room, set()
        self.opened = self.over = self.parted = False
        self.paragraphs = 0

    def finished(self) -> bool:
        """Whether the story so far could be over: a story without labels can end anywhere."""
        return self.over or self.parted or (self.room == "story" and not self.labels)

    def between(self, block: Block) -> bool:
        """Whether `block` stands between stories: after a closing label, a sign-off, a separator or two blank lines."""
        return self.over or self.parted or block.gap > 1


def classify(lines: Sequence[Line], rules: NewsletterRules | None = None) -> list[tuple[Line, Kind]]:
    """Each line with its kind, in order: the first half of splitting, where every decision is made."""
    rules = rules or default_rules()
    kinds = [kind for block, kind in classify_blocks(gather(lines, rules), rules) for _ in block.lines]
    given = iter(kinds)
    return [(line, next(given) if line.text else "blank") for line in lines]


def classify_blocks(blocks: Sequence[Block], rules: NewsletterRules) -> list[tuple[Block, Kind]]:
    """Each block with its kind, in order."""
    headed = any(block.shape == "heading" and not block.mark and not block.found for block in blocks)
    reading = _Reading(blocks, rules, headed)
    while (index := len(reading.kinds)) < len(blocks):
        _read(reading, index)
    return list(zip(blocks, reading.kinds, strict=True))


def _read(reading: _Reading, index: int) -> None:
    """Decide on the block at `index`, or on the whole run of short lines that starts there."""
    block = reading.blocks[index]
    if block.shape == "rule":
        reading.parted = True
        reading.kinds.append("rule")
    elif block.mark == "boilerplate":
        reading.kinds.append("boilerplate")
    elif index < reading.sign_off[1]:
        reading.kinds.append(_in_letter(reading, block, index))
    elif block.mark and (kind := _marked(reading, block, index)):
        reading.kinds.append(kind)
    elif block.shape == "heading":
        reading.kinds.append(_heading(reading, block, index))
    elif block.shape == "caption":
        reading.kinds.append(_caption(reading, index))
    elif block.shape == "short" and not reading.headed:
        reading.kinds.extend(_run(reading, index))
    elif block.shape == "short" and reading.room in ("nothing", "story") and _describes(reading, block, index):
        reading.kinds.append("caption")
    else:
        reading.kinds.append(_text(reading, block))


def _in_letter(reading: _Reading, block: Block, index: int) -> Kind:
    """Between a greeting and its sign-off nothing is a title."""
    if index >= reading.sign_off[0]:
        reading.over, reading.parted = True, False
        return "sign_off"
    picture = block.shape == "caption" or (block.shape == "short" and not reading.headed and reading.has_prose)
    return "caption" if picture else "body"


def _marked(reading: _Reading, block: Block, index: int) -> Kind | None:
    """The kind of a block that carries a mark, or None where the mark means nothing in this place."""
    if block.mark == "greeting":
        reading.enter("letter")
        reading.sign_off = letter_end(reading.blocks, index, headed=reading.headed)
        # A letter of one line without a period is that line, not its picture's description.
        reading.has_prose = any(b.shape != "short" for b in reading.blocks[index + 1 : reading.sign_off[0]])
        return "greeting"
    if block.mark == "advert":
        reading.enter("promotion")
        reading.advert_level = block.lines[0].level
        return "promotion"
    alone = block.shape in ("heading", "short") or block.gap > 1
    if block.mark == "footer" and (alone or reading.room != "story" or reading.finished()):
        # At the top of a page "Subscribe" is a link, not the end of the issue.
        if reading.room != "nothing":
            reading.enter("footer")
        return "footer"
    if block.mark == "section":
        reading.parted = True
        return "section"
    return None


def _heading(reading: _Reading, block: Block, index: int) -> Kind:
    if block.found and reading.room == "story":
        return _text(reading, block)
    unit = unit_after(reading.blocks, index + 1, headed=True)
    inside_advert = reading.room == "promotion" and not reading.paragraphs and not reading.parted
    if inside_advert and block.lines[0].level > reading.advert_level > 0 and not unit.labels:
        return "promotion"
    if reading.room == "footer" and not unit.labels:
        return "footer"
    if not unit.texts:
        return _bare_heading(reading, block, unit)
    if is_advert(unit.texts, reading.rules):
        reading.enter("promotion")
        return "promotion"
    reading.enter("story")
    return "title"


def _bare_heading(reading: _Reading, block: Block, unit: Unit) -> Kind:
    """A heading without text is a section's if a story stands right below it; the first one can be the issue's name."""
    if unit.stop >= len(reading.blocks):
        return "no-text"
    below, level = reading.blocks[unit.stop], block.lines[0].level
    if below.mark == "greeting":
        return "boilerplate"
    if below.shape != "heading" or below.mark:
        return "section" if below.mark == "section" else "no-text"
    if below.lines[0].level > level:
        return "boilerplate" if reading.room == "nothing" and _tops_all(reading, block) else "section"
    return "section" if unit_after(reading.blocks, unit.stop + 1, headed=True).texts else "no-text"


def _tops_all(reading: _Reading, heading: Block) -> bool:
    """Whether all other headings are below this one's level."""
    level = heading.lines[0].level
    return all(b is heading or b.shape != "heading" or b.lines[0].level > level for b in reading.blocks)


def _describes(reading: _Reading, block: Block, index: int) -> bool:
    """Where headings are marked, a short line describes a picture if it is worded so or stands right above a title."""
    return reading.rules.marked("caption", block.text) or _above_title(reading, index)


def _above_title(reading: _Reading, index: int) -> bool:
    below = significant_after(reading.blocks, index)
    return below is not None and below.shape == "heading" and not below.mark and not below.found


def _caption(reading: _Reading, index: int) -> Kind:
    """A picture before a title belongs to its story; other pictures belong to the room."""
    if _above_title(reading, index):
        return "caption"
    if reading.room == "promotion" and (reading.headed or not reading.paragraphs):
        return "promotion"
    return "footer" if reading.room == "footer" else "caption"


def _text(reading: _Reading, block: Block) -> Kind:
    """A paragraph, label or bullet belongs to the room, unless it is an advert between stories."""
    stray = reading.room in ("story", "letter") and block.shape == "prose" and reading.between(block)
    if stray and is_advert([block], reading.rules):
        reading.enter("promotion")
    reading.paragraphs += 1
    if reading.room == "nothing":
        return "no-title"
    if reading.room in ("promotion", "footer"):
        return reading.room
    if block.found:
        label = block.found.label
        reading.labels.add(label.id)
        reading.opened = reading.opened or label.place == "opening"
        reading.over = reading.over or label.place == "closing"
    return "body"


def _run(reading: _Reading, index: int) -> list[Kind]:
    """The kinds of the run of short lines that starts at `index` (plain text, where titles are short lines)."""
    run = _run_at(reading.blocks, index)
    end = index + len(run)
    below = significant_after(reading.blocks, end - 1)
    if reading.room == "nothing" and below is not None and below.mark == "greeting":
        # The name, unless it describes a picture of the letter.
        return ["boilerplate" if block.headline else "caption" for block in run]
    unit = unit_after(reading.blocks, end, headed=False)
    if reading.between(run[0]) and is_advert(unit.texts, reading.rules):
        reading.enter("promotion")
    elif unit.texts and _opens(reading, run, unit):
        reading.enter("story")
        return _title_in(run)
    kinds: dict[Room, Kind] = {"nothing": "no-text", "promotion": "promotion", "footer": "footer"}
    return [kinds.get(reading.room, "caption")] * len(run)


def _run_at(blocks: Sequence[Block], index: int) -> Sequence[Block]:
    # The first is short and means nothing by its mark, or it would not be here.
    end = index + 1
    while end < len(blocks) and blocks[end].shape == "short" and blocks[end].mark in (None, "sign_off", "signer"):
        end += 1
    return blocks[index:end]


def _opens(reading: _Reading, run: Sequence[Block], unit: Unit) -> bool:
    """Whether a story starts with this run: the rule of this module for plain text."""
    headline = any(block.headline for block in run)
    if unit.texts[0].shape == "bullet" and unit.texts[0].gap == 0:
        return False
    if reading.room == "nothing":
        return True
    if run[0].gap == 0 and not (headline and (unit.opening or reading.over)):
        return False
    if reading.room == "footer" or (reading.room == "promotion" and not (reading.paragraphs or reading.parted)):
        return bool(unit.labels)
    if reading.room in ("promotion", "letter"):
        return headline or unit.opening
    return _follows_story(reading, run, unit, headline=headline)


def _follows_story(reading: _Reading, run: Sequence[Block], unit: Unit, *, headline: bool) -> bool:
    """Whether the run opens a story after the one being read."""
    again = bool({label.id for label in unit.labels} & reading.labels - {"other"})
    if not headline:
        whole = reading.over or (again and unit.opening and len(unit.labels) >= _WHOLE)
        pictures = all(reading.rules.marked("caption", block.text) for block in run)
        return whole and bool(unit.labels) and not unit.leads_with_label and not pictures
    if unit.opening:
        picture_below_lead = not reading.opened and reading.paragraphs <= 1 and unit.leads_with_label
        return not picture_below_lead
    return reading.finished() or again or (run[0].gap > 1 and not unit.leads_with_label)


def _title_in(run: Sequence[Block]) -> list[Kind]:
    """In a run that opens a story: the title, the section right before it, and captions."""
    title = max((place for place, block in enumerate(run) if block.headline), default=len(run) - 1)
    kinds: list[Kind] = ["caption"] * len(run)
    kinds[title] = "title"
    if title and run[title - 1].headline:
        kinds[title - 1] = "section"
    return kinds
