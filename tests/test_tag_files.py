"""Contract 1: what goes in comes out in order, tagged or set aside, in whole files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import InputError
from etl.model import Evidence, NearTopic, OrganizationTag, RegionTag, StoryText, Tags, TopicTag
from etl.tag_files import TagReport, tag_file


class OneOfEach:
    """Tags every story that holds "Acme" with one tag of each kind."""

    def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
        for story in stories:
            yield self._tags(story)

    def _tags(self, story: StoryText) -> Tags:
        at = story.text.find("Acme")
        if at < 0:
            return Tags(story.id, (), (), (), (), "t+00000000")
        span, heard = Evidence("text", at, at + 4, "Acme"), Evidence("text", at, at + 4, "Acme", 1.23456)
        return Tags(
            id=story.id,
            topics=(TopicTag("chat", 0.98765, (heard,)),),
            topics_near=(NearTopic("vision", 0.33333, 0.5, (heard,), veto=span),),
            organizations=(OrganizationTag("acme", "Acme", "focus", True, (span,)),),
            regions=(RegionTag("FR", "France", "mention", (span,)),),
            tagger="t+00000000",
        )


def tag(source: Path, target: Path) -> TagReport:
    return tag_file(source, target, tagger=OneOfEach())


def write_lines(path: Path, *rows: Any) -> Path:
    path.write_text(
        "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8"
    )
    return path


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


SPAN = {"field": "text", "start": 4, "end": 8, "text": "Acme", "weight": None}
STORY = {"id": "a#1", "title": "News", "text": "Now Acme"}


def test_a_story_comes_out_with_the_keys_of_the_contract(tmp_path: Path) -> None:
    report = tag(write_lines(tmp_path / "in.jsonl", STORY), tmp_path / "out.jsonl")
    heard = SPAN | {"weight": 1.2346}
    assert report == TagReport(read=1, tagged=1, rejected=0)
    assert read_lines(tmp_path / "out.jsonl") == [
        STORY
        | {
            "topics": [{"id": "chat", "score": 0.9877, "evidence": [heard]}],
            "topics_near": [{"id": "vision", "score": 0.3333, "threshold": 0.5, "evidence": [heard], "veto": SPAN}],
            "organizations": [{"id": "acme", "name": "Acme", "role": "focus", "known": True, "spans": [SPAN]}],
            "regions": [{"code": "FR", "name": "France", "role": "mention", "spans": [SPAN]}],
            "tagger": "t+00000000",
        }
    ]


def test_other_keys_are_carried_and_the_outputs_own_are_replaced(tmp_path: Path) -> None:
    line = STORY | {"url": None, "score": [1, {"a": 2}], "topics": ["old"], "tagger": "old"}
    tag(write_lines(tmp_path / "in.jsonl", line), tmp_path / "out.jsonl")
    (row,) = read_lines(tmp_path / "out.jsonl")
    assert (row["url"], row["score"], row["tagger"]) == (None, [1, {"a": 2}], "t+00000000")
    assert row["topics"][0]["id"] == "chat"


@pytest.mark.parametrize("text", [{}, {"title": None, "text": None}, {"title": ""}])
def test_no_text_is_an_empty_text(tmp_path: Path, text: dict[str, Any]) -> None:
    assert tag(write_lines(tmp_path / "in.jsonl", {"id": "a"} | text), tmp_path / "out.jsonl").tagged == 1


BAD = {
    "no JSON": "{",
    "`id` is missing or no text": '{"title": "x"}',
    "`title` is no text": '{"id": "a", "title": 0}',
    "no JSON: NaN is no JSON number": '{"id": "a", "note": NaN}',
    "no object": "[1]",
    "`text` is no text": '{"id": "a", "text": false}',
    "nested too deeply": "[" * 100_000,
}


@pytest.mark.parametrize("reason", BAD)
def test_a_line_that_can_not_be_read_is_set_aside_by_number(tmp_path: Path, reason: str) -> None:
    report = tag(write_lines(tmp_path / "in.jsonl", STORY, BAD[reason], STORY), tmp_path / "out.jsonl")
    assert report == TagReport(read=3, tagged=2, rejected=1)
    assert len(read_lines(tmp_path / "out.jsonl")) == 2
    (refused,) = read_lines(tmp_path / "out.jsonl.rejected.jsonl")
    assert refused["line"] == 2
    assert reason in refused["reason"]


def test_a_line_that_is_no_utf_8_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'{"id": "\xff"}\n' + json.dumps(STORY).encode())
    assert tag(tmp_path / "in.jsonl", tmp_path / "out.jsonl") == TagReport(read=2, tagged=1, rejected=1)


def test_blank_lines_are_no_lines_but_count_for_numbers(tmp_path: Path) -> None:
    assert tag(write_lines(tmp_path / "in.jsonl", "", STORY, "  ", "{"), tmp_path / "out.jsonl").read == 2
    assert read_lines(tmp_path / "out.jsonl.rejected.jsonl")[0]["line"] == 4


def test_an_earlier_runs_rejected_file_goes_when_nothing_is_rejected(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", STORY, "{")
    tag(source, tmp_path / "out.jsonl")
    tag(write_lines(source, STORY), tmp_path / "out.jsonl")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_a_failure_leaves_the_earlier_output_alone(tmp_path: Path) -> None:
    class Broken(OneOfEach):
        def _tags(self, story: StoryText) -> Tags:
            raise ZeroDivisionError

    source, target = write_lines(tmp_path / "in.jsonl", STORY), tmp_path / "out.jsonl"
    target.write_text("earlier\n", encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        tag_file(source, target, tagger=Broken())
    assert target.read_text(encoding="utf-8") == "earlier\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_half_characters_and_nul_pass_through_and_keep_positions(tmp_path: Path) -> None:
    text = "\\ud83d\\u0000 Acme \\ud83d\\ude00"
    line = f'{{"id": "a", "title": "\\udc00", "text": "{text}", "note": "\\ud800"}}'
    tag(write_lines(tmp_path / "in.jsonl", line), tmp_path / "out.jsonl")
    (row,) = read_lines(tmp_path / "out.jsonl")
    assert row["text"] == "\ud83d\x00 Acme 😀"
    assert row["organizations"][0]["spans"][0]["start"] == 3


def test_progress_hears_every_line_read(tmp_path: Path) -> None:
    heard: list[int] = []
    source = write_lines(tmp_path / "in.jsonl", STORY, "{", STORY)
    tag_file(source, tmp_path / "out.jsonl", tagger=OneOfEach(), on_progress=heard.append)
    assert heard == [1, 2, 3]


def test_no_stories_make_an_empty_file(tmp_path: Path) -> None:
    assert tag(write_lines(tmp_path / "in.jsonl"), tmp_path / "out.jsonl") == TagReport(0, 0, 0)
    assert (tmp_path / "out.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("source", "target"), [("none.jsonl", "out.jsonl"), ("in.jsonl", "out.csv"), ("in.txt", "out.jsonl")]
)
def test_files_that_can_not_be_used_are_named(tmp_path: Path, source: str, target: str) -> None:
    write_lines(tmp_path / "in.jsonl", STORY)
    with pytest.raises(InputError, match=r"none\.jsonl|out\.csv|in\.txt"):
        tag(tmp_path / source, tmp_path / target)


@pytest.mark.parametrize("target", ["in.jsonl", "none/out.jsonl", "folder.jsonl"])
def test_target_that_can_not_be_is_refused_before_any_work(tmp_path: Path, target: str) -> None:
    source = write_lines(tmp_path / "in.jsonl", STORY, "{")
    before = source.read_bytes()
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(InputError, match=target):
        tag(source, tmp_path / target)
    assert source.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.jsonl", "in.jsonl"]


def test_not_a_number_in_parquet_becomes_null_in_lines(tmp_path: Path) -> None:
    table = pa.table({"id": ["a"], "n": [float("nan")], "many": [[1.0, float("inf")]]})
    pq.write_table(table, tmp_path / "in.parquet")
    tag(tmp_path / "in.parquet", tmp_path / "out.jsonl")
    (row,) = read_lines(tmp_path / "out.jsonl")
    assert (row["n"], row["many"]) == (None, [1.0, None])


def test_whole_number_too_large_for_parquet_becomes_text(tmp_path: Path) -> None:
    tag(write_lines(tmp_path / "in.jsonl", STORY | {"n": 2**63}, STORY | {"n": 1}), tmp_path / "out.parquet")
    assert [row["n"] for row in pq.read_table(tmp_path / "out.parquet").to_pylist()] == [str(2**63), "1"]


@pytest.mark.parametrize("target", ["out.jsonl", "out.parquet"])
def test_damaged_parquet_is_named_and_not_the_output(tmp_path: Path, target: str) -> None:
    source = tmp_path / "in.parquet"
    pq.write_table(pa.table({"id": ["a"], "title": ["T"]}), source)
    content = source.read_bytes()
    source.write_bytes(content[:4] + bytes(255 - byte for byte in content[4:100]) + content[100:])
    with pytest.raises(InputError, match=r"in\.parquet: no Parquet"):
        tag(source, tmp_path / target)
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_parquet_in_and_out_hold_the_same_as_lines(tmp_path: Path) -> None:
    table = pa.table(
        {"id": ["a", "b"], "title": [None, "T"], "text": ["Now Acme", None], "n": pa.array([1, None], pa.int8())}
    )
    pq.write_table(table, tmp_path / "in.parquet")
    report = tag(tmp_path / "in.parquet", tmp_path / "out.parquet")
    tag(tmp_path / "in.parquet", tmp_path / "out.jsonl")
    out = pq.read_table(tmp_path / "out.parquet")
    assert report == TagReport(2, 2, 0)
    assert out.schema.field("n").type == pa.int8()
    assert out.to_pylist() == read_lines(tmp_path / "out.jsonl")


def test_lines_become_parquet_with_columns_that_fit(tmp_path: Path) -> None:
    rows = [STORY | {"n": 1, "x": 1, "mixed": 1}, STORY | {"x": 2.5, "mixed": ["a"], "half": "\ud800"}]
    tag(write_lines(tmp_path / "in.jsonl", *rows), tmp_path / "out.parquet")
    out = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [(row["n"], row["x"], row["mixed"], row["half"]) for row in out] == [
        (1, 1.0, "1", None),
        (None, 2.5, '["a"]', "�"),
    ]


@pytest.mark.parametrize("target", ["out.jsonl", "out.parquet"])
def test_a_file_that_is_no_parquet_is_named(tmp_path: Path, target: str) -> None:
    (tmp_path / "in.parquet").write_text("no", encoding="utf-8")
    with pytest.raises(InputError, match=r"in\.parquet: no Parquet"):
        tag(tmp_path / "in.parquet", tmp_path / target)


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_lines_of_any_bytes_are_tagged_or_set_aside(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "in.jsonl").write_bytes(b"\n".join(lines))
    report = tag(folder / "in.jsonl", folder / "out.jsonl")
    refused = folder / "out.jsonl.rejected.jsonl"
    assert report.rejected == (len(read_lines(refused)) if refused.exists() else 0)
    assert report.tagged == len(read_lines(folder / "out.jsonl"))
