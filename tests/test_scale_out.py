"""A backlog on a cluster: the rows of one process, every piece once, whatever is killed, joins late or starts again."""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from distributed import Client

from etl.settings import default_seeds
from etl.tag_files import tag_file
from etl.tag_lines import StoryTagger
from etl.tagger.choice import NONE, RecognizerChoice
from etl.tagger.pipeline import build_tagger
from tests.dask_processes import PATIENCE, PROJECT, DaskProcesses, dask_processes, until
from tests.serving import free_port
from tests.small_seeds import FakeTagger

BAD = ['{"id": "half', '{"title": "no id"}']
HELD = PROJECT / "tests" / "held_worker.py"
# What fsspec takes from the environment, so that it stands in no address, plan or log.
PASSWORD = "said to nobody"
LOGIN = {"FSSPEC_FTP_USERNAME": "reader", "FSSPEC_FTP_PASSWORD": PASSWORD}


@dataclass
class Stories:
    """A folder of two files; what one process makes of them as one file; its rows as text, and its rejected lines."""

    folder: Path
    rows: list[str]
    rejected: list[dict[str, Any]]
    first_file: int


def make_stories(folder: Path, tagger: StoryTagger, *, times: int) -> Stories:
    """The archive so many times, one story without a date, a key of two kinds, and two lines that can't be read."""
    lines = []
    for path in sorted((default_seeds() / "archive").glob("*.jsonl")):
        lines += path.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) | {"id": f"{json.loads(line)['id']}-{n}"} for n in range(times) for line in lines]
    rows[7] |= {"published": None, "note": 7}
    rows[-7] |= {"note": "seven"}
    out = [json.dumps(row, ensure_ascii=False) for row in rows]
    out[100:100], out[1_900:1_900] = [BAD[0], ""], [BAD[1]]
    (folder / "in").mkdir(parents=True)
    for name, part in (("a", out[:1_500]), ("b", out[1_500:])):
        (folder / "in" / f"{name}.jsonl").write_text("\n".join(part) + "\n", encoding="utf-8")
    (folder / "all.jsonl").write_text("\n".join(out) + "\n", encoding="utf-8")
    tag_file(folder / "all.jsonl", folder / "all.parquet", tagger=tagger)
    rejected = (folder / "all.parquet.rejected.jsonl").read_text(encoding="utf-8").splitlines()
    rows = as_text(pq.read_table(folder / "all.parquet").to_pylist())
    return Stories(folder / "in", rows, [json.loads(line) for line in rejected], 1_500)


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Stories:
    return make_stories(tmp_path_factory.mktemp("stories"), FakeTagger(), times=1)


def as_text(rows: list[dict[str, Any]]) -> list[str]:
    return [json.dumps(row, sort_keys=True) for row in rows]


def start(
    processes: DaskProcesses, stories: object, out: object, *, piece_mb: float, **environment: str
) -> subprocess.Popen[bytes]:
    how = ("--no-recognizer", "--cluster", processes.address, "--piece-mb", str(piece_mb), "--wait", "60")
    return processes.start("-m", "etl", "tag", str(stories), str(out), *how, **environment)


def receipts(out: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted((out / "_ainews" / "pieces").glob("*[0-9].json"))]


def did(out: Path, worker: subprocess.Popen[bytes]) -> bool:
    """Whether the worker has finished a piece."""
    return any(done["worker"].endswith(f":{worker.pid}") for done in receipts(out))


@contextmanager
def looking(address: str) -> Iterator[Callable[[subprocess.Popen[bytes]], bool]]:
    """A function that says whether a worker has a piece at this moment."""
    with Client(address, set_as_default=False) as looker:

        def busy(worker: subprocess.Popen[bytes]) -> bool:
            pids = looker.run(os.getpid, on_error="ignore")
            return any(pids.get(name) == worker.pid and keys for name, keys in looker.processing().items())

        yield busy


def hold_against(out: Path, stories: Stories, *, told_of: object = None) -> None:
    """The folder holds what one process made, each piece once and in order, and nothing else; `told_of` is where the stories came from."""
    report = json.loads((out / "_ainews" / "report.json").read_text())
    done = receipts(out)
    assert [one["piece"] for one in done] == list(range(1, report["pieces"] + 1))
    files = [name for one in done for name in one["files"]]
    assert sorted(files) == sorted(path.relative_to(out).as_posix() for path in out.rglob("*.p*") if path.is_file())
    pieces = [pq.ParquetFile(out / name).read().to_pylist() for name in files]
    assert Counter(as_text([row for rows in pieces for row in rows])) == Counter(stories.rows)
    place = {row: number for number, row in enumerate(stories.rows)}
    for rows in pieces:
        assert [place[row] for row in as_text(rows)] == sorted(place[row] for row in as_text(rows))
    assert report["counts"] == {"read": len(stories.rows) + 2, "tagged": len(stories.rows), "rejected": 2}
    told = [json.loads(line) for line in Path(f"{out}.rejected.jsonl").read_text(encoding="utf-8").splitlines()]
    first, second = stories.rejected
    second = second | {"line": second["line"] - stories.first_file}
    assert told == [
        {**first, "file": f"{told_of or stories.folder}/a.jsonl"},
        {**second, "file": f"{told_of or stories.folder}/b.jsonl"},
    ]


