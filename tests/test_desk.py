"""The desk folder as pages write and read it: what they write, runs read; nothing is lost, whoever writes at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
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
from dashboard.envelope import ACTIONS, KINDS, held_in
from etl import desk_folder
from tests.test_desk_folder import UNFIT, entry, write

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SONG = "0000000000000001"
TOPIC = Entry("topic", "remove", "ada", story_id=SONG, tag_id="chat", why="a pun")


def read(folder: Path) -> tuple[Entry, ...]:
    desk = read_entries(desk_stamp(folder))
    assert desk.refused == ()
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


@pytest.mark.parametrize(
    "wrong",
    [
        Entry("story", "set", "ada", SONG, value="soon"),
        Entry("topic", "add", "", SONG, "chat"),
        Entry("tag", "add", "ada"),
    ],
)
def test_what_would_stop_every_run_is_not_written(tmp_path: Path, wrong: Entry) -> None:
    with pytest.raises(ValueError, match="no run could read"):
        append(tmp_path, [TOPIC, wrong])
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_is_not_given_writes_nothing_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard.desk, "WAIT", 0.05)
    with FileLock(tmp_path / ".corrections.lock"), pytest.raises(DeskBusy, match="nothing was saved"):
        append(tmp_path, [TOPIC])
    assert not list(tmp_path.glob("*.jsonl"))


def test_lines_that_are_no_envelope_are_named_and_a_last_one_that_was_cut_off_apart(tmp_path: Path) -> None:
    (tmp_path / "notes.jsonl").write_text(
        '{"v": 2}\nno json\n[]\n\n{"v": 1, "id": "a"}\n' + json.dumps("x") + '\n{"v": 1, ', encoding="utf-8"
    )
    (tmp_path / "unreadable.jsonl").mkdir()
    desk = read_entries(desk_stamp(tmp_path))
    assert desk.refused == (*(f"notes.jsonl:{number}" for number in (1, 2, 3, 5, 6)), "unreadable.jsonl")
    assert desk.cut == ("notes.jsonl",)


def test_a_whole_last_line_that_no_run_can_read_stays_where_somebody_can_mend_it(tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    path.write_text('{"v": 1, "id": "mine"}', encoding="utf-8")
    append(tmp_path, [TOPIC], now=NOW)
    desk = read_entries(desk_stamp(tmp_path))
    assert (len(desk.entries), desk.refused, desk.cut) == (1, ("corrections.jsonl:1",), ())


@pytest.mark.parametrize("fields", [fields for fields, *_ in UNFIT])
def test_what_a_run_stops_at_a_page_leaves_out(tmp_path: Path, fields: dict[str, Any]) -> None:
    write(tmp_path, entry("a"), entry("b") | fields)
    desk = read_entries(desk_stamp(tmp_path))
    assert ([one.id for one in desk.entries], desk.refused) == (["a"], ("decisions.jsonl:2",))


_ODD = st.sampled_from(
    [None, "", "chat", "add", "set", "topic", SONG, "focus", "source", "organization:x", "region:FR", "2024-05-01",
     "0001-01-01T00:00+09:00", True, 1, 1.0, [], ["topic"], {"a": 1}, float("nan")]
)  # fmt: skip


@given(
    st.sampled_from(KINDS), st.sampled_from(["add", "remove", "set"]), st.dictionaries(st.sampled_from(list(entry("a"))), _ODD, max_size=3)
)  # fmt: skip
@settings(max_examples=300)
def test_pages_and_runs_read_the_same_lines(kind: str, action: str, odd: dict[str, Any]) -> None:
    held = entry("a", kind, action=action) | odd
    assert (held_in(json.dumps(held).encode()) is not None) is (desk_folder._fault(held) == ("", ""))


_VALUES = {"judgement": True, "role": "focus", "story": "2024-05-01", "cluster": "0000000000000003"}
_DECIDED = st.builds(
    lambda kind, action, story, tag: Entry(
        kind, action, "ada", story, f"organization:{tag}" if kind == "role" else tag,
        _VALUES.get(kind) if action != "remove" else None,
    ),
    st.sampled_from(KINDS), st.sampled_from(["add", "remove", "set"]), st.sampled_from([SONG, "0000000000000002"]),
    st.sampled_from(["chat", "vision"]),
).filter(lambda one: one.action in ACTIONS.get(one.kind, (one.action,)))  # fmt: skip


@given(st.lists(st.one_of(_DECIDED, st.integers(0, 30)), max_size=12), st.integers(1, 4), st.randoms())
@settings(max_examples=80)
def test_pages_and_runs_agree_on_what_is_in_force(steps: list[Any], at_once: int, random: Any) -> None:
    """All kinds in their several files, several at one time, ids in any order."""
    ids = random.sample(range(len(steps)), len(steps))
    with TemporaryDirectory() as name:
        folder, written = Path(name), list[Entry]()
        for number, step in enumerate(steps):
            if isinstance(step, Entry):
                one = step
            elif written:
                undone = written[step % len(written)]
                one = Entry("event", "set", "bo", undoes=undone.id)
            else:
                continue
            moment = NOW + timedelta(seconds=number // at_once)
            written += append(folder, [replace(one, id=f"e{ids[number]:02d}")], now=moment)
        here = [one.id for one in in_force(read(folder))]
        assert here == [one.id for one in desk_folder.in_force(desk_folder.read_desk(folder).decisions)]
