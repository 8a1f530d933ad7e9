"""Fixtures that name a state: seeds that are there, data that is empty, a snapshot that is published."""

from __future__ import annotations

import gc
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import hypothesis
import pytest
from filelock import FileLock

from etl.publish import current_snapshot
from etl.run import run
from etl.run_log import RunReport
from etl.settings import Settings, load_settings
from tests.small_seeds import CLOCK, FakeTagger, write_seeds

# How long an example takes says how busy the machine is, not whether the code is right. The suite, made at each change, draws fewer than
# usual, `make soak` more.
hypothesis.settings.register_profile("suite", deadline=None, max_examples=40)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=400)
hypothesis.settings.load_profile("suite")

SHIPPED_CLOCK = datetime(2026, 11, 25, 21)

MAIN = sys.modules["__main__"]
RunSmall = Callable[..., RunReport]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long proofs at full length, as `make soak` does")


def pytest_configure(config: pytest.Config) -> None:
    """Draw as many examples as the length asks for, before any test is read: each takes its number from here."""
    if config.getoption("--soak"):
        hypothesis.settings.load_profile("soak")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """Keep the search for garbage from going through modules and tests, which stay to the end, again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="module", autouse=True)
def own_caches() -> None:
    """Snapshots of other modules may be of the same name, by which pages hold what they read; and a page that was run stays the main
    module, which processes that begin would run again."""
    sys.modules["__main__"] = MAIN
    streamlit = sys.modules.get("streamlit")
    if streamlit is not None:
        streamlit.cache_data.clear()
        streamlit.cache_resource.clear()


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """How often a long proof repeats: `rounds(few, many)` is `few`, or with --soak `many`."""
    return lambda few, many: many if request.config.getoption("--soak") else few


@pytest.fixture
def small_seeds(tmp_path: Path) -> Path:
    """Seeds of five stories in two newsletters."""
    return write_seeds(tmp_path / "seeds")


@pytest.fixture
def empty_data(tmp_path: Path, small_seeds: Path) -> Settings:
    """Settings that point to the small seeds and to a data folder that does not exist yet."""
    return load_settings({"AINEWS_SEEDS": str(small_seeds), "AINEWS_DATA": str(tmp_path / "data")})


@pytest.fixture
def run_small(empty_data: Settings) -> RunSmall:
    """Run over the small seeds with a fake tagger: `run_small()`; keywords are those of `etl.run.run`."""

    def run_with(**options: object) -> RunReport:
        return run(empty_data, **({"clock": CLOCK, "build": lambda _: FakeTagger()} | options))

    return run_with


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of one run over the small seeds, to be copied, never changed."""
    root = tmp_path_factory.mktemp("small")
    environment = {"AINEWS_SEEDS": str(write_seeds(root / "seeds")), "AINEWS_DATA": str(root / "data")}
    run(load_settings(environment), clock=CLOCK, build=lambda _: FakeTagger())
    return root / "data"


@pytest.fixture
def published_snapshot(small_data: Path, empty_data: Settings) -> Settings:
    """Settings of a data folder in which one run over the small seeds has published."""
    shutil.copytree(small_data, empty_data.data)
    return empty_data


@pytest.fixture
def snapshot_rows(empty_data: Settings) -> Callable[[str], list[tuple]]:
    """Rows of a query on the current snapshot of the small seeds."""

    def query(sql: str) -> list[tuple]:
        with duckdb.connect(str(current_snapshot(empty_data)), read_only=True) as con:
            return con.execute(sql).fetchall()

    return query


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk folder in which nobody has decided anything yet."""
    return tmp_path / "desk"


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., object]]:
    """Open a page of the module's fixture `data` as an address would, as Ada on a machine of her own.

    Without a name it is the module's PAGE; `editor=""` opens it as a reader, `data` names another folder.
    """
    from tests.page_kit import own_machine  # brings in Streamlit, which most tests do without

    with own_machine(monkeypatch, request.getfixturevalue("data"), folder) as opened:
        yield lambda page=request.module.PAGE, **query: opened(page, **query)


@pytest.fixture(scope="session")
def shipped_snapshot(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder made by one run of the real tagger over the seeds that ship; workers share it."""
    root = tmp_path_factory.getbasetemp()
    data = (root if worker_id == "master" else root.parent) / "shipped"
    with FileLock(f"{data}.lock"):
        if not (data / "current").exists():
            run(replace(load_settings({}), data=data, desk=data / "desk"), clock=SHIPPED_CLOCK)
    return data
