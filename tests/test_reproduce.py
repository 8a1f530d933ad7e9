"""The file that makes a page's numbers again: what it asks, that strangers' words stay literals, and that it says what the page says."""

from __future__ import annotations

import ast
import datetime as datetime_module
import io
import os
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as hyp
from streamlit.testing.v1 import AppTest

import dashboard.data as data_module
from dashboard import panels, where_from_panel
from dashboard.exports import as_csv, points_csv
from dashboard.reproduce import Question, Step, Table, filled, literal, python_file
from dashboard.retrace import steps_of
from dashboard.share import reproduced
from dashboard.words import straight
from tests.page_kit import made_at_once
from tests.search_kit import publish_searchable
from tests.worlds import Publisher, Story, World, many

APP = Path(__file__).resolve().parents[1] / "dashboard" / "app.py"
NAME = '"""\nraise SystemExit("a source\'s name ran")\n\'\'\' \\ \u202e {steps}'
WEEKLY = Publisher("weekly", NAME, expected=[date(2024, m, 10) for m in range(1, 10)])
SOURCE_ID = 'dig\'est"""\n'  # an id is a stranger's too, where a source is one's own
DIGEST = Publisher(SOURCE_ID, "The Digest", rhythm="irregular")


def world() -> World:
    """January to September without March in The Weekly, 20 stories a month of which 6 on agents; The Digest has 25 in each."""
    found: list[Story] = []
    for month in (1, 2, 4, 5, 6, 7, 8, 9):
        day = date(2024, month, 10)
        found += [
            *many(6, day, "agents", organizations={"acme": "focus"}),
            *many(4, day, "healthcare", "robots"),
            *many(10, day),
        ]
    found += [story for month in range(1, 10) for story in many(25, date(2024, month, 12), "agents", source=SOURCE_ID)]
    return World(found, (WEEKLY, DIGEST), clock=datetime(2024, 10, 1, 12))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_searchable(world(), tmp_path_factory.mktemp("reproduce"))


def open_page(monkeypatch: pytest.MonkeyPatch, data: Path, page: str, query: dict[str, list[str]]) -> AppTest:
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setenv("AINEWS_DATA", str(data))
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, values in query.items():
        app.query_params[name] = values
    app = app.switch_page(f"app_pages/{page}.py").run()
    assert [error.value for error in app.exception] == []
    return app


