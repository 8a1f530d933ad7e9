"""Pictures for slides: title, denominator, likely range, sources and date are in the figure, whatever strangers wrote."""

from __future__ import annotations

from datetime import date, datetime
from html import unescape

import plotly.graph_objects as go
import pytest

from dashboard.embed import without_clicks
from dashboard.picture import FOOT_CHARACTERS, HEIGHT, SCALE, WIDTH, Chart, composed, config
from dashboard.shown import Data, Shown
from dashboard.topic_charts import share_bars
from dashboard.view import Line

HOSTILE = "<script>alert(1)</script> <b>bold</b> \u202e" + "word " * 200
SHOWN = Shown(
    "topics", {}, Data("20240701T120000Z-00000001", datetime(2024, 7, 1, 12)), "AI agents: 27 %.", "", "Of 361 stories of The Weekly",
    (date(2024, 1, 1), date(2024, 6, 30)),
)  # fmt: skip
ROWS = [
    {"key": "topic:a", "k": 96, "n": 361, "share": 0.27, "low": 0.22, "high": 0.31},
    {"key": "topic:b", "k": 3, "n": 19, "share": 0.16, "low": 0.06, "high": 0.38},
]


def chart(name: str = "AI agents") -> Chart:
    lines = {"topic:a": Line("topic:a", name, name, 0), "topic:b": Line("topic:b", "Robots", "Robots", 1)}
    figure = share_bars(ROWS, lines, title="Share of stories · The Weekly, 361 stories", opened="", narrow=False)
    return Chart("shares", figure, "AI agents lead.")


def texts(figure: go.Figure) -> list[str]:
    return [figure.layout.title.text, *(note.text for note in figure.layout.annotations)]


def test_the_file_has_1600_by_900_pixels():
    image = config("topics-shares")["toImageButtonOptions"]
    assert (image["width"] * image["scale"], image["height"] * image["scale"]) == (1600, 900)
    figure = composed(chart(), SHOWN, title="AI agents: 27 %.")
    assert (figure.layout.width * SCALE, figure.layout.height * SCALE) == (1600, 900)


def test_title_denominator_range_sources_and_date_are_in_the_figure_3_7():
    title, *notes = texts(composed(chart(), SHOWN, title="AI agents: 27 %."))
    assert title.startswith("AI agents: 27 %.<br>")
    assert "Share of stories · The Weekly, 361 stories" in title
    assert notes[-1] == (
        "Shaded, or a thin line: likely range · Of 361 stories of The Weekly · 1 Jan 2024 to 30 Jun 2024 · "
        "AI News Trends, data of 1 Jul 2024, 12:00 UTC · 20240701T120000Z-00000001"
    )


def test_the_chart_on_the_page_stays_as_it_is():
    drawn = chart()
    before = drawn.figure.to_json()
    composed(drawn, SHOWN, title="Another")
    without_clicks(drawn)
    assert drawn.figure.to_json() == before


def test_strangers_words_are_text_and_stay_inside():
    hostile = Shown("", {}, SHOWN.data, HOSTILE, "", HOSTILE, SHOWN.days)
    figure = composed(chart(HOSTILE), hostile, title=HOSTILE)
    assert all("<script" not in text and "<b>bold" not in text and "\u202e" not in text for text in texts(figure))
    lines = figure.layout.title.text.split("<br>")
    assert len(lines) == 4
    assert max(len(unescape(line)) for line in lines[:3]) <= 100
    assert all(len(unescape(note.text)) <= FOOT_CHARACTERS for note in figure.layout.annotations)
    assert figure.layout.margin.l < WIDTH / 2
    assert HEIGHT - figure.layout.margin.t - figure.layout.margin.b > HEIGHT / 2


@pytest.mark.parametrize("name", ["A", "A name of forty letters, which is a lot."])
def test_names_on_the_axis_have_the_room_that_they_need(name):
    figure = composed(chart(name), SHOWN, title="T")
    assert figure.layout.margin.l >= 8 * min(len(name), 35)
    assert not figure.layout.yaxis.automargin


def test_shown_alone_a_chart_promises_no_stories_behind_a_click():
    assert "click" in str(chart().figure.data[0].hovertext)
    figure = without_clicks(chart())
    assert "click" not in str(figure.data[0].hovertext)
    assert "likely range" in figure.data[0].hovertext[0]
