"""Files: what issues and rows become, what is set aside and why, and what is not read twice."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.fetch.model import FetchProblem
from etl.model import Document
from etl.sources.answers import html_text
from etl.sources.files import take_files
from etl.sources.taken import Context, Taken
from etl.sources.words import load_source_words
from tests.connector_kit import CLOCK, CONTEXT, PROJECT, Unasked, entry

STORY_FILES = PROJECT / "tests" / "story_files"
EXPECTED = STORY_FILES / "expected.json"
HEAD = "title,text,url,date\n"
ROW = "A title,Some text,https://x.example/1,2024-05-29\n"


def _take(
    path: Path | str, state: Mapping[str, str] | None = None, *, context: Context = CONTEXT, **values: Any
) -> Taken:
    """What a run takes: all documents, and then what is to be remembered."""
    taken = take_files(entry("files", path=str(path), **values), Unasked(), state or {}, context)
    return replace(taken, documents=tuple(taken.documents), state=dict(taken.state))


def _documents(path: Path, **values: Any) -> tuple[Document, ...]:
    return _take(path, **values).documents


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., tuple[Document, ...]]:
    """Write one file and take it: `table("stories.csv", text_or_bytes)`; keywords are the entry's."""

    def write(name: str, content: str | bytes, **values: Any) -> tuple[Document, ...]:
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return _documents(tmp_path / name, **values)

    return write


def _row(document: Document) -> dict[str, object]:
    return {
        "id": document.document_id,
        "day": str(document.day) if document.day else None,
        "from": document.date_from,
        "kind": document.text_kind,
        "language": document.language,
        "pieces": [[piece.title, piece.body, piece.url] for piece in document.pieces],
        "quarantined": document.quarantined,
    }


def test_a_folder_of_all_kinds_gives_what_stands_beside_it() -> None:
    taken = _take(STORY_FILES)
    assert [_row(each) for each in taken.documents] == json.loads(EXPECTED.read_text(encoding="utf-8"))
    assert taken.notes == ("2 files of other kinds were passed over: expected.json, readme.pdf",)


# Where the files are


@pytest.fixture
def folders(tmp_path: Path) -> Context:
    """A desk folder and a seeds folder with a file of the same name each, and the words of the shipped seeds."""
    for name in ("desk", "seeds"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "stories.csv").write_text(HEAD + ROW.replace("A title", f"From {name}"))
    for name in ("newsletter_rules.toml", "source_words.toml"):
        (tmp_path / "seeds" / name).write_bytes((PROJECT / "seeds" / name).read_bytes())
    return Context(clock=CLOCK, seeds=tmp_path / "seeds", desk=tmp_path / "desk")


def test_a_path_is_in_the_desk_folder_else_in_the_seeds(folders: Context) -> None:
    assert _take("stories.csv", context=folders).documents[0].pieces[0].title == "From desk"
    (folders.desk / "stories.csv").unlink()
    assert _take("stories.csv", context=folders).documents[0].pieces[0].title == "From seeds"


def test_a_path_may_begin_with_the_home_folder(folders: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folders.desk))
    assert _take("~/stories.csv", context=folders).documents


def test_what_is_missing_or_holds_nothing_is_named(folders: Context, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "photo.jpg").write_bytes(b"")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"path": "elsewhere.csv"}, "missing"),
        ({"path": tmp_path / "none"}, "empty"),
        ({"path": ""}, "path"),
        ({"path": "stories.csv", "columns": {"headline": "title"}}, "columns"),
    ]
    for values, reason in cases:
        with pytest.raises(FetchProblem) as problem:
            _take(context=folders, **values)
        assert problem.value.reason == reason


# What is not read twice


