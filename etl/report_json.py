"""A report of each run as a file of its own: the line of `data/runs.jsonl`, for programs that are called or asked afterwards."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from etl.publish import flush
from etl.settings import Settings

KEPT = 500


def write_report(settings: Settings, entry: Mapping[str, Any]) -> Path:
    """Write `data/reports/<run_id>.json`, whole or not at all, and remove all but the newest 500; returns the file.

    Raises OSError where the disk refuses, ValueError for an entry without a proper run_id.
    """
    run_id = str(entry.get("run_id", ""))
    if not re.fullmatch(r"[\w-]{1,64}", run_id):
        raise ValueError(f"{run_id!r} is no run_id")
    folder = settings.data / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    path, draft = folder / f"{run_id}.json", folder / f".{run_id}.new"
    try:
        draft.write_text(json.dumps(entry, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")
        flush(draft)
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    _prune(folder, keep=path)
    return path


def _prune(folder: Path, *, keep: Path) -> None:
    """Oldest first by when they were written: a run's id says nothing of its time."""
    reports = sorted(folder.glob("*.json"), key=lambda path: (path == keep, path.stat().st_mtime_ns))
    for path in reports[:-KEPT]:
        path.unlink(missing_ok=True)
