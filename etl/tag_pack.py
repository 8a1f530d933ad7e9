"""Stories and tags as bytes between the processes of a pool: what JSON would hold, in half of its time.

The bytes are `marshal`'s, which one Python writes for the same one to read: nothing of them is kept or sent elsewhere.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from typing import Any

from etl.garbage import no_search_for_garbage
from etl.model import Evidence, NearTopic, OrganizationTag, RegionTag, StoryText, Tags, TopicTag


def pack_stories(stories: Iterable[StoryText]) -> bytes:
    """The stories as bytes for `unpack_stories`."""
    return marshal.dumps([(story.id, story.title, story.text) for story in stories])


def unpack_stories(data: bytes) -> list[StoryText]:
    """The stories of `pack_stories`, equal and in order."""
    return [StoryText(*story) for story in marshal.loads(data)]


def pack_tags(tags: Iterable[Tags]) -> bytes:
    """The tags as bytes for `unpack_tags`; numbers become Python's own, others `marshal` would take for bytes."""
    with no_search_for_garbage():
        return marshal.dumps([_tags(each) for each in tags])


def unpack_tags(data: bytes) -> list[Tags]:
    """The tags of `pack_tags`, equal and in order."""
    with no_search_for_garbage():
        return [
            Tags(
                key,
                tuple([TopicTag(of, score, _evidence(spans)) for of, score, spans in topics]),
                tuple(
                    [
                        NearTopic(of, score, threshold, _evidence(spans), None if veto is None else Evidence(*veto))
                        for of, score, threshold, spans, veto in near
                    ]
                ),
                tuple(
                    [
                        OrganizationTag(of, name, role, known, _evidence(spans))
                        for of, name, role, known, spans in organizations
                    ]
                ),
                tuple([RegionTag(code, name, role, _evidence(spans)) for code, name, role, spans in regions]),
                tagger,
            )
            for key, topics, near, organizations, regions, tagger in marshal.loads(data)
        ]


def _tags(tags: Tags) -> tuple[Any, ...]:
    return (
        tags.id,
        [(t.id, float(t.score), _spans(t.evidence)) for t in tags.topics],
        [
            (n.id, float(n.score), float(n.threshold), _spans(n.evidence), None if n.veto is None else _span(n.veto))
            for n in tags.topics_near
        ],
        [(o.id, o.name, o.role, o.known, _spans(o.spans)) for o in tags.organizations],
        [(r.code, r.name, r.role, _spans(r.spans)) for r in tags.regions],
        tags.tagger,
    )


def _spans(spans: Iterable[Evidence]) -> list[tuple[Any, ...]]:
    return [_span(span) for span in spans]


def _span(span: Evidence) -> tuple[Any, ...]:
    weight = None if span.weight is None else float(span.weight)
    return (span.field, int(span.start), int(span.end), span.text, weight)


def _evidence(spans: Iterable[tuple[Any, ...]]) -> tuple[Evidence, ...]:
    return tuple([Evidence(*span) for span in spans])
