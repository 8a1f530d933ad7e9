"""Which stories are copies of which: each joins the cluster of the most similar lead within a week, or founds its own (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import tee

from etl.cluster_signature import Index, Signature, signatures
from etl.cluster_similarity import LIMITS, Limits, similarity
from etl.cluster_text import Text

DAYS = 7  # between a copy and its lead, either way
_NEAR = timedelta(days=DAYS)


@dataclass(frozen=True, slots=True)
class LeadText:
    """A cluster as far as joining it needs: its number, which is its founder's, and the text of its lead."""

    cluster_no: int
    lead: Text


@dataclass(frozen=True, slots=True)
class Join:
    """A story joins a cluster because it is this similar (0 to 1) to the story that leads it then."""

    cluster_no: int
    lead_no: int
    similarity: float
    leads: bool  # it is earlier than the lead, and leads from now on


def assign(new: Sequence[Text], held: Sequence[LeadText], limits: Limits = LIMITS) -> list[Join | None]:
    """For each new story the cluster that it joins, or None where it founds its own, whose number is its own.

    Stories are taken in order of day, moment, source and number, whatever order they come in, and what one founds the next can
    join. A joining story is compared with leads alone, so that clusters never merge by chain; where it is earlier than the lead,
    it leads from then on.
    """
    order = sorted(range(len(new)), key=lambda at: new[at].order)
    leads = sorted(held, key=lambda cluster: cluster.lead.order)
    joins: list[Join | None] = [None] * len(new)
    for at, (_, join) in zip(order, assign_sorted((new[at] for at in order), leads, limits), strict=True):
        joins[at] = join
    return joins


def assign_sorted(
    new: Iterable[Text], held: Iterable[LeadText], limits: Limits = LIMITS
) -> Iterator[tuple[Text, Join | None]]:
    """Each story with what `assign` says of it; both come in order, and only leads within a week of a story are in memory."""
    weeks = _Weeks(held)
    for text, signature in _signed(new):
        weeks.move_to(text.day)
        best = _best(text, weeks.near(signature), limits)
        if best is None:
            weeks.add(LeadText(text.story_no, text), signature)
            yield text, None
            continue
        nearest, share = best
        cluster = weeks.leads[nearest]
        leads = text.order < cluster.lead.order
        if leads:
            weeks.remove(nearest)
            weeks.add(LeadText(cluster.cluster_no, text), signature)
        yield text, Join(cluster.cluster_no, cluster.lead.story_no, share, leads)


def _signed(texts: Iterable[Text]) -> Iterator[tuple[Text, Signature]]:
    told, signed = tee(texts)
    yield from zip(told, signatures(signed), strict=True)


class _Weeks:
    """The leads from a week before a day to a week after it, by numbers that count as they come; held ones wait for their time."""

    def __init__(self, held: Iterable[LeadText]) -> None:
        waiting, told = tee(held)
        self._waiting = zip(waiting, signatures(cluster.lead for cluster in told), strict=True)
        self._next = next(self._waiting, None)
        self.leads: dict[int, LeadText] = {}
        self._index, self._days, self._added = Index(), list[tuple[date, int]](), 0

    def move_to(self, day: date) -> None:
        """Let in who is near this day, and forget who is no longer; days only go up."""
        while self._next is not None and self._next[0].lead.day <= day + _NEAR:
            self.add(*self._next)
            self._next = next(self._waiting, None)
        while self._days and self._days[0][0] < day - _NEAR:
            self.remove(heappop(self._days)[1])

    def add(self, cluster: LeadText, signature: Signature) -> None:
        """Make a lead known."""
        self.leads[self._added] = cluster
        self._index.add(self._added, signature)
        heappush(self._days, (cluster.lead.day, self._added))
        self._added += 1

    def remove(self, number: int) -> None:
        """Forget a lead, unless it is forgotten already."""
        self.leads.pop(number, None)
        self._index.remove(number)

    def near(self, signature: Signature) -> list[tuple[int, Text]]:
        """Leads that may be near a text, with their numbers."""
        return [(number, self.leads[number].lead) for number in self._index.near(signature)]


def _best(text: Text, leads: Sequence[tuple[int, Text]], limits: Limits) -> tuple[int, float] | None:
    """The most similar lead, of equals the earliest."""
    found = [(share, lead, number) for number, lead in leads if (share := similarity(text, lead, limits)) is not None]
    if not found:
        return None
    share, _, number = min(found, key=lambda item: (-item[0], item[1].order))
    return number, share
