"""The desk folder as pages write and read it: what they write, runs read; nothing is lost, whoever writes at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

import dashboard.desk
from dashboard.desk import DeskBusy, Entry, append, desk_stamp, in_force, read_entries
from etl import desk_folder

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SONG = "0000000000000001"
TOPIC = Entry("topic", "remove", "ada", story_id=SONG, tag_id="chat", why="a pun")


def read(folder: Path) -> tuple[Entry, ...]:
    desk = read_entries(desk_stamp(folder))
    assert desk.unread == 0
    return desk.entries


def test_what_a_page_writes_a_run_reads(tmp_path: Path) -> None:
    (written,) = append(tmp_path, [TOPIC], now=NOW)
    target, undo = (
        Entry("target", "set", "bo", tag_id="topic:chat", value={"low": 0.1}),
        Entry("topic", "add", "bo", undoes=written.id),
    )
    append(tmp_path, [target, undo], now=NOW + timedelta(seconds=1))
    assert sorted(path.name for path in tmp_path.glob("*.jsonl")) == ["corrections.jsonl", "targets.jsonl"]
    first, *_ = desk_folder.read_desk(tmp_path).decisions
    assert (first.id, first.at, first.by, first.why) == (written.id, NOW.replace(tzinfo=None), "ada", "a pun")
    assert [e.kind for e in in_force(read(tmp_path))] == ["target"]
    assert [d.kind for d in desk_folder.in_force(desk_folder.read_desk(tmp_path).decisions)] == ["target"]


def test_a_line_that_was_cut_off_is_moved_aside_and_nothing_behind_it_is_lost(tmp_path: Path) -> None:
    append(tmp_path, [TOPIC], now=NOW)
    path = tmp_path / "corrections.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"v": 1, "id": "x')
    append(tmp_path, [TOPIC], now=NOW)
    assert len(read(tmp_path)) == 2
    assert len(desk_folder.read_desk(tmp_path).decisions) == 2
    (aside,) = tmp_path.glob("corrections.cut-*")
    assert aside.read_bytes() == b'{"v": 1, "id": "x'


def test_a_whole_last_line_without_its_end_stays(tmp_path: Path) -> None:
    append(tmp_path, [TOPIC], now=NOW)
    path = tmp_path / "corrections.jsonl"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append(tmp_path, [TOPIC], now=NOW)
    assert len(read(tmp_path)) == 2


def test_many_who_write_at_once_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: append(tmp_path, [Entry("topic", "add", f"p{n}", SONG, "chat")]), range(60)))
    assert {entry.by for entry in read(tmp_path)} == {f"p{n}" for n in range(60)}
    assert len(desk_folder.read_desk(tmp_path).decisions) == 60


def test_a_lock_that_is_not_given_writes_nothing_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard.desk, "WAIT", 0.05)
    with FileLock(tmp_path / ".corrections.lock"), pytest.raises(DeskBusy, match="nothing was saved"):
        append(tmp_path, [TOPIC])
    assert not list(tmp_path.glob("*.jsonl"))


def test_lines_that_are_no_envelope_are_counted(tmp_path: Path) -> None:
    (tmp_path / "notes.jsonl").write_text(
        '{"v": 2}\nno json\n[]\n{"v": 1, "id": "a"}\n' + json.dumps("x") + "\n", encoding="utf-8"
    )
    assert read_entries(desk_stamp(tmp_path)).unread == 5


_ENTRIES = st.lists(
    st.one_of(
        st.fixed_dictionaries({"story_id": st.sampled_from([SONG, "0000000000000002"]), "tag_id": st.sampled_from(["chat", "vision"]),
                               "action": st.sampled_from(["add", "remove"])}),
        st.integers(0, 30),
    ),
    max_size=12,
)  # fmt: skip


@given(_ENTRIES)
@settings(max_examples=60)
def test_pages_and_runs_agree_on_what_is_in_force(steps: list[Any]) -> None:
    with TemporaryDirectory() as name:
        folder, written = Path(name), list[Entry]()
        for number, step in enumerate(steps):
            if isinstance(step, dict):
                entry = Entry("topic", by="ada", **step)
            elif written:
                entry = Entry("topic", "add", "bo", undoes=written[step % len(written)].id)
            else:
                continue
            written += append(folder, [entry], now=NOW + timedelta(seconds=number))
        here = [entry.id for entry in in_force(read(folder))]
        assert here == [decision.id for decision in desk_folder.in_force(desk_folder.read_desk(folder).decisions)]
