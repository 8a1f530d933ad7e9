"""The engines of the benchmark count what the dashboard counts, copies, letters and languages too; its report holds what was measured."""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.bench import report
from tests.bench.chart.engines import MAKERS, NAMES, OURS, answer
from tests.bench.chart.rows import Question, export, read_questions
from tests.bench.extras import extra
from tests.bench.kept import KeptPart
from tests.bench.parts import queries
from tests.bench.ratios import Ratios
from tests.worlds import Publisher, Story, World

FIRST, DAYS, STORIES = date(2024, 1, 20), 130, 400
SOURCES = ("daily", "weekly", "wire", "journal")
SPAN = (FIRST, FIRST + timedelta(days=DAYS))
TWO, TOPIC = ("topic:agents", "topic:robots"), ("topic:generative",)
ASKED = {
    "of two sources": Question("a", "", True, TWO, *SPAN, sources=SOURCES[1:3]),
    "of one source": Question("b", "", False, TWO, *SPAN, sources=SOURCES[2:3]),
    "about a topic": Question("c", "", True, TWO, *SPAN, about_any=TOPIC),
    "about topics, of sources": Question("d", "", True, TWO, *SPAN, sources=SOURCES[::2], about_any=(*TOPIC, TWO[0])),
    "of some days": Question("e", "", True, TWO, FIRST + timedelta(days=20), FIRST + timedelta(days=70)),
}


