"""Archive lines become issues again; what can't be read is set aside by file and line, and the rest goes on."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.catalog import load_sources
from etl.errors import InputError
from etl.sources.archive import read_archive
from tests.small_seeds import DIGEST, WEEKLY, line, write_lines

SHIPPED = Path(__file__).resolve().parents[1] / "seeds"


@pytest.fixture
def read(small_seeds: Path):
    """Read The Weekly's archive after writing these lines (or bytes) into it."""
    source = load_sources(small_seeds)["weekly"]

    def read_lines(*lines: dict | bytes):
        texts = (item if isinstance(item, bytes) else json.dumps(item).encode() for item in lines)
        (small_seeds / "archive" / "weekly.jsonl").write_bytes(b"\n".join(texts))
        return list(read_archive(small_seeds, source))

    return read_lines


def test_lines_of_one_issue_are_one_document(read):
    first, second = read(*WEEKLY)
    assert (first.document_id, first.address) == ("weekly/issue-1", "https://weekly.example/issues/issue-1/")
    assert (first.day, first.published, first.date_from) == (date(2024, 1, 3), datetime(2024, 1, 3), "document")
    assert [piece.title for piece in first.pieces] == ["Chatbots learn to sing", "Acme opens a lab in Lyon"]
    assert (first.external_ids, first.text_kind) == (("issue-1#1", "issue-1#2"), "abstract")
    assert second.document_id == "weekly/issue-2"


def test_lines_of_one_issue_need_not_stand_together(read):
    assert [len(document.pieces) for document in read(WEEKLY[0], WEEKLY[2], WEEKLY[1])] == [2, 1]


def test_issue_can_be_read_from_the_id_and_stories_keep_their_own_address(small_seeds: Path):
    first, _ = read_archive(small_seeds, load_sources(small_seeds)["digest"])
    assert (first.document_id, first.address, first.external_ids) == ("digest/2024-01-05", None, (DIGEST[0]["id"],))
    assert first.pieces[0].url == "https://press.example/2024-01-05/1"


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (b'{"id": "issue-3#1", ', "no JSON"),
        (b"\xff\xfe{}", "no JSON"),
        (b"[1]", "no JSON object"),
        (b"[" * 100_000, "no JSON"),
        ({**WEEKLY[0], "title": None}, "`title` is missing or no text"),
        ({key: value for key, value in WEEKLY[0].items() if key != "text"}, "`text` is missing or no text"),
        ({**WEEKLY[0], "title": " "}, "the title is empty"),
        ({**WEEKLY[0], "title": "half a \ud83d"}, "`title` holds half a character"),
        ({**WEEKLY[0], "published": "3 January"}, "`published` is '3 January', no date"),
        ({**WEEKLY[0], "published": "2024-02-30"}, "`published` is '2024-02-30', no date"),
        ({**WEEKLY[0], "source": "Another"}, "the source is 'Another', not 'The Weekly'"),
        ({**WEEKLY[0], "url": "https://weekly.example/"}, "no issue can be read"),
        ({**WEEKLY[0], "url": "https://[bad/"}, "no issue can be read"),
        (WEEKLY[1], "the id 'issue-1#2' stands in archive/weekly.jsonl:2 too"),
    ],
)
def test_malformed_line_is_set_aside_and_the_rest_goes_on(read, bad, problem: str):
    documents = read(*WEEKLY, bad)
    aside = [document for document in documents if document.quarantined]
    assert [document.document_id for document in aside] == ["archive/weekly.jsonl:4"]
    assert aside[0].quarantined.startswith(f"malformed: archive/weekly.jsonl:4: {problem}")
    assert [len(document.pieces) for document in documents if not document.quarantined] == [2, 1]


def test_line_that_dates_its_issue_otherwise_is_set_aside(read):
    documents = read(*WEEKLY, line(1, 9, "2024-01-04", "A day late"))
    (aside,) = [document for document in documents if document.quarantined]
    assert aside.quarantined == (
        "date: archive/weekly.jsonl:4: dated 2024-01-04, but archive/weekly.jsonl:1 dates the same issue 2024-01-03"
    )


def test_empty_lines_are_passed_over_and_still_counted(read):
    documents = read(WEEKLY[0], b"", b"  ", b"{")
    assert [document.document_id for document in documents if document.quarantined] == ["archive/weekly.jsonl:4"]


def test_missing_file_is_an_error(small_seeds: Path):
    (small_seeds / "archive" / "weekly.jsonl").unlink()
    with pytest.raises(InputError, match=r"weekly\.jsonl: the archive can't be read \(No such file"):
        list(read_archive(small_seeds, load_sources(small_seeds)["weekly"]))


@pytest.mark.parametrize("content", [b"", b"\n  \n"])
def test_file_without_a_line_is_an_error(small_seeds: Path, content: bytes):
    (small_seeds / "archive" / "weekly.jsonl").write_bytes(content)
    with pytest.raises(InputError, match=r"weekly\.jsonl: the archive is empty; restore it"):
        list(read_archive(small_seeds, load_sources(small_seeds)["weekly"]))


def test_folder_in_the_place_of_the_file_is_an_error(small_seeds: Path):
    (small_seeds / "archive" / "weekly.jsonl").unlink()
    (small_seeds / "archive" / "weekly.jsonl").mkdir()
    with pytest.raises(InputError, match=r"the archive can't be read \(Is a directory\)"):
        list(read_archive(small_seeds, load_sources(small_seeds)["weekly"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(st.sampled_from(WEEKLY), st.binary(max_size=20).map(lambda b: b.replace(b"\n", b""))), max_size=6
    )
)
def test_every_line_ends_in_a_story_or_aside(read, lines: list):
    kept = [item for item in lines if not isinstance(item, bytes) or item.strip()]
    documents = read(*lines) if kept else []
    ended = sum(len(document.pieces) + bool(document.quarantined) for document in documents)
    assert ended == len(kept)


def test_source_without_an_archive_has_no_documents(small_seeds: Path):
    sources = (small_seeds / "sources.toml").read_text()
    (small_seeds / "sources.toml").write_text(
        sources.replace('archive = { file = "archive/weekly.jsonl", issue_from = "url" }', "")
    )
    write_lines(small_seeds / "archive" / "weekly.jsonl", WEEKLY)
    assert list(read_archive(small_seeds, load_sources(small_seeds)["weekly"])) == []


def test_archives_that_ship_are_read_whole():
    counts = {}
    for source in load_sources(SHIPPED).values():
        documents = list(read_archive(SHIPPED, source))
        if source.archive is None:
            assert documents == []
            continue
        counts[source.id] = (len(documents), sum(len(document.pieces) for document in documents))
        assert [document.quarantined for document in documents if document.quarantined] == []
    assert counts == {"the-batch": (356, 1603), "tldr-ai": (312, 569)}
