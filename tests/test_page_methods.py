"""The page "Data and methods": health in words, sums of runs, counts that open to their rows, quality, how numbers are computed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.methods import PARTS
from dashboard.methods_open import EVERY, _items_csv, _stories_csv
from dashboard.methods_quality import worst_first
from dashboard.methods_runs import Run, ending_words, runs_of
from dashboard.methods_sources import Failure, by_need, failures, recent_words, sources_sentence, state_words
from dashboard.methods_table import here, table
from dashboard.methods_words import METHODS
from dashboard.snapshot import Snapshot, connect, run_query
from tests.page_kit import show_data
from tests.worlds import SQL, Asking, Publisher, Story, World, many, publish, weekly

APP = Path(__file__).resolve().parents[1] / "dashboard" / "app.py"
NAME = "20240701T120000Z-00000001"
HOSTILE = "<script>alert(1)</script> **b** [x](javascript:alert(1))"
WEEKS = weekly(date(2024, 1, 5), 26)  # Fridays, the last on 28 June

HOLES = [(date(2024, 1, 9), date(2024, 2, 1), "on strike"), (date(2024, 6, 1), None, HOSTILE)]
# The Weekly came every Friday but for four of the last 13 weeks; The Daily stopped in March; The Hole has said why; The New never came.
CAME = [day for day in WEEKS if day not in WEEKS[15:19]]
WORLD = World(
    [
        *(story for day in CAME for story in many(2, day, "agents")),
        Story(date(2024, 6, 21), copy_of=41),
        Story(date(2024, 6, 14), form="letter"),
        Story(date(2024, 6, 7), language="de", text_kind="headline"),
        *(Story(date(2024, 3, 1) + timedelta(days=n), source="daily") for n in range(10)),
        *many(3, date(2024, 1, 8), "robots", source="hole", regions=["FR"]),
        Story(date(2023, 12, 29), title=HOSTILE, body=HOSTILE, source="hole"),
    ],
    (
        Publisher("weekly", "The Weekly", expected=WEEKS),
        Publisher("daily", "The Daily", rhythm="day", display="headline"),
        Publisher("hole", f"The Hole {HOSTILE}", holes=HOLES, sampled="random 3 a month"),
        Publisher("new", "The New"),
    ),
    quality=[
        ("topic", "*", "abstract", 150, 120, 40, 30),
        ("topic", "agents", "abstract", 104, 84, 20, 20),
        ("topic", "robots", "abstract", 40, 20, 5, 20),
        ("topic", "generative", "abstract", 14, 14, 0, 0),
        ("organization", "acme", "abstract", 20, 20, 0, 0),
        ("topic", "agents", "full", 50, 50, 0, 0),
    ],
    calibration=[("abstract", 0.7, 0.8, 412, 305, 0.75)],
)  # fmt: skip
LEDGER = [
    ("r", "weekly", "document", "split", 3), ("r", "weekly", "piece", "new", 2), ("r", "weekly", "piece", "unchanged", 4),
    ("r", "weekly", "piece", "rejected:promotion", 1), ("r", "daily", "piece", "quarantined:date", 2), ("r", "daily", "piece", "copy", 1),
]  # fmt: skip

OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose newest run took in 3 documents and 10 pieces."""
    folder = publish(WORLD, tmp_path_factory.mktemp("methods"), NAME)
    with duckdb.connect(str(folder / "snapshots" / f"{NAME}.duckdb")) as con:
        con.execute("UPDATE run SET documents = 3, pieces = 10")
        con.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?, ?)", LEDGER)
        items = [(r, s, level, f"{s}/{n}", HOSTILE, how, "5 May 3024")
                 for r, s, level, how, many_ in LEDGER if how != "unchanged" for n in range(many_)]  # fmt: skip
        con.executemany("INSERT INTO ledger_item VALUES (?, ?, ?, ?, ?, ?, ?)", items)
        con.execute("INSERT INTO seed_state VALUES ('reference', 'abc123'), ('schema', 'def456')")
        con.execute("INSERT INTO despite VALUES ('r', '26_topic_style', 'it is right', 'ed', '2024-07-01 11:00:00')")
    return folder


