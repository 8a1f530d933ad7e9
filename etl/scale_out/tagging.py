"""What `ainews tag IN OUT --cluster` does: plan, send out what is left, and say what came of it when all of it is there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from etl.errors import AinewsError, InputError
from etl.scale_out.cluster import Cluster, Say, scheduler_at
from etl.scale_out.places import Place, StoryFile, place_of, story_files
from etl.scale_out.plan import MONTH, OWN, Piece, Plan, cut, is_table, read_plan, table_columns
from etl.scale_out.work import Job, Looked, Receipt, look_through, parts_here, receipt_place, rejected_place, tag_piece
from etl.settings import Settings
from etl.tag_files import TagReport
from etl.tag_parquet import tagged_schema, types_of
from etl.tagger.version import tagger_parts, tagger_version

PIECE_BYTES = 8_000_000
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class How:
    """Where the workers are, how long to wait for them, how large a piece is; whom to tell what went on."""

    cluster: str
    say: Say
    progress: Progress
    wait: float = 60.0
    piece_bytes: int = PIECE_BYTES


@dataclass(frozen=True, slots=True)
class SpreadReport:
    """Counts as of one file; pieces, and how many of them were done by this call; stories and seconds of processor by worker."""

    counts: TagReport
    pieces: int
    done_now: int
    workers: Mapping[str, tuple[int, float]]


def tag_on_cluster(source: str, target: str, *, settings: Settings, how: How) -> SpreadReport:
    """Tag all stories at `source` into the folder `target`, one Parquet file for each piece and month in it.

    Where the folder holds part of the same work, only what is left is done. `<target>.rejected.jsonl` is that of contract 1.
    Raises InputError for files that can't be used and a folder that holds other work, AinewsError for a cluster that can't do it.
    """
    out = place_of(target)
    version = tagger_version(settings.seeds, settings.recognizer_choice)
    files = story_files(source, apart_from=out)
    plan = _begun(out, files, tagger=version, piece_bytes=how.piece_bytes)
    check = partial(check_workers, tagger_parts(settings.seeds, settings.recognizer_choice))
    look = partial(parts_here, settings.recognizer_choice)
    with scheduler_at(how.cluster, workers=settings.threads) as address:
        cluster = Cluster(address, how.wait, look, check, how.say)
        if plan is None:
            plan = _planned(cluster, files, tagger=version, piece_bytes=how.piece_bytes)
            plan.write(out)
        job = Job(out.address, version, settings.recognizer_choice, plan.columns)
        receipts, now = _all_tagged(cluster, plan, job, out, how.progress)
    return _finish(plan, receipts, out, done_now=now)


def _begun(out: Place, files: Sequence[StoryFile], *, tagger: str, piece_bytes: int) -> Plan | None:
    """The plan of what was begun in this folder. Raises InputError where that is something else."""
    plan = read_plan(out)
    remedy = "name another folder, or remove this one"
    if plan is None:
        if out.exists() and (out.fs.isfile(out.path) or out.files()):
            raise InputError("it holds something that is no tags of ours", file=out.address, remedy=remedy)
        return None
    problems = {
        f"the tagger was {plan.tagger} and is {tagger}": plan.tagger != tagger,
        "the files of stories are others, or have changed": list(plan.files) != list(files),
        f"a piece had {plan.piece_bytes:,} bytes, now {piece_bytes:,}": plan.piece_bytes != piece_bytes,
    }
    differing = [problem for problem, differs in problems.items() if differs]
    if differing:
        raise InputError(f"other work was begun in it: {'; '.join(differing)}", file=out.address, remedy=remedy)
    return plan


def _planned(cluster: Cluster, files: Sequence[StoryFile], *, tagger: str, piece_bytes: int) -> Plan:
    """Cut the files into pieces; what only reading tells of JSON Lines, numbers of lines and kinds of values, workers find."""
    tables = {is_table(file.address) for file in files}
    if len(tables) > 1:
        problem = "JSON Lines and Parquet are mixed"
        raise InputError(problem, file=files[0].address, remedy="tag each kind into a folder of its own")
    pieces = cut(files, piece_bytes)
    if tables == {True}:
        columns = table_columns(files)
        pieces = [replace(piece, first=piece.start + 1) for piece in pieces]
    else:
        looked = dict(cluster.each(look_through, {piece.number: (piece,) for piece in pieces}))
        columns = types_of(looked[piece.number].kinds for piece in pieces)
        pieces = _numbered(pieces, looked)
    if MONTH in columns:
        problem = f"stories carry the key `{MONTH}`, by which the tags' files are kept"
        raise InputError(problem, file=files[0].address, remedy="rename it")
    return Plan(tagger, piece_bytes, files, pieces, tagged_schema(columns))


def _numbered(pieces: Iterable[Piece], looked: Mapping[int, Looked]) -> list[Piece]:
    """The pieces with the number of their first line, in each file from 1."""
    found: list[Piece] = []
    file, first = "", 1
    for piece in pieces:
        file, first = piece.file, first if piece.file == file else 1
        found.append(replace(piece, first=first))
        first += looked[piece.number].lines
    return found


def check_workers(here: Mapping[str, str], found: Mapping[str, Any]) -> None:
    """Raise AinewsError unless every worker has what tags depend on as it is here.

    One that died over the question, and one that joins later, is asked by its first piece.
    """
    for worker, parts in found.items():
        if isinstance(parts, OSError):
            continue
        if isinstance(parts, BaseException):
            problem = f"the worker {worker} can't tag: {parts or type(parts).__name__}"
            raise AinewsError(f"{problem}; install `ai-news-trends[cluster]` and the same seeds on every machine")
        other = [
            f"{name} {parts.get(name)}, here {here.get(name)}"
            for name in here | parts
            if parts.get(name) != here.get(name)
        ]
        if other:
            problem = f"the worker {worker} would tag otherwise than this machine: {'; '.join(other)}"
            raise AinewsError(f"{problem}; install the same release and the same seeds on every machine")


def _all_tagged(
    cluster: Cluster, plan: Plan, job: Job, out: Place, progress: Progress
) -> tuple[dict[int, Receipt], int]:
    """The receipt of each piece, and how many came now."""
    had = set(out.files())
    done = [piece for piece in plan.pieces if _name(receipt_place(out, piece), out) in had]
    receipts = {piece.number: Receipt(**receipt_place(out, piece).read_json()) for piece in done}
    left = {piece.number: (job, piece) for piece in plan.pieces if piece.number not in receipts}
    read = sum(receipt.read for receipt in receipts.values())
    for number, receipt in cluster.each(tag_piece, left):
        receipts[number] = receipt
        read += receipt.read
        progress(read, None)
    return receipts, len(left)


def _name(place: Place, out: Place) -> str:
    return place.path[len(out.path.rstrip("/")) + 1 :]


def _finish(plan: Plan, receipts: Mapping[int, Receipt], out: Place, *, done_now: int) -> SpreadReport:
    """Hold the folder against the receipts, put the rejected lines together, and sum up."""
    _compare(out, receipts)
    read, rejected = (sum(getattr(one, what) for one in receipts.values()) for what in ("read", "rejected"))
    rejects = out.beside(".rejected.jsonl")
    if rejected:
        rejects.write(partial(_write_rejected, plan, receipts, out))
    else:
        rejects.remove()
    workers: dict[str, tuple[int, float]] = {}
    for one in receipts.values():
        stories, seconds = workers.get(one.worker, (0, 0.0))
        workers[one.worker] = (stories + one.read - one.rejected, round(seconds + one.cpu_s, 3))
    report = SpreadReport(TagReport(read, read - rejected, rejected), len(plan.pieces), done_now, workers)
    out.below(OWN, "report.json").write_json(asdict(report) | {"tagger": plan.tagger})
    return report


def _compare(out: Place, receipts: Mapping[int, Receipt]) -> None:
    """Remove what killed workers left half done; raise AinewsError unless exactly the files of the receipts are there."""
    there = set(out.files())
    for name in [name for name in there if name.endswith(".part") and name.rpartition("/")[2].startswith(".")]:
        out.below(name).remove()
    tags = {name for name in there if name.endswith(".parquet")}
    wanted = {name for one in receipts.values() for name in one.files}
    if tags != wanted:
        name = min(tags ^ wanted)
        problem = "is missing, although its piece was done" if name in wanted else "is of no piece"
        raise AinewsError(f"{out.below(name).address}: the file {problem}; tag into another folder")


def _write_rejected(plan: Plan, receipts: Mapping[int, Receipt], out: Place, path: Path) -> None:
    """All rejected lines in order; with their file where there are several."""
    with path.open("w", encoding="utf-8") as file:
        for piece in plan.pieces:
            if receipts[piece.number].rejected:
                with rejected_place(out, piece).open() as lines:
                    for line in lines:
                        row = json.loads(line) | ({"file": piece.file} if len(plan.files) > 1 else {})
                        file.write(json.dumps(row) + "\n")
