"""Facts of so many stories from tagged pieces within 4 GB: `python -m tests.bench.pieces [STORIES]`, 10 million unless said otherwise.

The pieces are those of a generated load, laid out as `ainews tag --cluster` leaves them (made once, kept in data/bench/pieces). DuckDB
builds the fact tables in a process of its own, whose peak of memory the operating system tells; polars then counts the stories of each
month and topic in the same files, in another one, and must count what the facts say.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

PROJECT = Path(__file__).resolve().parents[3]
KEPT = PROJECT / "data" / "bench"
SQL = Path(__file__).resolve().parent
STORIES, LIMIT, PIECE = 10_000_000, "4GB", 20_000


def pieces_of(load: Path, out: Path, *, piece: int = PIECE) -> None:
    """Stories and tags of a generated load side by side, a file for each month of each `piece` stories."""
    numbers = count(1)
    for stories in sorted((load / "stories").rglob("*.parquet")):
        tags = pq.ParquetFile(load / "tags" / stories.relative_to(load / "stories"))
        for told, found in zip(pq.ParquetFile(stories).iter_batches(piece), tags.iter_batches(piece), strict=True):
            _write(out, next(numbers), pa.Table.from_batches([told]), pa.Table.from_batches([found]))


def _write(out: Path, number: int, stories: Any, tags: Any) -> None:
    if not stories["id"].equals(tags["id"]):
        raise RuntimeError("stories and tags of the load are not in the same order")
    for name in ("topics", "topics_near", "organizations", "regions", "tagger"):
        stories = stories.append_column(name, tags[name])
    months = pc.utf8_slice_codeunits(stories["published"], 0, 7)
    for month in pc.unique(months).to_pylist():
        folder = out / f"month={month}"
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(stories.filter(pc.equal(months, month)), folder / f"piece-{number:06d}.parquet")


def build_facts(pieces: Path, database: Path, *, limit: str = LIMIT) -> list[tuple[Any, ...]]:
    """Build the fact tables; the rows of each month and topic."""
    with duckdb.connect(str(database)) as con:
        con.execute(f"SET memory_limit = '{limit}'")
        con.execute(f"SET temp_directory = '{database.parent / 'spill'}'")
        con.execute("SET preserve_insertion_order = false")
        con.execute((SQL / "facts.sql").read_text(encoding="utf-8").replace("{pieces}", f"{pieces}/*/*.parquet"))
        return con.execute((SQL / "shares.sql").read_text(encoding="utf-8")).fetchall()


def count_with_polars(pieces: Path) -> list[tuple[Any, ...]]:
    """The rows of each month and topic by another engine, from the pieces alone."""
    tagged = pl.scan_parquet(f"{pieces}/*/*.parquet", hive_partitioning=True).select("month", "topics")
    topics = (
        tagged.explode("topics").drop_nulls("topics").with_columns(pl.col("topics").struct.field("id").alias("topic"))
    )
    counted = topics.group_by("month", "topic").len("stories").sort("month", "topic")
    return list(counted.collect(engine="streaming").iter_rows())


def measure(number: int) -> dict[str, Any]:
    """Seconds, peak of memory in MB, and megabytes on disk; raises RuntimeError where the engines differ."""
    folder = KEPT / "pieces" / str(number)
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        generate = (
            sys.executable,
            "-m",
            "tests.bench.generate",
            "stories",
            str(number),
            str(folder / "load"),
            "--tagged",
        )
        subprocess.run(generate, cwd=PROJECT, check=True)
        pieces_of(folder / "load", folder / "tags")
        shutil.rmtree(folder / "load")
        (folder / "done").touch()
    facts, polars = _apart("facts", folder), _apart("polars", folder)
    if facts.pop("rows") != polars.pop("rows"):
        raise RuntimeError("the engines count different stories in the same files")
    files = list((folder / "tags").rglob("*.parquet"))
    size = round(sum(path.stat().st_size for path in files) / 1e6)
    return {"stories": number, "files": len(files), "mb": size, "facts": facts, "polars": polars}


def _apart(what: str, folder: Path) -> dict[str, Any]:
    """One engine in a process of its own: seconds of clock and processor, peak of memory, and what it counted."""
    (folder / "facts.duckdb").unlink(missing_ok=True)
    out = folder / f"{what}.json"
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.pieces", what, str(folder), str(out)], cwd=PROJECT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{what} ended with status {process.returncode}")
    seconds, cpu = time.perf_counter() - began, usage.ru_utime + usage.ru_stime
    return {"seconds": round(seconds, 1), "cpu_s": round(cpu, 1), **json.loads(out.read_text(encoding="utf-8"))}


def _peak_mb() -> int:
    """The peak of this process alone: what a parent is told of it holds the parent's own, from before the program was loaded."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return round(int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) / 1e3)


def main() -> None:
    """Measure, or be one of the measured processes."""
    match sys.argv[1:]:
        case [("facts" | "polars") as what, folder, out]:
            pieces = Path(folder, "tags")
            rows = build_facts(pieces, Path(folder, "facts.duckdb")) if what == "facts" else count_with_polars(pieces)
            Path(out).write_text(json.dumps({"peak_mb": _peak_mb(), "rows": rows}), encoding="utf-8")
        case numbers:
            found = measure(*map(int, numbers or [str(STORIES)]))
            (KEPT / "pieces.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
            print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