@pytest.fixture
def held(data: Path) -> Any:
    """The snapshot of that folder."""
    with connect(data / "snapshots" / f"{NAME}.duckdb") as con:
        yield Snapshot(NAME, con)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, data: Path) -> OpenPage:
    """Open the page as an address would: `open_page(part="runs")`."""

    def open_one(folder: Path = data, **query: str) -> AppTest:
        show_data(monkeypatch, folder)
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        app = app.switch_page("app_pages/methods.py").run()
        assert [error.value for error in app.exception] == []
        return app

    return open_one


def html_of(app: AppTest) -> str:
    return "".join(part.value for part in app.get("html") if not part.value.startswith("<style>"))


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html))).strip()


def rows_in(app: AppTest, label: str) -> list[str]:
    """The rows of a table as text, a row a line."""
    (found,) = re.findall(rf'<table class="facts" aria-label="{label}">.*?</table>', html_of(app), flags=re.DOTALL)
    return [text_of(row) for row in re.findall(r"<tr>.*?</tr>", found.partition("<tbody>")[2], flags=re.DOTALL)]


def everything(app: AppTest) -> str:
    """All that a reader sees."""
    parts = [text_of(html_of(app))]
    for kind in ("markdown", "caption", "header", "warning", "info", "code"):
        parts += [part.value for part in app.get(kind)]
    return " ".join(parts)


def links(app: AppTest, path: str = "methods") -> list[tuple[dict[str, str], str]]:
    """(query, text) of each link to a page."""
    found = re.findall(r'<a href="([^"]*)">(.*?)</a>', html_of(app))
    split = [(urlsplit(unescape(address)), text_of(text)) for address, text in found]
    return [({k: v[0] for k, v in parse_qs(one.query).items()}, text) for one, text in split if one.path == path]


# Sources


def source(state: str = "ok", **values: Any) -> dict[str, Any]:
    usual = {"id": "a", "name": "A", "rhythm": "issue", "days_since": 12, "gap_days": 3.0, "period": datetime(2024, 5, 6),
             "period_stories": 3, "usual": 9.8, "reason": "on strike", "came": 9, "expected": 13}  # fmt: skip
    return usual | {"state": state} | values


GONE = Failure(datetime(2024, 7, 1), "timeout", True)


@pytest.mark.parametrize(
    ("row", "failure", "said"),
    [
        (source("ok"), None, "as usual"),
        (source("silent"), None, "silent for 12 days; usually a story every 3 days"),
        (source("shrunk"), None, "fewer than usual: 3 stories in the week of 6 May 2024, about 10 before"),
        (source("swollen", rhythm="month"), None, "more than usual: 3 stories in May 2024, about 10 before"),
        (source("gap"), None, "a gap: on strike"),
        (source("none"), None, "no story yet"),
        (source("off"), GONE, "switched off"),
        (source("ok"), GONE, "could not be reached (timeout)"),
        (source("ok"), Failure(GONE.at, "tls", True), "could not be reached (no secure connection)"),
        (source("ok"), Failure(GONE.at, "tls", False), "as usual"),
    ],
)
def test_rule_19_a_state_in_plain_words_with_its_numbers(row, failure, said):
    assert state_words(row, failure) == said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (source(), "9 of 13 issues"),
        (source(rhythm="month", came=3, expected=3), "3 of 3 months"),
        (source(rhythm="irregular", came=4, expected=0), "stories on 4 days"),
        (source(rhythm="irregular", came=0, expected=0), "nothing"),
    ],
)
def test_rule_12_the_last_13_weeks_in_the_sources_own_rhythm(row, said):
    assert recent_words(row) == said


def test_what_needs_an_eye_comes_first():
    states = ["ok", "off", "gap", "swollen", "shrunk", "none", "silent", "ok"]
    rows = [source(state, id=str(n), name=f"S{n}") for n, state in enumerate(states)]
    first = by_need(rows, {"7": GONE})
    assert [row["state"] for row in first] == ["ok", "silent", "none", "shrunk", "swollen", "gap", "ok", "off"]
    assert sources_sentence(rows, {"7": GONE}).startswith(
        "8 sources: 1 that can’t be reached, 1 silent, 1 without a story yet"
    )


def test_sources_that_are_all_alike_are_told_at_once():
    assert sources_sentence([source(), source(id="b")], {}) == "2 sources: all as usual."
    assert sources_sentence([source()], {}) == "1 source: 1 as usual."