@pytest.mark.soak
def test_rows_are_those_of_one_process_whatever_dies(
    tmp_path: Path, stories: Stories, rounds: Callable[[int, int], int]
):
    """A worker is killed with a piece in its hands, another one joins late, and the scheduler is killed and starts again.

    At full length also the tagger that ships, with deaths at any moment.
    """
    die_in_turn(tmp_path, stories)
    if many := rounds(0, 10):
        real = build_tagger(default_seeds(), RecognizerChoice(NONE))
        many_stories = make_stories(tmp_path / "stories", real, times=8)
        for number in range(many):
            die_at_random(tmp_path / str(number), many_stories, random.Random(number))


def die_in_turn(tmp_path: Path, stories: Stories) -> None:
    out, hold = tmp_path / "out", tmp_path / "hold"
    held = {"HOLD": str(hold)}
    with dask_processes(tmp_path / "processes") as processes:
        scheduler = processes.scheduler()
        doomed = processes.worker("--preload", str(HELD), **held)
        other = processes.worker("--preload", str(HELD), **held)
        ainews = start(processes, stories.folder, out, piece_mb=0.02)
        until(lambda: did(out, doomed) and did(out, other), ainews)
        hold.touch()
        with looking(processes.address) as busy:
            until(lambda: busy(doomed), ainews)
            doomed.kill()
            late = processes.worker("--preload", str(HELD), **held)
            until(lambda: busy(late), ainews)
        hold.unlink()
        until(lambda: did(out, late), ainews)
        hold.touch()
        had = len(receipts(out))
        scheduler.kill()
        scheduler.wait()
        processes.scheduler()
        later = processes.worker("--preload", str(HELD), **held)
        hold.unlink()
        assert ainews.wait(timeout=PATIENCE) == 0, processes.log(ainews).decode()
        said = processes.log(ainews).decode()
    assert "is gone" in said
    assert had < len(receipts(out))
    assert did(out, later)
    hold_against(out, stories)


def die_at_random(folder: Path, stories: Stories, luck: random.Random) -> None:
    folder.mkdir()
    with dask_processes(folder / "processes") as processes:
        ainews = random_deaths(processes, stories, folder / "out", luck)
        assert ainews.wait(timeout=600) == 0, processes.log(ainews).decode()
    hold_against(folder / "out", stories)


def random_deaths(
    processes: DaskProcesses, stories: Stories, out: Path, luck: random.Random
) -> subprocess.Popen[bytes]:
    """Ten seconds in which workers and once the scheduler are killed and replaced."""
    scheduler, workers = processes.scheduler(), [processes.worker() for _ in range(3)]
    ainews = start(processes, stories.folder, out, piece_mb=0.1)
    at_scheduler = luck.randrange(6)
    for number in range(6):
        time.sleep(luck.uniform(0.3, 3.0))
        if number == at_scheduler:
            scheduler.kill()
            scheduler.wait()
            scheduler = processes.scheduler()
            workers = [processes.worker() for _ in range(3)]
        else:
            workers.pop(luck.randrange(len(workers))).kill()
            workers.append(processes.worker())
    return ainews


def test_pieces_go_in_and_out_through_a_server_while_a_worker_dies(tmp_path: Path, stories: Stories):
    """No machine but the server has a file: stories are read from it in parts, tags and receipts sent to it."""
    port, served, hold = free_port(), tmp_path / "served", tmp_path / "hold"
    shutil.copytree(stories.folder, served / "in")
    here = {"HOLD": str(hold), **LOGIN}
    with dask_processes(tmp_path / "processes") as processes:
        server = processes.start("-m", "tests.ftp_server", str(served), str(port), **LOGIN)
        until(lambda: listens(port), server)
        processes.scheduler()
        workers = [processes.worker("--preload", str(HELD), **here) for _ in range(2)]
        address, out = f"ftp://127.0.0.1:{port}", served / "out"
        ainews = start(processes, f"{address}/in", f"{address}/out", piece_mb=0.05, **LOGIN)
        until(lambda: all(did(out, worker) for worker in workers), ainews)
        hold.touch()
        with looking(processes.address) as busy:
            until(lambda: busy(workers[0]), ainews)
            workers[0].kill()
        hold.unlink()
        assert ainews.wait(timeout=PATIENCE) == 0, processes.log(ainews).decode()
        said = b"".join(processes.log(process) for process in processes.running)
    hold_against(out, stories, told_of=f"{address}/in")
    kept = b"".join(path.read_bytes() for path in served.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in said + kept


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
