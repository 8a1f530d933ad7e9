"""robots.txt: asked for once per server and run, and obeyed where pages are asked for (RFC 9309)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from protego import Protego

from etl.fetch.address import Place
from etl.fetch.model import Answer, Ask, FetchProblem

AGENT = "AI-News-Trends"
_SIZE = 512 * 1024  # bytes that are read of one; the rest is not looked at
_LONGEST_DELAY = 10.0  # seconds; a longer Crawl-delay is meant for robots that ask for everything


@dataclass(slots=True)
class _Rules:
    """Of one server: what its robots.txt says, or why nobody knows."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    found: Protego | FetchProblem | None = None


class Robots:
    """What servers allow; `get` is how their robots.txt is asked for."""

    def __init__(self, get: Callable[[Ask], Answer]) -> None:
        self._get = get
        self._lock = threading.Lock()
        self._rules: dict[tuple[str, bool], _Rules] = {}

    def delay(self, place: Place, ask: Ask) -> float:
        """The seconds between two requests that a server wants; raises FetchProblem where it allows none."""
        with self._lock:
            rules = self._rules.setdefault((place.origin, ask.allow_private), _Rules())
        with rules.lock:
            if rules.found is None:
                rules.found = self._read(place, ask)
        if isinstance(rules.found, FetchProblem):
            raise FetchProblem(rules.found.reason, rules.found.detail)
        if not rules.found.can_fetch(place.address, AGENT):
            raise FetchProblem("robots", f"robots.txt asks robots to stay away from {place.address}")
        return min(rules.found.crawl_delay(AGENT) or 0.0, _LONGEST_DELAY)

    def _read(self, place: Place, ask: Ask) -> Protego | FetchProblem:
        address = f"{place.origin}/robots.txt"
        try:
            answer = self._get(replace(ask, address=address, kind="api", validators=None))
        except FetchProblem as problem:
            if problem.reason.startswith("status-4") or problem.reason == "redirect-loop":
                return Protego.parse("")
            if problem.reason.startswith("status-") or problem.reason == "busy":
                return FetchProblem("robots", f"without robots.txt no page is asked for: {problem.detail}")
            return FetchProblem(problem.reason, f"{problem.detail}, asked for before its pages")
        return Protego.parse(answer.body[:_SIZE].decode("utf-8", "replace"))