def run_file(app: AppTest, data: Path, folder: Path) -> dict[str, list[pd.DataFrame]]:
    """What the page's file prints, as tables by their names; a file of its own beside nothing but the data."""
    noted = app.session_state["noted"]
    text = reproduced(noted.tables, noted.asked, noted.shown, "http://127.0.0.1:8501/", NAME)
    (folder / "made.py").write_bytes(text)
    environment = {"PATH": os.environ["PATH"], "AINEWS_DATA": str(data), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "made.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    tables: dict[str, list[pd.DataFrame]] = {}
    for part in done.stdout.removeprefix("# ").split("\n# "):
        name, _, rows = part.partition("\n")
        tables.setdefault(name, []).append(pd.read_csv(io.StringIO(rows)))
    return tables


@pytest.mark.parametrize(
    "query",
    [
        {"grain": ["month"]},  # March is a gap: nothing was taken in
        {"grain": ["month"], "source": ["all"], "compare": ["yes"], "show": ["topic:agents"]},
        {"grain": ["quarter"], "source": ["all"], "weigh": ["sources"], "any": ["topic:agents", "topic:robots"]},
        {
            "grain": ["month"],
            "show": ["topic:agents", "any:topic:healthcare+topic:agents"],
            "within": ["organization:acme"],
        },
        {
            "grain": ["month"],
            "every": ['phrase:"a title"'],
            "none": ["phrase:zebra"],
            "show": ["topic:agents", "phrase:body"],
        },
    ],
    ids=["months", "compared", "weighed", "several", "stories that say a phrase"],
)
def test_the_file_of_coverage_prints_the_numbers_of_its_csv_26_27(monkeypatch, data, tmp_path, query):
    made: list[bytes] = []
    monkeypatch.setattr(data_module, "made_later", lambda make: make())  # else only a click makes the file
    monkeypatch.setattr(panels, "points_csv", lambda *rows, **also: made.append(points_csv(*rows, **also)) or made[-1])
    app = open_page(monkeypatch, data, "coverage", query)
    page = pd.read_csv(io.BytesIO(made[0]))
    page = page[page["state"] != "none"]
    mine = pd.concat(run_file(app, data, tmp_path)["coverage"])
    assert len(page) > 2
    said = sorted(
        zip(
            mine["period"],
            mine["k"],
            mine["n"],
            mine["share"].round(6),
            mine["low"].round(6),
            mine["high"].round(6),
            strict=True,
        )
    )
    columns = [page[name] for name in ("first_day", "numerator", "denominator", "share", "low", "high")]
    assert said == sorted(zip(*columns, strict=True))


@pytest.mark.parametrize(
    ("line", "more"),
    [
        ("topic:agents", {}),
        ('phrase:"a title"', {"weigh": ["sources"]}),
        ("topic:healthcare", {"any": ["topic:healthcare", "topic:agents"]}),
    ],
    ids=["topic", "phrase, weighed", "restricted"],
)
def test_the_file_makes_the_split_of_a_change_as_the_page_tells_it_18_26_27(monkeypatch, data, tmp_path, line, more):
    """From March, in which The Weekly has a gap, to April: the parts sum to the change, in the file as on the page."""
    made: list[bytes] = []
    monkeypatch.setattr(where_from_panel, "as_csv", lambda rows: made.append(as_csv(rows)) or made[-1])
    asked = {"where": [line], "from_point": ["2024-03-01"], "to_point": ["2024-04-01"]}
    app = open_page(
        monkeypatch, data, "coverage", {"show": [line], "grain": ["month"], "source": ["all"], **asked, **more}
    )
    page = pd.read_csv(io.BytesIO(made[0]))
    (mine,) = run_file(app, data, tmp_path)["change"]
    parts = ["within", "mix", "came", "went", "kind"]
    assert mine[parts].to_numpy().sum() == pytest.approx(mine["difference"][0])
    renamed = {
        "within": "within",
        "mix_of_sources": "mix",
        "came": "came",
        "went": "went",
        "kind_of_text_or_tagger": "kind",
    }
    same = {"numerator_1": "k_1", "denominator_1": "n_1", "numerator_2": "k_2", "denominator_2": "n_2", **renamed,
            "share_1": "share_1", "share_2": "share_2", "difference": "difference", "low": "low", "high": "high"}  # fmt: skip
    page = page.set_index("source").rename(columns=same)[list(same.values())].sort_index()
    mine = mine.assign(source=mine["source_id"].map({"weekly": straight(NAME), SOURCE_ID: "The Digest"})).set_index(
        "source"
    )
    pd.testing.assert_frame_equal(mine[list(same.values())].sort_index(), page, check_dtype=False, check_names=False)


@pytest.mark.parametrize("part", ["movers", "pairs"])
def test_the_file_of_topics_prints_the_numbers_of_its_csv_26_27(monkeypatch, data, tmp_path, part):
    made = made_at_once(monkeypatch, "as_csv")
    app = open_page(monkeypatch, data, "topics", {"source": ["all"], "grain": ["month"], "part": [part]})
    tables = run_file(app, data, tmp_path)
    assert list(tables) == ["shares", part]
    for (mine,), page in zip(tables.values(), (pd.read_csv(io.BytesIO(file)) for file in made), strict=True):
        renamed = page.rename(columns={"numerator": "k", "denominator": "n"}).drop(columns=["filters", "snapshot"])
        keys = [name for name in ("key", "key_a", "key_b") if name in renamed]
        assert list(mine.columns) == list(renamed.columns)
        ours, theirs = (frame.sort_values(keys).reset_index(drop=True) for frame in (mine, renamed))
        pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)


