"""What a snapshot says of an alert: the numbers that it is judged by, from the same SQL that charts are drawn from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import duckdb

from etl.alert_rules import ALL_SOURCES, ISSUE, LONG_RUNNING, Alert, Band, Mover, Phrase, Watch
from etl.status import health_rows
from etl.store.database import rows_of, statement

# Years back from the newest story that are looked at, by grain; a year more where the same period a year before is compared.
_YEARS = {"issue": 1, "day": 1, "week": 1, "month": 2, "quarter": 5, "year": 50}
MOST_STORIES = 5
_LETTER = r"\p{L}\p{M}\p{N}_"
_HYPHENS, _APOSTROPHES = "[-\u2010\u2011\u2013]", "['\u2019]"


@dataclass(frozen=True, slots=True)
class Point:
    """k of n stories in the period from `period` to `end`."""

    period: date
    end: date
    k: int
    n: int


@dataclass(frozen=True, slots=True)
class Origin:
    """A source as rows say it: its days are None where it has no stories."""

    id: str
    name: str
    rhythm: str
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """Which sources are counted, over which days, and whether each must be there in every period (STATISTICS 17)."""

    sources: tuple[Origin, ...]
    from_day: date
    to_day: date
    need_each: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A story that holds a phrase."""

    story_id: str
    title: str
    url: str | None
    day: date
    source: str


