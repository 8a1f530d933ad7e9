"""What the page Organizations says: how it counts, what its keys are called, its sentences, its tables. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import words
from dashboard.scope import Scope, days_words, of_whom
from dashboard.topics import Row, expected_words
from dashboard.view import FEW, Line

SECTIONS = ("voices", "groups", "pairs", "desks", "rising", "whole", "one")
PARTS = {  # one at a time
    "groups": "By type and home country",
    "pairs": "Which meet in the same stories",
    "desks": "Organizations and desks",
    "rising": "Not in our list, on the rise",
}
COUNTS = {"focus": "is about it", "named": "names it", "products": "or its product"}
AMONG = {"all": "all stories", "any": "those on any organization"}
TOPS = ("15", "30", "60")
LONGEST_WANTED = 80  # characters of a name that is looked for
# A type of the seeds as a heading of many, and as said of one.
TYPES = {
    "company": ("Companies", "company"), "university": ("Universities", "university"), "laboratory": ("Laboratories", "laboratory"),
    "agency": ("Public agencies", "public agency"), "court": ("Courts", "court"), "publication": ("Publications", "publication"),
    "ngo": ("Non-profits", "non-profit"), "standards": ("Standards bodies", "standards body"), "other": ("Others", "other"),
    "unlisted": ("Not in our list", "not in our list"),
}  # fmt: skip
LONGEST, ZERO_WIDTH = 34, "\u200b"  # characters of a name beside a bar; one that can't be seen
SUBSIDIARIES = "A subsidiary with a name of its own counts for itself, not for its parent."
_NONE = {
    "focus": "About no organization",
    "named": "Names no organization",
    "products": "Names no organization or product",
}
_VERBS = {"focus": "are about", "named": "name", "products": "name, or name a product of,"}
_SAID = {
    "focus": "organizations that stories are about",
    "named": "organizations where named",
    "products": "organizations where named, also through products",
}


def type_name(kind: str) -> str:
    """Return a type of organizations as a heading."""
    return TYPES.get(kind, (kind.capitalize(), kind))[0]


def counted_words(counts: str) -> str:
    """Return when a story counts for an organization, for a download's filters in words."""
    return f"{_SAID[counts]}, never as a cited source"


def described_choices(counts: str, among: str) -> list[str]:
    """Return what the page's own choices say of the numbers."""
    return [counted_words(counts), *(["shares of stories on any organization"] if among == "any" else [])]


def key_name(key: str, names: Mapping[str, str], homes: Mapping[str, str], counts: str) -> str:
    """Return how a key of the page reads; `names` are those of organizations and lines by key, `homes` of countries by code."""
    kind, _, rest = key.partition(":")
    if rest == "none" and kind != "region":
        return _NONE[counts]
    if kind == "type":
        return type_name(rest)
    if kind == "home":
        return "Home not known" if rest == "unknown" else f"At home in {homes.get(rest, rest)}"
    return names.get(key.replace("named:", "organization:"), rest)


def bars_lines(rows: Sequence[Row], names: Mapping[str, str], homes: Mapping[str, str], counts: str) -> dict[str, Line]:
    """Return a line for each row, as charts and tables want them; a country stands alone where all are countries."""
    lines: dict[str, Line] = {}
    for row in rows:
        name = key_name(row["key"], names, homes, counts).removeprefix("At home in ")
        key = row["key"].replace("named:", "organization:")
        lines[key] = Line(key, name, apart(cut(name, LONGEST), [line.short for line in lines.values()]), None)
    return lines


