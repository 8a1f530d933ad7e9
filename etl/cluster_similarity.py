"""Whether two stories are copies of one text, and how alike they are (pure).

Two articles on one event are no copies: only words decide, and a name or number that was exchanged speaks against it.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from etl.cluster_text import Text, runs, words

# Words that come and go in a headline without changing what it says.
_SMALL = frozenset(
    words("a an the its their his her s is are be been has have had will to of for in on at and with says said that")
)
_BRIDGE = 4  # fewer equal words than this between two changes make them one


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares from 0 to 1 and numbers of words, chosen on one half of the labelled pairs (tests/clusters)."""

    same: float = 0.75  # runs in common, of all: the same text whatever its title
    series: float = 0.9  # or this share, where the titles count on (part 1, part 2)
    edited: float = 0.5  # the same text with another beginning or end
    edited_title: float = 0.8  # how alike titles must be then
    edited_headline: float = 0.4  # or this share, where two sources have the very same headline
    edited_other: float = 0.6  # or this share, where the titles differ and the texts end alike
    edited_own: float = 0.9  # how alike titles must be within one source
    edited_days: int = 2  # and how near: a column of next week has the same title and frame
    within: float = 0.8  # an excerpt: runs in common, of the shorter one's
    within_title: float = 0.6
    within_words: int = 20
    numbers: float = 0.6  # numbers in common, of those of the text with fewer
    short: int = 60  # words: one exchanged name or number makes a text of fewer another text
    headline_words: int = 6


LIMITS = Limits()


def similarity(one: Text, other: Text, limits: Limits = LIMITS) -> float | None:
    """How alike two copies are, from 0 to 1, or None where they are none.

    Of whole texts it is the share of runs of words that both have; of an excerpt the share of its runs that the text has; of
    headlines alone the share of their letters in common.
    """
    if not one.words or not other.words:
        return _headlines(one, other, limits)
    common = len(one.runs & other.runs)
    share = common / (len(one.runs) + len(other.runs) - common)
    within = common / min(len(one.runs), len(other.runs))
    shorter = min(len(one.words), len(other.words))
    same_headline = one.headline == other.headline and len(one.headline) >= limits.headline_words
    if share < (limits.edited_headline if same_headline else limits.edited) and within < limits.within:
        return None
    if shorter < limits.short and _contradict(one.numbers, other.numbers, limits.numbers):
        return None
    series = bool(one.counting - other.counting and other.counting - one.counting)
    exchanged, same_end = _changes(one, other)
    if exchanged > (1 if (shorter >= limits.short or same_headline) and not series else 0):
        return None
    if share >= (limits.series if series else limits.same):
        return share
    if series:
        return None
    title = fuzz.token_set_ratio(" ".join(one.headline), " ".join(other.headline)) / 100
    if _edited(one, other, share, title, limits) and (same_end or title >= limits.edited_title):
        return share
    excerpt = within >= limits.within and title >= limits.within_title and shorter >= limits.within_words
    return within if excerpt and exchanged == 0 else None


def overlap(one: Text, other: Text) -> float:
    """Share of the shorter text's runs of words that the other has, or of its title's where there is no text; 0 to 1."""
    a, b = (frozenset(runs([*text.headline, *text.words])) for text in (one, other))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _edited(one: Text, other: Text, share: float, title: float, limits: Limits) -> bool:
    """Whether one is the other with changes. Stories of one source share its frame: more than that must be alike."""
    if one.source_no == other.source_no:
        close = abs((one.day - other.day).days) <= limits.edited_days
        return share >= limits.edited_other and title >= limits.edited_own and close
    if one.headline == other.headline and len(one.headline) >= limits.headline_words:
        return share >= limits.edited_headline
    return share >= (limits.edited if title >= limits.edited_title else limits.edited_other)


def _contradict(one: frozenset[str], other: frozenset[str], least: float) -> bool:
    fewer = min(len(one), len(other))
    return fewer > 0 and len(one & other) < least * fewer


def _changes(one: Text, other: Text) -> tuple[int, bool]:
    """How many changes exchange a name or number for another, and whether the texts end alike."""
    exchanged, before, after = 0, set[str](), set[str]()
    equal = 0
    for step in Levenshtein.opcodes(one.words, other.words):
        if step.tag == "equal":
            equal = step.src_end - step.src_start
            if equal < _BRIDGE:
                continue
            exchanged += bool(before and after)
            before, after = set(), set()
            continue
        equal = 0
        before |= (set(one.words[step.src_start : step.src_end]) & one.hard) - set(other.words)
        after |= (set(other.words[step.dest_start : step.dest_end]) & other.hard) - set(one.words)
    return exchanged + bool(before and after), equal >= 3 * _BRIDGE


def _headlines(one: Text, other: Text, limits: Limits) -> float | None:
    """Near-identical titles of enough words; the same words in nearly the same order."""
    a, b = one.headline, other.headline
    if min(len(a), len(b)) < limits.headline_words or (one.counting ^ other.counting):
        return None
    alike = fuzz.ratio(" ".join(a), " ".join(b)) / 100
    for cut, whole, marked in ((a, b, one.cut), (b, a, other.cut)):
        if marked and cut[:-1] == whole[: len(cut) - 1]:  # the last word may be cut, too
            return alike
    only_a, only_b = (sorted({_stem(w) for w in x} - {_stem(w) for w in y} - _SMALL) for x, y in ((a, b), (b, a)))
    if len(only_a) != len(only_b) or not all(_misspelt(x, y) for x, y in zip(only_a, only_b, strict=True)):
        return None
    return alike if alike >= 0.8 else None


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _misspelt(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 6 and Levenshtein.distance(one, other) <= 1