def made_up() -> World:
    """Stories of which a third are copies of one before, in any source, some of them letters, in French, or nothing at all."""
    luck, stories = random.Random(7), list[Story]()
    for number in range(STORIES):
        leads = [at for at, story in enumerate(stories, 1) if story.copy_of is None]
        stories.append(
            Story(
                FIRST + timedelta(days=number * DAYS // STORIES),
                luck.sample(sorted(worlds.TOPICS), luck.choice([0, 1, 1, 2])),
                source=luck.choice(SOURCES),
                copy_of=luck.choice(leads) if leads and luck.random() < 0.33 else None,
                form=luck.choices(["news", "letter", "void"], [8, 1, 1])[0],
                language=luck.choices(["en", "en-GB", "fr"], [6, 2, 1])[0],
            )
        )
    return World(stories, [Publisher(name, name.title()) for name in SOURCES])


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = worlds.publish(made_up(), tmp_path_factory.mktemp("bench"))
    (path,) = (data / "snapshots").glob("*.duckdb")
    export(path, data / "rows")
    return path


def rows_of(snapshot: Path) -> Path:
    return snapshot.parents[1] / "rows"


@pytest.fixture(scope="module")
def questions(snapshot: Path) -> list[Question]:
    return [*read_questions(rows_of(snapshot)), *ASKED.values()]


def answers(name: str, snapshot: Path, questions: list[Question]) -> dict[str, Any]:
    engine = MAKERS[name](snapshot, rows_of(snapshot))
    return {
        question.name: answer(engine, questions, f"ask {number}")["rows"] for number, question in enumerate(questions)
    }


@pytest.fixture(scope="module")
def ours(snapshot: Path, questions: list[Question]) -> dict[str, Any]:
    return answers(OURS, snapshot, questions)


@pytest.mark.parametrize("name", [name for name in NAMES if name != OURS])
def test_every_engine_counts_the_same(name: str, snapshot: Path, questions: list[Question], ours: dict[str, Any]):
    if name == "polars" and extra("polars") is None:
        pytest.skip("polars is not installed: pip install -e '.[bench]'")
    theirs = answers(name, snapshot, questions)
    assert theirs == ours
    for question in questions:
        queries.refuse_unequal(question.name, {OURS: ours[question.name], name: theirs[question.name]})


def test_the_questions_differ_and_count_something(ours: dict[str, Any]):
    assert {"monthly", "topics", "filtered"} < set(ours)
    assert len({str(rows) for rows in ours.values()}) == len(ours)
    assert all(any(0 < k < n for _, _, k, n in rows) for rows in ours.values())


def test_other_numbers_are_refused():
    row, other = ["topic:a", "", 1, 2], ["topic:a", "", 2, 2]
    with pytest.raises(queries.Unequal, match=r"monthly: pandas has 1 rows.*'topic:a', '', 2, 2"):
        queries.refuse_unequal("monthly", {OURS: [row], "pandas": [other]})
    with pytest.raises(queries.Unequal, match="another number of rows"):
        queries.refuse_unequal("monthly", {OURS: [row], "pandas": [row, other]})


def test_an_export_is_made_once(snapshot: Path):
    before = (rows_of(snapshot) / "story.parquet").stat().st_mtime_ns
    export(snapshot, rows_of(snapshot))
    assert (rows_of(snapshot) / "story.parquet").stat().st_mtime_ns == before


def test_an_engine_answers_by_lines_in_a_process_of_its_own(snapshot: Path, ours: dict[str, Any]):
    with queries._engine("sqlite", snapshot, rows_of(snapshot)) as process:
        told = queries._say(process, "ask 0")
        peak = queries._say(process, "peak")["peak_mb"]
    assert ([tuple(row) for row in told["rows"]], process.wait()) == (ours["monthly"], 0)
    assert told["seconds"] > 0
    assert peak > 10


# The report


SECONDS = {"monthly": {"ours": 0.01, "sqlite": 0.04}}
FIGURES = {
    "sizes": {
        str(size): {"seconds": {"monthly": {name: cost * size / 1e6 for name, cost in SECONDS["monthly"].items()}},
                    "peak_mb": {"ours": 90, "sqlite": 40}, "titles": {"monthly": "three topics by month"}}
        for size in queries.SIZES
    },
    "left_out": {"polars": "polars is not installed"},
}  # fmt: skip
STAMP = {
    "at": "2026-11-26T10:00:00+00:00",
    "load": 2.5,
    "processor": "Some",
    "cores": 2,
    "memory_gb": 8,
    "versions": {"Python": "3.11"},
}
MEASURED = {"queries": report.Measured("python -m tests.bench queries", STAMP, FIGURES)}


def kept(ratio: float) -> dict[str, KeptPart]:
    return {"queries": KeptPart(Ratios(higher={"monthly: sqlite to ours": ratio}), "2026-11-01", "command", 0.2)}


def test_the_report_tells_costs_slopes_machine_load_and_what_is_left_out(tmp_path: Path):
    report.store("queries", MEASURED["queries"], tmp_path)
    found = report.stored(tmp_path)
    assert found == MEASURED
    path, plots = report.write(found, kept(4.0), tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "| three topics by month | ours | 0.1 ms | 1 ms | 10 ms | 1 | 1.00 | 100,000,000 |" in text
    assert "| three topics by month | sqlite | 0.4 ms | 4 ms | 40 ms | 4 | 1.00 | 25,000,000 |" in text
    for told in ("Some, 2 cores, 8 GB; load before 2.5", "polars is not installed", "above 1.5", "0 of 1 kept ratios"):
        assert told in text
    page = plots.read_text(encoding="utf-8")
    assert "three topics by month" in page
    assert 'src="http' not in page  # it needs nothing else


@pytest.mark.parametrize(("ratio", "told"), [(4.0, False), (4.6, False), (5.0, True)])
def test_what_fell_by_more_than_15_percent_is_told(ratio: float, told: bool):
    lines = report.comparison(MEASURED, kept(ratio))
    assert any("queries: WORSE by 20 %: monthly: sqlite to ours: 4, kept 5" in line for line in lines) is told


def test_nothing_kept_is_said():
    assert report.comparison(MEASURED, {}) == [
        "queries: nothing is kept to compare with",
        "0 of 0 kept ratios are worse by more than 15 %.",
    ]


def test_ratios_are_those_of_the_largest_size_that_is_always_measured():
    found = queries.ratios(FIGURES)
    assert found.higher == {"monthly: sqlite to ours": 4.0}
    assert found.lower == {"monthly: 1,000,000 to 10,000 stories": 100.0}


def test_without_an_extra_the_benchmark_goes_on(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "polars", None)
    assert extra("polars") is None
    monkeypatch.setattr(queries, "_of_size", lambda size, names: list(names))
    found = queries.measure()
    assert found["sizes"]["10000"] == ["ours", "pandas", "sqlite"]
    assert "pip install -e '.[bench]'" in found["left_out"]["polars"]