def test_a_file_made_later_is_of_the_data_that_its_page_showed(monkeypatch, data, tmp_path):
    shutil.copytree(data, folder := tmp_path / "data")
    monkeypatch.setenv("AINEWS_DATA", str(folder))
    st.cache_resource.clear()
    was = data_module.data_name()
    later = data_module.made_later(data_module.data_name)
    shutil.copy(folder / "snapshots" / f"{was}.duckdb", folder / "snapshots" / "20300101T000000Z-00000009.duckdb")
    (folder / "current").write_text("20300101T000000Z-00000009")
    assert (data_module.data_name(), later()) == ("20300101T000000Z-00000009", was)


def test_the_file_of_stories_lists_the_stories_of_the_page_26(monkeypatch, data, tmp_path):
    app = open_page(monkeypatch, data, "stories", {"any": ["topic:robots"]})
    ((mine,),) = run_file(app, data, tmp_path).values()
    assert len(mine) == 10
    assert set(mine["source"]) == {NAME}


VALUES = hyp.recursive(
    hyp.none()
    | hyp.booleans()
    | hyp.integers()
    | hyp.text()
    | hyp.dates()
    | hyp.datetimes()
    | hyp.floats(allow_nan=False, allow_infinity=False),
    lambda inner: hyp.lists(inner) | hyp.dictionaries(hyp.text(), inner),
)


@given(VALUES)
def test_a_value_comes_back_as_it_was_on_one_line(value: Any):
    text = literal(value)
    assert len(text.splitlines()) == 1
    assert eval(text, {"datetime": datetime_module, "__builtins__": {}}) == value


def test_what_has_no_literal_is_refused_and_what_pandas_gives_has_one():
    with pytest.raises(TypeError, match="a set has no literal"):
        literal({1})
    assert (
        literal((np.int64(3), pd.Timestamp(2024, 5, 1), np.array([1.5])))
        == "[3, datetime.datetime(2024, 5, 1, 0, 0), [1.5]]"
    )


@given(hyp.text(), hyp.text(), hyp.text(), hyp.lists(hyp.text(), max_size=3))
def test_no_words_become_code(page, link, described, keys):
    steps = [Step(page, Question("SELECT 1 -- it's ''' fine", {"keys": keys}), Question("SELECT 2", {described: link}))]
    tree = ast.parse(python_file(steps, page=page, link=link, described=described, snapshot="s"))
    plain = ast.parse(
        python_file(
            [Step("", Question("", {"keys": []}), Question("", {"": ""}))], page="", link="", described="", snapshot=""
        )
    )
    told = {node.targets[0].id: node.value for node in tree.body if isinstance(node, ast.Assign)}
    assert [ast.literal_eval(told[name]) for name in ("PAGE", "LINK", "FILTERS")] == [page, link, described]
    assert [type(node) for node in tree.body] == [type(node) for node in plain.body]


def test_a_value_that_looks_like_a_place_to_fill_in_stays_what_it_is():
    assert filled("{b} {a} {c}", {"a": "{b}", "b": "{a}"}) == "{a} {b} {c}"


def test_a_table_whose_question_is_not_found_is_left_out():
    asked = [("one", {"x": 1})]
    rows = [{"key": "a", "k": 1, "n": 2}]
    answers = {"one": pd.DataFrame(rows)}

    def ask(name: str, **parameters: Any) -> pd.DataFrame:
        return answers[name]

    (step,) = steps_of([Table("t", rows)], asked, ask, "SELECT {}".format)
    assert (step.question, step.gaps) == (Question("SELECT one", {"x": 1}), None)
    other = [{"key": "a", "k": 2, "n": 2}]
    assert steps_of([Table("t", other), Table("u", [])], asked, ask, str) == []