def cut(name: str, most: int) -> str:
    """Return a name of at most so many characters."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def apart(label: str, taken: Sequence[str]) -> str:
    """Return a label that a chart can tell from those already taken, though it reads the same."""
    while label in taken:
        label += ZERO_WIDTH
    return label


def of_which(kind: str, home: str, homes: Mapping[str, str]) -> str:
    """Return which organizations are ranked, 'Universities at home in Canada'; '' for all."""
    if not kind and not home:
        return ""
    of_kind = type_name(kind) if kind else "Organizations"
    if not home:
        return of_kind
    return (
        f"{of_kind} whose home is not known" if home == "unknown" else f"{of_kind} at home in {homes.get(home, home)}"
    )


def headline(
    rows: Sequence[Row], names: Mapping[str, str], scope: Scope, *, counts: str, among: str, which: str
) -> str:
    """Return the sentence on top: the three organizations with most stories, in words and counts."""
    most = [row for row in rows if row["k"] and not row["key"].endswith(":none")][:3]
    whose = words.of_sources([s.name for s in scope.sources]) + (" on any organization" if among == "any" else "")
    lead = f"{which}: " if which else ""
    if not most:
        return f"{lead}None of {whose} counts for any." if scope.total else "No story to count."
    first, *others = most
    of = f"{words.count(int(first['k']))} of {words.count(int(first['n']))}"
    about = "about " if counts == "focus" else ""
    said = [f"{words.percent(first['share'])} of {whose} {_VERBS[counts]} {names[first['key']]} ({of})"]
    said += [f"{words.percent(row['share'])} {about}{names[row['key']]}" for row in others]
    return f"{lead}{', '.join(said)}."


def shown_words(shown: int, many: int) -> str:
    """Return 'and 1,142 more' where a ranking does not show all."""
    return f"and {words.count(many - shown)} more" if many > shown else ""


def pair_keys(row: Row) -> tuple[str, str]:
    """Return both keys, that of the one with more stories first."""
    return (row["key_a"], row["key_b"]) if row["k_a"] >= row["k_b"] else (row["key_b"], row["key_a"])


def pair_name(row: Row, names: Mapping[str, str]) -> str:
    """Return 'OpenAI and Microsoft', the one with more stories first."""
    return " and ".join(names[key] for key in pair_keys(row))


def pair_note(row: Row) -> str:
    """Return whether two organizations meet more or less often than by chance, and whether one belongs to the other (22, 23)."""
    if row["state"] != "judged":
        said = "too few to say"
    elif row["low"] <= row["expected"] <= row["high"]:
        said = "no clear difference"
    else:
        said = ("more" if row["k"] > row["expected"] else "less") + " than by chance"
        said = said if row["established"] else f"{said}, but may be chance"
    return f"{said}; one belongs to the other" if row["kin"] else said


def pairs_sentence(rows: Sequence[Row], names: Mapping[str, str]) -> str:
    """Return which two organizations meet most beyond chance, of how many pairs looked at (22)."""
    judged = [row for row in rows if row["state"] == "judged"]
    looked = int(rows[0]["looked_at"]) if rows else 0
    if not judged:
        return "Of no two organizations as many as 5 common stories are to be expected by chance: too few to say which meet."
    clear = [row for row in judged if row["established"] and row["k"] > row["expected"]]
    if not clear:
        return f"No two organizations clearly meet more often than by chance, of {words.count(looked)} pairs looked at."
    first = clear[0]
    met = f"{words.stories(int(first['k']))} on both, by chance {expected_words(first['expected'])}"
    more = f"{len(clear)} of {words.count(looked)} pairs looked at clearly meet more often than by chance"
    return f"{pair_name(first, names)} meet most beyond chance: {met}; {more}."


def organization_pairs_table(rows: Sequence[Row], names: Mapping[str, str]) -> pd.DataFrame:
    """Return the table beside the bars of pairs."""
    return pd.DataFrame(
        {
            "Both": [pair_name(row, names) for row in rows],
            "Stories": [int(row["k"]) for row in rows],
            "Likely range": [range_words(row) for row in rows],
            "By chance": [expected_words(row["expected"]) for row in rows],
            "Note": [pair_note(row) for row in rows],
        }
    )


def range_words(row: Row) -> str:
    """Return the likely range of a number of stories."""
    return f"{words.count(round(row['low']))}–{words.count(round(row['high']))}"


def rising_sentence(rows: Sequence[Row], names: Mapping[str, str], first: str, second: str) -> str:
    """Return which unlisted organization is on the rise between two periods, of how many looked at (8, 10, 22)."""
    looked = len(rows)
    clear = [row for row in rows if row["established"] and row["difference"] > 0]
    if not rows:
        return f"No unlisted organization is named by two stories or more from {first} to {second}."
    if not clear:
        many = "the one" if looked == 1 else f"the {words.count(looked)}"
        return f"No clear rise from {first} to {second} of {many} unlisted that two stories or more name."
    said = [
        f"{names[row['key'].replace('named:', 'organization:')]} from {row['k_1']} of {row['n_1']} stories to {row['k_2']} of {row['n_2']}"
        for row in clear[:3]
    ]
    return f"On the rise from {first} to {second}: {'; '.join(said)}, of {words.count(looked)} looked at."


def share_words(row: Row | None, scope: Scope, counts: str, among: str) -> str:
    """Return an organization's share of voice with its likely range; `row` is None where no story counts for it (13)."""
    any_only = " on any organization" if among == "any" else ""
    stories = f"stories{any_only} in {of_whom(scope.sources)}"
    days = days_words(scope.from_day, scope.to_day)
    about = f", {scope.about}" if scope.about else ""
    if row is None:
        return f"None of the {stories}, {days}{about}."
    said = {"focus": "are about it", "named": "name it", "products": "name it or a product of it"}[counts]
    few = ", too few to say" if row["n"] < FEW else ""
    counted = f"{words.count(int(row['k']))} of {words.count(int(row['n']))} {stories}, {days}{about}, {said}"
    return (
        f"{counted}: {words.percent(row['share'])}, likely range {words.percent_range(row['low'], row['high'])}{few}."
    )
