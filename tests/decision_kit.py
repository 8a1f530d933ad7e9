"""A world in memory whose desk's decisions are applied as a run does: what tests of decisions begin with."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import duckdb
from hypothesis import strategies as st

from etl.desk_folder import in_force, read_desk
from etl.model import Evidence, NearTopic, OrganizationTag, RegionTag, StoryText, Tags, TopicTag
from etl.reference import Reference
from etl.store.database import rows_of
from etl.store.decisions import correct_stories, correct_tags, note_decisions, take_back
from etl.store.marts import update_marts
from etl.store.reference import sync_reference
from etl.store.tags import tag_stale
from tests.test_desk_folder import Entry, write
from tests.worlds import CLOCK, Publisher, Story, World, fill

DAY = date(2024, 3, 6)
LEAD, COPY, OTHER, LATER = (f"{number:016x}" for number in (1, 2, 3, 4))
_SONG: dict[str, Any] = {
    "organizations": {"acme": "focus"},
    "regions": ("FR",),
    "title": "A choir",
    "body": "They hum.",
}
WORLD = World(
    [
        Story(DAY, ("generative",), **_SONG),
        Story(date(2024, 3, 7), ("generative",), source="digest", copy_of=1, **_SONG),
        Story(DAY, ("robots",), title="Whales", body="They swim."),
        Story(date(2024, 3, 9), title="A bench", body="It talks."),
    ],
    [Publisher("weekly", "The Weekly"), Publisher("digest", "The Digest")],
    was={"robots": ["machines"]},
)
# Names that topics get in turn; a former name may come back.
NAMES = {"robots": ("robots", "automata", "machines"), "generative": ("generative", "genai")}
ORIGINAL = {topic: (*WORLD.was.get(topic, ()), topic) for topic in WORLD.topics}

_STORIES = st.sampled_from([LEAD, COPY, OTHER, LATER])
_TOPICS = ("generative", "genai", "robots", "machines", "automata", "healthcare", "agents")
DECISIONS = st.one_of(
    st.fixed_dictionaries({"kind": st.just("topic"), "story_id": _STORIES, "action": st.sampled_from(["add", "remove"]),
                           "tag_id": st.sampled_from(_TOPICS)}),
    st.fixed_dictionaries({"kind": st.just("organization"), "story_id": _STORIES, "action": st.sampled_from(["add", "remove"]),
                           "tag_id": st.sampled_from(["acme", "nord"]), "value": st.sampled_from([None, "focus", "product"])}),
    st.fixed_dictionaries({"kind": st.just("region"), "story_id": _STORIES, "action": st.sampled_from(["add", "remove"]),
                           "tag_id": st.sampled_from(["FR", "CN"])}),
    st.fixed_dictionaries({"kind": st.just("role"), "story_id": _STORIES, "action": st.just("set"),
                           "tag_id": st.sampled_from(["organization:acme", "region:FR"]), "value": st.sampled_from(["focus", "mention"])}),
    st.fixed_dictionaries({"kind": st.just("story"), "story_id": _STORIES, "tag_id": st.none(), "action": st.just("remove")}),
    st.fixed_dictionaries({"kind": st.just("story"), "story_id": _STORIES, "tag_id": st.none(), "action": st.just("set"),
                           "value": st.sampled_from(["2024-03-01", "2024-03-08T10:00:00Z"])}),
    st.fixed_dictionaries({"kind": st.just("cluster"), "story_id": _STORIES, "tag_id": st.none(), "action": st.just("remove")}),
    st.fixed_dictionaries({"kind": st.just("cluster"), "story_id": _STORIES, "tag_id": st.none(), "action": st.just("add"),
                           "value": _STORIES}),
)  # fmt: skip


@dataclass(frozen=True)
class Lexicon:
    """What the tagger goes by: of each topic of the world all its ids, the present one last. One of version 2 finds healthcare
    everywhere."""

    version: str = "1"
    names: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(ORIGINAL))

    @property
    def tagger(self) -> str:
        return f"{self.version} {sorted(self.names.values())}"

    def now(self, topic: str) -> str:
        return self.names[topic][-1]

    def newer(self) -> Lexicon:
        return replace(self, version="2" if self.version == "1" else "1")

    def renamed(self, topic: str) -> Lexicon:
        """That topic has the next of its names."""
        ring = NAMES[topic]
        name = ring[(ring.index(self.now(topic)) + 1) % len(ring)]
        former = tuple(one for one in self.names[topic] if one != name)
        return replace(self, names={**self.names, topic: (*former, name)})

    def found(self, story: Story) -> list[str]:
        """The topics that its tagger gives a story, by their present ids."""
        return [self.now(topic) for topic in [*story.topics, *(["healthcare"] if self.version == "2" else [])]]


class TaggerAgain:
    """Gives each story of the world its own tags again, with its title as the words for its topics."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
        for story in stories:
            held = next(s for s in WORLD.stories if s.title == story.title)
            words = (Evidence("title", 0, len(story.title), story.title, 1.0),)
            yield Tags(
                id=story.id,
                topics=tuple(TopicTag(topic, 0.9, words) for topic in self.lexicon.found(held)),
                topics_near=(NearTopic("agents", 0.3, 0.5, words, veto=None),),
                organizations=tuple(OrganizationTag(o, o, role, True, words) for o, role in held.organizations.items()),
                regions=tuple(RegionTag(code, code, "focus", words) for code in held.regions),
                tagger=self.lexicon.tagger,
            )