def test_the_last_failure_of_a_source_is_the_newest_and_lasts_until_it_came():
    entries = [
        {
            "clock": "2024-07-03T07:00:00Z",
            "sources": {"a": {"outcome": "failed", "reason": "busy"}, "b": {"outcome": "ok"}},
        },
        {
            "clock": "2024-07-02T07:00:00Z",
            "sources": {"a": {"outcome": "failed"}, "b": {"outcome": "part", "reason": "reset"}},
        },
        {"clock": "2024-07-01T07:00:00Z"},
    ]
    assert failures(entries) == {
        "a": Failure(datetime(2024, 7, 3, 7), "busy", True),
        "b": Failure(datetime(2024, 7, 2, 7), "reset", False),
    }


def test_the_sources_with_their_health_from_rows(open_page):
    app = open_page()
    daily, new, hole, weekly_ = rows_in(app, "Sources and their health")
    assert daily.startswith("The Daily newsletter, daily; shown: headlines only")
    assert "silent for 113 days; usually a story every 1 day 10 1 Mar 2024 10 Mar 2024" in daily
    assert "no story yet 0" in new
    assert "random 3 a month" in hole
    assert "Gap from 9 Jan 2024 to 1 Feb 2024: on strike" in hole
    assert "Gap from 1 Jun 2024 on: <script>" in hole
    assert weekly_.endswith("as usual 47 5 Jan 2024 28 Jun 2024 9 of 13 issues")
    assert "4 sources: 1 silent, 1 without a story yet, 1 in a gap that has a reason and 1 as usual." in everything(app)
    assert "<script" not in html_of(app)


def test_a_source_leads_to_its_line_and_its_stories(open_page):
    app = open_page()
    assert ({"source": "weekly"}, "See it in Coverage") in links(app, "./")
    assert ({"open": "all", "source": "weekly"}, "47") in links(app)


def test_sources_are_judged_on_the_day_of_the_last_run_that_looked(open_page, tmp_path):
    folder = publish(WORLD, tmp_path, NAME)
    entry = {
        "run_id": "z",
        "outcome": "unchanged",
        "clock": "2024-09-01T07:00:00Z",
        "sources": {"weekly": {"outcome": "ok"}},
    }
    (folder / "runs.jsonl").write_text(json.dumps(entry) + "\n", encoding="utf-8")
    said = everything(open_page(folder))
    assert "Judged on 1 Sep 2024" in said
    assert "silent for 65 days; usually a story every 7 days" in said


# Runs


def test_a_run_says_what_came_in_and_how_it_ended(open_page):
    app = open_page(part="runs")
    (run,) = rows_in(app, "The newest runs")
    assert run == (
        "1 Jul 2024, 12:00 UTC new data 3 documents, 10 pieces 3 taken in "
        "2 new 1 copies of others 4 unchanged 2 set aside: a date that can’t be 1 left out: advertising"
    )
    assert rows_in(app, "Set aside and left out") == [
        "The Daily set aside: a date that can’t be pieces 2 1 Jul 2024",
        "The Weekly left out: advertising pieces 1 1 Jul 2024",
    ]
    assert rows_in(app, "Published although a check objected") == [
        "26_topic_style it is right ed 1 Jul 2024, 11:00 UTC"
    ]


def test_sums_that_do_not_come_out_are_said():
    ended = {"document": {"split": 3}, "piece": {"new": 1}}
    assert not Run("r", GONE.at, "published", {"document": 3, "piece": 2}, ended).adds_up
    assert Run("r", GONE.at, "published", {"document": 3, "piece": 1}, ended).adds_up


def test_runs_of_the_log_stand_beside_those_of_the_data_once_each():
    entries = [
        {"run_id": "d", "outcome": "failed", "clock": "2024-07-04T07:00:00Z", "problem": "disk full"},
        {"run_id": "c", "outcome": "published", "clock": "2024-07-03T07:00:00Z", "documents": 1, "pieces": 1},
        {"run_id": "r", "outcome": "published", "clock": "2024-07-01T07:00:00Z"},
    ]
    published = [
        {"run_id": "r", "clock": datetime(2024, 7, 1), "finished": datetime(2024, 7, 1, 1), "documents": 3, "pieces": 4}
    ]
    runs = runs_of(entries, published, [{"run_id": "r", "level": "piece", "disposition": "new", "n": 4}])
    assert [(run.run_id, run.held, run.outcome) for run in runs] == [
        ("d", False, "failed"), ("c", False, "published"), ("r", True, "published"),
    ]  # fmt: skip
    assert runs[2].ended == {"piece": {"new": 4}}


