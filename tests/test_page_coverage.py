"""The Coverage page as a script: what it shows first, how its state and its address go together, and what it says when data is odd."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import panels
from dashboard.exports import stories_csv
from dashboard.filters import Filters, Known, from_query, parameter
from dashboard.snapshot import current_name, open_snapshot, run_query
from dashboard.view import Line, Source, View, build_view, counted_key, restriction
from tests.page_kit import show_data
from tests.worlds import Publisher, Story, World, many, publish

APP = Path(__file__).resolve().parents[1] / "dashboard" / "app.py"
CLOCK = datetime(2024, 10, 1, 12)
OpenApp = Callable[..., AppTest]


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> OpenApp:
    """Run the page on a data folder: `open_app(data, show=["topic:agents"])`; keywords are what the address says."""

    def open_one(data: Path, **query: list[str]) -> AppTest:
        show_data(monkeypatch, data)
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, values in query.items():
            app.query_params[name.replace("_", "-").removesuffix("-")] = values
        return app.run()

    return open_one


def no_fault(app: AppTest) -> AppTest:
    assert [error.value for error in app.exception] == []
    return app


def html_of(app: AppTest) -> str:
    """All HTML of the page but for its style."""
    return "".join(part.value for part in app.get("html") if not part.value.startswith("<style>"))


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html))


def words_of(app: AppTest) -> str:
    """Everything on the page that a reader can see, hover texts and help included."""
    parts = [text_of(html_of(app))]
    for kind in ("markdown", "caption", "header", "subheader", "warning", "info", "error"):
        parts += [part.value for part in app.get(kind)]
    for kind in (
        "multiselect",
        "selectbox",
        "toggle",
        "button",
        "button_group",
        "download_button",
        "popover",
        "expander",
    ):
        for part in app.get(kind):
            proto = part.proto
            parts += [str(getattr(proto, "label", "")), str(getattr(proto, "help", ""))]
            parts += [option if isinstance(option, str) else option.content for option in getattr(proto, "options", [])]
    parts += [chart.proto.alt + chart.proto.spec for chart in app.get("plotly_chart")]
    parts += [frame.value.to_string() for frame in app.dataframe]
    return "\n".join(parts)


def query_of(app: AppTest) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in app.query_params.items()}


def options_label(app: AppTest) -> str:
    """What the popover with the options says on its button."""
    return next(part.proto.popover.label for part in app.get("popover") if part.proto.id.endswith("options"))


WEEKLY = Publisher(
    "weekly", "The Weekly", expected=[date(2024, m, 10) for m in range(1, 10)],
    holes=[(date(2024, 3, 1), date(2024, 3, 31), "no issues in this archive")],
)  # fmt: skip
DIGEST = Publisher(
    "digest",
    "The Digest",
    rhythm="month",
    expected=[date(2024, m, 1) for m in range(5, 10)],
    sampled="random 45 a month",
)
HOSTILE = "![x](http://evil.example/a.png) <img src=x> :red[x] `y`"


def a_months_stories(month: int) -> list[Story]:
    """45 stories of The Weekly: 12 on agents by Acme (one of them in France), 8 generative, one letter, one copy, the rest bare."""
    day = date(2024, month, 10)
    acme = many(11, day, "agents", organizations={"acme": "focus"}, title="Agents & <b>robots</b> at work", body="An agent 🤖 works.",
                spans=[("topic", "agents", "text", 3, 8)])  # fmt: skip
    france = Story(day, ["agents"], regions=["FR"], organizations={"acme": "mention"})
    letter = Story(day, ["agents"], form="letter")
    return [*acme, france, *many(8, day, "generative"), letter, *many(25, day)]


def small_world(**changed: Any) -> World:
    """January to September without March, and The Digest from May with 45 bare stories a month."""
    stories = [s for month in (1, 2, 4, 5, 6, 7, 8, 9) for s in a_months_stories(month)]
    stories += [s for month in range(5, 10) for s in many(45, date(2024, month, 15), source="digest")]
    stories += [
        Story(date(2024, 6, 10), ["agents"], copy_of=1),
        Story(date(2024, 6, 10), organizations={"nord": "focus"}),
    ]
    events = [("launch", date(2024, 6, 2), "A launch", True)]
    return replace(World(stories, (WEEKLY, DIGEST), events=events, clock=CLOCK), **changed)


@pytest.fixture(scope="module")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(small_world(), tmp_path_factory.mktemp("small"))


# The first screen, on the data that ships


def test_first_screen_has_freshness_headline_chart_what_is_left_out_and_the_newest_stories(open_app, shipped_snapshot):
    app = no_fault(open_app(shipped_snapshot))
    html = html_of(app)
    assert "Stories to 21 Aug 2026 · built-in archive · 2,1" in text_of(html)
    (headline,) = re.findall(r"<h1[^>]*>(.*?)</h1>", html)
    assert re.search(
        r"\d+\u00a0% of The Batch’s stories in 20\d\d \(\d+ of \d+\) to \d+\u00a0% in 20\d\d \(\d+ of \d+\)",
        unescape(headline),
    )
    chart, _ = app.get("plotly_chart")  # the second says what scores are worth
    assert chart.proto.alt.startswith("Generative AI, Healthcare")
    assert unescape(headline) in chart.proto.alt
    for said in ("no issues in this archive", "ChatGPT, 30 Nov 2022", "Share of stories by quarter", "of 13 issues"):
        assert said in chart.proto.spec
    assert re.search(r"TLDR AI, from February 2025, is left out of this line[^<]*\.", html)
    assert len(re.findall("<article", html)) == 6
    assert "<mark" in html
    assert [w.value for w in (*app.warning, *app.info, *app.error)] == []
    assert query_of(app) == {}


def test_four_controls_and_one_popover_are_visible(open_app, shipped_snapshot):
    app = open_app(shipped_snapshot)
    inside = {"choice_grain", "choice_any_of", "choice_all_of", "choice_none_of", "choice_role", "choice_letters", "choice_unit",
              "choice_weigh", "choice_compare", "choice_events", "choice_marks", "choice_within", "choice_drawing", "choice_trailing",
              "choice_before", "choice_corrected", "own_group", "add_own_group", "reset_options"}  # fmt: skip
    controls = [
        w for kind in ("multiselect", "selectbox", "button_group", "toggle", "slider", "radio") for w in app.get(kind)
    ]
    assert [w.key for w in controls if w.key not in inside] == [
        "choice_show",
        "choice_sources",
        "choice_when",
        "choice_measure",
    ]
    assert [part.proto.popover.label for part in app.get("popover")] == ["Options", "How good are these tags?", "Link"]


def test_rule_21_measured_quality_of_the_lines_stands_beside_the_chart(open_app, shipped_snapshot):
    table = open_app(shipped_snapshot).table[0]
    figures = table.value.loc["Generative AI"]
    assert list(table.value.index) == ["Generative AI", "Healthcare", "AI agents"]
    assert re.fullmatch(r"\d+\u00a0% \(\d+–\d+\u00a0%\)", figures["Right when given"])
    assert re.fullmatch(r"\d+ tags", figures["Measured on"])


MEASURED = [
    ("topic", "agents", "abstract", 50, 40, 10, 10),
    ("organization", "acme", "abstract", 40, 39, 0, 1), ("organization", "*", "abstract", 600, 540, 10, 60),
    ("organization_focus", "acme", "abstract", 20, 18, 2, 2), ("organization_focus", "*", "abstract", 300, 240, 30, 60),
    ("region", "*", "abstract", 150, 145, 5, 5), ("region", "CN", "abstract", 30, 30, 0, 0),
]  # fmt: skip


@pytest.mark.parametrize(("role", "acme", "nord"), [("focus", "20", "300"), ("named", "40", "600")])
def test_rule_21_an_organization_or_region_has_its_own_figure_or_that_of_all(open_app, tmp_path, role, acme, nord):
    world = World([Story(date(2024, 1, 10), ["agents"], regions=["FR", "CN"],
                         organizations={"acme": "focus", "nord": "focus"})], quality=MEASURED)  # fmt: skip
    show = ["topic:agents", "organization:acme", "organization:nord", "region:CN", "region:FR", "region:none"]
    app = no_fault(open_app(publish(world, tmp_path), show=show, role=[role]))
    assert app.table[0].value["Measured on"].to_dict() == {
        "AI agents": "50 tags", "Acme": f"{acme} tags", "Nord Labs": f"{nord} tags, of all organizations",
        "China": "30 tags", "France": "150 tags, of all regions", "No place named": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("abstract", "headline and abstract alone (topics) or the whole story (organizations and regions)."),
        ("full", "the whole story."),
    ],
)
def test_rule_21_what_had_been_read_is_said_for_each_kind_of_text(open_app, tmp_path, kind, read):
    data = publish(World([Story(date(2024, 1, 10), ["agents"])]), tmp_path)
    with duckdb.connect(str(next(data.glob("snapshots/*.duckdb")))) as con:
        con.execute("UPDATE story_fact SET text_kind = ?", [kind])
    app = no_fault(open_app(data, show=["topic:agents"]))
    assert [c.value for c in app.caption if f"a large language model gave after reading {read} In" in c.value]


def test_words_that_add_little_to_a_tag_are_not_marked(shipped_snapshot):
    opened = open_snapshot(shipped_snapshot, current_name(shipped_snapshot))
    asked = run_query(opened, "story_evidence", {"stories": [1, 2, 3]})
    held = opened.connection.cursor().execute("FROM evidence WHERE kind = 'topic' AND story_no IN (1, 2, 3)").df()
    groups = ["story_no", "tag_id"]
    strongest = held.groupby(groups)["weight"].max()
    marked = asked[asked["kind"] == "topic"]
    expected = held[held["weight"] >= held.set_index(groups).index.map(strongest) / 3]
    assert 0 < len(marked) == len(expected) < len(held)


@pytest.mark.parametrize(
    "query",
    [{}, {"open_key": ["topic:agents"], "open_period": ["2025-07-01"]}, {"source": ["all"], "weigh": ["sources"]}],
    ids=str,
)
def test_plain_words_stand_for_methods(open_app, shipped_snapshot, query):
    seen = words_of(no_fault(open_app(shipped_snapshot, **query))).lower()
    for term in ("wilson", "newcombe", "snapshot", "quarantin", "confidence", "kitagawa", "rogan", "false-discovery"):
        assert term not in seen.replace("&snapshot=", ""), term
    assert "likely range" in seen


# State and address


ADDRESS = {
    "show": ["topic:agents", "organization:acme"], "measure": ["count"], "when": ["custom"], "from": ["2024-02-01"],
    "to": ["2024-06-30"], "source": ["all"], "grain": ["month"], "any": ["topic:agents", "topic:generative"],
    "every": ["topic:agents"], "none": ["region:FR"], "role": ["named"], "letters": ["yes"], "unit": ["copy"],
    "weigh": ["sources"], "compare": ["yes"], "within": ["region:FR"], "drawing": ["panels"],
    "trailing": ["yes"], "before": ["yes"], "corrected": ["yes"], "events": ["no"], "mark": ["launch"],
    "open-key": ["topic:agents"], "open-period": ["2024-05-01"], "open-source": ["weekly"],
}  # fmt: skip


def test_every_field_of_an_address_becomes_state_and_stays_in_the_address(open_app, small_data):
    assert set(ADDRESS) == {parameter(item.name) for item in fields(Filters)}
    app = open_app(small_data, **{name + "_": values for name, values in ADDRESS.items()})
    assert [w.value for w in no_fault(app).warning] == []
    assert query_of(app) == ADDRESS
    expected, _ = from_query(ADDRESS, Known(frozenset(v for vs in ADDRESS.values() for v in vs), frozenset({"weekly"})))
    for name, value in vars_of(expected).items():
        state = app.session_state[f"choice_{name}"]
        assert (tuple(state) if isinstance(state, list) else state) == value, name
    assert options_label(app) == "16 options changed"
    assert not app.button(key="reset_options").disabled


def vars_of(filters: Filters) -> dict[str, Any]:
    return {item.name: getattr(filters, item.name) for item in fields(Filters)}


OPTIONS = [
    ("button_group", "grain", "quarter", {"grain": ["quarter"]}),
    ("multiselect", "any_of", ["topic:agents"], {"any": ["topic:agents"]}),
    ("multiselect", "all_of", ["topic:agents"], {"every": ["topic:agents"]}),
    ("multiselect", "none_of", ["topic:generative"], {"none": ["topic:generative"]}),
    ("button_group", "role", "named", {"role": ["named"]}),
    ("toggle", "letters", True, {"letters": ["yes"]}),
    ("button_group", "unit", "copy", {"unit": ["copy"]}),
    ("button_group", "weigh", "sources", {"weigh": ["sources"]}),
    ("toggle", "compare", True, {"compare": ["yes"]}),
    ("multiselect", "within", ["topic:agents"], {"within": ["topic:agents"]}),
    ("button_group", "drawing", "panels", {"drawing": ["panels"]}),
    ("toggle", "events", False, {"events": ["no"]}),
]


def test_each_option_changes_address_and_count_and_reset_takes_it_back(open_app, small_data):
    base = {"show": ["topic:agents", "organization:acme"], "source": ["all"]}
    app = no_fault(open_app(small_data, **base))
    before = app.get("plotly_chart")[0].proto.spec
    for kind, name, value, query in OPTIONS:
        assert not app.get(kind)[0].proto.disabled
        getattr(app, kind)(key=f"choice_{name}").set_value(value)
        no_fault(app.run())
        assert query_of(app) == base | query
        assert options_label(app) == "1 option changed"
        assert app.get("plotly_chart")[0].proto.spec != before, f"{name} changes nothing"
        no_fault(app.button(key="reset_options").click().run())
        assert (query_of(app), options_label(app)) == (base, "Options")
    assert app.get("plotly_chart")[0].proto.spec == before


def test_sources_long_running_all_and_single_ones_exclude_each_other(open_app, small_data):
    app = open_app(small_data)
    for picked, settled in (
        (["long-running", "all"], ["all"]),
        (["all", "digest"], ["digest"]),
        (["digest", "weekly"], ["digest", "weekly"]),
        (["weekly", "long-running"], ["long-running"]),
        ([], ["long-running"]),
    ):
        no_fault(app.multiselect(key="choice_sources").set_value(picked).run())
        assert app.session_state["choice_sources"] == settled


def test_the_left_out_source_can_be_added_or_compared_from_the_line_below_the_chart(open_app, small_data):
    app = open_app(small_data, show=["topic:agents"])
    # 12 of 45 = 27 % (16 to 41 %) would be 12 of 91 = 13 %
    assert (
        "The Digest, from May 2024, is left out of this line: with it AI agents would stand at 13\u00a0% in May 2024"
        in text_of(html_of(app))
    )
    no_fault(app.button(key="add_left_out").click().run())
    assert query_of(app) == {"show": ["topic:agents"], "source": ["all"]}
    app = open_app(small_data, show=["topic:agents"])
    no_fault(app.button(key="compare_left_out").click().run())
    assert query_of(app) == {"show": ["topic:agents"], "compare": ["yes"]}


def test_a_line_over_sources_that_came_later_says_so(open_app, small_data):
    said = "Counted as they came: The Digest from May 2024. There the line may bend because of the sources alone."
    assert said in words_of(open_app(small_data, show=["topic:agents"], source=["all"]))
    for query in ({}, {"source": ["weekly"]}, {"compare": ["yes"]}, {"source": ["all"], "from_": ["2024-05-01"]}):
        assert said not in words_of(open_app(small_data, show=["topic:agents"], **query))


def test_a_link_says_what_it_showed_and_the_page_says_what_became_of_it(open_app, small_data):
    app = open_app(small_data, show=["topic:agents"])
    code = app.get("code")[0].value
    query = parse_qs(code.partition("?")[2])
    assert query["was"] == ["topic:agents=96.361"]  # 12 of 45 in eight months, and one more story in June
    assert set(query) >= {"snapshot", "from", "to", "grain", "measure", "source", "letters", "unit"}
    again = open_app(small_data, **{n + "_": v for n, v in query.items()})
    assert [i.value for i in no_fault(again).info] == []
    older = open_app(small_data, **{n + "_": v for n, v in (query | {"was": ["topic:agents=50.200"]}).items()})
    (said,) = [i.value for i in older.info]
    assert "AI agents was 50 of 200 and is 96 of 361" in said
    older.toggle(key="choice_letters").set_value(True).run()
    assert [i.value for i in older.info] == [], "other numbers of another view are no news"


def test_what_a_link_says_wrongly_is_named_and_the_rest_counts(open_app, small_data):
    app = no_fault(open_app(small_data, show=["topic:bogus", "topic:agents"], grain=["decade"], frm=["2020-01-01"]))
    assert len(app.warning) == 3
    assert "topic `bogus`" in app.warning[0].value
    assert app.session_state["choice_show"] == ["topic:agents"]


@pytest.mark.parametrize(
    "query",
    [{"to_": ["2024-02-15"]}, {"from_": ["1850-01-01"], "to_": ["2999-01-01"]}, {"from_": ["2024-06-01"]}, {"when": ["30d"]},
     {"when": ["12m"], "grain": ["day"]}, {"when": ["custom"]}, {"show": ["region:none", "desk:models", "organization:acme"]},
     {"source": ["digest"]}, {"grain": ["year"]}, {"grain": ["week"], "compare": ["yes"]}, {"measure": ["count"], "source": ["all"]}],
    ids=str,
)  # fmt: skip
def test_any_view_draws(open_app, small_data, query):
    app = no_fault(open_app(small_data, **query))
    assert len(app.get("plotly_chart")) == 1


# Empty views and switches


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"any": ["organization:acme"], "none": ["organization:acme"]}, "No story passes these filters"),
        ({"from_": ["2024-09-20"]}, "No story passes these filters"),
        ({"show": [""]}, "Choose a line to draw under Show"),
    ],
    ids=str,
)
def test_an_empty_view_says_why_and_what_to_loosen(open_app, small_data, query, said):
    app = no_fault(open_app(small_data, **query))
    assert app.get("plotly_chart") == []
    assert said in re.sub(r"\s+", " ", words_of(app))


def test_a_line_without_stories_is_drawn_at_zero_and_the_list_says_so(open_app, small_data):
    app = no_fault(open_app(small_data, show=["topic:robots"]))
    assert len(app.get("plotly_chart")) == 1
    assert "No stories on these lines" in words_of(app)


def disabled(app: AppTest) -> dict[str, str]:
    """The switches of the popover that are off, with the reason."""
    kinds = [w for kind in ("toggle", "button_group") for w in app.get(kind)]
    return {w.key.removeprefix("choice_"): w.proto.help for w in kinds if w.proto.disabled}


def test_switches_that_would_change_nothing_are_off_with_the_reason(open_app, tmp_path, small_data):
    plain = publish(World(many(45, date(2024, 1, 10), "agents")), tmp_path)
    assert disabled(open_app(plain, show=["topic:agents"])) == {
        "letters": "no letters in this view",
        "unit": "no copies in this view",
        "weigh": "Choose several sources first.",
        "compare": "only one source in this data",
        "role": "Choose an organization first.",
        "trailing": "fewer than 28 days are shown",
        "before": "no stories a year before the days shown",
        "corrected": "how good its tags are was not measured on abstracts. An audit of about 200 stories tells",
        "events": "no events in the days shown",
    }
    short = {
        "trailing": "fewer than 12 months are shown",
        "before": "no stories a year before the days shown",
        "corrected": "only topics are corrected, within no restriction of their own",
    }
    assert disabled(open_app(small_data, show=["organization:acme"], source=["all"])) == short
    alone = disabled(open_app(small_data, show=["organization:acme"], source=["digest"]))
    assert set(alone) == {"weigh", "letters", "unit", *short}
    compared = disabled(open_app(small_data, show=["organization:acme"], source=["all"], compare=["yes"]))
    assert compared == {"weigh": "Each source has a line of its own."} | short


def test_a_switch_that_a_link_turned_on_can_be_turned_off_again(open_app, tmp_path):
    plain = publish(World(many(45, date(2024, 1, 10), "agents")), tmp_path)
    options = {
        "letters": ["yes"],
        "unit": ["copy"],
        "weigh": ["sources"],
        "compare": ["yes"],
        "role": ["named"],
        "drawing": ["panels"],
        "trailing": ["yes"],
        "before": ["yes"],
        "corrected": ["yes"],
        "events": ["no"],
    }
    assert disabled(open_app(plain, show=["topic:agents"], **options)) == {}


# Every number opens to its stories (rule 26)


def ask_of(data: Path) -> Callable[..., pd.DataFrame]:
    held_open = open_snapshot(data, current_name(data))
    return lambda query, **parameters: run_query(held_open, query, parameters)


def view_of(ask: Callable[..., pd.DataFrame], filters: Filters) -> View:
    found = ask("sources").astype(object).where(lambda rows: rows.notna(), None).to_dict("records")
    sources = [
        Source(r["id"], r["name"], r["sampled"], r["first_day"].date(), r["last_day"].date(), r["stories"])
        for r in found
    ]
    catalog = {r["key"]: Line(r["key"], r["name"], r["short"], None) for r in ask("lines").to_dict("records")}
    return build_view(
        ask, filters, sources=sources, catalog=catalog, clock=ask("freshness")["clock"].iloc[0].to_pydatetime()
    )


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(sources=("all",), grain="year", letters=True),
        Filters(show=("organization:openai", "region:CN", "desk:agents-coding"), role="named", compare=True, when="3y"),
        Filters(show=("topic:policy", "region:none"), any_of=("region:US", "region:CN"), none_of=("topic:generative",), grain="year"),
    ],
    ids=["default", "all", "compared", "restricted"],
)  # fmt: skip
def test_rule_26_every_point_of_a_view_opens_to_exactly_its_stories(shipped_snapshot, filters):
    ask = ask_of(shipped_snapshot)
    view = view_of(ask, filters)
    points = view.points[view.points["n"].notna()]
    assert len(points) > 10
    for point in points.itertuples():
        ids = (point.source,) if point.source else tuple(s.id for s in view.sources)
        asked = {"grain": view.grain, "period": point.period.date(), "sources": ids, "from_day": view.from_day, "to_day": view.to_day,
                 "at_most": 10_000, "skip": 0} | restriction(filters)  # fmt: skip
        rows = ask("story_list", key=counted_key(point.key, filters.role), **asked)
        assert len(rows) == point.k == rows["story_no"].nunique()
        assert len(ask("story_list", key=None, **asked)) == point.n
    exported = stories_csv(rows, [], described="", snapshot="").decode("utf-8-sig")
    assert len(pd.read_csv(io.StringIO(exported))) == points["k"].iloc[-1]


def test_an_opened_number_shows_its_words_and_pages_through_all_its_stories(open_app, small_data):
    app = no_fault(open_app(small_data, show=["topic:agents"], open_key=["topic:agents"], open_period=["2024-05-01"]))
    assert app.header[0].value == "AI agents · May 2024"
    assert "12 of 45 stories = 27\u00a0%, likely range 16–41\u00a0%" in text_of(html_of(app))
    assert html_of(app).count("<article") == 10, "a page of ten"
    assert "Download these 12 stories (CSV)" in words_of(app)
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", html_of(app)) == ["agent"] * 10
    assert "Agents &amp; &lt;b&gt;robots&lt;/b&gt; at work" in html_of(app)
    no_fault(app.button(key="open_counted").click().run())
    assert (query_of(app)["open-key"], app.header[0].value) == (["*"], "All stories counted · May 2024")
    assert "Download these 45 stories (CSV)" in words_of(app)
    no_fault(app.button(key="close_opened").click().run())
    assert query_of(app) == {"show": ["topic:agents"]}


def test_each_story_leads_to_the_page_that_explains_it_and_from_there_back(open_app, small_data):
    query = {"show": ["topic:agents"], "open-key": ["topic:agents"], "open-period": ["2024-05-01"]}
    app = no_fault(open_app(small_data, **query))
    links = [unescape(link) for link in re.findall(r'class="why" href="([^"]*)"', html_of(app))]
    assert len(set(links)) == 10
    for link in links:
        path, _, said = link.partition("?")
        assert path == "story"
        asked = parse_qs(said)
        assert re.fullmatch("[0-9a-f]{16}", asked["story"][0])
        assert asked["tag"] == ["topic:agents"]
        assert parse_qs(asked["back"][0]) == query
    newest = html_of(open_app(small_data, show=["topic:agents", "topic:generative"]))
    assert "tag=" not in newest, "of several lines none is marked alone"
    assert newest.count('class="why"') == 6


def test_of_a_source_whose_headlines_alone_may_be_shown_no_text_is_listed_or_downloaded(open_app, tmp_path):
    closed = Publisher("weekly", "The Weekly", display="headline")
    stories = many(
        45, date(2024, 1, 10), "agents", body="An agent 🤖 works.", spans=[("topic", "agents", "text", 3, 8)]
    )
    data = publish(World(stories, (closed,)), tmp_path)
    app = no_fault(open_app(data, show=["topic:agents"], open_key=["topic:agents"], open_period=["2024-01-10"]))
    assert html_of(app).count("<article") == 10
    assert "works" not in html_of(app)
    assert "<mark" not in html_of(app)
    asked = {"grain": "month", "period": date(2024, 1, 1), "sources": ["weekly"], "from_day": date(2024, 1, 1),
             "to_day": date(2024, 1, 31), "at_most": 99, "skip": 0} | restriction(Filters())  # fmt: skip
    assert set(ask_of(data)("story_list", key=None, **asked)["body"]) == {""}


@pytest.mark.parametrize("opened", ["topic:agents", "*"])
def test_a_download_republishes_no_more_of_a_text_than_the_page_shows(open_app, tmp_path, monkeypatch, opened):
    body = "Forms are dull. " * 60 + "Then an agent came. " + "Forms are dull. " * 60
    at = body.index("agent")
    world = World([Story(date(2024, 1, 10), ["agents"], body=body, spans=[("topic", "agents", "text", at, at + 5)])])
    made: list[bytes] = []
    monkeypatch.setattr(
        panels, "stories_csv", lambda *rows, **said: made.append(stories_csv(*rows, **said)) or made[-1]
    )
    monkeypatch.setattr(panels, "made_later", lambda later: later())
    app = open_app(
        publish(world, tmp_path), show=["topic:agents"], open_key=[opened], open_period=["2024-01-10"], grain=["month"]
    )
    (downloaded,) = pd.read_csv(io.BytesIO(made[-1]))["body"]
    (shown,) = re.findall(r"<p>(.*?)</p>", html_of(no_fault(app)))
    assert downloaded == text_of(shown).replace("  ", " ")
    assert "Then an agent came" in downloaded
    assert len(downloaded) < 500


def test_an_opened_number_of_a_compared_source_counts_that_source(open_app, small_data):
    app = open_app(small_data, show=["topic:agents"], compare=["yes"], open_key=["topic:agents"], open_period=["2024-05-01"],
                   open_source=["digest"])  # fmt: skip
    assert "0 of 45 stories = 0\u00a0%" in text_of(html_of(no_fault(app)))
    assert "Download these 0 stories (CSV)" in words_of(app)


def test_an_opened_number_that_the_view_lost_says_so(open_app, small_data):
    app = open_app(small_data, show=["topic:agents"], open_key=["topic:generative"], open_period=["2024-05-01"])
    assert "not in the view any more" in no_fault(app).info[0].value
    app = open_app(small_data, show=["topic:agents"], open_key=["topic:agents"], open_period=["2024-03-01"])
    assert "not in the view any more" in no_fault(app).info[0].value


# Strangers' names


def test_a_hostile_name_is_shown_letter_by_letter(open_app, tmp_path):
    world = World(many(45, date(2024, 1, 10), organizations={"x:evil": "focus"}), organizations={"x:evil": HOSTILE})
    app = open_app(publish(world, tmp_path), show=["organization:x:evil"], open_key=["organization:x:evil"], open_period=["2024-01-01"],
                   any=["organization:x:evil"])  # fmt: skip
    no_fault(app)
    assert "](http" not in app.header[0].value.replace("\\](", "").replace("]\\(", "")
    assert re.search(r"(?<!\\)[\[\]<>`]", app.header[0].value) is None
    assert "<img" not in html_of(app)


# Data that changes, is damaged or missing


def test_new_data_is_shown_at_the_next_run(open_app, tmp_path):
    app = open_app(publish(small_world(), tmp_path), show=["topic:agents"])
    more = small_world()
    newer = replace(more, stories=[*more.stories, Story(date(2024, 9, 28), ["agents"])])
    publish(newer, tmp_path, "20240702T120000Z-00000002")
    no_fault(app.run())
    assert "Stories to 28 Sep 2024" in text_of(html_of(app))
    assert [w.value for w in app.warning] == []


def test_lines_that_a_refresh_took_away_are_dropped_with_a_word_and_renamed_ones_followed(open_app, tmp_path):
    day = date(2024, 1, 10)
    both = {"agents": "AI agents", "robots": "Robots", "generative": "Generative AI"}
    world = World([*many(30, day, "agents"), *many(15, day, "robots")], topics=both)
    app = open_app(publish(world, tmp_path), show=["topic:agents", "topic:robots"], any=["topic:robots", "topic:agents"],
                   open_key=["topic:robots"], open_period=["2024-01-01"])  # fmt: skip
    no_fault(app)
    renamed = World(
        many(45, day, "helpers"),
        topics={"helpers": "AI helpers", "generative": "Generative AI"},
        was={"helpers": ["agents"]},
    )
    publish(renamed, tmp_path, "20240702T120000Z-00000002")
    no_fault(app.run())
    assert query_of(app) == {"show": ["topic:helpers"], "any": ["topic:helpers"]}
    assert ["topic:robots" in w.value for w in app.warning] == [True]


def test_a_source_that_a_refresh_took_away_is_dropped_with_a_word(open_app, tmp_path):
    app = no_fault(open_app(publish(small_world(), tmp_path), show=["topic:agents"], source=["digest"]))
    alone = small_world()
    kept = [s for s in alone.stories if s.source != "digest"]
    publish(replace(alone, stories=kept, publishers=(WEEKLY,)), tmp_path, "20240702T120000Z-00000002")
    no_fault(app.run())
    assert query_of(app) == {"show": ["topic:agents"]}
    assert "digest" in app.warning[0].value


def test_data_that_went_back_leaves_no_day_that_the_widget_refuses(open_app, tmp_path):
    app = open_app(publish(small_world(), tmp_path), show=["topic:agents"], from_=["2024-01-01"], to_=["2024-10-01"])
    older = [s for s in small_world().stories if s.day.month <= 2]
    publish(small_world(stories=older, clock=datetime(2024, 3, 1)), tmp_path, "20240630T120000Z-00000000")
    no_fault(app.run())
    assert query_of(app)["to"] == ["2024-03-01"]


def test_a_broken_refresh_leaves_the_older_data_with_a_word(open_app, tmp_path):
    publish(small_world(), tmp_path)
    broken = tmp_path / "snapshots" / "20240702T120000Z-00000002.duckdb"
    broken.write_bytes(b"half written")
    (tmp_path / "current").write_text(broken.stem)
    app = no_fault(open_app(tmp_path))
    assert "can’t be read, so an older state is shown" in app.warning[0].value
    assert "`ainews rollback`" in app.warning[0].value
    assert len(app.get("plotly_chart")) == 1


def test_damage_inside_a_file_is_named_with_the_remedy(open_app, tmp_path, monkeypatch):
    publish(small_world(), tmp_path)

    def broken(held_open: Any, name: str, parameters: Any) -> Any:
        if name == "story_newest":
            raise duckdb.IOException("Corrupt database file: computed checksum does not match")
        return run_query(held_open, name, parameters)

    monkeypatch.setattr("dashboard.data.run_query", broken)
    app = no_fault(open_app(tmp_path))
    assert "`ainews rollback`" in app.error[0].value


def test_data_from_before_scores_were_measured_draws_all_the_same(open_app, tmp_path):
    publish(small_world(), tmp_path)
    (path,) = (tmp_path / "snapshots").glob("*.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute("DROP TABLE tag_calibration")
    app = no_fault(open_app(tmp_path))
    assert len(app.get("plotly_chart")) == 1
    assert any("was not measured in this data" in caption.value for caption in app.caption)


def test_without_data_the_page_says_what_to_do(open_app, tmp_path):
    app = no_fault(open_app(tmp_path / "nothing"))
    assert "ainews run" in app.warning[0].value
    assert app.get("plotly_chart") == []
    shutil.copytree(publish(small_world(), tmp_path / "made"), tmp_path / "nothing")
    no_fault(app.run())
    assert len(app.get("plotly_chart")) == 1, "and shows it as soon as it is there"
