"""Editors' corrections joined with the snapshot: what training gets, and what is left out and said."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from etl.corrections import CorrectedStory, Corrections, read_corrections, summary
from etl.errors import InputError
from etl.lexicon.topics import load_topics
from etl.settings import Settings
from etl.tagger.topic_model import is_held_back
from tests import worlds
from tests.test_desk_folder import Entry, entry, write
from tests.worlds import Publisher, Story, World

DAY = date(2024, 3, 6)
NEVER_SEEN = "f" * 16
HELD = next(f"issue-{number}" for number in range(99) if is_held_back(f"issue-{number}"))
FREE = next(f"issue-{number}" for number in range(99) if not is_held_back(f"issue-{number}"))
SONG, WHALE, LAB, PARK = (f"{number:016x}" for number in (1, 2, 3, 4))
WORLD = World(
    [
        Story(DAY, ("generative",), title="A choir of bots", body="They hum.", external_id=f"{FREE}#2"),
        Story(DAY, title="Whales on film", body="", external_id=f"{FREE}#1"),
        Story(DAY, title="A lab in Lyon", external_id=f"{HELD}#1"),
        Story(DAY, title="A bench talks", external_id="press-7"),
    ],
    [Publisher("weekly", "The Weekly"), Publisher("digest", "The Digest"), Publisher("new", "The New")],
)


@pytest.fixture
def desk(empty_data: Settings) -> Settings:
    """Settings of a published snapshot of four stories and of a desk without decisions."""
    worlds.publish(WORLD, empty_data.data)
    empty_data.desk.mkdir()
    return empty_data


def corrections(settings: Settings, *entries: Entry) -> Corrections:
    settings.desk.mkdir(parents=True, exist_ok=True)
    write(settings.desk, *entries)
    return read_corrections(settings, load_topics(settings.seeds))


def change(settings: Settings, story_id: str, **values: str | int | None) -> None:
    """Change a story of the published snapshot."""
    (path,) = (settings.data / "snapshots").glob("*.duckdb")
    columns = ", ".join(f"{name} = ${name}" for name in values)
    with duckdb.connect(str(path)) as con:
        con.execute(f"UPDATE story_fact SET {columns} WHERE story_id = $story", {**values, "story": story_id})


def test_a_corrected_story_has_the_text_of_the_snapshot_and_only_its_judged_topics(desk: Settings) -> None:
    found = corrections(
        *(desk, entry("a", story_id=SONG), entry("b", story_id=SONG, tag_id="vision", action="remove")),
        entry("c", "judgement", story_id=WHALE, tag_id="vision", action="set", value=True),
    )
    common = {"published": "2024-03-06", "source": "The Weekly", "text_kind": "abstract"}
    whale = {"id": f"{FREE}#1", "title": "Whales on film", "text": "", "yes": {"vision"}, "no": frozenset()}
    song = {"id": f"{FREE}#2", "title": "A choir of bots", "text": "They hum.", "yes": {"chat"}, "no": {"vision"}}
    assert found.stories == (CorrectedStory(**common, **whale), CorrectedStory(**common, **song))
    assert summary(found) == "Corrected stories: 2"


def test_held_back_documents_are_never_learned_from_but_counted(desk: Settings) -> None:
    found = corrections(desk, entry("a", story_id=LAB), entry("b", story_id=PARK))
    assert [story.id for story in found.stories] == ["press-7"]
    assert found.held_back == 1
    assert summary(found) == "Corrected stories: 1; left out: 1 of held-back documents"


HELD_DAY, FREE_DAY = "2024-01-01", "2024-01-04"  # the latter is held back without The Digest's prefix


@pytest.mark.parametrize(
    ("source", "slug", "held"),
    [(1, HELD, 1), (1, FREE, 0), (2, HELD_DAY, 1), (2, FREE_DAY, 0), (3, HELD, 0), (3, HELD_DAY, 0)],
)
def test_an_issue_read_from_its_file_is_held_back_as_its_labels_are(
    desk: Settings, source: int, slug: str, held: int
) -> None:
    """The Weekly's labels name an issue by its slug, The Digest's by source and slug; a new source has no labels."""
    name = WORLD.publishers[source - 1].id
    change(desk, SONG, external_id=None, source_no=source, document_id=f"{name}/{slug}")
    found = corrections(desk, entry("a", story_id=SONG))
    known_as = {"weekly": f"{slug}#{SONG}", "digest": f"digest-{slug}#{SONG}", "new": SONG}[name]
    assert (found.held_back, [story.id for story in found.stories]) == (held, [known_as][held:])


def test_a_story_that_the_archive_names_by_itself_is_its_own_document(desk: Settings) -> None:
    change(desk, PARK, document_id=f"weekly/{HELD}")
    assert [story.id for story in corrections(desk, entry("a", story_id=PARK)).stories] == ["press-7"]


def test_an_address_is_no_issue(desk: Settings) -> None:
    address = next(f"https://press.example/{n}" for n in range(99) if is_held_back(f"https://press.example/{n}"))
    change(desk, SONG, external_id=None, document_id=address)
    assert [story.id for story in corrections(desk, entry("a", story_id=SONG)).stories] == [SONG]


def test_a_story_that_is_not_in_the_snapshot_is_counted(desk: Settings) -> None:
    none = entry("b", "story", story_id="e" * 16, tag_id=None, action="remove")
    found = corrections(desk, entry("a", story_id=NEVER_SEEN), none)
    assert (found.stories, found.missing) == ((), 2)
    assert summary(found) == "Corrected stories: 0; left out: 2 that are not in the snapshot"


def test_what_is_no_story_is_not_learned_from_whatever_its_topics(desk: Settings) -> None:
    none = [entry(f"n{story}", "story", story_id=story, tag_id=None, action="remove") for story in (SONG, LAB)]
    found = corrections(desk, entry("a", story_id=SONG), *none)
    assert (found.stories, found.not_stories, found.held_back) == ((), {f"{FREE}#2"}, 1)
    assert summary(found).endswith("left out: 1 that are said to be no story, 1 of held-back documents")


def test_a_judged_id_that_is_no_topic_is_named_and_teaches_nothing(desk: Settings) -> None:
    found = corrections(desk, entry("a", story_id=SONG, tag_id="acme"), entry("b", story_id=WHALE))
    assert [story.id for story in found.stories] == [f"{FREE}#1"]
    assert found.unknown == ("acme",)
    assert "what is no topic (acme)" in summary(found)


def test_a_topic_renamed_since_then_keeps_its_corrections(desk: Settings) -> None:
    path = desk.seeds / "topics.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('id = "chat"', 'id = "chat"\nwas = ["talk"]'), "utf-8")
    (story,) = corrections(desk, entry("a", story_id=SONG, tag_id="talk")).stories
    assert story.yes == {"chat"}


def test_what_was_cut_off_is_passed_on(desk: Settings) -> None:
    write(desk.desk, name="other").write_text('{"v": 1, "id"', encoding="utf-8")
    (warning,) = corrections(desk, entry("a", story_id=SONG)).warnings
    assert "other.jsonl:1: the last entry was cut off" in warning


def test_before_the_first_run_every_corrected_story_is_missing(empty_data: Settings) -> None:
    found = corrections(empty_data, entry("a", story_id=SONG))
    assert (found.stories, found.missing) == ((), 1)


def test_without_corrections_no_snapshot_is_needed(desk: Settings) -> None:
    (desk.data / "current").write_text("damaged", encoding="utf-8")
    assert corrections(desk, entry("a", "organization", story_id=SONG)).stories == ()
    with pytest.raises(InputError, match="ainews rollback"):
        corrections(desk, entry("a", story_id=SONG))


def test_a_run_keeps_the_ids_that_labels_have(published_snapshot: Settings, snapshot_rows) -> None:
    stories = [row[0] for row in snapshot_rows("SELECT story_id FROM story")]
    found = corrections(published_snapshot, *(entry(f"e{n}", story_id=story) for n, story in enumerate(stories)))
    labelled = {"issue-1#1", "issue-1#2", "issue-2#1", "digest-2024-01-05#1", "digest-2024-02-06#4"}
    kept = {story for story in labelled if not is_held_back(story.split("#")[0])}
    assert [story.id for story in found.stories] == sorted(kept)
    assert found.held_back == len(labelled - kept)


def test_the_snapshot_is_only_read(desk: Settings) -> None:
    (path,) = (desk.data / "snapshots").glob("*.duckdb")
    before = path.read_bytes()
    path.chmod(0o444)
    assert len(corrections(desk, entry("a", story_id=SONG)).stories) == 1
    assert path.read_bytes() == before