def test_a_failed_run_and_one_that_was_taken_back_are_named(open_page, tmp_path):
    folder = publish(WORLD, tmp_path, NAME)
    lines = [{"run_id": "c", "outcome": "published", "clock": "2024-07-03T07:00:00Z", "documents": 1, "pieces": 2,
              "dispositions": {"document": {"split": 1}, "piece": {"new": 1}}},
             {"run_id": "d", "outcome": "checks failed", "clock": "2024-07-04T07:00:00Z", "problem": HOSTILE}]  # fmt: skip
    (folder / "runs.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    stopped, back, _ = rows_in(open_page(folder, part="runs"), "The newest runs")
    assert stopped.startswith("4 Jul 2024, 07:00 UTC stopped by a check, nothing changed: <script>")
    assert "new data, since taken back the sums do not come out 1 document, 2 pieces" in back


@pytest.mark.parametrize(
    ("disposition", "said"),
    [
        ("unchanged:held", "held already from another input"),
        ("quarantined:odd-one", "set aside: odd one"),
        ("rejected:off-topic", "left out: not about AI"),
    ],
)
def test_every_ending_has_plain_words(disposition, said):
    assert ending_words(disposition) == said


# Numbers that open


def test_rule_26_every_number_of_the_ledger_opens_to_as_many_rows(open_page, held):
    found = [(query, text) for query, text in links(open_page(part="runs")) if query["open"] == "ledger"]
    assert len(found) == 7
    for query, text in found:
        asked = {
            "run": query.get("run"),
            "source": query.get("source"),
            "level": query["level"],
            "disposition": query["value"],
        }
        rows = run_query(held, "methods_items", {**asked, "at_most": 1, "skip": 0})
        assert rows["total"].iloc[0] == int(text)
        assert _items_csv(asked, "x").count(b"\r\n") == int(text) + 1


def test_what_several_runs_set_aside_again_counts_once(open_page, tmp_path):
    folder = publish(WORLD, tmp_path, NAME)
    with duckdb.connect(str(folder / "snapshots" / f"{NAME}.duckdb")) as con:
        con.execute(
            "INSERT INTO run SELECT 'later', 'z', clock + INTERVAL 1 DAY, started, finished, tagger, 0, 0 FROM run"
        )
        same = ["weekly", "piece", "weekly/1", "Buy now", "rejected:promotion", "line 3"]
        con.executemany("INSERT INTO ledger_item VALUES (?, ?, ?, ?, ?, ?, ?)", [["r", *same], ["later", *same]])
        con.executemany("INSERT INTO ledger VALUES (?, 'weekly', 'piece', 'rejected:promotion', 1)", [["r"], ["later"]])
    assert rows_in(open_page(folder, part="runs"), "Set aside and left out") == [
        "The Weekly left out: advertising pieces 1 2 Jul 2024"
    ]
    app = open_page(folder, open="ledger", source="weekly", level="piece", value="rejected:promotion")
    assert rows_in(app, "Rows of the ledger") == ["Buy now left out: advertising line 3 The Weekly weekly/1 2 Jul 2024"]


def test_rows_that_were_set_aside_are_shown_with_reason_and_detail(open_page):
    app = open_page(open="ledger", source="daily", level="piece", value="quarantined:date")
    assert [header.value.replace("\\", "") for header in app.header] == [
        "2 pieces · The Daily, set aside: a date that can’t be"
    ]
    rows = rows_in(app, "Rows of the ledger")
    assert len(rows) == 2
    assert rows[0] == f"{HOSTILE} set aside: a date that can’t be 5 May 3024 The Daily daily/0 1 Jul 2024"


def test_rule_26_every_count_of_stories_opens_to_as_many_stories(open_page, held):
    found = [*links(open_page()), *links(open_page(part="texts")), *links(open_page(part="definitions"))]
    numbers = [(query, text) for query, text in found if text.isdigit()]
    assert len(numbers) == 3 + (4 + 4 + 4 + 4) + 2
    for query, text in numbers:
        asked = {"source": query.get("source"), "facet": query["open"], "value": query.get("value", "")}
        rows = run_query(held, "methods_stories", {**asked, "at_most": EVERY, "skip": 0})
        assert len(rows) == rows["total"].iloc[0] == int(text), query
        assert _stories_csv(asked, "x").count(b"\r\n") >= int(text) + 1


def test_opened_stories_stand_a_page_at_a_time_and_all_of_them_in_the_download(open_page):
    app = open_page(open="all", source="weekly")
    assert [header.value.replace("\\", "") for header in app.header] == ["47 stories · The Weekly"]
    assert html_of(app).count("<article") == 20
    assert [button.label for button in app.get("download_button")] == ["Download all 47 (CSV)"]


def test_of_a_source_whose_headlines_alone_may_be_shown_no_text_is(open_page):
    assert "A body." not in html_of(open_page(open="all", source="daily"))


def test_what_strangers_wrote_is_harmless_where_it_opens(open_page):
    html = html_of(open_page(open="all", source="hole"))
    assert "<script" not in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"open": "bogus"}, "asks for `bogus`"),
        ({"open": "all", "source": "nope"}, "no source `nope`"),
        ({"open": "topic", "value": "nope"}, "no topic `nope`"),
    ],
)
def test_what_this_data_does_not_know_is_named(open_page, query, said):
    assert said in open_page(**query).warning[0].value


