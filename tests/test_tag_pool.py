"""Several processes tag a backlog: the same tags in the same order as one, also where a process is killed."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.errors import AinewsError, LexiconError
from etl.model import Evidence, NearTopic, StoryText, Tags, TopicTag
from etl.settings import default_seeds
from etl.tag_pack import pack_stories, pack_tags, unpack_stories, unpack_tags
from etl.tag_pool import AHEAD, PIECE, tag_pool
from etl.tagger.choice import NONE, RecognizerChoice
from etl.tagger.pipeline import build_tagger
from tests.small_seeds import FakeTagger

STORIES = [
    StoryText(f"issue-{n}#1", f"Story {n}: a chatbot", f"Acme shows camera {n} to a French chatbot.")
    for n in range(1_700)
]


@pytest.fixture(autouse=True)
def plain_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spawned process runs its parent's main file; tests of pages leave the dashboard there, which is no program to begin with."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


class Mortal:
    """A tagger whose process is killed at a story, as long as it has not left its mark more than `lives` times."""

    def __init__(self, marks: Path, lives: int) -> None:
        self._marks, self._lives = marks, lives

    def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
        for story in stories:
            if story.id == f"issue-{PIECE + 7}#1" and len(list(self._marks.iterdir())) < self._lives:
                (self._marks / str(os.getpid())).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            yield from FakeTagger().tag([story])


def pooled(build, folder: Path, stories: Iterable[StoryText] = STORIES) -> list[Tags]:
    with tag_pool(build, workers=2, folder=folder) as pool:
        return list(pool.tag(stories))


def test_pool_gives_the_tags_of_one_process_in_order_and_leaves_no_files(tmp_path: Path):
    assert pooled(FakeTagger, tmp_path) == list(FakeTagger().tag(STORIES))
    assert list(tmp_path.iterdir()) == []


def test_piece_of_a_killed_process_is_done_again_once(tmp_path: Path):
    (tmp_path / "marks").mkdir()
    found = pooled(partial(Mortal, tmp_path / "marks", 1), tmp_path / "pieces")
    assert [tags.id for tags in found] == [story.id for story in STORIES]
    assert len(list((tmp_path / "marks").iterdir())) == 1


def test_story_that_kills_twice_is_an_error_with_the_remedy(tmp_path: Path):
    (tmp_path / "marks").mkdir()
    with pytest.raises(AinewsError, match=r"died twice over the same stories .*; free memory, or set `threads = 1`"):
        pooled(partial(Mortal, tmp_path / "marks", 9), tmp_path / "pieces")
    assert list((tmp_path / "pieces").iterdir()) == []


def test_process_that_dies_before_the_next_piece_goes_out_is_replaced(tmp_path: Path):
    (tmp_path / "marks").mkdir()

    def stories() -> Iterator[StoryText]:
        yield from STORIES[: AHEAD * PIECE]
        for process in multiprocessing.active_children():
            process.join()
        yield from STORIES[AHEAD * PIECE :]

    build = partial(Mortal, tmp_path / "marks", 1)
    with tag_pool(build, workers=1, folder=tmp_path / "pieces") as pool:
        found = [tags.id for tags in pool.tag(stories())]
    assert len(STORIES) > AHEAD * PIECE, "no piece goes out after the death"
    assert found == [story.id for story in STORIES]


def no_tagger() -> FakeTagger:
    raise LexiconError("the example fails", file="topics.toml", where="chat", remedy="change the example")


def test_error_in_a_process_comes_with_its_own_place_and_remedy(tmp_path: Path):
    with pytest.raises(AinewsError, match=r"^topics.toml:chat: the example fails; change the example$"):
        pooled(no_tagger, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_pool_that_is_left_early_ends_its_processes(tmp_path: Path):
    with tag_pool(FakeTagger, workers=2, folder=tmp_path) as pool:
        assert next(pool.tag(STORIES)).id == "issue-0#1"
        assert multiprocessing.active_children()
    assert multiprocessing.active_children() == []
    assert list(tmp_path.iterdir()) == []


def test_command_tags_a_large_file_in_several_processes_into_the_same_bytes(tmp_path: Path, monkeypatch):
    """With the tagger that ships, as many stories as three of its batches, and two lines that can't be read."""
    rows = [{"id": s.id, "title": s.title, "text": s.text, "url": s.id} for s in STORIES[: 2 * PIECE + 9]]
    lines = [json.dumps(row) for row in rows]
    lines[3:3], lines[300:300] = ["{", ""], ['{"title": "no id"}']
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("AINEWS_DATA", str(tmp_path / "data"))
    used: list[int] = []
    monkeypatch.setattr(
        "etl.tag_pool.tag_pool", lambda build, **how: used.append(how["workers"]) or tag_pool(build, **how)
    )
    for name, bytes_ in (("one", 2_000_000), ("two", 1_000)):
        monkeypatch.setattr("etl.commands.tagging.BACKLOG", bytes_)
        done = CliRunner().invoke(
            app, ["tag", "--no-recognizer", str(tmp_path / "in.jsonl"), str(tmp_path / f"{name}.jsonl")]
        )
        assert (done.exit_code, "521 of 523 stories tagged; 2 rejected" in done.output) == (0, True), done.output
    assert used == [2]
    for ending in ("jsonl", "jsonl.rejected.jsonl"):
        assert (tmp_path / f"two.{ending}").read_bytes() == (tmp_path / f"one.{ending}").read_bytes()


def test_nothing_to_tag_gives_nothing(tmp_path: Path):
    assert pooled(FakeTagger, tmp_path, []) == []


def test_tags_unpack_as_they_were_with_numbers_that_are_python_s_own():
    """`marshal` takes a number of numpy for bytes; learned weights are such."""
    stories = [StoryText("half", "A chatbot \ud83d", ""), *STORIES[:3]]
    assert unpack_stories(pack_stories(stories)) == stories
    span = Evidence("title", 0, 4, "half", np.float32(0.5))
    near = NearTopic("ai", np.float64(0.25), np.float64(0.5), (span,), veto=replace(span, weight=None))
    strange = Tags("n", (TopicTag("ai", np.float64(0.75), (span,)),), (near,), (), (), "t")
    tags = [*FakeTagger().tag(stories), strange]
    found = unpack_tags(pack_tags(tags))
    assert found == tags
    assert {type(n) for n in (found[-1].topics[0].score, found[-1].topics_near[0].threshold)} == {float}


def test_real_tags_unpack_as_they_were():
    stories = [
        StoryText(f"s{n}", "Google opens a lab in Paris", f"OpenAI's chatbot beat {n} doctors.") for n in range(9)
    ]
    tags = list(build_tagger(default_seeds(), RecognizerChoice(NONE)).tag(stories))
    assert tags[0].topics
    assert tags[0].organizations
    assert tags[0].regions
    assert unpack_tags(pack_tags(tags)) == tags
