"""Facts of so many stories from tagged pieces within 4 GB: `python -m tests.bench.pieces [STORIES]`, 10 million unless said otherwise.

The pieces are those of a generated load, laid out as `ainews tag --cluster` leaves them (made once, kept in data/bench/pieces). DuckDB
builds the fact tables in a process of its own, whose peak of memory the operating system tells; polars then counts the stories of each
month and topic in the same files, in another one, and must count what the facts say. Last, `ainews build` makes a whole snapshot of them,
with identities, clusters, search and checks, which takes longest.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.commands.refresh import build
from etl.settings import default_seeds, load_settings
from etl.tagger.version import tagger_version
from tests.bench.generate.files import STORY
from tests.bench.generate.load import Load, make_load
from tests.bench.generate.model import load_model
from tests.bench.generate.seeds_folder import copy_seeds, write_sources
from tests.bench.generate.stories import pieces

PROJECT = Path(__file__).resolve().parents[3]
KEPT = PROJECT / "data" / "bench"
SQL = Path(__file__).resolve().parent
STORIES, LIMIT, PIECE = 10_000_000, "4GB", 20_000
LEFT = "3GB"  # what of the limit the database has in a build: the leads of a week and ids take the rest
COLUMNS = [*STORY, "topics", "topics_near", "organizations", "regions", "tagger"]


def write_pieces(load: Load, out: Path, *, tagger: str, piece: int = PIECE) -> None:
    """Tagged stories of a load, a file for each month of each `piece` stories."""
    for number, table in enumerate(pieces(load, tagged=True, piece=piece, tagger=tagger), 1):
        months = pc.utf8_slice_codeunits(table["published"], 0, 7)
        for month in pc.unique(months).to_pylist():
            folder = out / f"month={month}"
            folder.mkdir(parents=True, exist_ok=True)
            pq.write_table(
                table.select(COLUMNS).filter(pc.equal(months, month)), folder / f"piece-{number:06d}.parquet"
            )


def write_world(number: int, folder: Path) -> None:
    """Pieces in `tags`, and in `seeds` what `ainews build` needs to know of their sources."""
    load = make_load(load_model(), number)
    copy_seeds(default_seeds(), folder / "seeds")
    write_sources(folder / "seeds", load.calendar.feeds, load)
    settings = load_settings({"AINEWS_SEEDS": str(folder / "seeds"), "AINEWS_DATA": str(folder / "data")})
    write_pieces(load, folder / "tags", tagger=tagger_version(settings.seeds, settings.recognizer_choice))


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
        write_world(number, folder)
        (folder / "done").touch()
    facts, polars = _apart("facts", folder), _apart("polars", folder)
    if facts.pop("rows") != polars.pop("rows"):
        raise RuntimeError("the engines count different stories in the same files")
    files = list((folder / "tags").rglob("*.parquet"))
    size = round(sum(path.stat().st_size for path in files) / 1e6)
    shutil.rmtree(folder / "data", ignore_errors=True)
    snapshot = _apart("snapshot", folder)
    return {"stories": number, "files": len(files), "mb": size, "facts": facts, "polars": polars, "snapshot": snapshot}


def _apart(what: str, folder: Path) -> dict[str, Any]:
    """One engine in a process of its own: seconds of clock and processor, peak of memory, and what it counted."""
    (folder / "facts.duckdb").unlink(missing_ok=True)
    out = folder / f"{what}.json"
    began = time.perf_counter()
    environment = os.environ | {"AINEWS_SEEDS": str(folder / "seeds"), "AINEWS_DATA": str(folder / "data")}
    call = (sys.executable, "-m", "tests.bench.pieces", what, str(folder), str(out))
    process = subprocess.Popen(call, cwd=PROJECT, env=environment)
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
        case ["snapshot", folder, out]:
            build(Path(folder, "tags"), memory=LEFT)
            sizes = [path.stat().st_size for path in Path(folder, "data", "snapshots").glob("*.duckdb")]
            Path(out).write_text(json.dumps({"peak_mb": _peak_mb(), "mb": round(sum(sizes) / 1e6)}), encoding="utf-8")
        case numbers:
            found = measure(*map(int, numbers or [str(STORIES)]))
            (KEPT / "pieces.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
            print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
