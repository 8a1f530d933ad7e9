"""The same number from the DuckDB shell's SQL, from pandas and on the page, as the README has it (STATISTICS 27)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboard.data import ask_quietly

README = Path(__file__).resolve().parents[1] / "README.md"
NUMBER = re.compile(r"(\d+) of (\d+) stories, ([\d.]+) %, likely range ([\d.]+) to ([\d.]+) %")


def block(language: str, holds: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.S)
    return next(text for text in blocks if holds in text)


def test_shell_pandas_and_page_say_the_number_of_the_readme_27(
    monkeypatch: pytest.MonkeyPatch, shipped_snapshot, tmp_path
):
    k, n, *said = (float(part) for part in NUMBER.search(README.read_text(encoding="utf-8")).groups())
    name = (shipped_snapshot / "current").read_text().strip()
    with duckdb.connect(str(shipped_snapshot / "snapshots" / f"{name}.duckdb"), read_only=True) as con:
        rows = con.execute(block("sql", "FROM coverage(")).df()
    shell = rows[rows["period"] == pd.Timestamp(2024, 1, 1)].iloc[0]
    assert (shell["k"], shell["n"]) == (k, n)
    assert [round(100 * shell[column], 1) for column in ("share", "low", "high")] == said

    (tmp_path / "data").symlink_to(shipped_snapshot)
    (tmp_path / "counted.py").write_text(block("python", "story_topic"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "counted.py"], cwd=tmp_path, capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == f"{k:.0f} of {n:.0f} = {shell['share']:.4f}"
    assert done.stdout.strip() in block("python", "story_topic"), "the comment says what comes"

    monkeypatch.setenv("AINEWS_DATA", str(shipped_snapshot))
    plain = {"letters": False, "unit": "story", "about_any": None, "about_all": None, "about_none": None}
    span = {"grain": "year", "sources": ("the-batch",), "from_day": date(2019, 4, 17), "to_day": date(2026, 8, 21)}
    page = ask_quietly("coverage", keys=("topic:healthcare",), **span, **plain)
    drawn = page[page["period"] == pd.Timestamp(2024, 1, 1)].iloc[0]
    assert tuple(drawn[["k", "n", "share", "low", "high"]]) == tuple(shell[["k", "n", "share", "low", "high"]])