@cache
def _undecided() -> bytes:
    """The file of the world, tagged by nobody."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "world.duckdb"
        with duckdb.connect(str(path)) as con:
            fill(con, WORLD)
            con.execute("UPDATE story_fact SET tagger = ''")
        return path.read_bytes()


@cache
def _seeds() -> Reference:
    """What the seeds of the world say, under the ids that topics had at first."""
    with TemporaryDirectory() as folder, duckdb.connect(str(_made(Path(folder))), read_only=True) as con:
        parts = {"topics": "SELECT * EXCLUDE topic_no FROM topic ORDER BY topic_no", "groups": "FROM topic_group",
                 "members": "FROM topic_group_member",
                 "organizations": "SELECT * EXCLUDE organization_no FROM organization ORDER BY organization_no",
                 "regions": "SELECT * EXCLUDE region_no FROM region ORDER BY region_no", "region_members": "FROM region_member",
                 "events": "FROM event", "example_views": "FROM example_view", "example_targets": "FROM example_target",
                 "quality": "FROM tag_quality", "calibration": "FROM tag_calibration"}  # fmt: skip
        return Reference(**{name: rows_of(con, query) for name, query in parts.items()})


def _made(folder: Path) -> Path:
    path = folder / f"{uuid4().hex}.duckdb"
    path.write_bytes(_undecided())
    return path


def _seeds_of(lexicon: Lexicon) -> Reference:
    seeds = _seeds()
    ids = {topic: {"id": names[-1], "was": list(names[:-1])} for topic, names in lexicon.names.items()}
    members = [{**row, "topic_id": ids[row["topic_id"]]["id"]} for row in seeds.members]
    return replace(seeds, topics=[row | ids[row["id"]] for row in seeds.topics], members=members)


class Desk:
    """A world to which a desk's decisions are applied as a run does; or an older snapshot of it, opened again and not yet run on."""

    def __init__(self, folder: Path, lexicon: Lexicon | None = None, *, snapshot: Path | None = None) -> None:
        self.folder, self.lexicon = folder, lexicon or Lexicon()
        self.path = _made(folder) if snapshot is None else snapshot
        self.con = duckdb.connect(str(self.path), config={"threads": 1})
        if snapshot is None:
            self.run()

    def run(self) -> list[str]:
        sync_reference(self.con, _seeds_of(self.lexicon), sources=[])
        take_back(self.con)
        decided = in_force(read_desk(self.folder).decisions)
        warnings = note_decisions(self.con, decided, read={}, clock=CLOCK)
        correct_stories(self.con)
        tagger = nullcontext(TaggerAgain(self.lexicon))
        tag_stale(self.con, lambda _: tagger, version=self.lexicon.tagger, prefixes={})
        correct_tags(self.con)
        update_marts(self.con)
        return warnings

    def copied(self) -> Path:
        """A file with what it holds now, as a run publishes one."""
        self.con.execute("CHECKPOINT")
        return Path(shutil.copyfile(self.path, self.folder / f"{uuid4().hex}.duckdb"))

    def decided(self, *entries: Entry) -> list[str]:
        """What a run warns of after these were written."""
        write(self.folder, *entries)
        return self.run()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql).fetchall()

    def topics(self, story: str) -> set[str]:
        return {row[0] for row in self.rows(f"SELECT topic_id FROM story_topic WHERE story_id = '{story}'")}

    def counted(self) -> int:
        ((n,),) = self.rows("SELECT count(*) FROM base_story(NULL, NULL, NULL, true, 'story', NULL, NULL, NULL)")
        return int(n)

    def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that decisions may change; lines by their keys, for their numbers are given anew."""
        tables = ("story_fact", "topic_fact", "organization_fact", "region_fact", "topic_near", "evidence", "cluster_join",
                  "story_before", "story_line", "source_day", "copy_fact", "decision")  # fmt: skip
        return {table: sorted(self.rows(f"SELECT * FROM {table}"), key=repr) for table in tables}
