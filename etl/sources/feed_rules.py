"""seeds/feeds.toml: what publishers and their systems do to feeds, as checked values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from etl.toml_entries import Entry, read_tables

FEEDS_FILE = "feeds.toml"
_EVERYTHING = re.compile(r".*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class IssueRules:
    """How the entries of one newsletter's feed are told and addressed; the defaults are those of a feed without habits.

    `address` holds `{slug}`; None leaves addresses as they are. `number` has the sequence number as its first group.
    """

    address: str | None = None
    hosts: frozenset[str] = frozenset()
    strip: frozenset[str] = frozenset()
    issue: re.Pattern[str] = _EVERYTHING
    number: re.Pattern[str] | None = None
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedRules:
    """All of the file: `newsletters` by the source's id."""

    boilerplate: re.Pattern[str]
    cut_off: tuple[str, ...]
    login_words: tuple[str, ...]
    newsletters: Mapping[str, IssueRules] = field(default_factory=dict)


def load_feed_rules(seeds: Path) -> FeedRules:
    """The rules of a seeds folder; raises InputError naming file, entry and remedy."""
    path = seeds / FEEDS_FILE
    file = Entry(read_tables(path), file=path, where="feeds")
    text, login = file.within(file.need("text", dict), "text"), file.within(file.need("login", dict), "login")
    newsletters = file.get("newsletter", dict) or {}
    file.done()
    patterns = [_pattern(text, value) for value in _texts(text, "boilerplate")]
    rules = FeedRules(
        boilerplate=re.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns) or r"(?!)", re.IGNORECASE),
        cut_off=_texts(text, "cut_off"),
        login_words=tuple(word.casefold() for word in _texts(login, "words")),
        newsletters={key: _issue_rules(file.within(table, f"newsletter.{key}")) for key, table in newsletters.items()},
    )
    text.done()
    login.done()
    return rules


def _issue_rules(entry: Entry) -> IssueRules:
    issue = entry.get("issue", str)
    rules = IssueRules(
        address=entry.get("address", str),
        hosts=frozenset(_texts(entry, "hosts")),
        strip=frozenset(_texts(entry, "strip")),
        issue=_pattern(entry, issue) if issue else _EVERYTHING,
        number=_numbering(entry),
        dates=tuple(_date_form(entry, value) for value in _texts(entry, "dates")),
    )
    if rules.address is not None and rules.address.count("{slug}") != 1:
        raise entry.error(f"`address` is {rules.address!r}", remedy="put {slug} where the issue's name stands")
    entry.done()
    return rules


def _numbering(entry: Entry) -> re.Pattern[str] | None:
    number = entry.get("number", str)
    pattern = _pattern(entry, number) if number else None
    if pattern is not None and not pattern.groups:
        raise entry.error(f"`number` is {number!r}", remedy="put the digits into brackets, such as issue-(\\d+)")
    return pattern


def _texts(entry: Entry, key: str) -> tuple[str, ...]:
    values = entry.get(key, list) or []
    if not all(isinstance(value, str) and value for value in values):
        raise entry.error(f"`{key}` holds something else than texts", remedy="give a list of texts")
    return tuple(values)


def _pattern(entry: Entry, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE | re.DOTALL)
    except re.error as error:
        raise entry.error(f"{text!r} is no regular expression ({error})", remedy="correct the pattern") from error


def _date_form(entry: Entry, form: str) -> str:
    """A way to write a date must hold day, month and year, or every date that it reads would be a guess."""
    day = datetime(2026, 11, 24)
    try:
        complete = datetime.strptime(day.strftime(form), form) == day
    except ValueError:
        complete = False
    if not complete:
        raise entry.error(f"`dates` holds {form!r}", remedy='give day, month and year, such as "%b %d, %Y"')
    return form
