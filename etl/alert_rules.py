"""The desk folder's alerts.toml: what is watched, by which rule, and who is told; each entry validated on its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path

from etl.alert_views import View, saved_views, view_of
from etl.errors import InputError
from etl.toml_entries import Entry, read_toml, table_entry

ALERTS = "alerts.toml"
CHANNELS = ("command", "webhook", "mail")
GRAINS = ("day", "week", "month", "quarter", "year")
ISSUE, LONG_RUNNING, ALL_SOURCES = "issue", "long-running", "all"
KINDS = ("topic", "desk", "group", "organization", "named", "region")
_KEY = "a key such as topic:healthcare, organization:openai, named:openai, region:CN, desk:science"


@dataclass(frozen=True, slots=True)
class Watch:
    """The stories that an alert counts, as a chart would: `key` is the line ('' for the rules silent and phrase).

    `sources` are ids, or `long-running` or `all` alone; the `about_*` restrict numerator and denominator alike.
    """

    key: str = ""
    sources: tuple[str, ...] = (LONG_RUNNING,)
    about_any: tuple[str, ...] = ()
    about_all: tuple[str, ...] = ()
    about_none: tuple[str, ...] = ()
    letters: bool = False
    unit: str = "story"

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key of a line that is named."""
        return tuple(key for key in (self.key, *self.about_any, *self.about_all, *self.about_none) if key)


@dataclass(frozen=True, slots=True)
class Band:
    """The share lies outside of `low` to `high` (percent) in each of the last `count` periods of `grain`, issues among them."""

    low: float
    high: float
    count: int
    grain: str


@dataclass(frozen=True, slots=True)
class Mover:
    """The share of the last whole period differs from that of the whole one before, or of the same `year` before."""

    grain: str
    against: str


@dataclass(frozen=True, slots=True)
class Silent:
    """A source is silent for longer than three times its usual gap."""

    source: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A first story holds the phrase; stories before `since` don't count."""

    phrase: str
    since: date | None


Rule = Band | Mover | Silent | Phrase


@dataclass(frozen=True, slots=True)
class Alert:
    """One entry. `to` are channels (empty: all that the settings know); `name` is '' where the numbers name it."""

    id: str
    watch: Watch
    rule: Rule
    file: Path
    name: str = ""
    to: tuple[str, ...] = ()
    tell_at_once: bool = False

    @property
    def definition(self) -> str:
        """A digest of what is watched and how: with another one, an alert is a new alert."""
        return hashlib.sha256(repr((self.watch, self.rule)).encode()).hexdigest()[:12]

    def error(self, problem: str, *, remedy: str) -> InputError:
        """An InputError that names the file and this entry."""
        return InputError(problem, file=self.file, where=self.id, remedy=remedy)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The alerts that can be used, and what is wrong with the others: one slip must not silence the rest."""

    alerts: tuple[Alert, ...]
    problems: tuple[InputError, ...]


def load_alerts(desk: Path) -> Loaded:
    """Read alerts.toml; a folder without it has no alerts. Raises InputError where the file is no TOML or can't be read."""
    path = desk / ALERTS
    if not path.exists():
        return Loaded((), ())
    alerts, problems = [], []
    views = cache(partial(saved_views, desk))  # read for the first alert that names one, and not at all for none
    for key, table in read_toml(path).items():
        try:
            alerts.append(_alert(key, table_entry(table, file=path, where=key), path, views))
        except InputError as error:
            problems.append(error)
    return Loaded(tuple(alerts), tuple(problems))


def _alert(key: str, entry: Entry, path: Path, views: Callable[[], Mapping[str, View]]) -> Alert:
    kind = entry.one_of("rule", _RULES)
    name = entry.get("view", str)
    view = view_of(views(), name, entry) if name else View()
    rule = _RULES[kind](entry, view)
    watch = _watch(entry, view, kind, named=bool(name))
    alert = Alert(
        id=key,
        watch=watch,
        rule=rule,
        file=path,
        name=" ".join((entry.get("name", str) or "").split()),
        to=_channels(entry),
        tell_at_once=entry.get("tell_at_once", bool) or False,
    )
    entry.done()
    return alert


