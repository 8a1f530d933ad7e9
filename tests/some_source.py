"""An entry of sources.toml as tests need one: any publisher, of which a test says only what it is about."""

from __future__ import annotations

from datetime import date
from typing import Any

from etl.catalog import Source
from etl.rhythm import Rhythm


def some_source(**values: Any) -> Source:
    """A daily feed in English, without archive and declared coverage, but for `values`."""
    defaults: dict[str, Any] = {
        "id": "wire",
        "name": "Wire",
        "kind": "feed",
        "home": "https://wire.example/",
        "country": None,
        "language": "en",
        "sampled": None,
        "display": "excerpt",
        "required": False,
        "ours": False,
        "enabled": True,
        "exists_from": date(2000, 1, 1),
        "rhythm": Rhythm(unit="day", first=None),
        "coverage": (),
        "archive": None,
    }
    return Source(**(defaults | values))
