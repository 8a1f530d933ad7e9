"""The state of a view as one frozen value, to and from the address in the browser. Pure.

A view is a link: everything that changes a number or a picture is here and in the address. Unknown values are not dropped in
silence: they are named, and the rest of the link still counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date

from dashboard import words
from dashboard.keys import ANY, KINDS, REST, members_of, parted, phrase_key, phrase_of

DEFAULT_SHOW = ("topic:generative", "topic:healthcare", "topic:agents")
GRAINS = ("auto", "day", "week", "month", "quarter", "year")
UNITS = ("story", "outlet", "copy")
WHENS = ("all", "3y", "12m", "30d", "custom")
MOST_LINES, MOST_MARKED = 8, 6  # more marked events would be a wall of lines
LONG_RUNNING, ALL_SOURCES = "long-running", "all"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked for. Keys are those of the view story_line ('topic:healthcare', 'region:US')."""

    show: tuple[str, ...] = DEFAULT_SHOW
    measure: str = "share"  # share | count
    when: str = "all"
    start: date | None = None  # for when = custom, inclusive
    end: date | None = None
    sources: tuple[str, ...] = (LONG_RUNNING,)  # 'long-running', 'all', or source ids
    grain: str = "auto"
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    role: str = "focus"  # focus | named: when a story counts for an organization
    letters: bool = False
    unit: str = "story"  # story | outlet: once for each source | copy
    weigh: str = "stories"  # stories | sources: each source the same
    compare: bool = False  # a line for each source
    within: tuple[str, ...] = ()  # each line once of the stories about each of these alone
    drawing: str = "lines"  # lines | panels: one for each line | stack: stories shared out among lines
    trailing: bool = False  # the average over a trailing window beside each line
    before: bool = False  # the year before as a faint line
    corrected: bool = False  # each topic's share corrected for tagging errors beside it
    events: bool = True
    marks: tuple[str, ...] = ()  # the events that are marked; none: those that need no asking
    open_key: str = (
        ""  # the opened number: a line's key, or '*' for all counted stories ('*@region:CN' for those of a line's own)
    )
    open_period: date | None = None
    open_source: str = ""  # in a comparison: of which source


