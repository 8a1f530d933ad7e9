"""A load as a seeds folder that `ainews run` takes in: sources.toml, archive/, and all else as in the project's seeds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.bench.generate.calendar import Feed
from tests.bench.generate.files import STORY, Progress, json_lines, text_bytes
from tests.bench.generate.load import Load
from tests.bench.generate.stories import pieces

LATER = "later"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def write_seeds(
    load: Load, folder: Path, *, base: Path, later: date | None = None, on_progress: Progress | None = None
) -> None:
    """Make the folder from the seeds in `base`, with the load's sources and stories in place of theirs.

    Stories from day `later` on go to `folder/later`, for `add_later` to add: what a refresh has to take in. Raises
    FileExistsError where the folder is there already.
    """
    copy_seeds(base, folder)
    write_archive(load, folder, later=later, on_progress=on_progress)


def copy_seeds(base: Path, folder: Path) -> None:
    """All of the seeds in `base` but their stories and sources."""
    left_out = shutil.ignore_patterns("archive", "newsletters", "sources.toml")
    shutil.copytree(base, folder, ignore=left_out)
    (folder / "newsletters").mkdir()
    (folder / "newsletters" / "manifest.toml").write_text("", encoding="utf-8")


def write_archive(load: Load, folder: Path, *, later: date | None = None, on_progress: Progress | None = None) -> None:
    """Only sources.toml and archive/, into a folder that is there."""
    until = str(later or date.max)
    done = 0
    with duckdb.connect(config={"threads": 1}) as con:
        for table in pieces(load):
            days = table.column("published").to_numpy()
            cut = int(np.searchsorted(days.astype("U10"), until))
            _append(con, load, table.slice(0, cut), folder)
            _append(con, load, table.slice(cut), folder / LATER)
            done += len(table)
            if on_progress is not None:
                on_progress(done, load.stories)
    feeds = load.calendar.feeds
    held = {path.stem for path in (folder / "archive").glob("*.jsonl")}
    write_sources(folder, (feed for feed in feeds if feed.id in held), load)
    if later is not None:
        (folder / LATER).mkdir(exist_ok=True)
        held |= {path.stem for path in (folder / LATER / "archive").glob("*.jsonl")}
        write_sources(folder / LATER, (feed for feed in feeds if feed.id in held), load)


def add_later(folder: Path) -> int:
    """Add what `later/` holds to a seeds folder, as the next days would; returns how many stories."""
    added = 0
    for path in sorted((folder / LATER / "archive").glob("*.jsonl")):
        lines = path.read_bytes()
        with (folder / "archive" / path.name).open("ab") as file:
            file.write(lines)
        added += lines.count(b"\n")
    (folder / LATER / "sources.toml").replace(folder / "sources.toml")
    shutil.rmtree(folder / LATER)
    return added


def _append(con: duckdb.DuckDBPyConnection, load: Load, table: Any, folder: Path) -> None:
    """Append each source's lines to its file."""
    if not len(table):
        return
    (folder / "archive").mkdir(parents=True, exist_ok=True)
    lines = json_lines(con, table.select(list(STORY))).combine_chunks()
    lines = lines.chunk(0) if isinstance(lines, pa.ChunkedArray) else lines
    names = {feed.name: feed.id for feed in load.calendar.feeds}
    source = table.column("source").combine_chunks()
    for name in source.unique().to_pylist():
        with (folder / "archive" / f"{names[name]}.jsonl").open("ab") as file:
            file.write(text_bytes(lines.filter(pc.equal(source, name))))


def write_sources(folder: Path, feeds: Iterable[Feed], load: Load) -> None:
    """Only sources.toml, with these of the load's sources."""
    text = "\n".join(_source(feed, hole=load.model.assumed["hole_from"]) for feed in feeds)
    (folder / "sources.toml").write_text(text, encoding="utf-8")


def _source(feed: Feed, *, hole: int) -> str:
    """The table of a source, whose holes are its pauses of at least that many days."""
    values = {
        "name": feed.name,
        "kind": "newsletter",
        "home": f"https://{feed.id}.example/",
        "rhythm": feed.rhythm,
    }
    lines = [f"[{feed.id}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    lines.append(f"exists_from = {feed.first}")
    lines.append(f'archive = {{ file = "archive/{feed.id}.jsonl", issue_from = "id" }}')
    if feed.rhythm == "month":
        lines.append('sampled = "a part of each month"')
    if feed.rhythm == "issue":
        lines.append(f'issues = [{{ weekday = "{_WEEKDAYS[feed.weekday]}", from = {feed.first} }}]')
    return "\n".join([*lines, "coverage = [", *_coverage(feed, hole), "]", ""])


def _coverage(feed: Feed, hole: int) -> Iterable[str]:
    begin = feed.first
    for first, last in feed.pauses:
        if (last - first).days + 1 >= hole:
            if begin < first:
                yield f"  {{ from = {begin}, to = {first - timedelta(days=1)} }},"
            yield f'  {{ from = {first}, to = {last}, reason = "a pause of the source" }},'
            begin = last + timedelta(days=1)
    yield f"  {{ from = {begin} }},"
