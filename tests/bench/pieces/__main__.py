"""Facts of so many stories from tagged pieces within 4 GB: `python -m tests.bench.pieces [STORIES [MEMORY]]`, 10 million unless said
otherwise; MEMORY is what the database may use while a snapshot is built.

The pieces are those of a generated load, laid out as `ainews tag --cluster` leaves them (made once, kept in data/bench/pieces). DuckDB
builds the fact tables in a process of its own, whose peak of memory the operating system tells; polars then counts the stories of each
month and topic in the same files, in another one, and must count what the facts say. Last, `ainews build` makes a whole snapshot of them,
with identities, clusters, search and checks, which takes longest; what each of its steps takes is told by itself.
"""

from __future__ import annotations

import json
import os
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

from etl.settings import default_seeds, load_settings
from etl.tagger.version import tagger_version
from tests.bench.generate.files import STORY
from tests.bench.generate.load import Load, make_load
from tests.bench.generate.model import load_model
from tests.bench.generate.seeds_folder import copy_seeds, write_sources
from tests.bench.generate.stories import pieces
from tests.bench.pieces.stages import peak_mb

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


def measure(number: int, memory: str = LEFT) -> dict[str, Any]:
    """Seconds, peak of memory in MB, and megabytes on disk; raises RuntimeError where the engines differ."""
    folder = KEPT / "pieces" / str(number)
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write_world(number, folder)
        (folder / "done").touch()
    facts, polars = (_apart(what, folder, "tests.bench.pieces", what) for what in ("facts", "polars"))
    if facts.pop("rows") != polars.pop("rows"):
        raise RuntimeError("the engines count different stories in the same files")
    files = list((folder / "tags").rglob("*.parquet"))
    size = round(sum(path.stat().st_size for path in files) / 1e6)
    shutil.rmtree(folder / "data", ignore_errors=True)
    snapshot = _apart("snapshot", folder, "tests.bench.pieces.stages", memory)
    return {"stories": number, "files": len(files), "mb": size, "facts": facts, "polars": polars, "snapshot": snapshot}


def _apart(what: str, folder: Path, *call: str) -> dict[str, Any]:
    """One engine in a process of its own: seconds of clock and processor, peak of memory, and what it counted."""
    (folder / "facts.duckdb").unlink(missing_ok=True)
    out = folder / f"{what}.json"
    began = time.perf_counter()
    environment = os.environ | {"AINEWS_SEEDS": str(folder / "seeds"), "AINEWS_DATA": str(folder / "data")}
    process = subprocess.Popen([sys.executable, "-m", *call, str(folder), str(out)], cwd=PROJECT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{what} ended with status {process.returncode}")
    seconds, cpu = time.perf_counter() - began, usage.ru_utime + usage.ru_stime
    return {"seconds": round(seconds, 1), "cpu_s": round(cpu, 1), **json.loads(out.read_text(encoding="utf-8"))}


def main() -> None:
    """Measure, or be one of the measured processes."""
    match sys.argv[1:]:
        case [("facts" | "polars") as what, folder, out]:
            pieces = Path(folder, "tags")
            rows = build_facts(pieces, Path(folder, "facts.duckdb")) if what == "facts" else count_with_polars(pieces)
            Path(out).write_text(json.dumps({"peak_mb": peak_mb(), "rows": rows}), encoding="utf-8")
        case asked:
            found = measure(int(asked[0]) if asked else STORIES, *asked[1:])
            (KEPT / "pieces.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
            print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
