"""From each number of a report into the dashboard, where it opens exactly its stories (STATISTICS 26). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from urllib.parse import urlencode

from dashboard import words
from dashboard.bursts import Window
from dashboard.filters import Filters, to_query
from dashboard.scope import Scope

MOST_SOURCES = 60  # in one link; browsers and mail programs cut what is longer than some thousand characters


@dataclass(frozen=True, slots=True)
class Links:
    """Where the dashboard is ('' for nowhere: numbers stand alone) and which data the numbers are of."""

    root: str
    snapshot: str

    def number(self, k: int, address: str) -> str:
        """Return a number as safe HTML, led to its stories where there are any and an address is known."""
        said = words.count(k)
        return f'<a href="{escape(address)}">{said}</a>' if k and address else said

    def line(self, scope: Scope, key: str, period: date | None, *, sources: Sequence[str] = ()) -> str:
        """Return the address of Coverage with a line's stories open: those of one period, or with None of all days of the scope.

        `key` '*' opens all that are counted; `sources` narrows the scope to some of its sources.
        """
        chosen = tuple(sources) or scope.source_ids
        filters = replace(_filters(scope, chosen), open_key=key, open_period=period)
        return self._page("", filters if key == "*" else replace(filters, show=(key,)), {})

    def over(self, scope: Scope, days: tuple[date, date], key: str, sources: Sequence[str]) -> str:
        """Return the address of Coverage with a line's stories open over all of these days, inclusive, of these sources alone."""
        return self.line(replace(scope, from_day=days[0], to_day=days[1]), key, None, sources=sources)

    def burst(self, scope: Scope, window: Window, key: str, *, late: bool) -> str:
        """Return the address of Topics with the stories behind a number of what emerges and fades open."""
        day = (window.recent if late else window.before)[0]
        return self._page("topics", _filters(scope, scope.source_ids), {"stories": ["bursts", key, day.isoformat()]})

    def balance(self, source: str, key: str, last_day: date) -> str:
        """Return the address of Balance with the stories open behind a target's window that ends on this day."""
        if not self.root:
            return ""
        query = {"of": source, "stories": ["targets", key, last_day.isoformat()], "snapshot": self.snapshot}
        return f"{self._root}balance?{urlencode(query, doseq=True)}"

    def story(self, story_id: str) -> str:
        """Return the address of a story's page."""
        return f"{self._root}story?{urlencode({'story': story_id})}" if self.root else ""

    @property
    def _root(self) -> str:
        return f"{self.root.rstrip('/')}/"

    def _page(self, page: str, filters: Filters, more: dict[str, list[str]]) -> str:
        if not self.root or len(filters.sources) > MOST_SOURCES:
            return ""
        query = to_query(filters) | more | {"snapshot": [self.snapshot]}
        return f"{self._root}{page}?{urlencode(query, doseq=True)}"


def _filters(scope: Scope, sources: tuple[str, ...]) -> Filters:
    return replace(
        scope.filters, when="custom", start=scope.from_day, end=scope.to_day, grain=scope.grain, sources=sources
    )
