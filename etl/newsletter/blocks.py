"""Lines gathered into paragraphs, each with the shape that the rules of `classify` argue about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from etl.newsletter.lines import Line
from etl.newsletter.rules import Label, NewsletterRules

Shape = Literal["heading", "caption", "rule", "bullet", "label", "short", "prose"]
Mark = Literal["greeting", "sign_off", "signer", "byline", "advert", "footer", "boilerplate", "section"]

_LINE_MARKS: tuple[Mark, ...] = ("greeting", "sign_off", "signer", "byline", "advert", "footer", "boilerplate")
_WORD = re.compile(r"[^\s/–—-]+")
_SENTENCE_END = re.compile(r"[.,;:…]$")
# A short line may end so without being a sentence: "U.S.", "R.I.P.".
_INITIALS = re.compile(r"(?:\b[A-Za-z]\.)+$")
_CLOSERS = "\"'”’)]»"
# Lines of marks are short; a paragraph that starts with the same words is not one. A text with a line that exceeds
# `_WRAPPED` is not wrapped to a column: each of its lines is a paragraph, with or without a blank line between.
_MARK_LENGTH, _LABEL_LENGTH, _WRAPPED, _LEAST_WORD = 200, 80, 100, 4


@dataclass(frozen=True, slots=True)
class Found:
    """A label at a line's start: what it is, its heading as printed (no colon), and the text after it."""

    label: Label
    heading: str
    rest: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, bullet, heading, caption or separator; `gap` counts the blank lines before it."""

    lines: tuple[Line, ...]
    shape: Shape
    gap: int = 0
    mark: Mark | None = None
    found: Found | None = None
    headline: bool = False

    @property
    def text(self) -> str:
        """The block's text in one line."""
        return " ".join(line.text for line in self.lines)


def gather(lines: Sequence[Line], rules: NewsletterRules) -> list[Block]:
    """Blocks in order; every line that is not blank is in exactly one."""
    blocks: list[Block] = []
    group: list[Line] = []
    gap = 0
    wrapped = all(len(line.text) <= _WRAPPED for line in lines)

    def close() -> None:
        nonlocal gap
        if group:
            blocks.append(_block(tuple(group), gap, rules))
            group.clear()
            gap = 0

    for index, line in enumerate(lines):
        below = lines[index + 1] if index + 1 < len(lines) else None
        if not line.text:
            close()
            gap += 1
        else:
            if group and _starts(line, group, below, rules, wrapped=wrapped):
                close()
            group.append(line)
    close()
    return blocks


def find_label(line: Line, rules: NewsletterRules) -> Found | None:
    """The label that opens the line: a listed one before a colon or alone, or any text in bold before a colon."""
    if line.role not in ("plain", "heading"):
        return None
    head, colon, rest = line.text.partition(":")
    if len(head) <= _LABEL_LENGTH and (label := rules.label(head)) and (colon and rest[:1] in ("", " ")):
        return Found(label, head.strip(), rest.strip(), bold=bool(line.bold))
    if label := rules.label(line.text) if len(line.text) <= _LABEL_LENGTH else None:
        return Found(label, line.text.strip(), "", bold=bool(line.bold))
    return _bold_label(line, rules) if line.role == "plain" else None


def is_headline(text: str, rules: NewsletterRules) -> bool:
    """Whether a line is written as headlines are: no word of weight in lower case, and no picture's description."""
    words = [word.strip("“”‘’\"'()[],.:;?!*") for word in _WORD.findall(text)]
    small = [word for word in words if word and word == word.lower() and word[0].isalpha()]
    weighty = [word for word in small if len(word) >= _LEAST_WORD and word not in rules.small_words]
    starts = text.lstrip("“”‘’\"'([")[:1]
    return bool(starts) and not starts.islower() and not weighty and not rules.marked("caption", text)


def ends_sentence(text: str) -> bool:
    """Whether the text's last character closes a sentence or clause, quotation marks and brackets aside."""
    bare = text.rstrip(_CLOSERS)
    return _SENTENCE_END.search(bare) is not None and _INITIALS.search(bare) is None


def _bold_label(line: Line, rules: NewsletterRules) -> Found | None:
    if not line.bold or not line.text.startswith(line.bold) or len(line.bold) > _LABEL_LENGTH:
        return None
    heading, rest = line.bold.rstrip(": "), line.text[len(line.bold) :].lstrip()
    if not heading or not (line.bold.endswith(":") or rest.startswith(":")):
        label = rules.label(heading)
        return Found(label, heading, rest, bold=True) if label else None
    return Found(rules.label(heading) or Label("other"), heading, rest.removeprefix(":").strip(), bold=True)


def _block(lines: tuple[Line, ...], gap: int, rules: NewsletterRules) -> Block:
    line = lines[0]
    if line.role != "plain" and line.role != "heading":
        return Block(lines, line.role, gap)
    mark = _mark(line, rules)
    found = None if mark else find_label(line, rules)
    headline = len(line.text) <= rules.longest_title and is_headline(line.text, rules)
    if line.role == "heading":
        return Block(lines, "heading", gap, mark, found, headline)
    # A listed label without a colon could be a title of that name: its text has to follow directly.
    if found and (found.bold or len(lines) > 1 or ":" in line.text):
        return Block(lines, "label", gap, mark, found)
    alone = len(lines) == 1 and mark != "byline"
    return Block(lines, "short" if alone and _is_short(line, rules) else "prose", gap, mark, None, headline)


def _mark(line: Line, rules: NewsletterRules) -> Mark | None:
    if line.role not in ("plain", "heading") or len(line.text) > _MARK_LENGTH:
        return None
    if rules.section(line.text) is not None:
        return "section"
    return next((mark for mark in _LINE_MARKS if rules.marked(mark, line.text)), None)


def _is_short(line: Line, rules: NewsletterRules) -> bool:
    """A line that could be a title, a section or a caption: short, and no sentence.

    A question or exclamation counts only in headline style: "Is AI becoming inbred?" opens a story's text.
    """
    text = line.text
    if line.role != "plain" or len(text) > rules.longest_title or not any(map(str.isalnum, text)):
        return False
    if text.rstrip(_CLOSERS).endswith(("?", "!")):
        return is_headline(text, rules)
    return not ends_sentence(text)


def _starts(line: Line, group: Sequence[Line], below: Line | None, rules: NewsletterRules, *, wrapped: bool) -> bool:
    """Whether `line`, directly below the lines of `group`, starts a block of its own."""
    above = group[-1]
    if line.role != "plain" or above.role not in ("plain", "bullet"):
        return True
    if _mark(line, rules) or _mark(above, rules) or find_label(line, rules):
        return True
    if (found := find_label(above, rules)) and not found.rest:
        return False
    if not wrapped:
        return True
    if ends_sentence(above.text) or above.text.endswith(("!", "?")):
        return _is_short(line, rules) and (below is None or below.role == "bullet")
    title = len(group) == 1 and _is_short(above, rules) and is_headline(above.text, rules)
    return title and len(line.text) * 2 > len(above.text) * 3
