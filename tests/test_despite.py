"""Publishing what a check stopped: only what was named, only what is fresh, and never without a note."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from etl.check import check_snapshot
from etl.despite import note_of, publish_despite
from etl.errors import AinewsError, ChecksFailed, InputError, LockHeld
from etl.publish import current_name, current_snapshot
from etl.run import run
from etl.settings import Settings, load_settings
from etl.store.lock import writer_lock
from tests.small_seeds import CLOCK, WEEKLY, FakeTagger, line, write_lines, write_seeds

AT = datetime(2024, 6, 2, 3)
CHECK = "10_evidence_outside"


class Overreaching(FakeTagger):
    """Gives evidence that ends behind the text."""

    def tag(self, stories):
        for tags in super().tag(stories):
            topics = tuple(
                type(t)(t.id, t.score, (type(e)(e.field, 0, 9_999, e.text),))
                for t in tags.topics
                for e in t.evidence[:1]
            )
            yield type(tags)(tags.id, topics, (), (), (), tags.tagger)


def add_story(settings: Settings) -> None:
    write_lines(settings.seeds / "archive" / "weekly.jsonl", [*WEEKLY, line(10, 1, "2024-02-14", "Added")])


@pytest.fixture(scope="module")
def stopped_data(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder after `stopped`, to be copied, never changed."""
    root = tmp_path_factory.mktemp("stopped")
    settings = load_settings({"AINEWS_SEEDS": str(write_seeds(root / "seeds")), "AINEWS_DATA": str(root / "data")})
    shutil.copytree(small_data, settings.data)
    add_story(settings)
    with pytest.raises(ChecksFailed, match=CHECK):
        run(settings, clock=CLOCK, build=lambda _: Overreaching())
    return settings.data


@pytest.fixture
def stopped(stopped_data: Path, empty_data: Settings) -> Settings:
    """A run that found one more story was stopped by a check."""
    add_story(empty_data)
    shutil.copytree(stopped_data, empty_data.data)
    return empty_data


def note(*checks: str, why: str = "The publisher withdrew them."):
    return note_of(checks or (CHECK,), why=why, at=AT, who="editor")


def rows(settings, query: str) -> list[tuple]:
    with duckdb.connect(str(current_snapshot(settings)), read_only=True) as con:
        return con.execute(query).fetchall()


def test_it_is_published_with_who_why_and_when(stopped, run_small):
    before = current_name(stopped)
    done = publish_despite(stopped, note())
    assert current_name(stopped) == done.snapshot > before
    assert rows(stopped, "SELECT count(*) FROM story") == [(6,)]
    (run_id,) = rows(stopped, f"SELECT run_id FROM run WHERE snapshot = '{done.snapshot}'")[0]
    assert rows(stopped, "FROM despite") == [(run_id, CHECK, "The publisher withdrew them.", "editor", AT)]
    assert len(done.overruled) == 1
    assert done.overruled[0].startswith(CHECK)
    last = json.loads((stopped.data / "runs.jsonl").read_text().splitlines()[-1])
    assert (last["outcome"], last["snapshot"], last["despite"], last["why"], last["who"], last["run_id"]) == (
        *("published", done.snapshot, [CHECK], "The publisher withdrew them.", "editor", run_id),
    )
    assert list((stopped.data / "partial").iterdir()) == []
    assert not run_small().published, "the next run finds nothing new"


def test_checking_the_snapshot_later_says_why_it_stands(stopped):
    publish_despite(stopped, note())
    (warning,) = check_snapshot(stopped)
    assert CHECK in warning
    assert warning.endswith("Published despite it: The publisher withdrew them.")


def test_the_number_of_a_check_may_be_left_out(stopped):
    assert note("evidence_outside", CHECK).checks == (CHECK,)
    with pytest.raises(InputError, match="there is no such check; use a name that the failed run gave"):
        note("story")
    with pytest.raises(InputError, match="a reason is needed"):
        note(why="  ")


def test_another_check_that_fails_still_stops_it(stopped):
    before = current_name(stopped)
    with pytest.raises(ChecksFailed, match=f"other checks failed too:\n  {CHECK}"):
        publish_despite(stopped, note("24_source_shrank"))
    assert current_name(stopped) == before
    publish_despite(stopped, note())


def test_a_check_that_found_nothing_is_not_overruled(stopped):
    with pytest.raises(InputError, match="24_source_shrank: this check found nothing that would stop it; leave it out"):
        publish_despite(stopped, note(CHECK, "24_source_shrank"))


def test_what_was_made_from_another_snapshot_is_stale(stopped, run_small):
    (partial,) = (stopped.data / "partial").iterdir()
    kept = partial.read_bytes()
    later = run_small().snapshot
    partial.write_bytes(kept)
    with pytest.raises(AinewsError, match=f"it was made from .*, and the current snapshot is {later}; run again"):
        publish_despite(stopped, note())
    assert current_name(stopped) == later


def test_without_a_stopped_run_there_is_nothing_to_publish(published_snapshot):
    with pytest.raises(AinewsError, match="no run left a snapshot there whose checks failed; run again"):
        publish_despite(published_snapshot, note())


@pytest.mark.parametrize("content", ["copy", "empty"])
def test_a_run_that_was_killed_half_way_is_not_published(stopped, content):
    (partial,) = (stopped.data / "partial").iterdir()
    partial.unlink()
    if content == "copy":
        partial.write_bytes(current_snapshot(stopped).read_bytes())
    else:
        duckdb.connect(str(partial)).close()
    with pytest.raises(AinewsError, match="the run was stopped before it was done"):
        publish_despite(stopped, note())


def test_it_waits_for_no_run(stopped):
    with writer_lock(stopped), pytest.raises(LockHeld):
        publish_despite(stopped, note())


def test_a_first_run_can_be_published_despite_a_check_too(empty_data, run_small):
    with pytest.raises(ChecksFailed):
        run_small(build=lambda _: Overreaching())
    assert current_name(empty_data) is None
    assert publish_despite(empty_data, note()).snapshot == current_name(empty_data)


def test_a_publication_that_failed_midway_can_be_repeated(stopped):
    def fail(step: str) -> None:
        if step == "flushed":
            raise OSError(28, "No space left on device")

    with pytest.raises(AinewsError, match="nothing was published"):
        publish_despite(stopped, note(), step=fail)
    publish_despite(stopped, note())
    assert rows(stopped, "SELECT count(*) FROM despite") == [(1,)]
