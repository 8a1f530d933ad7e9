"""The page Organizations as a script: share of voice by three ways of counting, types, homes, meetings, desks, new ones, one's page."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from html import unescape
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboard.organization_charts import pair_bars
from dashboard.organizations import (
    PARTS,
    bars_lines,
    headline,
    pair_note,
    pairs_sentence,
    rising_sentence,
    shown_words,
)
from dashboard.page_panels import MOST_READ
from dashboard.scope import Scope
from dashboard.snapshot import sql
from dashboard.topic_charts import cell_matrix
from dashboard.view import Line
from tests.page_kit import (
    METHODS,
    OpenPage,
    charts,
    html_of,
    made_at_once,
    open_at,
    query_of,
    said,
    table,
    text_of,
)
from tests.worlds import SQL, Publisher, Story, World, many, publish

CLOCK = datetime(2024, 10, 1, 12)
HOSTILE = "<script>alert(1)</script> [x](http://evil.example) `y`"
MONTHS = range(1, 10)
NAMES = {"acme": "Acme", "nord": "Nord Labs", "uni": "Uni of Ulm", "x:newco": HOSTILE, "quiet": "Quiet Ltd"}
SAID = {"acme": ("company", "FR", None), "nord": ("laboratory", "DE", "acme"), "uni": ("university", "DE", None),
        "x:newco": (None, None, None), "quiet": ("company", None, None)}  # fmt: skip


def stories() -> list[Story]:
    """By month 40: 10 about Acme that name Nord (generative), 6 about Uni, 4 with Acme's product alone, 2 that cite it, 18 bare ones,
    of which 12 in September name Newco."""
    found: list[Story] = []
    for month in MONTHS:
        day = date(2024, month, 10)
        newco = 12 if month == 9 else 0
        found += many(10, day, "generative", organizations={"acme": "focus", "nord": "mention"}, regions=["FR"], body="Acme works.",
                      spans=[("organization", "acme", "text", 0, 4)])  # fmt: skip
        found += [
            *many(6, day, "healthcare", organizations={"uni": "focus"}),
            *many(4, day, organizations={"acme": "product"}),
        ]
        found += [
            *many(2, day, organizations={"acme": "source"}),
            *many(newco, day, organizations={"x:newco": "mention"}),
        ]
        found += many(18 - newco, day)
    return found


WEEKLY = Publisher("weekly", "The Weekly", expected=[date(2024, m, 10) for m in MONTHS])
WORLD = World(stories(), (WEEKLY,), organizations=NAMES, clock=CLOCK,
              quality=[("organization_focus", "acme", "abstract", 40, 38, 2, 2)])  # fmt: skip


def published(world: World, folder: Path) -> Path:
    """A folder of data whose organizations are of types and homes."""
    data = publish(world, folder)
    (file,) = (data / "snapshots").glob("*.duckdb")
    with duckdb.connect(str(file)) as con:
        for name, (kind, country, parent) in SAID.items():
            con.execute(
                "UPDATE organization SET type = ?, country = ?, parent_id = ? WHERE id = ?",
                [kind, country, parent, name],
            )
    return data


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(WORLD, tmp_path_factory.mktemp("organizations"))


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, data: Path) -> OpenPage:
    """Open the page as an address would: `open_page(counts="named")`; `where` is another folder of data."""
    return lambda where=data, **query: open_at(monkeypatch, where, "organizations", **query)


# Share of voice


def test_the_first_screen_says_who_is_covered_most_of_which_stories_and_none_is_a_line_3_5_7(open_page):
    app = open_page()
    assert "25\u00a0% of The Weekly’s stories are about Acme (90 of 360), 15\u00a0% about Uni of Ulm." in unescape(
        html_of(app)
    )
    assert "Shares are of 360 stories in The Weekly, Jan 2024 to Sep 2024. A subsidiary" in text_of(app)
    rows = table(app, "Organization")
    assert rows[["Organization", "Stories", "Of"]].values.tolist() == [
        ["About no organization", 216, 360], ["Acme", 90, 360], ["Uni of Ulm", 54, 360],
    ]  # fmt: skip
    assert dict(zip(table(app, "Type")["Type"], table(app, "Type")["Stories"], strict=True)) == {
        "About no organization": 216, "Companies": 90, "Universities": 54,
    }  # fmt: skip
    homes = table(app, "Home country")
    assert dict(zip(homes["Home country"], homes["Stories"], strict=True)) == {
        "About no organization": 216,
        "France": 90,
        "Germany": 54,
    }
    carried = {number.name: (number.k, number.n) for number in app.session_state["noted"].shown.numbers}
    assert carried["Companies"] == carried["Acme"] == carried["At home in France"] == (90, 360)
    assert [w.value for w in (*app.warning, *app.error)] == []
    assert query_of(app) == {}
    assert re.findall(METHODS, said(app)) == []


@pytest.mark.parametrize(
    ("counts", "expected", "verb"),
    [
        ("named", {"Names no organization": 204, "Acme": 90, "Nord Labs": 90, "Uni of Ulm": 54, HOSTILE: 12}, "stories name Acme"),
        ("products", {"Names no organization or product": 168, "Acme": 126, "Nord Labs": 90, "Uni of Ulm": 54, HOSTILE: 12},
         "name, or name a product of, Acme"),
    ],
)  # fmt: skip
def test_a_control_says_what_counts_and_a_cited_source_never_does(open_page, counts, expected, verb):
    app = open_page(counts=counts)
    rows = table(app, "Organization")
    assert dict(zip(rows["Organization"], rows["Stories"], strict=True)) == expected
    assert verb in text_of(app)
    assert query_of(app) == {"counts": [counts]}
    assert "<script>alert" not in html_of(app)


def test_shares_of_stories_on_any_organization_leave_the_others_out_of_both_3(open_page):
    app = open_page(among="any")
    rows = table(app, "Organization")
    assert rows[["Organization", "Stories", "Of"]].values.tolist() == [["Acme", 90, 144], ["Uni of Ulm", 54, 144]]
    assert "of these on any organization" in text_of(app)


def test_a_type_or_home_drills_into_its_organizations(open_page):
    app = open_page(stories=["groups", "home:DE"], counts="named")
    assert " 144 stories " in text_of(app)
    next(b for b in app.button if b.key == "drill_home:DE").click().run()
    assert query_of(app) == {"counts": ["named"], "home": ["DE"]}
    assert table(app, "Organization")["Organization"].tolist() == ["Nord Labs", "Uni of Ulm"]
    assert "Organizations at home in Germany: 25" in text_of(app)
    app.selectbox(key="organizations_type").set_value("university").run()
    assert table(app, "Organization")["Organization"].tolist() == ["Uni of Ulm"]


@pytest.mark.parametrize(
    ("counts", "opened", "count"),
    [
        ("focus", ["voices", "organization:acme"], 90),
        ("products", ["voices", "organization:acme"], 126),
        ("products", ["voices", "organization:none"], 168),
        ("named", ["groups", "type:unlisted"], 12),
        ("named", ["pairs", "organization:acme", "organization:nord"], 90),
        ("focus", ["pairs", "organization:acme", "organization:nord"], 0),
        ("focus", ["desks", "organization:uni", "desk:health"], 54),
        ("focus", ["rising", "named:x:newco", "2024-09-01"], 12),
    ],
)  # fmt: skip
def test_a_number_opens_exactly_its_stories_and_so_does_the_file_26(open_page, monkeypatch, counts, opened, count):
    made = made_at_once(monkeypatch, "stories_csv")
    app = open_page(counts=counts, stories=opened, grain="month")
    assert f" {count} stories " in text_of(app)
    assert len(re.findall("<article", html_of(app))) == min(count, 10)
    assert [len(pd.read_csv(io.BytesIO(csv))) for csv in made] == ([count] if count else [])
    assert query_of(app)["stories"] == opened
    if opened == ["voices", "organization:acme"]:
        assert "<mark" in html_of(app)


def test_the_file_of_numbers_carries_names_range_filters_and_snapshot_26(open_page, monkeypatch):
    made = made_at_once(monkeypatch, "as_csv")
    for part in PARTS:
        open_page(counts="named", grain="month", part=part)
    voices, types, homes, _, pairs, _, cells, _, rising = (pd.read_csv(io.BytesIO(csv)) for csv in made)
    for shares in (voices, types, homes):
        assert {"key", "name", "numerator", "denominator", "share", "low", "high", "filters", "snapshot"} <= set(
            shares.columns
        )
    assert {"key_a", "key_b", "numerator", "expected", "adjusted", "looked_at", "filters", "snapshot"} <= set(
        pairs.columns
    )
    assert {"key_a", "key_b", "numerator", "expected", "denominator", "filters"} <= set(cells.columns)
    assert {"k_1", "n_1", "k_2", "n_2", "low", "high", "looked_at", "filters"} <= set(rising.columns)
    assert set(voices["filters"]) == {
        "stories of The Weekly; long-running sources; 10 Jan 2024 to 10 Sep 2024; organizations where named, never as a cited source; "
        "letters left out; copies count once"
    }


# Meetings and new ones


def test_pairs_desks_and_new_ones_are_told_with_what_chance_has_and_how_many_were_looked_at_8_22_23(open_page):
    app = open_page(counts="named", grain="month", part="pairs")
    page = text_of(app) + text_of(open_page(counts="named", grain="month", part="rising"))
    assert (
        "Acme and Nord Labs meet most beyond chance: 90 stories on both, by chance 22; 1 of 3 pairs looked at" in page
    )
    assert "On the rise from Aug 2024 to Sep 2024: <script>alert(1)</script>" in page
    assert "from 0 of 40 stories to 12 of 40, of 1 looked at." in page
    assert "ainews candidates" in page
    rows = table(app, "Both")
    assert rows["Note"].tolist()[0] == "more than by chance; one belongs to the other"


PAIR = {"key_a": "organization:a", "key_b": "organization:b", "k": 9, "k_a": 20, "k_b": 30, "n": 100, "expected": 6.0, "low": 5.0,
        "high": 16.0, "state": "judged", "established": False, "looked_at": 4, "kin": False}  # fmt: skip


def test_words_on_a_pair_follow_the_numbers_22_23():
    assert pair_note(PAIR) == "no clear difference"
    assert pair_note(PAIR | {"low": 7.0}) == "more than by chance, but may be chance"
    assert pair_note(PAIR | {"high": 5.0, "k": 2, "established": True}) == "less than by chance"
    assert pair_note(PAIR | {"state": "few", "kin": True}) == "too few to say; one belongs to the other"
    names = {"organization:a": "A", "organization:b": "B"}
    assert (
        pairs_sentence([PAIR], names)
        == "No two organizations clearly meet more often than by chance, of 4 pairs looked at."
    )
    assert "too few to say" in pairs_sentence([PAIR | {"state": "few"}], names)
    assert rising_sentence([], {}, "Q1 2024", "Q2 2024").startswith("No unlisted organization is named")


def test_only_an_established_pair_is_drawn_in_color_and_few_are_hollow_22_23():
    rows = [PAIR, PAIR | {"established": True, "low": 7.0}, PAIR | {"state": "few"}]
    figure = pair_bars(rows, {"organization:a": "A", "organization:b": "B"}, title="x", narrow=True)
    colors = list(figure.data[0].marker.color)
    assert len(set(colors)) == 3
    assert colors[2] == "rgba(0,0,0,0)"
    assert len(set(figure.data[0].y)) == 3  # three bars, though they read alike
    assert list(figure.data[1].x) == [6.0, 6.0, 6.0]
    assert figure.layout.xaxis.range[0] == 0


def test_a_blank_cell_differs_from_one_with_few_23():
    lines = {key: Line(key, key, key, None) for key in ("organization:a", "desk:x", "desk:y")}
    cell = {
        "key_a": "organization:a",
        "key_b": "desk:x",
        "k": 2,
        "expected": 3.0,
        "ratio": 0.7,
        "low": -0.1,
        "high": 0.1,
        "state": "few",
    }
    rows = [cell, cell | {"key_b": "desk:y", "k": 0, "state": "blank"}]
    (cells,) = cell_matrix(rows, ("organization:a",), ("desk:x", "desk:y"), lines, title="x", narrow=False).data
    assert list(cells.marker.pattern.shape) == ["/", ""]
    assert list(cells.text) == ["2", ""]
    assert list(cells.customdata[1]) == ["organization:a", "desk:y"]


def test_organizations_of_the_same_name_stay_apart_on_a_chart():
    rows = [{"key": "organization:a"}, {"key": "organization:b"}]
    lines = bars_lines(rows, {"organization:a": "Same", "organization:b": "Same"}, {}, "focus")
    assert len({line.short for line in lines.values()}) == 2
    assert {line.name for line in lines.values()} == {"Same"}


def test_the_headline_says_so_where_none_counts():
    scope = Scope.__new__(Scope)
    object.__setattr__(scope, "sources", ())
    object.__setattr__(scope, "total", 5)
    said = headline([], {}, scope, counts="focus", among="all", which="Courts")
    assert said.startswith("Courts: None of the stories of")
    assert (shown_words(15, 1157), shown_words(15, 15)) == ("and 1,142 more", "")


# One organization, and ways


def test_the_page_of_one_says_what_it_is_its_share_and_what_its_stories_hold_21(open_page, monkeypatch):
    app = open_page(organization="acme", among="any", type="company")
    page = text_of(app)
    assert (
        "Acme Company, at home in France. 90 of 144 stories on any organization in The Weekly, Jan 2024 to Sep 2024, are about it: 62 %"
        in page
    )
    measured = next(m.value for m in app.markdown if m.value.startswith("On abstracts")).replace("\\", "")
    assert measured.startswith("On abstracts: right when given 95\u00a0% (83–99\u00a0%), found of all 95")
    assert "acme 90" in page.lower()
    assert 'href="./?show=organization%3Aacme"' in html_of(app)
    assert any(b.label.startswith("Nord Labs") for b in app.button)
    tables = [frame.value[["Line", "Stories"]].values.tolist() for frame in app.dataframe]
    assert tables[0][0] == ["Generative AI", 90]
    assert tables[-1][0] == ["France", 90]
    next(b for b in app.button if b.key == "open_whole").click().run()
    assert len(re.findall("<article", html_of(app))) == 10 + 6
    assert query_of(app) == {
        "organization": ["acme"],
        "among": ["any"],
        "type": ["company"],
        "stories": ["whole", "organization:acme"],
    }
    next(b for b in app.button if b.key == "all_organizations").click().run()
    assert query_of(app) == {"among": ["any"], "type": ["company"]}


def test_where_not_all_stories_are_read_for_its_words_the_page_says_so(open_page, monkeypatch):
    def said() -> list[str]:
        return [c.value for c in open_page(organization="acme").caption if c.value.startswith("With the number")]

    assert said() == ["With the number of stories in which they do."]
    monkeypatch.setattr("dashboard.page_panels.MOST_READ", 20)
    assert said() == ["With the number of stories in which they do, of the newest 20 of them."]


def test_as_many_stories_are_read_for_words_as_the_page_says():
    read = ((SQL / "macros" / "55_topic_phrase.sql").read_text(), sql("organization_spellings"))
    assert [text.count(f"LIMIT {MOST_READ:_}\n") for text in read] == [1, 1]


def test_one_with_a_topic_opens_the_stories_on_both_and_leads_back_here_26(open_page):
    app = open_page(organization="acme", counts="named", stories=["one", "organization:acme", "organization:nord"])
    assert " 90 stories " in text_of(app)
    assert all(
        back.startswith("page%3Dorganizations%26") for back in re.findall(r'back=([^&"]*)', unescape(html_of(app)))
    )
    assert open_page(organization="acme", stories=["one", "organization:acme", "region:FR"]).query_params[
        "organization"
    ] in ("acme", ["acme"])


def test_an_organization_is_found_by_name_and_one_without_counted_stories_says_so_13(open_page):
    app = open_page()
    app.text_input(key="organizations_find").set_value("NORD").run()
    assert query_of(app) == {"find": ["NORD"]}
    app = open_page(find="NORD")
    next(b for b in app.button if b.key == "found_organization:nord").click().run()
    assert query_of(app) == {"organization": ["nord"]}
    assert "None of the stories in The Weekly" in text_of(app)
    assert "Choose more sources or days" in app.info[0].value
    app.button_group(key="organizations_counts").set_value("named").run()
    assert "90 of 360 stories in The Weekly, Jan 2024 to Sep 2024, name it: 25 %" in text_of(app)


def test_an_address_that_this_data_does_not_know_says_so(open_page):
    app = open_page(
        organization="ghost", type="guild", home="XX", counts="all", stories=["voices", "organization:ghost"]
    )
    said_of = [w.value for w in app.warning]
    assert "The link names an organization, `ghost`, which is not in this data." in said_of
    assert all(any(f"`{value}`" in warning for warning in said_of) for value in ("guild", "XX", "all"))
    assert query_of(app) == {}


def test_a_link_opens_no_number_that_the_page_does_not_have(open_page):
    acme, nord, uni = (f"organization:{name}" for name in ("acme", "nord", "uni"))
    for opened in (["pairs", acme, acme], ["pairs", acme, nord, uni]):
        app = open_page(stories=opened, type="none")
        assert any("no number of this page" in w.value for w in app.warning)
        assert any("`none` is nothing that this page can show" in w.value for w in app.warning)
    app = open_page(
        stories=["voices", "region:FR"], find="x" * 81
    )  # a line of another page: what is listed is what the title says
    assert " 90 stories " in text_of(app)
    assert any("link's find" in w.value for w in app.warning)


def test_what_a_link_showed_is_held_against_the_same_choices_alone(open_page):
    app = open_page(was=["organization:acme=80.350"], snapshot=["old"])
    assert any("Acme was 80 of 350 and is 90 of 360" in info.value for info in app.info)
    app.button_group(key="organizations_counts").set_value("products").run()
    assert [info.value for info in app.info] == []


def test_where_no_organization_of_a_type_counts_there_is_no_empty_matrix(open_page):
    app = open_page(type="unlisted", part="desks")
    assert [info.value.partition(".")[0] for info in app.info] == [
        "No story counts for any of these", "No story counts for any of these, so there is nothing to hold against desks",
    ]  # fmt: skip


def test_where_no_story_passes_the_page_says_what_to_loosen(open_page):
    app = open_page(counts="named", type="company")
    app.multiselect(key="choice_all_of").set_value(["topic:agents", "topic:robots"]).run()
    assert "No story passes these filters" in app.info[0].value
    assert charts(app) == []
    app.multiselect(key="choice_all_of").set_value([]).run()
    assert query_of(app) == {"counts": ["named"], "type": ["company"]}


def test_data_from_before_this_page_names_the_command_that_mends_it(open_page, tmp_path):
    folder = publish(World(many(3, date(2024, 5, 10)), (WEEKLY,), clock=CLOCK), tmp_path)
    (file,) = (folder / "snapshots").glob("*.duckdb")
    with duckdb.connect(str(file)) as con:
        con.execute("DROP MACRO TABLE organization_share")
    assert "`ainews run` brings it up to date." in open_page(folder).error[0].value


def test_where_stories_are_on_no_organization_shares_of_those_on_any_say_so(open_page):
    nowhere = {"among": "any", "none": [f"organization:{name}" for name in NAMES]}
    app = open_page(**nowhere)
    assert any("No story counts for any organization" in info.value for info in app.info)
    assert charts(app) == []
    assert len(charts(open_page(**nowhere, part="rising"))) == 1, "of unlisted ones that are named"
