"""What tests of alerts share: issues as data, an alerts.toml, a look at a world."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from etl.alert_find import Finding
from etl.alert_rules import load_alerts
from etl.alerts import Told, tell
from etl.publish import current_snapshot
from etl.settings import Settings
from tests.worlds import Publisher, Story, World, many, publish

WEEKLY = Publisher("weekly", "The Weekly")


def issues(first: date, shares: Sequence[tuple[int, int]], *, topic: str = "healthcare", **values: Any) -> list[Story]:
    """An issue a week with k of n stories on the topic for each pair."""
    return [
        story
        for week, (k, n) in enumerate(shares)
        for story in (
            *many(k, first + timedelta(weeks=week), topic, **values),
            *many(n - k, first + timedelta(weeks=week), "agents", **values),
        )
    ]


def write_alerts(settings: Settings, text: str) -> Path:
    """Put an alerts.toml into the desk folder."""
    settings.desk.mkdir(parents=True, exist_ok=True)
    path = settings.desk / "alerts.toml"
    path.write_text(text, encoding="utf-8")
    return path


def write_view(settings: Settings, name: str, value: Any, *, action: str = "set", number: int = 1) -> None:
    """Add a saved view to the desk folder."""
    settings.desk.mkdir(parents=True, exist_ok=True)
    entry = {"v": 1, "id": f"view-{number}", "at": f"2024-06-0{number}T12:00:00Z", "by": "ed", "kind": "view", "story_id": None,
             "tag_id": name, "action": action, "value": value, "why": None, "undoes": None}  # fmt: skip
    with (settings.desk / "views.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


@dataclass
class Desk:
    """A data folder in which worlds are published one after the other, and looked at."""

    settings: Settings
    number: int = 0

    def publish(
        self, stories: Sequence[Story], *, clock: datetime, publishers: Sequence[Publisher] = (WEEKLY,)
    ) -> None:
        """Publish a world as the next snapshot."""
        self.number += 1
        world = World(stories, publishers, clock=clock)
        publish(world, self.settings.data, name=f"202407{self.number:02d}T120000Z-{self.number:08x}")

    def snapshot(self) -> Path:
        """The current one."""
        path = current_snapshot(self.settings)
        assert path is not None
        return path

    def look(self, clock: datetime, *, dry: bool = True) -> Told:
        """Judge all alerts at a moment."""
        return tell(self.settings, load_alerts(self.settings.desk), self.snapshot(), clock, dry=dry)

    def find(self, clock: datetime) -> Finding:
        """Where the one alert stands."""
        told = self.look(clock)
        assert told.problems == []
        (look,) = told.looks
        return look.finding

    def with_settings(self, **values: Any) -> None:
        """Change settings from now on."""
        self.settings = replace(self.settings, **values)
