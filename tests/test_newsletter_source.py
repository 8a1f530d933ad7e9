"""seeds/newsletters/ as documents: the shipped issue, and folders that contradict their manifest."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from etl.errors import InputError
from etl.newsletter import rules_path
from etl.sources.newsletters import read_newsletters

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
ENTRY = """
[[issue]]
file = "rain.txt"
source = "the-tensor"
published = 2019-09-04
number = 12
slug = "issue-12"
address = "https://tensor.example.org/issue-12/"
"""
ISSUE = "Robots Rise\n\nA lead.\n\nWhat's new: One.\n"


@pytest.fixture
def one_issue(tmp_path: Path) -> Path:
    """A seeds folder with the shipped rules and one issue that its manifest names."""
    folder = tmp_path / "newsletters"
    folder.mkdir()
    shutil.copy(rules_path(SEEDS), tmp_path)
    (folder / "manifest.toml").write_text(ENTRY, encoding="utf-8")
    (folder / "rain.txt").write_text(ISSUE, encoding="utf-8")
    return tmp_path


def test_shipped_issue_is_dated_by_its_manifest():
    (document,) = read_newsletters(SEEDS)
    assert (document.source_id, document.document_id, document.issue_number) == ("the-batch", "the-batch/issue-38", 38)
    assert (document.published, document.day, document.date_from) == (
        datetime(2020, 5, 6),
        date(2020, 5, 6),
        "manifest",
    )
    assert document.address == "https://www.deeplearning.ai/the-batch/issue-38/"
    assert (document.text_kind, document.quarantined) == ("full", None)
    assert len(document.pieces) == len(document.external_ids) == 8
    assert [piece.reason for piece in document.rejected] == ["promotion", "footer"]


def test_issue_without_a_story_is_quarantined(one_issue: Path):
    (one_issue / "newsletters" / "rain.txt").write_text("It rained.\n", encoding="utf-8")
    (document,) = read_newsletters(one_issue)
    assert (document.quarantined, document.pieces) == ("no-story", ())
    assert [piece.reason for piece in document.rejected] == ["no-title"]


def test_number_may_be_left_out(one_issue: Path):
    manifest = one_issue / "newsletters" / "manifest.toml"
    manifest.write_text(ENTRY.replace("number = 12\n", ""), encoding="utf-8")
    assert [document.issue_number for document in read_newsletters(one_issue)] == [None]


@pytest.mark.parametrize(
    ("found", "instead", "problem"),
    [
        ("2019-09-04", '"2019-09-04"', "`published`"),
        ("2019-09-04", "2019-09-04T08:00:00Z", "`published`"),
        ("published = 2019-09-04\n", "", "`published` is missing"),
        ("2019-09-04", "2019-13-04", "no valid TOML"),
        ('"rain.txt"', '"../rain.txt"', "`file` is '../rain.txt'"),
        ('"rain.txt"', '"rain.pdf"', "`file` is 'rain.pdf'"),
        ('"the-tensor"', '""', "`source` is ''"),
        ('"issue-12"', '"issue 12"', "`slug` is 'issue 12'"),
        ("number = 12", 'number = "12"', "`number`"),
        ("number = 12", "number = true", "`number`"),
        ("number = 12", "number = -1", "`number`"),
        ("https://", "", "`address`"),
        ("number = 12", "volume = 12", "unknown key `volume`"),
        ("[[issue]]", "[[isue]]", "no entry names rain.txt|unknown key `isue`"),
        ("\n[[issue]]", ENTRY + "[[issue]]", "repeats"),
    ],
)
def test_bad_manifest_is_refused_with_a_remedy(one_issue: Path, found: str, instead: str, problem: str):
    manifest = one_issue / "newsletters" / "manifest.toml"
    manifest.write_text(ENTRY.replace(found, instead, 1), encoding="utf-8")
    with pytest.raises(InputError, match=problem) as refusal:
        read_newsletters(one_issue)
    assert refusal.value.file == str(manifest)
    assert refusal.value.remedy


def test_missing_manifest_file_and_folder_are_named(one_issue: Path, tmp_path_factory: pytest.TempPathFactory):
    with pytest.raises(InputError, match=r"manifest\.toml"):
        read_newsletters(tmp_path_factory.mktemp("seeds"))
    (one_issue / "newsletters" / "rain.txt").unlink()
    with pytest.raises(InputError, match=r"rain\.txt: the issue can't be read .*; restore the file"):
        read_newsletters(one_issue)


def test_file_that_no_entry_names_is_refused(one_issue: Path):
    (one_issue / "newsletters" / "snow.md").write_text("# Snow\n\nIt snows.\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"no entry names snow\.md; add an \[\[issue\]\] entry"):
        read_newsletters(one_issue)


def test_issue_that_is_no_utf8_is_refused_with_its_place(one_issue: Path):
    (one_issue / "newsletters" / "rain.txt").write_bytes(b"Caf\xe9 Robots\n")
    with pytest.raises(InputError, match=r"rain\.txt:byte 4: the issue is no UTF-8 text; save it as UTF-8"):
        read_newsletters(one_issue)
