"""A real dashboard on the shipped snapshot, and a real Chromium that may speak to loopback alone.

A worker of xdist that drives a browser starts one server for all its files.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from chromium import NoChromium, present
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.serving import free_port, serving

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
WIDE = (1440, 900)
NARROW = (390, 844)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Whatever a page asks for elsewhere is recorded as a fault; this keeps the asking from reaching anybody.
NO_OTHER_HOST = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
# Below the address of a page that is not the first, Streamlit looks for its server there before it looks beside it.
LOOKED_FOR = re.compile(r"/\w+/_stcore/(health|host-config)")
QUIET = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"

# What a page will show may take this long on a busy machine; a test waits no longer than the page does.
expect.set_options(timeout=30_000)

# On a machine with other work a browser's wait may end in vain, one in some thousand. A test whose wait did is made once again, and told
# of in the summary (R); one whose numbers, texts or console are wrong is not.
WAITED_IN_VAIN = ["^TimeoutError", "Call log:"]

OpenPage = Callable[..., Page]
_failed = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser."""
    for item in items:
        if HERE in item.path.parents and {"browser", "server"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=WAITED_IN_VAIN))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember a failure, so that the pages of a failed test leave a picture."""
    report = yield
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed
    return report


@pytest.fixture(scope="session")
def server(shipped_snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `ainews app` on the data folder that the shipped seeds made."""
    port = free_port()
    command = [sys.executable, "-m", "etl", "app", "--port", str(port)]
    log = tmp_path_factory.mktemp("server") / "output.txt"
    with serving(
        command, port=port, log=log, env=os.environ | {"AINEWS_DATA": str(shipped_snapshot)}, cwd=PROJECT
    ) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; for one module, because Playwright's event loop would disturb other tests of the worker."""
    path = present()
    if path is None:
        raise NoChromium("there is no Chromium here; `python tests/browser/chromium.py` installs one")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to sandbox root
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*sandbox, NO_OTHER_HOST])
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Open the dashboard: `open_page("/?show=a", size=NARROW, scheme="dark")` returns a page whose script has finished.

    At the end the test fails if any page logged an error, threw one, or asked a host that is not loopback.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(path: str = "/", *, size: tuple[int, int] = WIDE, scheme: Literal["light", "dark"] = "light") -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, color_scheme=scheme, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        _watch(page, faults)
        page.goto(server + path)
        settle(page)
        return page

    yield open_one
    if faults or request.node.stash.get(_failed, False):
        _picture(contexts, request.node.name)
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The first screen as a stranger sees it: 1440 by 900, light."""
    return open_page()


@pytest.fixture(scope="session")
def settled() -> Callable[[Page], None]:
    """The function that waits until the page's script has finished; call it after each click that reruns it."""
    return settle


def settle(page: Page) -> None:
    """Wait until the script is at rest, and still is a moment later: a click's rerun starts with a delay."""
    page.wait_for_selector(QUIET, state="attached")
    page.wait_for_timeout(150)
    page.wait_for_selector(QUIET, state="attached")


def _watch(page: Page, faults: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        url = str(message.location.get("url", ""))
        if message.type == "error" and not LOOKED_FOR.fullmatch(urlsplit(url).path):
            faults.append(f"console error: {message.text} ({url})")

    def address(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOOPBACK:
            faults.append(f"asked a host that is not loopback: {url}")

    page.on("console", console)
    page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    page.on("request", lambda request: address(request.url))
    page.on("websocket", lambda socket: address(socket.url))


def _picture(contexts: list[BrowserContext], name: str) -> None:
    """Leave a picture of each page of a failing test in tests/browser/output."""
    folder = HERE / "output"
    folder.mkdir(exist_ok=True)
    stem = re.sub(r"\W+", "-", name).strip("-")
    for number, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=folder / f"{stem}-{number}.png", full_page=True)
