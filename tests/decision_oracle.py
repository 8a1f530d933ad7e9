"""What decisions should make of the world of `tests/decision_kit.py`, worked out from its stories and the desk's lines in plain Python:
neither the store's SQL nor the reader of the desk folder has a part in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.decision_kit import WORLD, Desk, Lexicon
from tests.test_desk_folder import Entry

Told = dict[int, Any]


@dataclass(frozen=True)
class State:
    """By number of a story: its topics, organizations and regions with their roles; its moment, form, cluster and whether it leads."""

    topics: Told
    organizations: Told
    regions: Told
    stories: Told


def held(desk: Desk) -> State:
    """What a snapshot says."""
    numbers = range(1, len(WORLD.stories) + 1)
    rows = desk.rows("SELECT story_no, t.topic_id FROM story_topic AS t JOIN story_fact USING (story_id)")
    topics: Told = {no: {topic for story, topic in rows if story == no} for no in numbers}
    roles: list[Told] = []
    for table in ("story_organization", "story_region"):
        rows = desk.rows(f"SELECT story_no, t.* EXCLUDE story_id FROM {table} AS t JOIN story_fact USING (story_id)")
        roles.append({no: {tag: role for story, tag, role in rows if story == no} for no in numbers})
    stories = desk.rows(
        "SELECT story_no, published, form, cluster_no, is_lead FROM story_fact WHERE day = CAST(published AS DATE)"
    )
    return State(topics, *roles, {no: tuple(rest) for no, *rest in stories})  # fmt: skip


def expected(lexicon: Lexicon, entries: Sequence[Entry]) -> State:
    """What the next run should make of the desk's lines, in the order in which they were written."""
    decided = _standing(entries)
    topics: Told = {no: set(lexicon.found(story)) for no, story in _numbered()}
    organizations: Told = {no: dict(story.organizations) for no, story in _numbered()}
    regions: Told = {no: dict.fromkeys(story.regions, "focus") for no, story in _numbered()}
    for (no, topic), one in _last(decided, "topic", lexicon).items():
        (set.add if one["action"] == "add" else set.discard)(topics[no], topic)
    for kind, tags in (("organization", organizations), ("region", regions)):
        for (no, tag), one in _last(decided, kind, lexicon).items():
            if one["action"] == "remove":
                tags[no].pop(tag, None)
            else:
                tags[no].setdefault(tag, one["value"] or "focus")
        for (no, tag), one in _last(decided, "role", lexicon).items():
            if tag.startswith(f"{kind}:") and tag.partition(":")[2] in tags[no]:
                tags[no][tag.partition(":")[2]] = one["value"]
    return State(topics, organizations, regions, _stories(decided))


def _numbered() -> list[tuple[int, Any]]:
    return list(enumerate(WORLD.stories, 1))


def _standing(entries: Sequence[Entry]) -> list[Entry]:
    """Nothing can be undone before it is said: what is said last stands, and takes back what it undoes."""
    gone: set[str] = set()
    for one in reversed(entries):
        if one["undoes"] is not None and one["id"] not in gone:
            gone.add(one["undoes"])
    return [one for one in entries if one["undoes"] is None and one["id"] not in gone]


def _last(decided: Sequence[Entry], kind: str, lexicon: Lexicon) -> dict[tuple[int, str], Entry]:
    """The last word on each story and tag, in the order of these words; a topic has all its ids, and one that nobody knows yet waits."""
    present = {name: names[-1] for names in lexicon.names.values() for name in names}
    last: dict[tuple[int, str], Entry] = {}
    for one in decided:
        if one["kind"] == kind and (kind != "topic" or one["tag_id"] in present):
            tag = present[one["tag_id"]] if kind == "topic" else one["tag_id"] or ""
            key = (int(one["story_id"], 16), tag)
            last.pop(key, None)
            last[key] = one
    return last


def _stories(decided: Sequence[Entry]) -> Told:
    cluster = {no: story.copy_of or no for no, story in _numbered()}
    for (no, _), one in _last(decided, "cluster", Lexicon()).items():
        others = [other for other, founder in cluster.items() if founder == no and other != no]
        cluster.update(dict.fromkeys(others, min(others, default=no)))
        cluster[no] = no
        if one["action"] == "add":
            cluster[no] = cluster[int(one["value"], 16)]
    moment = {no: datetime.combine(story.day, datetime.min.time()) for no, story in _numbered()}
    days = [one for one in decided if one["kind"] == "story" and one["action"] == "set"]
    moment |= {int(one["story_id"], 16): _moment(one["value"]) for one in days}
    none = {
        cluster[int(one["story_id"], 16)] for one in decided if one["kind"] == "story" and one["action"] == "remove"
    }
    sources = [publisher.id for publisher in WORLD.publishers]
    leads = {
        min((no for no in cluster if cluster[no] == founder), key=lambda no: (moment[no], sources.index(WORLD.stories[no - 1].source), no))
        for founder in set(cluster.values())
    }  # fmt: skip
    form = {no: "void" if cluster[no] in none else story.form for no, story in _numbered()}
    return {no: (moment[no], form[no], cluster[no], no in leads) for no in cluster}


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)
