"""What a worker does with one piece: look through it, or tag it. It reads and writes files and returns counts."""

from __future__ import annotations

import io
import os
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from etl.errors import AinewsError, InputError
from etl.scale_out.places import Place, place_of
from etl.scale_out.plan import MONTH, OWN, Piece, is_table
from etl.settings import load_settings
from etl.sources.rows import moment_of
from etl.tag_lines import Counts, Line, StoryTagger, json_lines, noting, table_lines, tagged
from etl.tag_parquet import Kinds, kinds_of, rows_between, tables
from etl.tagger.choice import RecognizerChoice
from etl.tagger.version import tagger_parts, tagger_version

UNDATED = "none"
_one_at_a_time = threading.Lock()  # a tagger serves one thread; a worker with several takes its pieces in turn


@dataclass(frozen=True, slots=True)
class Job:
    """What all pieces share: where tags go, which tagger, the columns of the files."""

    out: str
    tagger: str
    recognizer: RecognizerChoice
    columns: pa.Schema


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look through a piece finds: how many lines it has, and the kinds of values of each key."""

    lines: int
    kinds: Kinds


@dataclass(frozen=True, slots=True)
class Receipt:
    """A piece that is done: its lines, its files, which worker it was, and what it took in seconds of processor and of clock."""

    piece: int
    read: int
    rejected: int
    files: list[str]
    worker: str
    cpu_s: float
    seconds: float


def receipt_place(out: Place, piece: Piece) -> Place:
    """Where the receipt of a piece is: it is written last, and says that the piece's files are there."""
    return out.below(OWN, "pieces", f"{piece.name}.json")


def rejected_place(out: Place, piece: Piece) -> Place:
    """Where the lines of a piece are that could not be read."""
    return out.below(OWN, "pieces", f"{piece.name}.rejected.jsonl")


def parts_here(recognizer: RecognizerChoice) -> dict[str, str]:
    """What tags depend on, on this machine. Raises InputError for seeds or a recognizer that are not there."""
    return tagger_parts(load_settings().seeds, recognizer)


def look_through(piece: Piece) -> Looked:
    """Count the lines of a piece of JSON Lines, and see what their keys hold. Raises AinewsError where it can't be read."""
    counted = 0

    def counting(lines: Iterable[bytes]) -> Iterator[bytes]:
        nonlocal counted
        for line in lines:
            counted += 1
            yield line

    with _sendable(), _opened(piece.file) as file:
        lines = json_lines(counting(lines_between(file, piece.start, piece.end)), first=_first(piece))
        kinds = kinds_of(line.carried for line in lines if line.carried is not None)
    return Looked(counted, kinds)


def tag_piece(job: Job, piece: Piece) -> Receipt:
    """Tag a piece into a Parquet file for each month in it, and write its receipt; where there is one, return that.

    Done twice, even at once, it leaves the same files. Raises AinewsError for another tagger than the job's, and for what can't
    be read or written.
    """
    out = place_of(job.out)
    with _sendable(), _one_at_a_time:
        done = receipt_place(out, piece)
        if done.exists():
            return Receipt(**done.read_json())
        tagger = tagger_of(job.tagger, job.recognizer)
        began = time.perf_counter(), time.process_time()
        counts, refused = Counts(), io.StringIO()
        with _opened(piece.file) as file:
            rows = tagged(noting(_lines(file, piece), refused, counts), tagger)
            months = _by_month(rows, job.columns)
        receipt = _written(out, piece, months, counts, refused.getvalue(), began)
        done.write_json(asdict(receipt))
    return receipt


def _written(
    out: Place, piece: Piece, months: dict[str, list[Any]], counts: Counts, refused: str, began: tuple[float, float]
) -> Receipt:
    """Write the files of a piece, and say what was done."""
    files = {f"{MONTH}={month}/{piece.name}.parquet": parts for month, parts in sorted(months.items())}
    for name, parts in files.items():
        out.below(name).write(partial(pq.write_table, pa.concat_tables(parts)))
    if refused:
        rejected_place(out, piece).write(partial(_write_text, refused))
    seconds, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    worker = f"{socket.gethostname()}:{os.getpid()}"
    return Receipt(piece.number, counts.read, counts.rejected, list(files), worker, round(cpu, 3), round(seconds, 3))


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


@cache
def tagger_of(version: str, recognizer: RecognizerChoice) -> StoryTagger:
    """This process's tagger. Raises AinewsError where it is not of the version that is asked for."""
    from etl.tagger.pipeline import build_tagger

    seeds = load_settings().seeds
    here = tagger_version(seeds, recognizer)
    if here != version:
        problem = f"the worker {socket.gethostname()}:{os.getpid()} has the tagger {here}, and {version} is asked for"
        raise AinewsError(f"{problem}; install the same release and the same seeds on every machine")
    return build_tagger(seeds, recognizer)


def _by_month(rows: Iterable[dict[str, Any]], columns: pa.Schema) -> dict[str, list[Any]]:
    """The rows as Arrow tables by month, in order; Arrow takes a fraction of the memory of Python's objects."""
    found: dict[str, list[Any]] = {}
    waiting: dict[str, list[dict[str, Any]]] = {}
    for number, row in enumerate(rows, 1):
        waiting.setdefault(month_of(row.get("published")), []).append(row)
        if number % 512 == 0:
            _flush(waiting, found, columns)
    _flush(waiting, found, columns)
    return found


def _flush(waiting: dict[str, list[dict[str, Any]]], found: dict[str, list[Any]], columns: pa.Schema) -> None:
    for month, rows in waiting.items():
        found.setdefault(month, []).extend(tables(rows, columns))
    waiting.clear()


def month_of(published: object) -> str:
    """The month of a date in any form that a source of files may have, by UTC; `none` where it says no day for certain."""
    moment = moment_of(published)
    return UNDATED if moment is None else f"{moment:%Y-%m}"


def _lines(file: IO[bytes], piece: Piece) -> Iterator[Line]:
    if is_table(piece.file):
        rows = rows_between(file, name=piece.file, first=piece.start, last=piece.end)
        return table_lines(rows, first=piece.start + 1)
    return json_lines(lines_between(file, piece.start, piece.end), first=_first(piece))


def _first(piece: Piece) -> int:
    """The number of the first line; before it is known any but 1 will do for what is not the file's first."""
    return piece.first or (1 if piece.start == 0 else 2)


def lines_between(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    """The lines that begin in the bytes from `start` up to, without, `end`."""
    at = start
    if start:
        file.seek(start - 1)
        at += len(file.readline()) - 1
    while at < end and (line := file.readline()):
        at += len(line)
        yield line


@contextmanager
def _opened(address: str) -> Iterator[IO[bytes]]:
    """A file of stories, which a worker must find, too."""
    try:
        file = place_of(address).open()
    except FileNotFoundError as error:
        problem = f"the worker on {socket.gethostname()} does not find it"
        raise InputError(problem, file=address, remedy="keep stories where every machine sees them") from error
    with file:
        yield file


@contextmanager
def _sendable() -> Iterator[None]:
    """Errors that name a file don't survive the way to another process; what storage refuses says where that was."""
    try:
        yield
    except AinewsError as error:
        raise AinewsError(str(error)) from None
    except OSError as error:
        raise AinewsError(f"the worker on {socket.gethostname()}: {error}") from error
