"""A labelled story beside the tags that it got: what was found, spurious and missed, by measure and tag. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Set
from dataclasses import dataclass

from etl.gold_stories import GoldStory
from etl.lexicon.load import Lexicon
from etl.match import by_organization, by_region, organization_hits, region_hits, words_of
from etl.model import Tags
from etl.quality import ALL, Hits

WHOLE, ABSTRACT = "topic", "topic_abstract"  # topics as read in the whole story, and in headline and abstract alone
NAMES = ("organization", "organization_focus", "region", "region_focus")
MEASURES = (WHOLE, ABSTRACT, *NAMES)
UNSEEN, OUT_OF_FOLD = "unseen", "out of fold"
PARTS = (UNSEEN, OUT_OF_FOLD)
Key = tuple[str, str]  # measure and tag, "*" for all of a measure
IdOf = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Scored:
    """A labelled story, the topics that it got, and what was found, spurious and missed by measure and tag.

    `part` says whether weights learned from its document (`out of fold`: these ones did not) or none did (`unseen`);
    `scores` are those of all topics.
    """

    story: GoldStory
    part: str
    topics: frozenset[str]
    hits: Mapping[Key, Hits]
    scores: Mapping[str, float]


def hits_of(story: GoldStory, tags: Tags, id_of: IdOf) -> dict[Key, Hits]:
    """What was found, spurious and missed in one story; `id_of` gives an organization's id by its name."""
    got = {tag.id for tag in tags.topics}
    found = dict(_topics(WHOLE, story.topics, got))
    if story.abstract_topics is not None:
        found.update(_topics(ABSTRACT, story.abstract_topics, got))
    named = [surface for organization in story.organizations for surface in organization.surfaces]
    totals = (
        *organization_hits(story.organizations, tags.organizations),
        *region_hits(story.regions, tags.regions, named),
    )
    found.update({(measure, ALL): hits for measure, hits in zip(NAMES, totals, strict=True)})
    for measures, by_tag in (
        (NAMES[:2], by_organization(story.organizations, tags.organizations, id_of)),
        (NAMES[2:], by_region(story.regions, tags.regions, named)),
    ):
        for tag, both in by_tag.items():
            found.update({(measure, tag): hits for measure, hits in zip(measures, both, strict=True)})
    return found


def _topics(measure: str, want: Set[str], got: Set[str]) -> Iterator[tuple[Key, Hits]]:
    yield (measure, ALL), Hits(len(want & got), len(got - want), len(want - got))
    for topic in want | got:
        yield (measure, topic), Hits(topic in want and topic in got, topic not in want, topic not in got)


def organization_ids(lexicon: Lexicon) -> IdOf:
    """The id of a listed organization by its name or a spelling that is its own, whatever the case."""
    owners: dict[tuple[str, ...], set[str]] = {}
    for text, surfaces in lexicon.surfaces.items():
        for surface in surfaces:
            if surface.kind == "organization":
                owners.setdefault(words_of(text), set()).add(surface.owner)
    ids = {words: min(found) for words, found in owners.items() if len(found) == 1}
    ids |= {words_of(one.name): one.id for one in lexicon.organizations.values()}
    return lambda name: ids.get(words_of(name))


def measures_in(scored: Collection[Scored]) -> tuple[str, ...]:
    """The measures that any of the stories was held against, in their order."""
    return tuple(measure for measure in MEASURES if any((measure, ALL) in one.hits for one in scored))
