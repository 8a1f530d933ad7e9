"""Pieces of a backlog without a cluster: how they are cut, what a worker makes of one, and what the client refuses."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import KilledWorker
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from etl.commands.spread import tag_spread
from etl.errors import AinewsError, InputError
from etl.scale_out import tagging, work
from etl.scale_out.cluster import Cluster, address_of_cluster, failure_of, scheduler_at
from etl.scale_out.places import place_of, story_files
from etl.scale_out.plan import cut
from etl.scale_out.tagging import How, SpreadReport, check_workers, tag_on_cluster
from etl.scale_out.work import Job, lines_between, month_of, tag_piece, tagger_of
from etl.settings import Settings, load_settings
from etl.tag_files import TagReport, tag_file
from etl.tag_parquet import rows_between
from etl.tagger.choice import NONE, RecognizerChoice
from etl.tagger.version import tagger_parts
from tests.dask_processes import PROJECT, dask_processes, until
from tests.small_seeds import FakeTagger, write_seeds

README = PROJECT / "README.md"
STORIES = [
    {"id": f"s{n}", "title": f"A chatbot {n}", "text": "Acme", "published": f"2024-{1 + n // 40:02}-03", "n": n}
    for n in range(120)
]


class Here:
    """A cluster of this process; `seen` are the pieces that went out to be tagged."""

    seen: ClassVar[list[int]] = []

    def __init__(self, *_: object) -> None:
        pass

    def each(self, do: Callable[..., Any], items: dict[int, tuple[Any, ...]]) -> Iterator[tuple[int, Any]]:
        for number, arguments in reversed(items.items()):
            if do is tag_piece:
                self.seen.append(number)
            yield number, do(*arguments)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Settings]:
    """No cluster, and a tagger without weights."""
    monkeypatch.setattr(tagging, "Cluster", Here)
    monkeypatch.setattr("etl.tagger.pipeline.build_tagger", lambda seeds, recognizer: FakeTagger())
    monkeypatch.setenv("AINEWS_DATA", str(tmp_path / "data"))
    Here.seen.clear()
    tagger_of.cache_clear()
    yield load_settings().without_recognizer()
    tagger_of.cache_clear()


def spread(source: object, target: object, settings: Settings, *, piece_bytes: int = 2_000) -> SpreadReport:
    how = How("tcp://127.0.0.1:1", print, lambda done, total: None, piece_bytes=piece_bytes)
    return tag_on_cluster(str(source), str(target), settings=settings, how=how)


def write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def rows_in(out: Path) -> list[dict[str, Any]]:
    paths = sorted(out.glob("month=*/*.parquet"), key=lambda path: (path.name, path.parent.name))
    return [row for path in paths for row in pq.ParquetFile(path).read().to_pylist()]


# Cutting


@given(st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b""))), st.integers(1, 20), st.booleans())
def test_pieces_of_lines_join_to_the_file(lines: list[bytes], step: int, ended: bool):
    content = b"\n".join(lines) + (b"\n" if ended else b"")
    found = [
        line
        for start in range(0, len(content), step)
        for line in lines_between(io.BytesIO(content), start, start + step)
    ]
    assert b"".join(found) == content
    assert found == list(io.BytesIO(content))


@examples(max_examples=30)
@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 50))
def test_pieces_of_a_table_join_to_the_file(rows: int, group: int, step: int):
    file = io.BytesIO()
    pq.write_table(pa.table({"n": range(rows)}), file, row_group_size=group)
    parts = [rows_between(file, name="x", first=start, last=start + step) for start in range(0, rows, step)]
    assert [row["n"] for part in parts for row in part] == list(range(rows))


def test_a_table_is_cut_by_the_size_of_its_rows(tmp_path: Path):
    pq.write_table(pa.table({"id": [f"{n:0100}" for n in range(1_000)]}), tmp_path / "a.parquet", use_dictionary=False)
    files = story_files(str(tmp_path / "a.parquet"), apart_from=place_of(str(tmp_path / "out")))
    pieces = cut(files, 10_500)
    assert [piece.start for piece in pieces] == [0, *(piece.end for piece in pieces[:-1])]
    assert pieces[-1].end == 1_000
    assert 90 <= pieces[0].end <= 110


def test_folder_and_pattern_name_the_same_files(tmp_path: Path):
    for name in ("b.jsonl", "a/c.jsonl", "_old/d.jsonl", ".x.jsonl", "notes.txt", "out/e.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_lines(tmp_path / name, STORIES[:1])
    out = place_of(str(tmp_path / "out"))
    found = [file.address for file in story_files(str(tmp_path), apart_from=out)]
    assert found == [str(tmp_path / "a" / "c.jsonl"), str(tmp_path / "b.jsonl")]
    assert [file.address for file in story_files(str(tmp_path / "*" / "c*"), apart_from=out)] == found[:1]


@pytest.mark.parametrize("address", ["nowhere.jsonl", "s9://bucket/x"])
def test_stories_that_are_not_there_are_an_error(address: str):
    with pytest.raises(InputError, match=r"no file of stories|Protocol not known"):
        story_files(address, apart_from=place_of("out"))


@pytest.mark.parametrize(
    ("published", "month"),
    [
        ("2024-05-31", "2024-05"),
        ("2024-06-01T00:30:00+02:00", "2024-05"),
        ("Fri, 31 May 2024 23:30:00 -0200", "2024-06"),
        (date(2024, 5, 31), "2024-05"),
        (datetime(2024, 5, 31, 23, tzinfo=UTC), "2024-05"),
        *((value, "none") for value in (None, "", "soon", "2024-13-01", ["2024-05-31"])),
    ],
)
def test_month_is_that_of_the_day_by_utc(published: object, month: str):
    assert month_of(published) == month


# One piece


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_columns_and_rows_are_those_of_one_process(settings: Settings, tmp_path: Path, kind: str):
    rows = [row | {"n": row["n"] if row["n"] < 100 else f"{row['n']}"} for row in STORIES]
    source = write_lines(tmp_path / "a.jsonl", rows)
    if kind == "parquet":
        source = tmp_path / "a.parquet"
        pq.write_table(pa.Table.from_pylist(STORIES), source, row_group_size=50)
    report = spread(source, tmp_path / "out", settings)
    tag_file(source, tmp_path / "one.parquet", tagger=FakeTagger())
    one = pq.read_table(tmp_path / "one.parquet")
    assert report.pieces >= 3
    assert rows_in(tmp_path / "out") == one.to_pylist()
    assert {pq.read_schema(path) for path in (tmp_path / "out").rglob("*.parquet")} == {one.schema}
    assert {path.name for path in (tmp_path / "out").glob("month=*")} == {f"month=2024-0{n}" for n in (1, 2, 3)}


def test_tags_go_to_another_kind_of_storage(settings: Settings, tmp_path: Path):
    source = write_lines(tmp_path / "a.jsonl", STORIES)
    report = spread(source, "memory://there/tags", settings)
    memory = fsspec.filesystem("memory")
    files = memory.glob("/there/tags/month=*/*.parquet")
    read = [pq.ParquetFile(memory.open(path)).read().num_rows for path in files]
    assert (report.counts, sum(read)) == (TagReport(120, 120, 0), 120)


def test_piece_that_has_its_receipt_is_not_done_again(settings: Settings, tmp_path: Path, monkeypatch):
    spread(write_lines(tmp_path / "a.jsonl", STORIES), tmp_path / "out", settings)
    monkeypatch.setattr(work, "tagger_of", lambda *_: pytest.fail("it was tagged again"))
    files = story_files(str(tmp_path / "a.jsonl"), apart_from=place_of("out"))
    piece = cut(files, 2_000)[0]
    job = Job(str(tmp_path / "out"), "t", RecognizerChoice(NONE), pa.schema([]))
    assert tag_piece(job, piece).read > 0


def test_worker_with_another_tagger_refuses(settings: Settings, tmp_path: Path):
    source = write_lines(tmp_path / "a.jsonl", STORIES)
    piece = cut(story_files(str(source), apart_from=place_of("out")), 2_000)[0]
    job = Job(str(tmp_path / "out"), "9.9+00000000", RecognizerChoice(NONE), pa.schema([]))
    with pytest.raises(
        AinewsError, match=r"has the tagger .*, and 9.9\+00000000 is asked for; install the same release"
    ):
        tag_piece(job, piece)


def test_worker_that_does_not_find_the_stories_says_so(settings: Settings, tmp_path: Path):
    source = write_lines(tmp_path / "a.jsonl", STORIES)
    piece = replace(cut(story_files(str(source), apart_from=place_of("out")), 2_000)[0], file="/elsewhere/a.jsonl")
    with pytest.raises(AinewsError, match=r"/elsewhere/a.jsonl: the worker on .* does not find it; keep stories where"):
        work.look_through(piece)


def test_engines_count_the_same_in_the_pieces(settings: Settings, tmp_path: Path, monkeypatch, capsys):
    """What README shows, on pieces of ours: DuckDB, polars and a plain count agree."""
    spread(write_lines(tmp_path / "a.jsonl", STORIES), tmp_path / "tags", settings)
    (code,) = re.findall(r"^```python\n(import duckdb\nimport polars .*?)^```", README.read_text("utf-8"), re.M | re.S)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), names)
    counted = Counter((row["published"][:7], tag["id"]) for row in rows_in(tmp_path / "tags") for tag in row["topics"])
    assert names["monthly"] == sorted((month, topic, n) for (month, topic), n in counted.items())
    assert capsys.readouterr().out == "True\n"


# What was begun


def test_call_after_one_that_was_cut_off_does_only_what_is_left(settings: Settings, tmp_path: Path):
    source = write_lines(tmp_path / "a.jsonl", STORIES)
    whole = spread(source, tmp_path / "out", settings)
    rows = rows_in(tmp_path / "out")
    for number in (2, 5):
        for path in (tmp_path / "out").rglob(f"piece-{number:06d}*"):
            path.unlink()
    (tmp_path / "out" / "month=2024-01" / ".piece-000002.parquet.77.part").touch()
    Here.seen.clear()
    again = spread(source, tmp_path / "out", settings)
    assert sorted(Here.seen) == [2, 5]
    assert (again.pieces, again.done_now, again.counts) == (whole.pieces, 2, whole.counts)
    assert rows_in(tmp_path / "out") == rows
    assert list((tmp_path / "out").rglob(".*")) == []


def test_other_work_in_the_folder_is_named(settings: Settings, tmp_path: Path):
    source = write_lines(tmp_path / "a.jsonl", STORIES)
    spread(source, tmp_path / "out", settings)
    write_lines(source, STORIES[:-1])
    with pytest.raises(
        InputError, match=r"other work was begun in it: the files .*; a piece had 2,000 bytes, now 3,000; name"
    ):
        spread(source, tmp_path / "out", settings, piece_bytes=3_000)
    with pytest.raises(InputError, match=r"the tagger was 0\S+ and is 0"):
        spread(source, tmp_path / "out", replace(settings, recognizer="shipped"))


def test_folder_with_something_else_is_left_alone(settings: Settings, tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").touch()
    with pytest.raises(InputError, match="something that is no tags of ours; name another folder"):
        spread(write_lines(tmp_path / "a.jsonl", STORIES), tmp_path / "out", settings)


def test_file_that_was_lost_meanwhile_is_named(settings: Settings, tmp_path: Path):
    source = write_lines(tmp_path / "a.jsonl", STORIES)
    spread(source, tmp_path / "out", settings)
    next((tmp_path / "out").glob("month=2024-02/*")).unlink()
    with pytest.raises(AinewsError, match=r"month=2024-02/piece.*: the file is missing, although its piece was done"):
        spread(source, tmp_path / "out", settings)


def test_stories_that_can_not_be_kept_apart_are_refused(settings: Settings, tmp_path: Path):
    source = write_lines(tmp_path / "a.jsonl", [row | {"month": "May"} for row in STORIES])
    with pytest.raises(InputError, match=r"the key `month`, by which .*; rename it"):
        spread(source, tmp_path / "out", settings)
    pq.write_table(pa.Table.from_pylist(STORIES), tmp_path / "b.parquet")
    with pytest.raises(InputError, match="JSON Lines and Parquet are mixed"):
        spread(tmp_path, tmp_path / "out", settings)


# The cluster's side


def test_command_line_comes_without_what_only_a_cluster_needs():
    code = "import sys, etl.__main__; print(sorted({'distributed', 'dask', 'fsspec', 'pyarrow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_worker_that_would_tag_otherwise_is_told_by_what_differs(small_seeds: Path):
    choice = RecognizerChoice(NONE)
    here = tagger_parts(small_seeds, choice)
    (small_seeds / "regions.toml").write_text("", encoding="utf-8")
    there = tagger_parts(small_seeds, choice)
    check_workers(here, {"tcp://a:1": here, "tcp://b:1": OSError("it died over the question")})
    with pytest.raises(AinewsError, match=r"the worker tcp://a:1 would .*: regions.toml e3b0c442, here \w{8}; install"):
        check_workers(here, {"tcp://a:1": there})
    with pytest.raises(
        AinewsError, match=r"tcp://a:1 can't tag: No module named 'etl'; install `ai-news-trends\[cluster\]`"
    ):
        check_workers(here, {"tcp://a:1": ModuleNotFoundError("No module named 'etl'")})


def test_errors_of_work_are_told_with_the_remedy():
    assert str(failure_of(AinewsError("no room"))) == "no room"
    assert "ZeroDivisionError: by zero" in str(failure_of(ZeroDivisionError("by zero")))
    assert "`--memory-limit`" in str(failure_of(killed_worker()))


def killed_worker() -> KilledWorker:
    class Worker:
        address = "tcp://a:1"

    return KilledWorker("piece", Worker(), 3)


@pytest.mark.parametrize("text", ["", "localhost", "tcp://", "tcp://here", "http://here:8786", "tcp://a:1 b"])
def test_what_is_no_address_of_a_cluster_is_wrong_usage(text: str):
    with pytest.raises(ValueError, match="neither `local` nor an address"):
        address_of_cluster(text)


def test_extra_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "etl.scale_out.cluster", None)
    with pytest.raises(AinewsError, match=r"needs .*; say pip install 'ai-news-trends\[cluster\]', here and on every"):
        tag_spread("in.jsonl", "out", load_settings({}), "local", wait=1, piece_mb=8)


def test_scheduler_and_workers_that_are_not_there_or_not_right_are_told(tmp_path: Path):
    """No scheduler, one without workers, and one whose worker has other seeds, as processes of their own."""
    out, stories = tmp_path / "out", write_lines(tmp_path / "a.jsonl", STORIES)
    with dask_processes(tmp_path / "processes") as processes:
        line = ("-m", "etl", "tag", str(stories), str(out), "--no-recognizer", "--cluster", processes.address)

        def said(*more: str) -> str:
            ainews = processes.start(*line, *more)
            assert ainews.wait(timeout=90) == 1
            return processes.log(ainews).decode()

        assert f"no scheduler answers at {processes.address} within 1 s; start one with `dask scheduler`" in said(
            "--wait", "1"
        )
        processes.scheduler()
        assert f"has had no worker for 1 s; start some with `dask worker {processes.address}" in said("--wait", "1")
        worker = processes.worker(AINEWS_SEEDS=str(write_seeds(tmp_path / "seeds")))
        until(lambda: b"Registered to" in processes.log(worker), worker)
        assert "would tag otherwise than this machine" in said()
    assert not out.exists()


def test_cluster_of_this_machine_begins_and_ends_with_the_work():
    with scheduler_at("local", workers=1) as address:
        cluster = Cluster(address, 60, int, lambda found: None, print)
        assert dict(cluster.each(divmod, {1: (7, 2), 2: (9, 2)})) == {1: (3, 1), 2: (4, 1)}
        with pytest.raises(AinewsError, match="a worker failed: ZeroDivisionError"):
            list(cluster.each(divmod, {1: (7, 0)}))
    with pytest.raises(AinewsError, match="no scheduler answers"):
        list(Cluster(address, 1, int, lambda found: None, print).each(divmod, {1: (7, 2)}))
