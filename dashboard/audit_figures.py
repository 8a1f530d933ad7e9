"""What an audit tells of a topic's tags: how many are right, how many stories are found, how many there truly are. Pure.

An audit judges a random sample of stories in strata: those with the tag, those that came near it, the rest. Its figures weigh each
stratum by how many stories it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

Z = 1.959963984540054
FEWEST = 15  # positives below which a figure would be noise (STATISTICS 21)
WIDEST = 0.5  # a likely range that spans more of what is possible tells nothing
TAGGED = "tagged"
SEEN_RARELY = (0.051293, 0.355362, 0.817691)  # means of which 1, 2, 3 or more are seen 1 time in 20


@dataclass(frozen=True, slots=True)
class Range:
    """A figure and its likely range, low <= value <= high."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Counted:
    """A stratum: how many stories it holds, how many of them were judged, and of how many of these the topic is true."""

    of: int
    judged: int
    yes: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What an audit tells. `right`: of 1 tag given; `found`: of 1 story that has the topic; `truly`: stories that have the topic for 1
    that is tagged. None where nothing can be computed. `positives` of `judged` stories have the topic."""

    judged: int
    positives: int
    right: Range | None
    found: Range | None
    truly: Range | None

    @property
    def says_right(self) -> bool:
        """Whether enough was judged to say how many tags are right (21)."""
        return self.right is not None and self.positives >= FEWEST

    @property
    def says_found(self) -> bool:
        """Whether enough was judged to say how many stories are found, and so how many there are (21)."""
        return self.found is not None and self.positives >= FEWEST and self.found.high - self.found.low <= WIDEST


def figures(strata: Mapping[str, Counted]) -> Figures:
    """Return what the strata tell; all but 'tagged' hold stories without the tag."""
    bare = [one for name, one in strata.items() if name != TAGGED and one.of]
    tagged = strata.get(TAGGED, Counted(0, 0, 0))
    judged, yes = sum(one.judged for one in strata.values()), sum(one.yes for one in strata.values())
    if not tagged.judged:
        return Figures(judged, yes, None, None, None)
    right = share(tagged)
    given = total([(tagged.of, right)])
    if not all(one.judged for one in bare):
        return Figures(judged, yes, right, None, None)
    missed = total((one.of, rare(one)) for one in bare)
    return Figures(judged, yes, right, part(given, missed), truly_of(tagged, bare))


def truly_of(tagged: Counted, bare: Iterable[Counted]) -> Range:
    """Return how many stories have the topic for one that is tagged, of strata with and without the tag in which anything was judged."""
    there = total([(tagged.of, share(tagged)), *((one.of, rare(one)) for one in bare)])
    return Range(*(end / tagged.of for end in (there.value, there.low, there.high)))


def share(one: Counted) -> Range:
    """Return the share of a stratum that has the topic, with Wilson's range (STATISTICS 7) for a sample drawn without putting back: its
    effective n is n (N - 1) / (N - n) (Cochran 1977, Sampling Techniques, 2.6), and what was seen bounds it. A stratum judged whole is
    known. Raises ValueError where nothing was judged."""
    if not 0 < one.judged <= one.of or not 0 <= one.yes <= one.judged:
        raise ValueError(f"no sample: {one}")
    value = one.yes / one.judged
    if one.judged == one.of:
        return Range(value, value, value)
    worth = one.judged * (one.of - 1) / (one.of - one.judged)
    middle = value + Z * Z / 2 / worth
    around = Z * sqrt(value * (1 - value) / worth + Z * Z / 4 / worth / worth)
    low, high = ((middle + sign * around) / (1 + Z * Z / worth) for sign in (-1, 1))
    least, most = one.yes / one.of, (one.of - one.judged + one.yes) / one.of
    return Range(value, min(value, max(least, low)), max(value, min(most, high)))


def rare(one: Counted) -> Range:
    """Return the same of what a stratum of many stories may hold hardly ever: where 1, 2 or 3 were found, Wilson's lower end lies too
    high for that, and is replaced by Poisson's (Brown, Cai and DasGupta 2001, Statistical Science 16:101, modified Wilson)."""
    found = share(one)
    if not 0 < one.yes <= len(SEEN_RARELY) or one.judged == one.of:
        return found
    return Range(found.value, max(one.yes / one.of, min(found.low, SEEN_RARELY[one.yes - 1] / one.judged)), found.high)


def total(parts: Iterable[tuple[float, Range]]) -> Range:
    """Return the sum of independent figures, each given with its weight: their distances to the ends add up as squares (MOVER; Zou and
    Donner 2008, Statistics in Medicine 27:1693)."""
    parts = list(parts)
    value = sum(weight * one.value for weight, one in parts)
    below = sqrt(sum((weight * (one.value - one.low)) ** 2 for weight, one in parts))
    above = sqrt(sum((weight * (one.high - one.value)) ** 2 for weight, one in parts))
    return Range(value, max(0.0, value - below), value + above)


def part(given: Range, missed: Range) -> Range | None:
    """Return given / (given + missed), of independent numbers; None where both are 0."""
    if given.value + missed.value == 0:
        return None
    if given.low > 0:
        low, high = ratio(missed, given)
        ends = 1 / (1 + high), 1 / (1 + low)
    elif missed.low > 0:
        low, high = ratio(given, missed)
        ends = low / (1 + low), high / (1 + high)
    else:
        ends = 0.0, 1.0
    return Range(given.value / (given.value + missed.value), *ends)


def ratio(one: Range, other: Range) -> tuple[float, float]:
    """Return the likely range of one / other, which are independent; `other` can't be 0 (MOVER-R; Donner and Zou 2012, Statistical
    Methods in Medical Research 21:347). The lower end is written so that nothing is divided by a difference that may be 0."""
    both = one.value * other.value
    low = one.low * (2 * one.value - one.low)
    if low > 0:
        low /= both + sqrt(max(0.0, both * both - low * other.high * (2 * other.value - other.high)))
    least = other.low * (2 * other.value - other.low)
    high = (both + sqrt(max(0.0, both * both - one.high * (2 * one.value - one.high) * least))) / least
    return max(0.0, low), high


def difference(one: Range, other: Range) -> Range:
    """Return one - other, of independent figures, as Newcombe does for two shares (STATISTICS 8)."""
    value = one.value - other.value
    below = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    above = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Range(value, value - below, value + above)


def corrected(raw: Range, truly: Range) -> Range:
    """Return a share of tagged stories corrected for tagging errors (STATISTICS 21): times how many stories there truly are for one that
    is tagged, which is Rogan and Gladen's correction (1978, American Journal of Epidemiology 107:71) with both errors in one number.

    The ends of a product lie as far off as those of its factors add up to as squares, in logarithms (MOVER, as `total`). Of a share of 0
    the upper end is the product of both upper ends.
    """
    value = min(1.0, raw.value * truly.value)
    if min(raw.low, truly.low) <= 0:
        return Range(value, 0.0, min(1.0, raw.high * truly.high))
    below = sqrt(log(raw.value / raw.low) ** 2 + log(truly.value / truly.low) ** 2)
    above = sqrt(log(raw.high / raw.value) ** 2 + log(truly.high / truly.value) ** 2)
    product = raw.value * truly.value
    return Range(value, min(1.0, product * exp(-below)), min(1.0, product * exp(above)))
