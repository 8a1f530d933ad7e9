"""Edits of the desk folder's sources.toml: comments and order stay, what would not load is never written, nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import source_edit
from etl.catalog import Source, load_sources
from etl.errors import AinewsError, InputError
from etl.source_edit import edit, with_entry, with_keys, without_entry

PROJECT = Path(__file__).resolve().parents[1]
OURS = """# Ours.

[mine]  # first of all
name = "Mine"
kind = "feed"
home = "https://mine.example/"
address = "https://mine.example/feed"
fetch = true # since March
coverage = [
  { from = 2024-01-01 },
]

# That of a friend.
[theirs]
name = "Theirs"
kind = "feed"
home = "https://theirs.example/"

[weekly]
required = true
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "sources.toml").write_text(OURS, encoding="utf-8")
    return tmp_path / "desk"


def test_a_key_is_set_where_it_stands_with_the_remark_behind_it():
    assert with_keys(OURS, "mine", {"fetch": False}) == OURS.replace("fetch = true # since", "fetch = false # since")


def test_a_new_key_goes_below_the_header_and_a_new_table_to_the_end():
    assert with_keys(OURS, "theirs", {"fetch": True}) == OURS.replace("[theirs]\n", "[theirs]\nfetch = true\n")
    assert with_keys(OURS, "digest", {"fetch": True}) == OURS + "\n[digest]\nfetch = true\n"
    assert with_keys(OURS.rstrip("\n"), "weekly", {"fetch": True}) == OURS.rstrip("\n").replace(
        "[weekly]\n", "[weekly]\nfetch = true\n"
    )


def test_a_table_goes_with_its_own_comment_and_leaves_that_of_the_next():
    assert without_entry(OURS, "mine").split("\n")[:4] == ["# Ours.", "", "", "# That of a friend."]
    assert without_entry(OURS, "theirs") == OURS.replace(OURS[OURS.index("# That") : OURS.index("\n[weekly]")], "")
    assert without_entry(OURS, "weekly") == OURS[: OURS.index("[weekly]")]


def test_inner_tables_belong_to_their_entry():
    text = '[a]\nkind = "feed"\n[a.columns]\nfetch = "x"\n[b]\nfetch = true\n'
    assert tomllib.loads(with_keys(text, "a", {"fetch": True}))["a"] == {
        "kind": "feed",
        "fetch": True,
        "columns": {"fetch": "x"},
    }
    assert without_entry(text, "a") == "[b]\nfetch = true\n"


def test_an_entry_is_written_into_an_empty_file_with_a_head_that_says_what_it_is():
    text = with_entry(
        "", "a", {"name": 'A "B" \\ \x7f\n', "must_match": ["x", "ü"], "fetch": True}, comment="Of\nothers"
    )
    assert text.startswith("# Sources of one's own")
    assert "# Of others\n[a]\n" in text
    assert tomllib.loads(text) == {"a": {"name": 'A "B" \\ \x7f\n', "must_match": ["x", "ü"], "fetch": True}}


@pytest.mark.parametrize(
    "text",
    [
        "a.kind = 1\n",
        "a = { kind = 1 }\n",
        "[a]\nfetch = [\n  1,\n]\n",
        '[a]\ntext = """\nfetch = 1\n"""\n',
        "[a.columns]\nx = 1\n",
        '[ "\\u0061" ]\nx = 1\n',
    ],
)
def test_what_lines_can_not_change_is_left_for_a_hand(text: str):
    with pytest.raises(InputError, match=r"sources\.toml:a: .*can't be edited by lines; write it under \[a\]"):
        with_keys(text, "a", {"fetch": True})


NAMES = st.sampled_from(["a", "b", "a-b", "c"])
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
VALUES = st.one_of(st.booleans(), TEXTS, st.lists(TEXTS, max_size=3))
EDITS = st.lists(
    st.tuples(NAMES, st.dictionaries(st.sampled_from(["fetch", "name", "x"]), VALUES, max_size=3), st.booleans())
)


@settings(deadline=None)
@given(EDITS)
def test_any_row_of_edits_reads_as_what_was_wanted(edits: list[tuple[str, dict[str, source_edit.Value], bool]]):
    text, wanted = "# Mine\n", dict[str, dict[str, source_edit.Value]]()
    for key, values, remove in edits:
        if remove and key in wanted:
            text, wanted = without_entry(text, key), {name: v for name, v in wanted.items() if name != key}
        else:
            text, wanted = with_keys(text, key, values), wanted | {key: wanted.get(key, {}) | values}
    assert tomllib.loads(text) == wanted
    assert text.startswith("# Mine\n")


