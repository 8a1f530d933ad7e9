"""`ainews split IN OUT`: files in, lines for `ainews tag` out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from etl.errors import InputError
from etl.split_files import SplitReport, split_file

ISSUES = Path(__file__).resolve().parent / "newsletters"
KEYS = ["id", "title", "text", "section", "form", "parts", "captions", "url"]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", ["plain-2019.txt", "html-2023.html", "draft.md"])
def test_every_story_is_one_line_with_the_fields_of_its_golden_file(tmp_path: Path, name: str):
    report = split_file(ISSUES / name, tmp_path / "out.jsonl")
    golden = json.loads((ISSUES / f"{name}.json").read_text(encoding="utf-8"))
    found = lines(tmp_path / "out.jsonl")
    assert all(list(line) == KEYS for line in found)
    assert [line["id"] for line in found] == [f"{Path(name).stem}#{n}" for n in range(1, report.stories + 1)]
    assert [{**line, "body": line["text"]} for line in found] == [
        {**piece, "id": line["id"], "text": piece["body"]} for piece, line in zip(golden["pieces"], found, strict=True)
    ]


def test_report_counts_stories_and_what_was_set_apart(tmp_path: Path):
    assert split_file(ISSUES / "html-2023.html", tmp_path / "out.jsonl") == SplitReport(
        stories=4, rejected={"footer": 2, "promotion": 2}
    )


def test_ending_may_be_in_capitals_and_the_text_may_have_a_byte_order_mark(tmp_path: Path):
    draft = tmp_path / "DRAFT.MD"
    draft.write_bytes(b"\xef\xbb\xbf# Robots Rise\r\n\r\nThey do.\r\n")
    split_file(draft, tmp_path / "out.jsonl")
    assert [(line["title"], line["text"]) for line in lines(tmp_path / "out.jsonl")] == [("Robots Rise", "They do.")]


def test_issue_without_stories_makes_an_empty_file(tmp_path: Path):
    source = tmp_path / "in.txt"
    source.write_text("It rained.\n", encoding="utf-8")
    assert split_file(source, tmp_path / "out.jsonl") == SplitReport(stories=0, rejected={"no-title": 1})
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_earlier_output_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path):
    target = tmp_path / "out.jsonl"
    target.write_text("old\n" * 1000, encoding="utf-8")
    split_file(ISSUES / "crlf.txt", target)
    assert len(lines(target)) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_failed_write_leaves_the_earlier_output(tmp_path: Path):
    target = tmp_path / "out.jsonl"
    target.mkdir()
    with pytest.raises(InputError, match="can't be written"):
        split_file(ISSUES / "crlf.txt", target)
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_input_that_cannot_be_used_is_named_with_a_remedy(tmp_path: Path):
    (tmp_path / "in.pdf").write_bytes(b"%PDF")
    (tmp_path / "in.txt").write_bytes(b"ab\xff")
    with pytest.raises(InputError, match=r"in\.pdf: the ending '\.pdf' .*; use one of \.txt"):
        split_file(tmp_path / "in.pdf", tmp_path / "out.jsonl")
    with pytest.raises(InputError, match=r"in\.txt:byte 3: the file is no UTF-8 text; save it as UTF-8"):
        split_file(tmp_path / "in.txt", tmp_path / "out.jsonl")
    with pytest.raises(InputError, match=r"gone\.md: can't be read .*; check the path"):
        split_file(tmp_path / "gone.md", tmp_path / "out.jsonl")
    with pytest.raises(InputError, match="input and output at once"):
        split_file(tmp_path / "in.txt", tmp_path / "in.txt")
    with pytest.raises(InputError, match="name a file in a folder that exists"):
        split_file(ISSUES / "crlf.txt", tmp_path / "missing" / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()