def test_a_number_of_older_data_that_is_gone_says_so(open_page):
    assert "None is in this data" in open_page(open="ledger", run="gone").info[0].value
    assert "None is in this data" in open_page(open="form", source="weekly", value="opinion").info[0].value


# Dates, texts, tags that are missing


def test_what_the_stories_are_by_source(open_page):
    app = open_page(part="texts")
    assert "The Weekly 46 98 % 1 2 %" in rows_in(app, "What text there is of them")
    assert "The Weekly 46 98 % 1 2 %" in rows_in(app, "Copies")
    assert "The Weekly 46 98 % 1 2 %" in rows_in(app, "Language")
    assert "The Daily 10 100 % none" in rows_in(app, "Form")


def test_where_all_stories_are_alike_a_sentence_stands_for_the_table(open_page):
    app = open_page(part="texts")
    assert "How their dates were found" in [header.value for header in app.header]
    assert "All 61 stories: in the document." in everything(app)


def test_a_year_can_be_chosen(open_page):
    app = open_page(part="texts")
    app.button_group(key="methods_year").set_value(2023).run()
    assert rows_in(app, "Stories without a topic or a place") == [
        f"The Hole {HOSTILE} 2023 1 1 = 100 % (21–100 %) too few to say 1 = 100 % (21–100 %) too few to say"
    ]


def test_rule_5_what_got_no_topic_is_counted_as_coverage_counts_it(open_page):
    app, ask = open_page(part="texts"), Asking(WORLD)
    assert (
        "The Daily 2024 10 10 = 100 % (72–100 %) too few to say"
        in rows_in(app, "Stories without a topic or a place")[0]
    )
    everywhere = {"from_day": None, "to_day": None, "letters": False, "unit": "story",
                  "about_any": None, "about_all": None, "about_none": None}  # fmt: skip
    checked = 0
    for query, text in links(app, "./"):
        period = date.fromisoformat(query["open-period"])
        where = {"sources": (query["source"],), "grain": query["grain"], "period": period, "at_most": EVERY, "skip": 0}
        assert len(ask("story_list", key=query["open-key"], **where, **everywhere)) == int(text)
        checked += 1
    assert checked == 5


# Quality


def test_rule_21_the_worst_measured_comes_first_and_too_few_are_named(open_page):
    app = open_page(part="quality")
    assert rows_in(app, "Topics") == [
        "all topics 75 % (68–81 %) 80 % (73–86 %) 107 150",
        "Robots About Robots. 80 % (61–91 %) 50 % (35–65 %) 62 40",
        "AI agents About AI agents. 81 % (72–87 %) 81 % (72–87 %) 100 104",
    ]
    said = everything(app).replace("\\", "")
    assert "Too few to measure (fewer than 15 stories have them): Generative AI." in said
    assert "Robots is worst: 80 % right, 50 % found." in said
    assert len(app.get("plotly_chart")) == 1