def test_a_file_is_read_again_only_when_it_has_changed(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(HEAD + ROW)
    (tmp_path / "two.csv").write_text(HEAD + ROW.replace("/1", "/2"))
    first = _take(tmp_path)
    assert len(first.documents) == 2
    assert _take(tmp_path, first.state).documents == ()
    (tmp_path / "two.csv").write_text(HEAD + ROW.replace("/1", "/3"))
    (tmp_path / "three.csv").write_text(HEAD + ROW.replace("/1", "/4"))
    again = _take(tmp_path, first.state)
    assert [each.document_id for each in again.documents] == ["https://x.example/4", "https://x.example/3"]
    assert sorted(again.state) == ["file:one.csv", "file:three.csv", "file:two.csv", "reading"]


def test_a_file_that_was_only_touched_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text(HEAD + ROW)
    state = dict(_take(tmp_path).state)
    size, _, digest = state["file:one.csv"].split()
    state["file:one.csv"] = f"{size} 1 {digest}"
    taken = _take(tmp_path, state)
    assert taken.documents == ()
    assert taken.state["file:one.csv"] != state["file:one.csv"]


def test_another_column_map_reads_all_again(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(HEAD + ROW)
    state = _take(tmp_path).state
    (document,) = _take(tmp_path, state, columns={"title": "text"}).documents
    assert document.pieces[0].title == "Some text"


def test_a_file_with_stories_of_days_to_come_is_read_until_they_have_come(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(HEAD + ROW + ROW.replace("/1", "/2").replace("2024-05-29", "2024-06-03"))
    first = _take(tmp_path)
    assert len(first.documents) == 2
    assert len(_take(tmp_path, first.state).documents) == 2
    later = replace(CONTEXT, clock=CLOCK + timedelta(days=3))
    settled = _take(tmp_path, first.state, context=later)
    assert _take(tmp_path, settled.state, context=later).documents == ()


def test_documents_come_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(HEAD + ROW)
    documents = take_files(entry("files", path=str(tmp_path)), Unasked(), {}, CONTEXT).documents
    assert next(iter(documents)).document_id == next(iter(documents)).document_id
    assert next(iter(documents)).document_id == "https://x.example/1"


# Rows


@pytest.mark.parametrize(
    ("value", "published"),
    [
        ("2024-05-29", datetime(2024, 5, 29)),
        ("2024-05-29T23:30:00-02:00", datetime(2024, 5, 30, 1, 30)),
        ("2024-05-29 10:00:00.123456", datetime(2024, 5, 29, 10)),
        ("2024-05-29 10:00:00 UTC", datetime(2024, 5, 29, 10)),
        ("Wed, 29 May 2024 10:00:00 +0200", datetime(2024, 5, 29, 8)),
        ("20240529", datetime(2024, 5, 29)),
        ("1716966000", datetime(2024, 5, 29, 7)),
        ("1716966000000", datetime(2024, 5, 29, 7)),
        ("05/06/2024", None),
        ("2024-13-29", None),
        ("99991332", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_is_read_or_refused_and_never_guessed(
    table: Callable[..., tuple[Document, ...]], value: str, published: datetime | None
) -> None:
    (document,) = table("a.csv", f'title,date\nA title,"{value}"\n')
    assert document.published == published
    assert (document.quarantined or "").startswith("date: a.csv:2: ") is (published is None)


def test_columns_are_the_entrys_then_those_of_well_known_names(table: Callable[..., tuple[Document, ...]]) -> None:
    rows = "Kop,Headline,Story,When,Ref\nDe kop,The headline,Long text.,2024-05-29,7\n"
    (document,) = table("a.csv", rows, columns={"title": "kop", "text": "Story", "published": "When", "id": "Ref"})
    assert (document.document_id, document.address) == ("wire/7", None)
    assert (document.pieces[0].title, document.pieces[0].body) == ("De kop", "Long text.")


def test_a_named_id_comes_before_the_address_that_stories_share(table: Callable[..., tuple[Document, ...]]) -> None:
    rows = "id,title,url,date\na,One,https://x.example/i,2024-05-29\nb,Two,https://x.example/i,2024-05-29\n"
    one, two = table("a.csv", rows, columns={"id": "id"})
    assert [one.document_id, two.document_id] == ["wire/a", "wire/b"]
    assert one.address is None
    assert one.pieces[0].url == "https://x.example/i"
    first, second = table("a.csv", rows)
    assert first.document_id == "https://x.example/i"
    assert second.quarantined == "duplicate: a.csv:3: 'https://x.example/i' stands in an earlier row, too"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("Kop,Datum\nA,2024-05-29\n", "no column for a date: name it in the entry's `columns`; there are Kop, Datum"),
        (
            "Kop,date\nA,2024-05-29\n",
            "no column for a title or text: name it in the entry's `columns`; there are Kop, date",
        ),
    ],
)
def test_a_table_without_the_columns_that_it_needs_is_named(
    table: Callable[..., tuple[Document, ...]], rows: str, told: str
) -> None:
    (document,) = table("a.csv", rows)
    assert document.quarantined == f"columns: a.csv: {told}"


def test_a_column_that_only_the_entry_knows_is_named(table: Callable[..., tuple[Document, ...]]) -> None:
    (document,) = table("a.csv", HEAD + ROW, columns={"title": "Kop"})
    assert document.quarantined is not None
    assert "there is no column 'Kop', which the entry names; there are title, text, url, date" in document.quarantined


def test_a_row_may_leave_out_what_the_entry_names(table: Callable[..., tuple[Document, ...]]) -> None:
    rows = '{"kop": "A", "date": "2024-05-29"}\n{"text": "Only text.", "date": "2024-05-29"}\n{}\n'
    one, two, none = table("a.jsonl", rows, columns={"title": "kop"})
    assert [one.pieces[0].title, two.pieces[0].title] == ["A", "Only text"]
    assert none.quarantined == "malformed: a.jsonl:3: no title and no text"


def test_an_abstract_is_told_by_its_columns_name(table: Callable[..., tuple[Document, ...]]) -> None:
    text = " ".join(["word"] * 100)
    kinds = [
        table("a.csv", f"title,{column},date\nA title,{text},2024-05-29\n")[0].text_kind
        for column in ("Summary", "content")
    ]
    assert kinds == ["abstract", "full"]


def test_rows_off_topic_are_told_with_their_line(table: Callable[..., tuple[Document, ...]]) -> None:
    (document,) = table("a.csv", HEAD + ROW, scope="general", must_match=("robot",))
    assert not document.pieces
    assert (document.rejected[0].reason, document.rejected[0].line) == ("off-topic", 2)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", HEAD.encode() + ROW.encode() + b"Caf\xe9,text,https://x.example/2,2024-05-29\n"),
        ("a.jsonl", b'{"title": "A", "date": "2024-05-29"}\n\n{"title": "Caf\xe9", "date": "2024-05-29"}\n'),
    ],
)
def test_another_encoding_is_named_with_its_byte(
    table: Callable[..., tuple[Document, ...]], name: str, content: bytes
) -> None:
    good, bad = table(name, content)
    assert good.pieces
    byte = content.index(b"\xe9") + 1
    assert bad.quarantined == f"encoding: {name}:3: byte {byte} of the file is no UTF-8; save it as UTF-8"


def test_utf16_is_named_at_its_first_byte(table: Callable[..., tuple[Document, ...]]) -> None:
    (document,) = table("a.csv", (HEAD + ROW).encode("utf-16"))
    assert document.quarantined == "encoding: a.csv: byte 1: the file is UTF-16; save it as UTF-8"


def test_a_byte_order_mark_is_no_part_of_the_first_column(table: Callable[..., tuple[Document, ...]]) -> None:
    (document,) = table("a.csv", (HEAD + ROW).encode("utf-8-sig"))
    assert document.pieces[0].title == "A title"


def test_a_long_text_is_no_obstacle(table: Callable[..., tuple[Document, ...]]) -> None:
    text = "word " * 100_000
    (document,) = table("a.csv", HEAD + f'A title,"{text}",https://x.example/1,2024-05-29\n')
    assert document.pieces[0].body == text.strip()


def test_a_quote_that_is_never_closed_costs_one_row(
    table: Callable[..., tuple[Document, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.sources.tables._RECORD", 10_000)
    rows = "".join(f"Title {number},text,https://x.example/{number},2024-05-29\n" for number in range(500))
    documents = table("a.csv", HEAD + '"Open,text,https://x.example/open,2024-05-29\n' + rows)
    assert documents[0].quarantined is not None
    assert documents[0].quarantined.startswith("malformed: a.csv:2: no CSV")
    assert sum(bool(each.pieces) for each in documents) == 500


cells = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=12) | st.sampled_from(
    ['"', '""', "a\nb"]
)


@settings(deadline=None)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=12), st.sampled_from([",", ";", "\t"]))
def test_a_csv_that_is_written_well_is_read_back_whole(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str
) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["id", "title", "text", "date"])
        writer.writerows([number, f"T{title}", text, "2024-05-29"] for number, (title, text) in enumerate(rows))
    documents = _documents(path, columns={"id": "id"})
    assert [each.document_id for each in documents] == [f"wire/{number}" for number in range(len(rows))]
    assert [each.pieces[0].title for each in documents] == [" ".join(f"T{title}".split()) for title, _ in rows]


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_file_however_torn_raises(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("torn")
    for ending in ("csv", "jsonl", "parquet", "zip", "tar", "tgz", "csv.gz"):
        (folder / f"a.{ending}").write_bytes(content)
    (folder / "2024-05-29.txt").write_bytes(content)
    assert all(each.quarantined or each.pieces for each in _documents(folder))


# Parquet


def test_parquet_is_read_with_its_own_types(tmp_path: Path) -> None:
    zone = timezone(timedelta(hours=-5))
    columns = {
        "Title": ["One", "Two", None],
        "content": ["Text", None, None],
        "url": ["https://x.example/1", None, None],
        "date": pa.array(
            [datetime(2024, 5, 29, 22, tzinfo=zone), datetime(2024, 5, 30, tzinfo=UTC), None], pa.timestamp("ns", "UTC")
        ),
        "unread": [[1], [2], [3]],
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    one, two, none = _documents(tmp_path / "a.parquet")
    assert (one.document_id, one.published) == ("https://x.example/1", datetime(2024, 5, 30, 3))
    assert type(one.published) is datetime
    assert two.pieces[0].title == "Two"
    assert none.quarantined == "malformed: a.parquet:3: no title and no text"


def test_days_of_parquet_are_days(tmp_path: Path) -> None:
    pq.write_table(pa.table({"title": ["One"], "date": [date(2024, 5, 29)]}), tmp_path / "a.parquet")
    assert _documents(tmp_path / "a.parquet")[0].day == date(2024, 5, 29)


def test_what_is_no_parquet_is_named(table: Callable[..., tuple[Document, ...]]) -> None:
    (document,) = table("a.parquet", "PAR1 or not")
    assert document.quarantined is not None
    assert document.quarantined.startswith("malformed: a.parquet: no Parquet: ")


# Issues


def test_an_issue_is_known_and_dated_by_its_files_name(table: Callable[..., tuple[Document, ...]]) -> None:
    issue = (STORY_FILES / "2024-05-29-weekly.md").read_text(encoding="utf-8")
    (document,) = table("2024-05-29-weekly.md", issue)
    assert (document.document_id, document.day, document.date_from) == (
        "wire/2024-05-29-weekly",
        date(2024, 5, 29),
        "address",
    )
    assert [piece.title for piece in document.pieces] == ["Vision for tractors", "Voices for stations"]


@pytest.mark.parametrize("name", ["issue-38.txt", "2024-02-30.txt", "12024-05-29.txt"])
def test_an_issue_without_a_date_in_its_name_is_set_aside(
    table: Callable[..., tuple[Document, ...]], name: str
) -> None:
    (document,) = table(name, "A title\n\nA text about it.")
    assert document.quarantined == f"date: {name}: its name holds no date: begin it with one such as 2024-05-29"


def test_an_issue_in_another_encoding_is_named_with_its_byte(table: Callable[..., tuple[Document, ...]]) -> None:
    (document,) = table("2024-05-29.txt", b"Caf\xe9")
    assert document.quarantined == "encoding: 2024-05-29.txt: byte 4 of the file is no UTF-8; save it as UTF-8"


def test_two_files_of_one_issue_are_told(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "2024-05-29.md").write_text("# A title\n\nA text about it, with enough words for a story.\n")
    _, second = _documents(tmp_path)
    assert second.quarantined == "duplicate: b/2024-05-29.md: a/2024-05-29.md is the same issue by its name"


# Archives


def _zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _tarred(path: Path, files: Mapping[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz" if path.suffix == ".tgz" else "w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize(("pack", "name"), [(_zipped, "a.zip"), (_tarred, "a.tgz"), (_tarred, "a.tar")])
def test_an_archive_gives_what_its_files_give(tmp_path: Path, pack: Callable[..., Path], name: str) -> None:
    parquet = io.BytesIO()
    pq.write_table(pa.table({"title": ["Packed"], "date": ["2024-05-29"]}), parquet)
    files = {
        "one.csv": (HEAD + ROW).encode(),
        "deep/two.jsonl.gz": gzip.compress(b'{"title": "Twice packed", "date": "2024-05-29"}'),
        "deep/2024-05-29.md": b"# A title\n\nA text about it, with enough words for a story.\n",
        "three.parquet": parquet.getvalue(),
        "photo.jpg": b"\xff",
        "inner.zip": b"PK",
        "__MACOSX/._one.csv": b"\x00",
        ".hidden.csv": b"\x00",
    }
    documents = _documents(pack(tmp_path / name, files))
    assert sorted(piece.title for each in documents for piece in each.pieces) == [
        "A title",
        "A title",
        "Packed",
        "Twice packed",
    ]
    assert sorted(each.quarantined or "" for each in documents)[-2:] == [
        f"kind: {name}/inner.zip: neither issue nor table",
        f"kind: {name}/photo.jpg: neither issue nor table",
    ]


@pytest.mark.parametrize(("pack", "name"), [(_zipped, "a.zip"), (_tarred, "a.tgz")])
def test_names_that_lead_out_of_an_archive_are_only_names(tmp_path: Path, pack: Callable[..., Path], name: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    issue = b"# A title\n\nA text about it, with enough words for a story.\n"
    files = {"../../2024-05-29.md": issue, "/etc/2024-05-30.md": issue, "C:\\x\\2024-05-31.md": issue}
    documents = _documents(pack(inside / name, files))
    assert sorted(each.document_id for each in documents) == [f"wire/2024-05-{day}" for day in (29, 30, 31)]
    assert sorted(path.name for path in tmp_path.rglob("*")) == [name, "inside"]


def test_links_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        link = tarfile.TarInfo("2024-05-29.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert _documents(tmp_path / "a.tar") == ()


@pytest.mark.parametrize("name", ["a.zip", "a.tgz", "a.csv.gz"])
def test_a_bomb_ends_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("etl.sources.opened._SMALL", 100_000)
    bomb = (HEAD + ROW).encode() + b"\n" * 3_000_000
    if name.endswith(".csv.gz"):
        (tmp_path / name).write_bytes(gzip.compress(bomb))
    else:
        (_zipped if name == "a.zip" else _tarred)(tmp_path / name, {"a.csv": bomb})
    documents = _documents(tmp_path / name)
    assert documents[0].pieces
    assert documents[-1].quarantined is not None
    assert documents[-1].quarantined.startswith("too-big: a.")


def test_many_files_that_are_small_each_are_a_bomb_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.sources.opened._SMALL", 100_000)
    monkeypatch.setattr("etl.sources.opened._RATIO", 10)
    files = {f"{number:03}.csv": (HEAD + ROW).encode() + b"\n" * 9_000 for number in range(100)}
    documents = _documents(_zipped(tmp_path / "a.zip", files))
    assert 5 < sum(bool(each.pieces) for each in documents) < 50
    assert documents[-1].quarantined is not None


def test_an_encrypted_archive_is_told(tmp_path: Path) -> None:
    path = _zipped(tmp_path / "a.zip", {"a.csv": (HEAD + ROW).encode()})
    packed = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag that says so, in both headers
        packed[packed.index(signature) + offset] |= 1
    path.write_bytes(packed)
    (document,) = _documents(path)
    assert document.quarantined == "encrypted: a.zip/a.csv: it is encrypted: pack it without a password"


def test_a_damaged_file_costs_no_other_one(tmp_path: Path) -> None:
    path = _zipped(
        tmp_path / "a.zip", {"a.csv": (HEAD + ROW).encode(), "b.csv": (HEAD + ROW.replace("/1", "/2")).encode()}
    )
    packed = bytearray(path.read_bytes())
    packed[packed.index(b"a.csv") + 8] ^= 0xFF
    path.write_bytes(packed)
    damaged, good = _documents(path)
    assert damaged.quarantined is not None
    assert damaged.quarantined.startswith("damaged: a.zip/a.csv: it can't be read to its end (")
    assert good.document_id == "https://x.example/2"


# Words


def test_languages_are_known_by_name_and_by_code() -> None:
    words = load_source_words(CONTEXT.seeds)
    given = ["English", "english", "en", "en-US", "pt_BR", "zh-hans", "Klingon", ""]
    assert [words.language(name) for name in given] == ["en", "en", "en", "en", "pt", "zh", "und", "und"]


def test_a_seeds_folder_without_words_has_the_shipped_ones(tmp_path: Path) -> None:
    assert load_source_words(tmp_path) == load_source_words(CONTEXT.seeds)


def test_html_is_read_as_paragraphs() -> None:
    assert html_text("<p>One<br>two</p><p>Three &amp; <b>four</b></p>") == "One\ntwo\n\nThree & four"
