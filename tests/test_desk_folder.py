"""What people decided, read from the desk folder: envelopes, undoing, the last word, and files that were cut off."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.desk_folder import Decision, in_force, not_stories, read_desk, topic_judgements
from etl.errors import InputError

SONG, WHALE = "0000000000000001", "0000000000000002"
START = datetime(2026, 1, 1)
Entry = dict[str, Any]


def entry(id: str, kind: str = "topic", **fields: Any) -> Entry:
    """An envelope with all its fields: by default the topic `chat` is added to SONG."""
    about = {"story_id": SONG, "tag_id": "chat", "action": "add", "value": None, "why": None, "undoes": None}
    return {"v": 1, "id": id, "at": "2026-01-01T00:00:00Z", "by": "ada", "kind": kind} | about | fields


def undo(id: str, of: str, **fields: Any) -> Entry:
    return entry(id, undoes=of, **fields)


def write(folder: Path, *entries: Entry, name: str = "decisions") -> Path:
    path = folder / f"{name}.jsonl"
    folder.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in entries), encoding="utf-8")
    return path


def told(folder: Path) -> dict[str, dict[str, bool]]:
    return topic_judgements(in_force(read_desk(folder).decisions))


def test_a_desk_that_is_not_there_holds_no_decisions(tmp_path: Path) -> None:
    desk = read_desk(tmp_path / "desk")
    assert (desk.decisions, desk.warnings) == ((), ())


def test_an_entry_is_read_whole_and_says_where_it_stands(tmp_path: Path) -> None:
    path = write(tmp_path, entry("a"), entry("b", at="2026-01-01T02:30:00+02:00", value={"x": 1}, why="a pun"))
    assert read_desk(tmp_path).decisions[1] == Decision(
        *("b", datetime(2026, 1, 1, 0, 30), "ada", "topic", SONG, "chat", "add", {"x": 1}, "a pun", None, path, 2)
    )


def test_the_last_word_on_a_topic_counts(tmp_path: Path) -> None:
    write(tmp_path, entry("a"), entry("b", tag_id="vision"), entry("c", action="remove"), entry("d", story_id=WHALE))
    assert told(tmp_path) == {SONG: {"chat": False, "vision": True}, WHALE: {"chat": True}}


def test_undoing_returns_to_the_word_before_and_undoing_that_restores(tmp_path: Path) -> None:
    entries = [entry("a"), entry("b", action="remove"), undo("c", "b"), undo("d", "c")]
    seen = []
    for end in (1, 2, 3, 4):
        write(tmp_path, *entries[:end])
        seen.append(told(tmp_path)[SONG]["chat"])
    assert seen == [True, False, True, False]


def test_an_entry_undone_twice_needs_both_undone(tmp_path: Path) -> None:
    entries = [entry("a"), undo("b", "a"), undo("c", "a"), undo("d", "b")]
    write(tmp_path, *entries)
    assert told(tmp_path) == {}
    write(tmp_path, *entries, undo("e", "c"))
    assert told(tmp_path) == {SONG: {"chat": True}}


def test_an_audits_verdict_and_a_correction_outdo_each_other_by_order(tmp_path: Path) -> None:
    verdict = entry("a", "judgement", action="set", value=True)
    write(tmp_path, entry("b", action="remove"), verdict)
    assert told(tmp_path) == {SONG: {"chat": True}}
    write(tmp_path, verdict, entry("b", action="remove"))
    assert told(tmp_path) == {SONG: {"chat": False}}


def test_former_and_present_ids_of_a_topic_are_one(tmp_path: Path) -> None:
    write(tmp_path, entry("a", tag_id="talk"), entry("b"), entry("c", tag_id="talk", action="remove"))
    decisions = in_force(read_desk(tmp_path).decisions)
    assert topic_judgements(decisions, renamed={"talk": "chat"}) == {SONG: {"chat": False}}


def test_other_kinds_say_nothing_of_topics(tmp_path: Path) -> None:
    kinds = ("organization", "region", "target", "view", "event")
    role = entry("role", "role", tag_id="organization:chat", action="set", value="focus")
    write(tmp_path, *(entry(kind, kind) for kind in kinds), role, entry("copy", "cluster", value=WHALE))
    decisions = in_force(read_desk(tmp_path).decisions)
    assert len(decisions) == len(kinds) + 2
    assert topic_judgements(decisions) == {}
    assert not_stories(decisions) == frozenset()


def test_a_new_date_does_not_make_a_story_of_none_but_undoing_does(tmp_path: Path) -> None:
    none = entry("a", "story", tag_id=None, action="remove")
    date = entry("b", "story", tag_id=None, action="set", value="2026-01-02")
    write(tmp_path, none, date)
    assert not_stories(in_force(read_desk(tmp_path).decisions)) == {SONG}
    write(tmp_path, none, date, undo("c", "a", kind="story", tag_id=None))
    assert not_stories(in_force(read_desk(tmp_path).decisions)) == frozenset()


def test_a_last_line_cut_off_anywhere_costs_only_itself(tmp_path: Path) -> None:
    path = write(tmp_path, entry("a"), entry("b", tag_id="vision", why="déjà vu"))
    whole = path.read_text(encoding="utf-8").replace("\\u00e9", "é").encode()
    first = whole.index(b"\n") + 1
    for end in range(first + 1, len(whole) - 1):
        path.write_bytes(whole[:end])
        desk = read_desk(tmp_path)
        assert [decision.id for decision in desk.decisions] == ["a"]
        assert desk.warnings == (f"{path}:2: the last entry was cut off while it was written and does not count",)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n  \n"])
def test_a_last_line_that_is_whole_counts_however_it_ends(tmp_path: Path, end: str) -> None:
    (tmp_path / "decisions.jsonl").write_bytes((json.dumps(entry("a")) + end).encode())
    desk = read_desk(tmp_path)
    assert [decision.id for decision in desk.decisions] == ["a"]
    assert desk.warnings == ()


# Fields of an entry `b` behind an entry `a` that a run stops at, with what it says
UNFIT: list[tuple[Entry, str, str]] = [
    ({"v": 2}, "`v` is 2", "version 1"),
    ({"v": True}, "`v` is True", "version 1"),
    ({"id": ""}, "`id` is ''", "give a text"),
    ({"at": "yesterday"}, "`at` is 'yesterday'", "2026-01-31T12:00:00Z"),
    ({"at": 20260131}, "`at` is 20260131", "as a text"),
    ({"at": "0001-01-01T00:00:00+09:00"}, "`at` is", "2026-01-31T12:00:00Z"),
    ({"by": None}, "`by` is None", "give a text"),
    ({"kind": "tag"}, "`kind` is 'tag'", "one of topic, organization"),
    ({"kind": ["topic"]}, "`kind` is ['topic']", "one of topic, organization"),
    ({"story_id": "issue-1#1"}, "`story_id` is 'issue-1#1'", "16 hex digits"),
    ({"story_id": {"a": 1}}, "`story_id` is {'a': 1}", "16 hex digits"),
    ({"story_id": None}, "`story_id` is None", "name what the topic is about"),
    ({"tag_id": ""}, "`tag_id` is ''", "name what the topic is about"),
    ({"tag_id": 7}, "`tag_id` is 7", "a text or null"),
    ({"tag_id": ["chat"]}, "`tag_id` is ['chat']", "a text or null"),
    ({"action": "toggle"}, "`action` is 'toggle'", "one of add, remove, set"),
    ({"action": "set"}, "a topic has no action `set`", "use add or remove"),
    ({"kind": "judgement", "value": True}, "a judgement has no action `add`", "use set"),
    ({"kind": "judgement", "action": "set", "value": "yes"}, "`value` is 'yes'", "give true where"),
    ({"kind": "role", "action": "set", "value": "focus"}, "`value` is 'focus'", "give a role of `organization:ID`"),
    (
        {"kind": "role", "tag_id": "region:FR", "action": "set", "value": "product"},
        "is 'product'",
        "one of focus, mention",
    ),
    ({"kind": "story", "action": "set", "value": "soon"}, "`value` is 'soon'", "give a time such as"),
    ({"kind": "cluster", "value": "soon"}, "`value` is 'soon'", "give a story_id of 16"),
    ({"why": 1}, "`why` is 1", "a text or null"),
    ({"why": "\ud800"}, "not JSON: 'utf-8' codec can't encode", "correct or remove the line"),
    ({"value": {"x": ["\udfff"]}}, "not JSON: 'utf-8' codec can't encode", "correct or remove the line"),
    ({"undoes": "z"}, "it undoes 'z', which no entry of the desk is", "restore that entry"),
    ({"id": "a"}, "decisions.jsonl:1 has the id 'a' too", "remove one of them"),
]


@pytest.mark.parametrize(("fields", "problem", "remedy"), UNFIT)
def test_an_entry_that_does_not_fit_is_named_with_the_remedy(
    tmp_path: Path, fields: Entry, problem: str, remedy: str
) -> None:
    path = write(tmp_path, entry("a"), entry("b") | fields)
    with pytest.raises(InputError) as caught:
        read_desk(tmp_path)
    assert (caught.value.file, caught.value.where) == (str(path), "2")
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("name", list(entry("a")))
def test_a_field_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    write(tmp_path, {key: value for key, value in entry("a").items() if key != name})
    with pytest.raises(InputError, match=f":1: `{name}` is missing; add it"):
        read_desk(tmp_path)


@pytest.mark.parametrize("line", [b'{"v": 1', b"[1]", b"\xff", b"[" * 100_000], ids=["cut", "list", "bytes", "deep"])
def test_a_line_that_is_no_entry_is_an_error_unless_it_is_the_last(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_bytes(line + b"\n" + json.dumps(entry("a")).encode() + b"\n")
    with pytest.raises(InputError, match=r"decisions\.jsonl:1: .*correct or remove the line"):
        read_desk(tmp_path)


def test_entries_that_undo_each_other_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, entry("a"), undo("b", "c"), undo("c", "b"))
    with pytest.raises(InputError, match=r":2: entries undo each other in a circle; correct `undoes`") as caught:
        in_force(read_desk(tmp_path).decisions)
    assert caught.value.file == str(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "decisions.jsonl").mkdir()
    with pytest.raises(InputError, match=r"decisions\.jsonl: the file can't be read"):
        read_desk(tmp_path)


ANSWERS = ("add", "remove", "right", "wrong")
Step = tuple[str, str, str] | int
STEPS = st.lists(
    st.tuples(st.sampled_from(ANSWERS), st.sampled_from((SONG, WHALE)), st.sampled_from(("chat", "vision")))
    | st.integers(0, 30),
    max_size=30,
)


def entries_of(steps: Sequence[Step]) -> list[Entry]:
    """The entries of what people did, a second apart; a number undoes one of the entries before it, if there are any."""
    entries: list[Entry] = []
    for number, step in enumerate(steps):
        one = entry(f"e{number}", at=f"{START + timedelta(seconds=number)}")
        if isinstance(step, int):
            one["undoes"] = entries[step % len(entries)]["id"] if entries else None
        else:
            answer, one["story_id"], one["tag_id"] = step
            verdict = {"kind": "judgement", "action": "set", "value": answer == "right"}
            one |= verdict if answer in ("right", "wrong") else {"action": answer}
        entries.append(one)
    return entries


def by_hand(entries: Sequence[Entry]) -> dict[str, dict[str, bool]]:
    """Who reads from the end knows of each entry whether it is undone; what is left is played from the start."""
    undone: set[str] = set()
    for one in reversed(entries):
        if one["id"] not in undone and one["undoes"] is not None:
            undone.add(one["undoes"])
    state: dict[str, dict[str, bool]] = {}
    for one in entries:
        if one["id"] not in undone and one["undoes"] is None:
            has = one["value"] if one["kind"] == "judgement" else one["action"] == "add"
            state.setdefault(one["story_id"], {})[one["tag_id"]] = has
    return state


@contextmanager
def desk_of(parts: Sequence[Sequence[Entry]], names: Sequence[str]) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        for part, name in zip(parts, names, strict=True):
            write(Path(folder), *part, name=name)
        yield Path(folder)


@settings(deadline=None)
@given(STEPS, st.randoms())
def test_any_history_in_one_file_gives_the_state_of_playing_it(steps: list[Step], random: Any) -> None:
    entries = entries_of(steps)
    for one in entries:  # a clock that jumps does not change the order within a file
        one["at"] = f"{START + timedelta(seconds=random.randrange(5))}"
    with desk_of([entries], ["all"]) as desk:
        assert told(desk) == by_hand(entries)


@settings(deadline=None)
@given(STEPS, st.lists(st.integers(0, 2), min_size=30, max_size=30))
def test_a_history_spread_over_files_gives_the_state_of_playing_it(steps: list[Step], places: list[int]) -> None:
    entries = entries_of(steps)
    parts = [[one for one, at in zip(entries, places, strict=False) if at == place] for place in range(3)]
    with desk_of(parts, ["a", "b", "c"]) as desk:
        assert told(desk) == by_hand(entries)


@settings(deadline=None)
@given(STEPS, st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), min_size=30, max_size=30))
def test_the_names_of_the_files_make_no_difference(steps: list[Step], spread: list[tuple[int, int]]) -> None:
    entries = entries_of(steps)
    for one, (_, second) in zip(entries, spread, strict=False):
        one["at"] = f"{START + timedelta(seconds=second)}"
    parts = [[one for one, (at, _) in zip(entries, spread, strict=False) if at == place] for place in range(3)]
    found = []
    for names in (["a", "b", "c"], ["c", "a", "b"]):
        with desk_of(parts, names) as desk:
            found.append([replace(one, file=Path(), line=0) for one in read_desk(desk).decisions])
    assert found[0] == found[1]


@settings(deadline=None)
@given(STEPS, st.randoms())
def test_what_is_undone_does_not_depend_on_the_order(steps: list[Step], random: Any) -> None:
    with desk_of([entries_of(steps)], ["all"]) as desk:
        decisions = [replace(one, kind="event", tag_id=one.id) for one in read_desk(desk).decisions]
    shuffled = random.sample(decisions, len(decisions))
    assert {one.id for one in in_force(decisions)} == {one.id for one in in_force(shuffled)}


def test_a_thousand_changes_of_mind_are_followed(tmp_path: Path) -> None:
    undos = (undo(f"e{number}", f"e{number - 1}") for number in range(1, 2_001))
    write(tmp_path, entry("e0"), *undos)
    assert told(tmp_path) == {SONG: {"chat": True}}
