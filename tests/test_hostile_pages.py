"""What strangers wrote (titles, texts, names of sources and organizations) is text on every page, and harmless in its files."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import exports, page_panels, where_from_panel
from tests.page_kit import show_data
from tests.search_kit import publish_searchable
from tests.worlds import Publisher, Story, World, many

APP = Path(__file__).resolve().parents[1] / "dashboard" / "app.py"
EVIL = (
    '<script>alert(1)</script><img src=x onerror=alert(1)><a href="http://evil.example">x</a> '
    "**b** ![x](http://evil.example/a.png) `y` :red[z]"
)
TITLE, TEXT, SOURCE, NAME = (f"{start}{EVIL}\u202eABC" for start in ("=1+1 ", "@SUM(1) ", "+1 ", "-1 "))
MONTHS = range(1, 10)
# Each page, and on it each part that is opened by its address alone.
PAGES = {
    "topics": ("topics", {"bars": "topics", "stories": ["shares", "topic:agents"]}),
    "a-topic": ("topics", {"topic": "agents"}),
    "organizations": ("organizations", {"stories": ["voices", "organization:x:evil"], "counts": "named"}),
    "an-organization": ("organizations", {"organization": "x:evil"}),
    "regions": ("regions", {"stories": ["places", "region:FR"]}),
    "a-region": ("regions", {"region": "FR"}),
    "stories": ("stories", {"q": "alert"}),
    "coverage": ("coverage", {"show": ["topic:agents", "organization:x:evil"], "grain": "month",
                              "open-key": "organization:x:evil", "open-period": "2024-09-01"}),
    "where-from": ("coverage", {"show": ["organization:x:evil"], "grain": "month", "where": "organization:x:evil",
                                "from_point": "2024-01-01", "to_point": "2024-09-01", "where_stories": "within"}),
    "methods": ("methods", {}),
}  # fmt: skip
TURNING = r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]"
MARKDOWN = ("markdown", "caption", "header", "subheader", "info", "warning", "error")
LABELED = ("button", "checkbox", "popover", "expander", "download_button", "selectbox", "multiselect", "button_group")


def stories() -> list[Story]:
    """By month 40 stories: 2 on agents and about one organization, 20 from July on; the rest is bare. In September one more is a copy."""
    found: list[Story] = []
    for month in MONTHS:
        day, agents = date(2024, month, 10), 20 if month >= 7 else 2
        found += many(agents, day, "agents", title=TITLE, body=TEXT, url="javascript:alert(1)", organizations={"x:evil": "focus"},
                      regions=["FR"], spans=[("topic", "agents", "text", 0, 30, 2.0)])  # fmt: skip
        found += many(40 - agents, day)
    copied = Story(
        date(2024, 9, 11), ["agents"], title=TITLE, copy_of=len(found) - 39, organizations={"x:evil": "focus"}
    )
    return [*found, copied]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    weekly = Publisher("weekly", SOURCE, expected=[date(2024, month, 10) for month in MONTHS], sampled=SOURCE)
    world = World(stories(), (weekly,), organizations={"acme": "Acme", "x:evil": NAME}, clock=datetime(2024, 10, 1, 12))
    return publish_searchable(world, tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """The CSV files of a page, made while it is drawn: else only a click makes some."""
    made: list[bytes] = []
    monkeypatch.setattr(page_panels, "made_later", lambda make: make())
    as_csv = exports.as_csv
    for module in (exports, page_panels, where_from_panel):
        monkeypatch.setattr(module, "as_csv", lambda rows: made.append(as_csv(rows)) or made[-1])
    return made


class Markup(HTMLParser):
    """The tags and the addresses of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [str(value) for name, value in attrs if name in ("href", "src")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def drawn_as_markdown(app: AppTest) -> str:
    parts = [part.value for kind in MARKDOWN for part in app.get(kind)]
    parts += [
        f"{getattr(part.proto, 'label', '')} {getattr(part.proto, 'help', '')}"
        for kind in LABELED
        for part in app.get(kind)
    ]
    return "\n".join(parts)


@pytest.mark.parametrize(("page", "query"), PAGES.values(), ids=PAGES)
def test_what_strangers_wrote_is_text_on_every_page_and_harmless_in_its_files(monkeypatch, data, files, page, query):
    show_data(monkeypatch, data)
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app = app.switch_page(f"app_pages/{page}.py").run()
    assert [error.value for error in app.exception] == []
    html = "".join(part.value for part in app.get("html") if not part.value.startswith("<style>"))
    assert "alert(1)" in html
    found = Markup(html)
    assert not found.tags & {"script", "img"}
    assert found.handlers == []
    assert [link for link in found.links if "evil" in link.partition("?")[0] or link.startswith("javascript")] == []
    assert (
        re.findall(r"(?<!\\)!?\[x\]\(|(?<!\\)\*\*b|(?<!\\):red|(?<![\\`])<(?:script|img|a )", drawn_as_markdown(app))
        == []
    )
    sentences = re.findall(r'<(h1|p|span) class="(?:sentence|lead|quiet)"[^>]*>(.*?)</\1>', html)
    told = [drawn_as_markdown(app), *(text for _, text in sentences)]
    assert [text for text in told if re.search(TURNING, text)] == [], "what follows a name would be turned too"
    for chart in app.get("plotly_chart"):
        assert re.findall(r"<(?:script|img|a )|\\\\u202e", chart.proto.spec) == []
    for code in app.get("code"):
        assert re.findall(TURNING, code.value) == [], (
            "a mark that turns the direction of text stays out of what is copied"
        )
    for made in files:
        cells = pd.read_csv(io.BytesIO(made), dtype=str, keep_default_na=False).to_numpy().ravel()
        assert [cell for cell in cells if re.match(r"[=@]|[+-](?![\d.]+(?:e-?\d+)?$)", cell)] == []
