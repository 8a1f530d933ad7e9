"""Numbers as words: the same forms on every page, plain words for methods (STATISTICS, last table). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

NBSP = "\u00a0"
_TURNING = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
TEXT_KINDS = {"headline": "headlines", "abstract": "abstracts", "digest": "short items", "full": "whole texts"}
UNITS = {"issue": "issues", "day": "publishing days", "month": "months"}


def percent(share: float) -> str:
    """Return a share from 0 to 1 as '17 %', with one decimal below 1 %; 0 % is none and 100 % is all."""
    points = 100 * share
    text = f"{points:.1f}" if 0 < points < 0.95 else f"{points:.0f}"
    if 0 < points < 0.05:
        text = "under 0.1"
    if 99.5 <= points < 100:
        text = "over 99"
    return f"{text}{NBSP}%"


def share(k: float, n: float, share: float, *, weighed: bool, about: str = "") -> str:
    """Return '3 of 20 stories = 15 %', '3 of 20 stories about China = 15 %'; weighed sources have a share of their own, which is not k
    by n."""
    equals = ", with each source weighing the same " if weighed else " = "
    whole = stories(int(n)) + (f" {about}" if about else "")
    return f"{count(int(k))} of {whole}{equals}{percent(share)}"


def percent_range(low: float, high: float) -> str:
    """Return a likely range as '5–36 %'."""
    return f"{100 * low:.0f}–{100 * high:.0f}{NBSP}%"


def times_in_ten(score: float) -> str:
    """Return a probability as '7 times in 10'; 10 in 10 and 0 in 10 would say more than is known."""
    times = int(10 * score + 0.5)
    if times in (0, 10):
        return "more than 9 times in 10" if times else "less than 1 time in 10"
    return f"{times} {'time' if times == 1 else 'times'} in 10"


def count(number: int) -> str:
    """Return a whole number with separators of thousands."""
    return f"{number:,}"


def stories(number: int) -> str:
    """Return '1 story' or '1,604 stories'."""
    return f"{count(number)} {'story' if number == 1 else 'stories'}"


def day(value: date) -> str:
    """Return a day as '21 Aug 2026'."""
    return f"{value.day} {MONTHS[value.month - 1][:3]} {value.year}"


def whole_day(value: date) -> str:
    """Return a day as '21 August 2026', for a sentence."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """Return a moment (naive UTC) as '26 Nov 2026, 07:00 UTC'."""
    return f"{day(value)}, {value:%H:%M} UTC"


def month(value: date) -> str:
    """Return a day's month as 'February 2025'."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def period(start: date, grain: str) -> str:
    """Return a period as '2020', 'Q2 2020', 'May 2020', 'week of 4 May 2020' or '4 May 2020'."""
    if grain == "year":
        return str(start.year)
    if grain == "quarter":
        return f"Q{(start.month + 2) // 3} {start.year}"
    if grain == "month":
        return f"{MONTHS[start.month - 1][:3]} {start.year}"
    return f"week of {day(start)}" if grain == "week" else day(start)


def in_period(start: date, grain: str) -> str:
    """Return a period as a sentence goes on with it: 'in Q2 2020', 'in the week of 4 May 2020', 'on 4 May 2020'."""
    before = {"day": "on", "week": "in the"}.get(grain, "in")
    return f"{before} {period(start, grain)}"


def straight(text: str) -> str:
    """Return a name without the marks that turn the direction of text: in a sentence they would turn all that follows, numbers too."""
    return text.translate(_TURNING)


def quoted(text: str) -> str:
    """Return a stranger's text as code in Markdown: short, on one line, and unable to end the code and become a link or picture."""
    shown = "".join(c for c in text if c.isprintable() and c != "`")
    return f"`{shown[:60]}`" if shown.strip() else "an empty value"


def plain(text: str) -> str:
    """Return text so that Markdown shows it letter by letter."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|~$:&" else c for c in text)


def listed(names: Sequence[str], joint: str = "and") -> str:
    """Return 'A', 'A and B' or 'A, B and C'."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {joint} {names[-1]}" if names else ""


def of_sources(names: Sequence[str]) -> str:
    """Return whose stories are counted: "The Batch's stories" or 'the stories of The Batch and TLDR AI'."""
    if len(names) == 1:
        return f"{names[0]}’s stories"
    return f"the stories of {listed(names)}" if len(names) <= 3 else f"the stories of {len(names)} sources"


def what_came(came: int, expected: int | None, rhythm: str, ended: bool) -> str:
    """Return why a period is partial, '5 of 13 issues' (STATISTICS 12); '' where nothing is missing."""
    if expected is not None and came < expected:
        return f"{came} of {expected} {UNITS[rhythm]}" + ("" if ended else " so far")
    return "" if ended else "not over yet"


def change_clause(
    name: str, change: dict[str, object], *, grain: str, of_whom: str, first: bool, about: str = ""
) -> str:
    """Return one clause of the headline, 'Healthcare fell from 17 % in 2020 (41 of 244) to 3 % in 2024 (6 of 177)'; `about`: what the
    whole of a line with a restriction of its own is about, said in each clause."""
    k_1, n_1, k_2, n_2 = (int(change[c]) for c in ("k_1", "n_1", "k_2", "n_2"))  # type: ignore[call-overload]
    start, end = (in_period(change[c], grain) for c in ("period_1", "period_2"))  # type: ignore[arg-type]
    verb = "went" if k_2 / n_2 > k_1 / n_1 else "fell"
    whose = f" of {of_whom}{' ' if about else ''}{about}" if first or about else ""
    common = str(change["key"]).partition(":")[0] in ("topic", "desk", "group")  # others are proper names
    subject = name[0].lower() + name[1:] if common and not first and name[1:2].islower() else name
    return (
        f"{subject} {verb} from {percent(k_1 / n_1)}{whose} {start} ({count(k_1)} of {count(n_1)}) "
        f"to {percent(k_2 / n_2)} {end} ({count(k_2)} of {count(n_2)})"
    )


def headline(
    changes: Sequence[dict[str, object]],
    names: dict[str, str],
    *,
    grain: str,
    of_whom: str,
    comparable: int = 2,
    abouts: dict[str, str] | None = None,
) -> str:
    """Return the sentence over the chart: at most the two clearest changes, or that there is none (STATISTICS 8).

    `comparable` is the number of whole periods with enough stories: below two nothing was compared, and the sentence says so.
    """
    if not changes:
        subject = listed(list(dict.fromkeys(names.values()))) if names else "nothing"
        own = listed(list(dict.fromkeys(about for about in (abouts or {}).values() if about)), "or")
        of_whom += f" {own}" if own else ""
        if comparable < 2:
            return f"Too few whole {grain}s with enough stories to compare {subject} in {of_whom}."
        return f"No clear change in the share of {subject} in {of_whom}."
    clauses = [
        change_clause(
            names[str(c["key"])],
            c,
            grain=grain,
            of_whom=of_whom,
            first=i == 0,
            about=(abouts or {}).get(str(c["key"]), ""),
        )
        for i, c in enumerate(changes[:2])
    ]
    return "; ".join(clauses) + "."
