"""Numbers as words in alerts: plain text for a mail or a terminal (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from etl.alert_facts import Drawn, Origin, Point
from etl.alert_rules import ISSUE, Watch

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def percent(k: int, n: int) -> str:
    """A share with one decimal; more where it would read as all or none and is not."""
    share = 100 * k / n
    text = f"{share:.1f}".removesuffix(".0")
    if text in ("0", "100") and 0 < k < n:
        return "under 0.1 %" if text == "0" else "over 99.9 %"
    return f"{text} %"


def counted(point: Point) -> str:
    """A share with its numerator and denominator."""
    return f"{point.k:,} of {stories(point.n)} ({percent(point.k, point.n)})"


def stories(number: int) -> str:
    """A number of stories."""
    return f"{number:,} {'story' if number == 1 else 'stories'}"


def points(difference: float) -> str:
    """A difference of two shares in points, with its sign; a minus, not a hyphen."""
    return f"{100 * difference:+.1f}".replace("-", "−")


def day(value: date) -> str:
    """A day as 3 July 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def period(start: date, grain: str) -> str:
    """A period as 2020, Q2 2020, May 2020, the week of 4 May 2020 or 4 May 2020."""
    if grain == "year":
        return str(start.year)
    if grain == "quarter":
        return f"Q{(start.month + 2) // 3} {start.year}"
    if grain == "month":
        return f"{_MONTHS[start.month - 1]} {start.year}"
    return f"the week of {day(start)}" if grain == "week" else day(start)


def in_period(start: date, grain: str) -> str:
    """A period as a sentence goes on with it: in 2020, in the week of 4 May 2020, on 4 May 2020."""
    return f"{'on' if grain == 'day' else 'in'} {period(start, grain)}"


def unit_of(sources: Iterable[Origin], grain: str) -> str:
    """What the last few of are looked at: issues where all sources have them."""
    if grain != ISSUE:
        return f"whole {grain}"
    rhythms = {origin.rhythm for origin in sources}
    return "issue" if rhythms == {"issue"} else "month" if rhythms == {"month"} else "publishing day"


def last(number: int, unit: str) -> str:
    """The last few of something."""
    return f"the last {unit}" if number == 1 else f"the last {number} {unit}s"


def listed(names: Sequence[str], joint: str = "and") -> str:
    """As 'A', 'A and B', 'A, B and C'; '' for none."""
    return f"{', '.join(names[:-1])} {joint} {names[-1]}" if len(names) > 1 else "".join(names)


def subject(watch: Watch, drawn: Drawn, name: Callable[[str], str]) -> str:
    """What is counted: 'Healthcare in The Batch, of stories about China, not about robots'. `name` says what a key is called."""
    line = f"{name(watch.key)} (named)" if watch.key.startswith("named:") else name(watch.key)
    sources = [origin.name for origin in drawn.sources]
    where = listed(sources) if len(sources) <= 3 else f"{len(sources)} sources"
    kinds = dict.fromkeys(key.partition(":")[0] for key in watch.about_any)
    any_of = [listed([name(k) for k in watch.about_any if k.startswith(f"{kind}:")], "or") for kind in kinds]
    about = [f"about {names}" for names in (*any_of, listed([name(k) for k in watch.about_all])) if names]
    none_of = listed([name(key) for key in watch.about_none], "or")
    limits = [" and ".join(about), f"not about {none_of}" if none_of else ""]
    said = ", ".join(limit for limit in limits if limit)
    copies = ", copies counted" if watch.unit == "copy" else ""
    return f"{line} in {where}" + (f", of stories {said}" if said else "") + copies