# What the popover holds; the four visible controls and the opened number are no options.
OPTIONS = (
    *("grain", "any_of", "all_of", "none_of", "role", "letters", "unit", "weigh", "compare", "within"),
    *("drawing", "trailing", "before", "corrected", "events", "marks"),
)
SWITCHES = ("letters", "compare", "trailing", "before", "corrected", "events")
_NAMES = {
    "show": "show",
    "any_of": "any",
    "all_of": "every",
    "none_of": "none",
    "sources": "source",
    "start": "from",
    "end": "to",
    "marks": "mark",
}
_CHOICES = {
    "measure": ("share", "count"),
    "when": WHENS,
    "grain": GRAINS,
    "role": ("focus", "named"),
    "unit": UNITS,
    "weigh": ("stories", "sources"),
    "drawing": ("lines", "panels", "stack"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What a snapshot knows: keys of lines, ids of sources, former keys with what they are called now, the days that can be shown,
    from the first story to the day of the run, and events."""

    keys: frozenset[str]
    sources: frozenset[str]
    renamed: Mapping[str, str] = field(default_factory=dict)
    first_day: date = date(2000, 1, 1)
    last_day: date = date(2100, 1, 1)
    events: frozenset[str] | None = None  # ids of events; None on pages that mark none

    def has(self, key: str) -> bool:
        """Whether there is something to draw for a key, a reader's own too."""
        plain, within = parted(key)
        if within and within not in self.keys:
            return False
        members = members_of(plain)
        return (
            plain in self.keys
            or phrase_key(phrase_of(plain)) == plain
            or bool(members and self.keys.issuperset(members))
        )

    def restricts(self, key: str) -> bool:
        """Whether stories can be restricted to those of a key: a line's, or a phrase."""
        return key in self.keys or (bool(phrase_of(key)) and self.has(key))

    def opens(self, key: str) -> bool:
        """Whether a key can name an opened number: a line's, or what it is of, or the rest of a stack."""
        plain, within = parted(key)
        return self.has(key) or (plain == "*" and (not within or within in self.keys)) or key in REST


def parameter(name: str) -> str:
    """Return how a field of Filters is called in the address."""
    return _NAMES.get(name, name.replace("_", "-"))


# A copied link also says of which data it was made and what each line showed.
_PARAMETERS = {parameter(item.name) for item in fields(Filters)} | {"snapshot", "was"}


def changed_options(filters: Filters) -> int:
    """Return how many options of the popover differ from their defaults."""
    plain = Filters()
    return sum(getattr(filters, name) != getattr(plain, name) for name in OPTIONS)


def with_default_options(filters: Filters) -> Filters:
    """Return the filters with every option of the popover as at first sight."""
    plain = Filters()
    return replace(filters, **{name: getattr(plain, name) for name in OPTIONS})


def to_query(filters: Filters, *, every: bool = False) -> dict[str, list[str]]:
    """Return the address's parameters; only those that differ from the defaults unless `every`."""
    plain = Filters()
    query: dict[str, list[str]] = {}
    for item in fields(Filters):
        value = getattr(filters, item.name)
        if value != getattr(plain, item.name) or (every and value not in ((), None, "")):
            query[parameter(item.name)] = _written(value)
    return query


def _written(value: object) -> list[str]:
    if isinstance(value, tuple):
        return [str(part) for part in value] or [""]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return [value.isoformat() if isinstance(value, date) else str(value)]


def from_query(query: Mapping[str, Iterable[str]], known: Known) -> tuple[Filters, list[str]]:
    """Read an address. Returns the filters and a sentence for each value that this data does not know."""
    problems: list[str] = []
    found: dict[str, object] = {}
    for item in fields(Filters):
        given = [v for v in query.get(parameter(item.name), ()) if v != ""]
        present = parameter(item.name) in query
        if not present:
            continue
        value = _read(item.name, given, known, problems)
        if value is not None:
            found[item.name] = value
    for name in query:
        if name not in _PARAMETERS:
            problems.append(f"The link says {words.quoted(name)}, which this page does not understand.")
    return _consistent(Filters(**found), known, problems), problems  # type: ignore[arg-type]


def _read(name: str, given: list[str], known: Known, problems: list[str]) -> object:
    if name in ("show", "any_of", "all_of", "none_of", "within"):
        return _read_keys(name, given, known, problems)
    if name == "marks":
        return _read_marks(given, known, problems)
    if name == "sources":
        return _read_sources(given, known, problems)
    text = given[-1] if given else ""
    if name in ("start", "end", "open_period"):
        return _read_day(name, text, problems)
    if name in SWITCHES:
        return _read_choice(name, text, ("yes", "no"), problems, {"yes": True, "no": False})
    if name == "open_key":
        key = renamed(text, known)
        return _read_one(key, "line", known.opens(key), problems)
    if name == "open_source":
        return _read_one(text, "source", text in known.sources, problems)
    return _read_choice(name, text, _CHOICES[name], problems, None)


def _unknown(what: str, problems: list[str]) -> None:
    problems.append(f"The link names {what}, which is not in this data.")


def _read_one(text: str, what: str, is_known: bool, problems: list[str]) -> str | None:
    if is_known:
        return text
    _unknown(f"{what} {words.quoted(text)}", problems)
    return None


def _read_keys(name: str, given: list[str], known: Known, problems: list[str]) -> tuple[str, ...] | None:
    keys: list[str] = []
    for text in given:
        key = renamed(text, known)
        if name == "within" and phrase_of(key):
            problems.append(
                f"Lines are not compared within a phrase: type {words.quoted(phrase_of(key))} under Only stories about."
            )
        elif not _takes(name, key, known):
            kind, _, rest = text.partition(":")
            _unknown(f"{kind} {words.quoted(rest)}" if kind in KINDS else words.quoted(text), problems)
        elif key not in keys:
            keys.append(key)
    if name == "show" and given and not keys:
        return None  # nothing of it is known: the default view, and the sentences say why
    if name == "show" and len(keys) > MOST_LINES:
        problems.append(f"The link asks for {len(keys)} lines; a chart holds {MOST_LINES}, so the last are left out.")
    return tuple(keys[:MOST_LINES] if name == "show" else keys)


def _takes(name: str, key: str, known: Known) -> bool:
    if name == "show":
        return known.has(key) and not parted(key)[1]
    return key in known.keys if name == "within" else known.restricts(key)


def renamed(text: str, known: Known) -> str:
    """Return a key by what its parts are called now; a phrase as it is looked for."""
    plain, within = parted(text)
    if phrase_of(plain):
        plain = phrase_key(phrase_of(plain)) or plain
    elif members_of(plain):
        plain = ANY + "+".join(dict.fromkeys(known.renamed.get(key, key) for key in members_of(plain)))
    plain = known.renamed.get(plain, plain)
    return f"{plain}@{known.renamed.get(within, within)}" if within else plain


def _read_sources(given: list[str], known: Known, problems: list[str]) -> tuple[str, ...] | None:
    for text in given:
        if text in (LONG_RUNNING, ALL_SOURCES):
            return (text,)
    kept = tuple(dict.fromkeys(text for text in given if text in known.sources))
    for text in given:
        if text not in known.sources:
            _unknown(f"source {words.quoted(text)}", problems)
    return kept or None


def _read_marks(given: list[str], known: Known, problems: list[str]) -> tuple[str, ...]:
    for text in given:
        if known.events is not None and text not in known.events:
            _unknown(f"event {words.quoted(text)}", problems)
    there = (text for text in dict.fromkeys(given) if known.events is None or text in known.events)
    return tuple(there)[:MOST_MARKED]


def _read_day(name: str, text: str, problems: list[str]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(f"The link's {parameter(name)} {words.quoted(text)} is no date like 2024-05-31.")
        return None


def _read_choice(
    name: str, text: str, choices: tuple[str, ...], problems: list[str], values: Mapping[str, object] | None
) -> object:
    if text not in choices:
        problems.append(f"The link's {parameter(name)} {words.quoted(text)} is not one of {', '.join(choices)}.")
        return None
    return values[text] if values else text


def _consistent(filters: Filters, known: Known, problems: list[str]) -> Filters:
    """Return filters whose days run forwards within this data; an end alone counts from the first story."""
    start, end = filters.start, filters.end
    if not start and not end:
        return filters
    if start and end and start > end:
        problems.append("The link's dates run backwards; they are read the other way round.")
        start, end = end, start
    inside = [min(max(day, known.first_day), known.last_day) for day in (start or known.first_day, end) if day]
    if inside != [day for day in (start or known.first_day, end) if day]:
        span = f"{words.day(known.first_day)} to {words.day(known.last_day)}"
        problems.append(f"The link's dates reach beyond this data ({span}); they are cut to it.")
    return replace(filters, when="custom", start=inside[0], end=inside[1] if end else None)