@dataclass(frozen=True)
class Facts:
    """A snapshot as it is at a moment: `clock` is naive UTC, `today` its day in the settings' zone."""

    con: duckdb.DuckDBPyConnection
    snapshot: str
    clock: datetime
    today: date

    @cached_property
    def origins(self) -> tuple[Origin, ...]:
        """Every source."""
        return tuple(Origin(**row) for row in self._ask("sources", today=self.today))

    @cached_property
    def lines(self) -> Mapping[str, tuple[str, str]]:
        """Every key that can be watched, former ones included: its name and its present key."""
        return {row["key"]: (row["name"], row["present"]) for row in self._ask("names")}

    @cached_property
    def health(self) -> Mapping[str, Mapping[str, Any]]:
        """The health of each source by its id."""
        return {row["id"]: row for row in health_rows(self.con, today=self.today)}

    def name(self, key: str) -> str:
        """What a line is called."""
        return self.lines[key][0]

    def resolved(self, alert: Alert) -> Alert:
        """The alert with present keys for former ones; raises InputError for a key or source that this data does not know."""
        for key in alert.watch.keys:
            _known(key, self.lines, alert)
        for source in alert.watch.sources:
            _known(source, {origin.id: origin for origin in self.origins} | dict.fromkeys(_GROUPS), alert)
        watch = alert.watch
        present = replace(
            watch,
            key=self.lines[watch.key][1] if watch.key else "",
            about_any=self._present(watch.about_any),
            about_all=self._present(watch.about_all),
            about_none=self._present(watch.about_none),
        )
        return replace(alert, watch=present)

    def _present(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.lines[key][1] for key in keys)

    def drawn(self, watch: Watch, rule: Band | Mover) -> Drawn | None:
        """The sources and days that count; None where there are no stories. Where no source is long-running, all count."""
        held = [origin for origin in self.origins if origin.last_day is not None]
        chosen = held if watch.sources[0] in _GROUPS else [origin for origin in held if origin.id in watch.sources]
        if not chosen:
            return None
        to_day = max(day for origin in chosen if (day := origin.last_day))
        oldest = min(day for origin in chosen if (day := origin.first_day))
        years = _YEARS[rule.grain] + (isinstance(rule, Mover) and rule.against == "year")
        (start,) = self._ask(
            "from_day", oldest=oldest, newest=to_day, years=years, grain="day" if rule.grain == ISSUE else rule.grain
        )
        drawn = Drawn(tuple(chosen), start["day"], to_day, need_each=False)
        return self._long_running(drawn, rule.grain) if watch.sources[0] == LONG_RUNNING else drawn

    def _long_running(self, drawn: Drawn, grain: str) -> Drawn:
        days = {"from_day": drawn.from_day, "to_day": drawn.to_day, "clock": self.clock}
        rows = self._ask("long_running", grain="month" if grain == ISSUE else grain, **days)
        ids = {row["source_id"] for row in rows}
        running = tuple(origin for origin in drawn.sources if origin.id in ids)
        return replace(drawn, sources=running, need_each=True) if running else drawn

    def points(self, watch: Watch, drawn: Drawn, grain: str) -> list[Point]:
        """k of n in each whole period or issue, the oldest first."""
        asked = _restriction(watch) | _span(drawn) | {"key": watch.key}
        if grain == ISSUE:
            rows = self._ask("issues", **asked, today=self.today)
        else:
            rows = self._ask("periods", **asked, grain=grain, need_each=drawn.need_each, clock=self.clock)
        return [Point(row["period"], row["period_end"], row["k"], row["n"]) for row in rows]

    def total(self, watch: Watch, drawn: Drawn) -> tuple[int, int]:
        """k and n over all the days of `drawn`."""
        (row,) = self._ask("total", **_restriction(watch), **_span(drawn), key=watch.key)
        return row["k"], row["n"]

    def difference(self, before: Point, after: Point) -> tuple[float, float]:
        """The likely range of the difference of two shares."""
        asked = {"k_1": before.k, "n_1": before.n, "k_2": after.k, "n_2": after.n}
        (row,) = self._ask("difference", **asked)
        return row["low"], row["high"]

    def seen(self, watch: Watch, rule: Phrase) -> tuple[int, int, tuple[Seen, ...]]:
        """How many stories were looked through, how many hold the phrase, and the first few of them."""
        sources = None if watch.sources[0] in _GROUPS else list(watch.sources)
        asked = {
            "sources": sources,
            "since": rule.since,
            "pattern": pattern_of(rule.phrase),
            "part": part_of(rule.phrase),
            "most": MOST_STORIES,
        }
        rows = self._ask("phrase", **(_restriction(watch) | asked))
        fields = ("story_id", "title", "url", "day", "source")
        stories = tuple(Seen(**{name: row[name] for name in fields}) for row in rows if row["story_id"] is not None)
        return rows[0]["looked_through"], rows[0]["found"], stories

    def _ask(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        return rows_of(self.con, statement(f"alerts/{query}"), parameters)


_GROUPS = (LONG_RUNNING, ALL_SOURCES)


def pattern_of(phrase: str) -> str:
    """A pattern (RE2) for a phrase as whole words; upper and lower case are the same unless the phrase has a capital.

    Any white space, hyphen and apostrophe stand for each other: newsletters typeset them.
    """
    words = r"[\s\p{Z}]+".join(re.escape(word) for word in phrase.split())
    words = words.replace(r"\-", _HYPHENS).replace("'", _APOSTROPHES)
    case = "" if any(map(str.isupper, phrase)) else "(?i)"
    return f"{case}(?:^|[^{_LETTER}]){words}(?:[^{_LETTER}]|$)"


def part_of(phrase: str) -> str | None:
    """The longest run of plain letters and digits that a text must hold as it stands; None where case makes no difference."""
    runs = re.findall("[A-Za-z0-9]+", phrase) if any(map(str.isupper, phrase)) else []
    return max(runs, key=len, default=None)


def _known(name: str, have: Mapping[str, Any], alert: Alert) -> None:
    if name not in have:
        near = get_close_matches(name, have, n=2, cutoff=0.8)
        remedy = f"did you mean {' or '.join(near)}?" if near else "use an id of the seeds"
        raise alert.error(f"{name!r} is not in this data", remedy=remedy)


def _restriction(watch: Watch) -> dict[str, Any]:
    """NULL where nothing is restricted: an empty list would match nothing."""
    about = {name: list(getattr(watch, name)) or None for name in ("about_any", "about_all", "about_none")}
    return {"letters": watch.letters, "unit": watch.unit, **about}


def _span(drawn: Drawn) -> dict[str, Any]:
    return {
        "sources": [origin.id for origin in drawn.sources],
        "from_day": drawn.from_day,
        "to_day": drawn.to_day,
    }
