"""Looking ahead: what stands below a possible title, and where a letter ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from etl.newsletter.blocks import Block
from etl.newsletter.rules import Label, NewsletterRules

# How many blocks to look ahead. Stories have at most about 40; without a limit a file of captions costs its square.
_HORIZON = 80
# An advert is at most so many paragraphs and characters.
_ADVERT_PARAGRAPHS, _ADVERT_LENGTH, _SIGNER_WORDS = 3, 450, 3
_STOPS = frozenset({"greeting", "advert", "footer", "section", "sign_off"})


@dataclass(frozen=True, slots=True)
class Unit:
    """The text below a possible title: its paragraphs, the listed labels in it, the index of what ends it."""

    texts: tuple[Block, ...]
    labels: tuple[Label, ...]
    stop: int

    @property
    def opening(self) -> bool:
        """Whether a label that comes once a story is among them."""
        return any(label.place == "opening" for label in self.labels)

    @property
    def leads_with_label(self) -> bool:
        """Whether no paragraph stands before the first label."""
        return bool(self.texts) and self.texts[0].found is not None


def unit_after(blocks: Sequence[Block], start: int, *, headed: bool) -> Unit:
    """What stands from `start` to the next possible title, mark or separator; pictures in it are passed over."""
    texts: list[Block] = []
    stop = min(start + _HORIZON, len(blocks))
    for index in range(start, stop):
        block = blocks[index]
        if block.mark in _STOPS or _heads(block, headed=headed) or (block.shape == "rule" and texts):
            stop = index
            break
        if _is_text(block, headed=headed):
            texts.append(block)
    labels = tuple(block.found.label for block in texts if block.found)
    return Unit(tuple(texts), labels, stop)


def is_advert(texts: Sequence[Block], rules: NewsletterRules) -> bool:
    """Whether the paragraphs are few, without labels, and one calls on the reader."""
    if not 0 < len(texts) <= _ADVERT_PARAGRAPHS or any(block.found for block in texts):
        return False
    if sum(len(block.text) for block in texts) > _ADVERT_LENGTH:
        return False
    return any(rules.marked("advert_paragraph", block.text) for block in texts)


def significant_after(blocks: Sequence[Block], index: int) -> Block | None:
    """The next block that is no picture, separator or scrap, if it is near."""
    for block in blocks[index + 1 : index + _HORIZON]:
        if block.shape not in ("caption", "rule") and block.mark not in ("boilerplate", "section"):
            return block
    return None


def letter_end(blocks: Sequence[Block], greeting: int, *, headed: bool) -> tuple[int, int]:
    """Where the sign-off of the letter starts and ends, as block indices; (0, 0) if it has none before the stories."""
    for index in range(greeting + 1, len(blocks)):
        block = blocks[index]
        opening = block.found is not None and block.found.label.place == "opening"
        if opening or block.mark in ("greeting", "advert", "footer", "section"):
            break
        if block.mark == "sign_off":
            return index, index + 1 + sum(1 for _ in _signers(blocks, index, headed=headed))
    return 0, 0


def _signers(blocks: Sequence[Block], sign_off: int, *, headed: bool) -> Iterator[Block]:
    """The names below a sign-off.

    In plain text a name could be the next title: it counts if it is listed, follows directly, or follows a comma.
    """
    comma = blocks[sign_off].text.endswith(",")
    for block in blocks[sign_off + 1 : sign_off + _HORIZON]:
        named = block.shape == "short" and block.mark is None and len(block.text.split()) <= _SIGNER_WORDS
        if block.mark != "signer" and not (named and (headed or comma or block.gap == 0)):
            return
        yield block
        comma = False


def _heads(block: Block, *, headed: bool) -> bool:
    if block.shape == "heading":
        return block.found is None
    return not headed and block.shape == "short" and block.headline


def _is_text(block: Block, *, headed: bool) -> bool:
    if block.mark == "boilerplate":
        return False
    return block.shape in ("label", "bullet", "prose", "heading") or (headed and block.shape == "short")
