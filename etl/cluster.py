"""Which stories are copies of which: each joins the cluster of the most similar lead within a week, or founds its own (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from etl.cluster_signature import Index, signatures
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
    texts = [cluster.lead for cluster in held] + list(new)
    made = list(signatures(texts))
    clusters = {number: (cluster.cluster_no, cluster.lead) for number, cluster in enumerate(held)}
    index = Index()
    for number in clusters:
        index.add(number, made[number])
    joins: list[Join | None] = [None] * len(new)
    for at in sorted(range(len(new)), key=lambda at: new[at].order):
        number, text = len(held) + at, new[at]
        best = _best(text, [(n, clusters[n][1]) for n in index.near(made[number])], limits)
        if best is None:
            clusters[number] = (text.story_no, text)
            index.add(number, made[number])
            continue
        nearest, share = best
        cluster_no, lead = clusters[nearest]
        leads = text.order < lead.order
        joins[at] = Join(cluster_no, lead.story_no, share, leads)
        if leads:
            del clusters[nearest]
            index.remove(nearest)
            clusters[number] = (cluster_no, text)
            index.add(number, made[number])
    return joins


def _best(text: Text, leads: Sequence[tuple[int, Text]], limits: Limits) -> tuple[int, float] | None:
    """The most similar lead within a week, of equals the earliest."""
    first, last = text.day - _NEAR, text.day + _NEAR
    near = [(number, lead) for number, lead in leads if first <= lead.day <= last]
    found = [(share, lead, number) for number, lead in near if (share := similarity(text, lead, limits)) is not None]
    if not found:
        return None
    share, _, number = min(found, key=lambda item: (-item[0], item[1].order))
    return number, share
