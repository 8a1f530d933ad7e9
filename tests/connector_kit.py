"""What tests of connectors share: an entry, the run around it, and interfaces made of fixtures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from etl.catalog import Source, Span
from etl.fetch.model import Answer, Ask, FetchProblem
from etl.sources.taken import Context
from tests.some_source import some_source

PROJECT = Path(__file__).resolve().parents[1]
SHARED_API = PROJECT.parent / "shared" / "api"
API = PROJECT / "tests" / "api"
CLOCK = datetime(2024, 6, 1, 12)
CONTEXT = Context(clock=CLOCK, seeds=PROJECT / "seeds", desk=PROJECT / "tests" / "no-desk")


def entry(kind: str, **values: Any) -> Source:
    """A source of that kind; `since` is the first day of its declared coverage."""
    since: date | None = values.pop("since", None)
    defaults: dict[str, Any] = {
        "exists_from": date(2007, 1, 1),
        "coverage": (Span(since, None, None),) if since else (),
        "fetch": True,
        "address": None if kind == "files" else "https://api.example/search",
    }
    return some_source(kind=kind, **(defaults | values))


Answering = Callable[[Mapping[str, str]], bytes | str | FetchProblem]


@dataclass
class FakeInterface:
    """A fetcher that answers each request by its parameters, and remembers what was asked."""

    answer: Answering
    asked: list[Ask] = field(default_factory=list)

    def get(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        parameters = {name: values[0] for name, values in parse_qs(urlsplit(ask.address).query).items()}
        body = self.answer(parameters)
        if isinstance(body, FetchProblem):
            raise body
        data = body.encode() if isinstance(body, str) else body
        return Answer(ask.address, ask.address, 200, {}, data, hashlib.sha256(data).hexdigest(), CLOCK)


def always(body: bytes | str) -> FakeInterface:
    """An interface that says the same whatever is asked."""
    return FakeInterface(lambda _: body)


class Unasked:
    """A fetcher for connectors that must not ask."""

    def get(self, ask: Ask) -> Answer:
        raise AssertionError(f"{ask.address} was asked for")