def _watch(entry: Entry, view: View, kind: str, *, named: bool) -> Watch:
    """What the entry says goes before what the view says."""
    if kind == "silent":
        return Watch(sources=(ALL_SOURCES,))
    default = view.sources or ((ALL_SOURCES,) if kind == "phrase" else (LONG_RUNNING,))
    watch = Watch(
        sources=_texts(entry, "sources") or default,
        about_any=_keys(entry, "about_any") or view.about_any,
        about_all=_keys(entry, "about_all") or view.about_all,
        about_none=_keys(entry, "about_none") or view.about_none,
        letters=view.letters,
        unit=view.unit,
    )
    if kind != "phrase":
        watch = replace(watch, key=_line(entry, view, named=named))
    kinds = {key.partition(":")[0] for key in watch.keys}
    if "phrase" in {key.partition(":")[0] for key in (*watch.about_any, *watch.about_all, *watch.about_none)}:
        remedy = (
            'save the view without the phrase under Only stories about, or watch the phrase itself with rule = "phrase"'
        )
        raise entry.error("the view counts only stories that say a phrase, which alerts can't", remedy=remedy)
    if kinds >= {"organization", "named"}:
        remedy = "write all of them with organization: (stories about them) or all with named: (stories that name them)"
        raise entry.error("organizations are counted in two ways at once", remedy=remedy)
    if len(watch.sources) > 1 and {LONG_RUNNING, ALL_SOURCES} & set(watch.sources):
        raise entry.error("`sources` mixes ids with a group", remedy='give ids, or ["long-running"] or ["all"] alone')
    return watch


def _line(entry: Entry, view: View, *, named: bool) -> str:
    if named and view.weighs_sources:
        raise entry.error("the view weighs each source the same", remedy="save one that weighs stories: alerts count")
    if named and view.compares and not entry.has("sources"):
        raise entry.error(
            "the view compares sources", remedy="add sources = a list with the ids of those to be watched"
        )
    if entry.has("watch") or not named:
        return _key(entry.need("watch", str), "watch", entry)
    if len(view.show) != 1:
        raise entry.error("the view does not show exactly one line", remedy="add watch = the one to be watched")
    return view.show[0]


def _band(entry: Entry, view: View) -> Band:
    low, high = _percent(entry, "low"), _percent(entry, "high")
    if low is None and high is None:
        raise entry.error("a band needs `low` or `high`", remedy="add low = 10 or high = 20, in percent")
    low, high = 0.0 if low is None else low, 100.0 if high is None else high
    if low > high:
        raise entry.error(f"`low` ({low:g}) is above `high` ({high:g})", remedy="exchange them")
    if entry.has("issues") and (entry.has("periods") or entry.has("grain")):
        raise entry.error("`issues` stands beside `periods` or `grain`", remedy="keep issues, or periods with grain")
    if entry.has("periods") or entry.has("grain"):
        return Band(low, high, _count(entry, "periods"), _grain(entry, view))
    return Band(low, high, _count(entry, "issues"), ISSUE)


def _mover(entry: Entry, view: View) -> Mover:
    against = entry.one_of("against", frozenset({"before", "year"})) if entry.has("against") else "before"
    return Mover(_grain(entry, view), against)


def _silent(entry: Entry, _: View) -> Silent:
    return Silent(entry.need("source", str))


def _phrase(entry: Entry, _: View) -> Phrase:
    phrase = " ".join(entry.need("phrase", str).split())
    if not any(map(str.isalnum, phrase)):
        raise entry.error(f"`phrase` is {phrase!r}", remedy="give a phrase of at least one letter or digit")
    return Phrase(phrase, entry.get("since", date))


_RULES: dict[str, Callable[[Entry, View], Rule]] = {
    "band": _band,
    "mover": _mover,
    "silent": _silent,
    "phrase": _phrase,
}


def _grain(entry: Entry, view: View) -> str:
    return view.grain if view.grain and not entry.has("grain") else entry.one_of("grain", frozenset(GRAINS))


def _count(entry: Entry, key: str) -> int:
    number = entry.get(key, int)
    if number is not None and (isinstance(number, bool) or not 1 <= number <= 100):
        raise entry.error(f"`{key}` is {number!r}", remedy="give a whole number from 1 to 100")
    return 3 if number is None else number


def _percent(entry: Entry, key: str) -> float | None:
    value = entry.get(key, object)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise entry.error(f"`{key}` is {value!r}", remedy="give a number of percent from 0 to 100")
    return float(value)


def _channels(entry: Entry) -> tuple[str, ...]:
    channels = _texts(entry, "to")
    for channel in channels:
        if channel not in CHANNELS:
            raise entry.error(f"`to` holds {channel!r}", remedy=f"use {', '.join(CHANNELS)}")
    return channels


def _keys(entry: Entry, key: str) -> tuple[str, ...]:
    return tuple(_key(text, key, entry) for text in _texts(entry, key))


def _key(text: str, name: str, entry: Entry) -> str:
    kind, colon, rest = text.partition(":")
    if kind not in KINDS or not colon or not rest:
        raise entry.error(f"`{name}` holds {text!r}", remedy=f"give {_KEY}")
    return text


def _texts(entry: Entry, key: str) -> tuple[str, ...]:
    values = entry.get(key, list) or []
    if not all(isinstance(value, str) and value for value in values):
        raise entry.error(f"`{key}` is {values!r}", remedy="give a list of texts")
    return tuple(dict.fromkeys(values))