def test_another_kind_of_text_has_its_own_figures(open_page):
    app = open_page(part="quality")
    app.button_group(key="measured_on").set_value("full").run()
    assert rows_in(app, "Topics") == ["AI agents About AI agents. 100 % (93–100 %) 100 % (93–100 %) 100 50"]
    assert "was not measured in this data" in everything(app)


def test_a_tag_that_was_never_given_is_too_few_to_measure():
    rows = [
        {"tag_id": "a", "name": "A", "n": 20, "precision": None, "recall": 0.0},
        {"tag_id": "b", "name": "B", "n": 20, "precision": 0.9, "recall": 0.9},
    ]
    assert [row["tag_id"] for row in worst_first(rows)] == ["b", "a"]


def test_where_nothing_was_measured_the_page_says_so(open_page, tmp_path):
    folder = publish(World(many(3, date(2024, 5, 1))), tmp_path, NAME)
    assert "not measured in this data" in open_page(folder, part="quality").info[0].value


# Definitions, methods, citation


def test_each_topic_has_its_definition_and_desk(open_page):
    rows = rows_in(open_page(part="definitions"), "Topics and their definitions")
    assert rows[0] == "Healthcare About Healthcare. Health desk 0"
    assert "AI agents About AI agents. Models desk 44" in rows


def test_each_macro_that_is_named_exists():
    there = {path.stem.partition("_")[2] for path in (SQL / "macros").glob("*.sql")}
    assert {name for method in METHODS for name in method.macros} <= there


NAMES = (
    "Wilson",
    "Newcombe",
    "Poisson",
    "Benjamini",
    "BM25",
    "Kitagawa",
    "interval",
    "precision",
    "recall",
    "snapshot",
    "quarantined",
    "confidence",
)


@pytest.mark.parametrize("part", list(PARTS))
def test_methods_have_their_names_under_how_is_this_computed_and_nowhere_else(open_page, part):
    said = everything(open_page(part=part)).lower()
    said = said.replace("data/snapshots/", "").replace("snapshot=", "")  # where the file lies, and what a link carries
    named = [name for name in NAMES if name.lower() in said]
    all_of_them = ["Wilson", "Newcombe", "Poisson", "Benjamini", "BM25", "Kitagawa", "interval", "precision", "recall"]
    assert named == (all_of_them if part == "computed" else [])


def test_the_example_runs_on_the_data_and_gives_its_numbers(open_page, held):
    app = open_page(part="cite")
    cited, example, *_ = (code.value for code in app.get("code") if not code.value.startswith("http"))
    assert cited.startswith(
        f"AI News Trends, data of 1 Jul 2024, 12:00 UTC ({NAME}): 61 stories of 3 sources, 29 Dec 2023 to 28 Jun 2024"
    )
    assert f"data/snapshots/{NAME}.duckdb" in example
    ((period, k, n, *_),) = held.connection.execute(example).fetchall()
    assert (period, k, n) == (date(2024, 1, 1), 44, 44)


def test_the_data_says_what_it_was_made_with(open_page):
    rows = rows_in(open_page(part="cite"), "What this data was made with")
    assert f"Name of the data {NAME}" in rows
    assert "Digest of sources, events and measurements abc123" in rows
    assert "Stories tagged by fake 61" in rows


def test_an_address_opens_its_part_and_an_unknown_part_the_first(open_page):
    assert open_page(part="bogus").query_params["part"] in ("sources", ["sources"])
    app = open_page()
    app.button_group(key="methods_part").set_value("cite").run()
    assert app.query_params["part"] in ("cite", ["cite"])
    assert app.get("code")


# The tables


def test_a_table_labels_its_cells_for_narrow_screens():
    html = table("A <b>", ("One", "Two & three"), [["<i>x</i>", "1"]], numbers=("Two & three",))
    assert 'aria-label="A &lt;b&gt;"' in html
    assert '<th scope="row"><i>x</i></th><td class="n" data-label="Two &amp; three">1</td>' in html


def test_addresses_leave_out_what_is_empty():
    assert here(open="all", source="a&b", value="") == "methods?open=all&source=a%26b"
