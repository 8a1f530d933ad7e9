"""A small world with live sources on servers of this machine, run through the real network code.

from tests.survival_kit import world_fixture  # noqa: F401  (a fixture, by the name `world`)
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.fetch.client import Pace
from etl.intake import Outcome
from etl.publish import current_name, current_snapshot
from etl.run import run
from etl.run_log import RunReport
from etl.settings import Settings, load_settings
from tests.conftest import CLOCK
from tests.live import ITEM, MAY, add_source
from tests.small_seeds import FakeTagger
from tests.web import Handler, Script, Web

Row = tuple[Any, ...]


def told(source: str, *names: str) -> bytes:
    """The feed of a source: a story of its own for each name, in words that no other has, so that none is a copy."""
    items = "".join(
        ITEM.format(slug=f"{source}-{name}", title=f"{name.capitalize()} is what {source} tells", date=MAY, text=text)
        for name in names
        for text in [f"A chatbot said {' '.join(_words(f'{source} {name}'))}."]
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{source}</title>{items}</channel></rss>'.encode()


def _words(key: str) -> list[str]:
    luck = random.Random(key)
    return ["".join(luck.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(20)]


def hang(handler: Handler) -> None:
    """Say nothing until the test is over."""
    handler.close_connection = True
    handler.server.over.wait(60)


@dataclass
class World:
    """Small seeds, a data folder, and servers; each source has a server of its own unless it says which."""

    settings: Settings
    clock: datetime = CLOCK
    webs: dict[str, Web] = field(default_factory=dict)
    waiting: threading.Event = field(default_factory=threading.Event)  # for a script to set once it was asked

    def source(self, source: str, *scripts: Script, more: str = "", web: Web | None = None) -> Web:
        """Add a live source that answers so, one answer after the other."""
        web = web or self.serve()
        add_source(
            self.settings.desk,
            id=source,
            name=source.capitalize(),
            address=web.on(f"/{source}", *scripts),
            more=f"allow_private = true\n{more}",
        )
        self.webs[source] = web
        return web

    def serve(self) -> Web:
        web = Web()
        threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True).start()
        self.webs[f"server {len(self.webs)}"] = web
        return web

    def says(self, source: str, *scripts: Script) -> None:
        """What a source answers from now on."""
        self.webs[source].on(f"/{source}", *scripts)

    def stop(self, source: str) -> None:
        """The server of a source is gone; others that it serves, too."""
        web = self.webs[source]
        web.over.set()
        web.shutdown()
        web.server_close()

    def close(self) -> None:
        for web in set(self.webs.values()):
            if not web.over.is_set():
                web.over.set()
                web.shutdown()
                web.server_close()

    def run(self, **options: Any) -> RunReport:
        """One run, an hour after the one before unless `clock` says otherwise."""
        self.clock += timedelta(hours=1)
        return run(self.settings, **({"clock": self.clock, "build": lambda _: FakeTagger()} | options))

    def stories(self) -> list[Row]:
        """(source, id, title, day) of all that a reader sees."""
        return self.rows("SELECT source_id, story_id, title, day FROM story ORDER BY ALL")

    def rows(self, sql: str) -> list[Row]:
        with duckdb.connect(str(current_snapshot(self.settings)), read_only=True) as con:
            return con.execute(sql).fetchall()

    @property
    def current(self) -> str | None:
        return current_name(self.settings)

    @property
    def log(self) -> list[dict[str, Any]]:
        lines = (self.settings.data / "runs.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


def outcomes(report: RunReport) -> dict[str, Outcome]:
    """By source."""
    return {outcome.source_id: outcome for outcome in report.outcomes}


@contextmanager
def small_world(seeds: Path, data: Path, *, seconds: float = 30) -> Iterator[World]:
    """A world whose requests may take so many seconds and whose retries follow at once."""
    settings = load_settings({"AINEWS_SEEDS": str(seeds), "AINEWS_DATA": str(data)})
    world = World(replace(settings, fetch_seconds=seconds))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("etl.fetch.client.Pace", lambda: Pace(sleep=lambda _: None))
        try:
            yield world
        finally:
            world.close()


@pytest.fixture(name="world")
def world_fixture(published_snapshot: Settings) -> Iterator[World]:
    """A world in which one run over the seeds alone has published."""
    with small_world(published_snapshot.seeds, published_snapshot.data) as world:
        yield world