# On the disk


def fetch(key: str) -> source_edit.Change:
    def change(text: str, _: dict[str, Source]) -> str:
        return with_keys(text, key, {"fetch": True})

    return change


def test_an_edit_is_written_and_gives_the_sources_as_they_are_then(small_seeds: Path, desk: Path):
    sources = edit(small_seeds, desk, lambda text, _: with_keys(text, "theirs", {"language": "fr"}))
    assert sources == load_sources(small_seeds, desk)
    assert sources["theirs"].language == "fr"


def test_the_first_edit_makes_folder_and_file(small_seeds: Path, tmp_path: Path):
    sources = edit(small_seeds, tmp_path / "a" / "desk", lambda text, _: with_keys(text, "weekly", {"enabled": False}))
    assert not sources["weekly"].enabled
    assert sorted(os.listdir(tmp_path / "a" / "desk")) == [".sources.toml.lock", "sources.toml"]


def test_what_would_not_load_is_not_written(small_seeds: Path, desk: Path):
    with pytest.raises(InputError, match=r"desk/sources\.toml:theirs: `address` is missing"):
        edit(small_seeds, desk, fetch("theirs"))
    assert (desk / "sources.toml").read_text(encoding="utf-8") == OURS
    assert sorted(os.listdir(desk)) == [".sources.toml.lock", "sources.toml"]


@pytest.mark.parametrize("broken", [b"[mine", b"\xff = 1", b"[mine]\nfecth = true\n"])
def test_a_file_that_does_not_load_is_named_and_left_alone(small_seeds: Path, desk: Path, broken: bytes):
    (desk / "sources.toml").write_bytes(broken)
    with pytest.raises(InputError, match=r"desk/sources\.toml"):
        edit(small_seeds, desk, fetch("weekly"))
    assert (desk / "sources.toml").read_bytes() == broken


def test_a_disk_that_refuses_leaves_the_file_alone(small_seeds: Path, desk: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(
        AinewsError, match=r"sources\.toml can't be written \(No space left on device\); nothing was changed"
    ):
        edit(small_seeds, desk, lambda text, _: with_keys(text, "mine", {"fetch": False}))
    assert sorted(os.listdir(desk)) == [".sources.toml.lock", "sources.toml"]
    assert (desk / "sources.toml").read_text(encoding="utf-8") == OURS


def test_a_link_stays_a_link_and_permissions_stay(small_seeds: Path, desk: Path, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere.toml"
    (desk / "sources.toml").rename(elsewhere)
    elsewhere.chmod(0o600)
    (desk / "sources.toml").symlink_to(elsewhere)
    edit(small_seeds, desk, lambda text, _: with_keys(text, "mine", {"fetch": False}))
    assert (desk / "sources.toml").is_symlink()
    assert elsewhere.stat().st_mode & 0o777 == 0o600
    assert not load_sources(small_seeds, desk)["mine"].fetch


def test_a_lock_that_another_process_holds_is_waited_for(
    small_seeds: Path, desk: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(source_edit, "_WAIT", 0.01)
    with (
        source_edit._locked(desk / "sources.toml"),
        pytest.raises(AinewsError, match=r"another process is changing .*; try again once it is done"),
    ):
        edit(small_seeds, desk, fetch("mine"))


ENABLER = """
import sys
from pathlib import Path
from etl.source_changes import enable
seeds, desk, key = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
for number in range(10):
    enable(seeds, desk, [f"{key}-{number}"])
"""
FEED = '[{key}-{n}]\nname = "{key} {n}"\nkind = "feed"\nhome = "https://x.example/"\naddress = "https://x.example/{key}/{n}"\n'


def test_two_processes_that_enable_sources_at_once_lose_nothing(small_seeds: Path, desk: Path):
    path = small_seeds / "sources.toml"
    feeds = (FEED.format(key=key, n=n) for key in ("one", "two") for n in range(10))
    path.write_text(path.read_text(encoding="utf-8") + "".join(feeds), encoding="utf-8")
    lines = [[sys.executable, "-c", ENABLER, str(small_seeds), str(desk), key] for key in ("one", "two")]
    processes = [subprocess.Popen(line, cwd=PROJECT, stderr=subprocess.PIPE) for line in lines]
    for process in processes:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said.decode()
    live = [key for key, source in load_sources(small_seeds, desk).items() if source.live]
    assert sorted(live) == sorted(["mine", *(f"{key}-{n}" for key in ("one", "two") for n in range(10))])
    assert (desk / "sources.toml").read_text(encoding="utf-8").startswith(OURS)
