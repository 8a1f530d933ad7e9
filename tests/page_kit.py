"""What tests of pages share: a page opened as an address would open it, what a reader sees of it, and the files that it would give."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard import page_panels

APP = Path(__file__).resolve().parents[1] / "dashboard" / "app.py"
METHODS = r"Wilson|Newcombe|Mantel|Haenszel|Benjamini|Hochberg|p-value|significan|interval|snapshot|precision|recall|quarantin"
OpenPage = Callable[..., AppTest]
_shown: list[Path] = []

# Each AppTest reads what is told of every installed package, in search of components: a quarter of what it costs to open a page.
# What is installed stays as it is while tests run.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def show_data(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    """Let pages show a folder of data. What they hold of another is dropped; of the same it stays, for to ask again takes longest."""
    if _shown != [data]:
        st.cache_data.clear()
        st.cache_resource.clear()
        _shown[:] = [data]
    monkeypatch.setenv("AINEWS_DATA", str(data))


def open_at(monkeypatch: pytest.MonkeyPatch, data: Path, page: str, **query: object) -> AppTest:
    """Open a page, by its script's name, of a folder of data; `from_` is the parameter from, which is a word of Python."""
    show_data(monkeypatch, data)
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in query.items():
        app.query_params[name.rstrip("_")] = value
    return no_fault(app.switch_page(f"app_pages/{page}.py").run())


@contextmanager
def own_machine(monkeypatch: pytest.MonkeyPatch, data: Path, desk: Path) -> Iterator[OpenPage]:
    """Give what opens pages on a machine of one's own, by name and address, as Ada; with `editor=""` as a reader, with `data` another
    folder's."""
    held, usual = config.get_option("server.address"), data
    config.set_option("server.address", "127.0.0.1")

    def open_one(page: str, *, editor: str = "Ada", data: Path = usual, **query: object) -> AppTest:
        monkeypatch.setenv("AINEWS_DESK", str(desk))
        monkeypatch.setenv("AINEWS_EDITOR", editor)
        return open_at(monkeypatch, data, page, **query)

    try:
        yield open_one
    finally:
        config.set_option("server.address", held)


def no_fault(app: AppTest) -> AppTest:
    assert [error.value for error in app.exception] == []
    return app


def html_of(app: AppTest) -> str:
    return "".join(part.value for part in app.get("html") if not part.value.startswith("<style>"))


def text_of(app: AppTest) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html_of(app))))


def charts(app: AppTest) -> list[str]:
    return [chart.proto.spec for chart in app.get("plotly_chart")]


def said(app: AppTest) -> str:
    """Everything on the page that a reader can see."""
    parts = [text_of(app), *charts(app), *(chart.proto.alt for chart in app.get("plotly_chart"))]
    for kind in ("markdown", "caption", "header", "warning", "info", "error"):
        parts += [part.value for part in app.get(kind)]
    for kind in ("multiselect", "selectbox", "button", "button_group", "popover", "expander", "download_button"):
        parts += [f"{getattr(part.proto, 'label', '')} {getattr(part.proto, 'help', '')}" for part in app.get(kind)]
    return "\n".join([*parts, *(frame.value.to_string() for frame in app.dataframe)])


def table(app: AppTest, column: str) -> pd.DataFrame:
    return next(frame.value for frame in app.dataframe if column in frame.value.columns)


def query_of(app: AppTest) -> dict[str, list[str]]:
    return {name: list(value) if isinstance(value, list) else [value] for name, value in app.query_params.items()}


def made_at_once(monkeypatch: pytest.MonkeyPatch, name: str) -> list[bytes]:
    """The files of page_panels' function of this name, made while the page is drawn: else only a click makes them."""
    made: list[bytes] = []
    make = getattr(page_panels, name)
    monkeypatch.setattr(page_panels, "made_later", lambda later: later())
    monkeypatch.setattr(page_panels, name, lambda *rows, **also: made.append(make(*rows, **also)) or made[-1])
    return made
