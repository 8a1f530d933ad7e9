"""What the page Regions says: the ways of looking at where stories belong, which places are shown, its sentences and tables. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from dashboard import words
from dashboard.filters import Known
from dashboard.opened import Opened
from dashboard.scope import Scope
from dashboard.topics import Row, narrowed_scope
from dashboard.view import FEW, Line

SECTIONS = ("places", "desks", "names")
LENSES = {"happens": "Where stories happen", "home": "Homes of organizations", "published": "Where sources publish"}
COUNTS = {"happens": "happens there or is about it", "named": "names it"}
VIEWS = {"bars": "Ranked", "map": "Map"}
SHADES = {"share": "Share", "count": "Count"}
LEVELS = {"countries": "Countries", "areas": "Areas"}
LEFT = ("none", "passing", "unknown", "wide")
MOST_BARS, MOST_ROWS = 16, 14
WIDE = 3  # a likely range whose upper end is more than three times its lower one tells little
# How a count of each way is said in a title and in a file; ways are never mixed in one chart.
WAYS = {
    "happens": "by where they happen",
    "named": "by the places they name",
    "home": "by where the organizations they are about are at home",
    "published": "by where their source publishes",
}
_LEADS = {
    "happens": "Stories happen most in",
    "named": "Named most is",
    "home": "Organizations in the news are most at home in",
    "published": "Most is published in",
}
_WITH_ARTICLE = ("United ", "Netherlands", "Philippines", "European Union", "Middle East", "Bahamas", "Gambia", "Maldives", "Dominican ",
                 "Central African ", "Democratic ", "Republic of ", "Cayman ", "Czech ")  # fmt: skip
_PLACELESS = {"passing": "Named in passing only", "wide": "An area, no country"}
_LEFT_NAMES = {
    "happens": {"none": "No place named", **_PLACELESS},
    "named": {"none": "No place named", **_PLACELESS},
    "home": {"none": "About no organization", "unknown": "Home not known"},
    "published": {"unknown": "Country of the source not known"},
}


@dataclass(frozen=True, slots=True)
class Region:
    """A country or an area; `areas` are the codes of those it lies in, at any depth, `alpha3` its ISO 3166-1 code of three letters."""

    code: str
    name: str
    alpha3: str | None
    is_area: bool
    areas: tuple[str, ...]


Atlas = Mapping[str, Region]


def atlas_of(rows: Iterable[Row]) -> dict[str, Region]:
    """Return every place by its code, from rows of queries/region_places.sql."""
    return {
        row["code"]: Region(
            row["code"],
            row["name"],
            row["alpha3"] if isinstance(row["alpha3"], str) else None,
            row["kind"] == "group",
            tuple(row["areas"]),
        )
        for row in rows
    }


def key_of(code: str) -> str:
    """Return the key of a place."""
    return f"region:{code}"


def area_key(code: str) -> str:
    """Return the key by which a link's choice of an area is known: any other place has none."""
    return f"area:{code}"


def code_of(key: str) -> str:
    """Return the code of a place's key."""
    return key.removeprefix("region:")


def areas_of(atlas: Atlas) -> list[Region]:
    """Return the areas."""
    return [region for region in atlas.values() if region.is_area]


def members_of(atlas: Atlas, code: str) -> list[Region]:
    """Return the countries that lie in an area."""
    return [region for region in atlas.values() if code in region.areas and not region.is_area]


def with_places(known: Known, atlas: Atlas) -> Known:
    """Return what a link to this page may name: every place, whether or not a story names it, what belongs nowhere, and areas to choose."""
    chosen = {area_key(area.code) for area in areas_of(atlas)}
    return replace(known, keys=known.keys | {key_of(code) for code in (*atlas, *LEFT)} | chosen)


def way_of(lens: str, counts: str) -> str:
    """Return the way of looking that lens and switch make together: the switch is of places that stories name."""
    return counts if lens == "happens" else lens


def lines_of(atlas: Atlas, way: str) -> dict[str, Line]:
    """Return the lines of all places and of what belongs nowhere, by their keys."""
    return place_lines(atlas) | {
        key_of(code): Line(key_of(code), name, name, None) for code, name in _LEFT_NAMES[way].items()
    }


def place_lines(atlas: Atlas) -> dict[str, Line]:
    """Return the lines of all places, whether or not a story names them, by their keys."""
    return {key_of(code): Line(key_of(code), one.name, one.name, None) for code, one in atlas.items()}


def named_rows(rows: Sequence[Row], way: str) -> list[dict[str, object]]:
    """Return the rows with the names that the page uses."""
    return [dict(row) | {"name": _LEFT_NAMES[way].get(row["code"], row["name"])} for row in rows]


def shown_rows(rows: Sequence[Row], level: str, way: str, atlas: Atlas) -> list[Row]:
    """Return the rows of a level, what belongs nowhere first (5): countries, areas, or ('region:…') the countries of an area.

    `rows` come with the largest first. Of countries only those with stories are shown, of areas all.
    """
    if level not in LEVELS:
        inside = {region.code for region in members_of(atlas, code_of(level))}
        return [row for row in rows if row["code"] in inside and row["k"]]
    wanted = [code for code in LEFT if code in _LEFT_NAMES[way] and (code != "wide" or level == "countries")]
    left = [row for code in wanted for row in rows if row["code"] == code and (row["k"] or code == "none")]
    kind = "country" if level == "countries" else "group"
    return [*left, *(row for row in rows if row["kind"] == kind and (row["k"] or kind == "group"))]


def headline(rows: Sequence[Row], way: str, scope: Scope) -> str:
    """Return the sentence on top: the three countries with most stories, and how many stories have no place."""
    if not scope.total:
        return "No story to count."
    if scope.total < FEW:
        return f"Only {words.stories(scope.total)}: too few to say where they belong."
    most = [row for row in rows if row["kind"] == "country" and row["k"]][:3]
    left = {row["code"]: row for row in rows if row["kind"] == "left" and row["k"]}
    whose = words.of_sources([source.name for source in scope.sources])
    if not most:
        return f"None of {whose} can be placed in a country."
    first, *others = most
    counts = f"{words.count(int(first['k']))} of {words.count(int(first['n']))}"
    lead = f"{_LEADS[way]} {with_article(first['name'])}: {words.percent(first['share'])} of {whose} ({counts})"
    return "; ".join([lead, *(_and_then(row) for row in others), *_left_clause(left, way)]) + "."


def with_article(name: str) -> str:
    """Return a country's name as it stands in a sentence: 'the United States'."""
    return f"the {name}" if name.startswith(_WITH_ARTICLE) else name


def _and_then(row: Row) -> str:
    return f"{row['name']}: {words.percent(row['share'])}"


def _left_clause(left: Mapping[str, Row], way: str) -> list[str]:
    if "none" not in left:
        return []
    name = _LEFT_NAMES[way]["none"]
    return [f"{name[0].lower()}{name[1:]}: {words.percent(left['none']['share'])}"]


def level_words(level: str, atlas: Atlas) -> str:
    """Return what a level of the bars shows."""
    return LEVELS.get(level) or f"Countries of {atlas[code_of(level)].name}"


def several_words(way: str, level: str, hidden: int) -> str:
    """Return what a reader must know to read the bars: where a story counts, and what is not drawn."""
    parts = {
        "happens": "A story counts in each place where it happens or that it is about",
        "named": "A story counts in each place that it names",
        "home": "A story counts in each country where an organization that it is about is at home",
        "published": "A story counts where its source publishes",
    }
    said = [f"{parts[way]}, so shares may sum to more than 100 %." if way != "published" else f"{parts[way]}."]
    if level == "areas":
        said.append("Areas overlap, and each means its countries too.")
    if hidden > 0:
        said.append(f"{hidden} more in the table.")
    return " ".join(said)


def places_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Return the table beside bars and map."""
    return pd.DataFrame(
        {
            "Place": [row["name"] for row in rows],
            "Stories": [int(row["k"]) for row in rows],
            "Of": [int(row["n"]) for row in rows],
            "Share": [words.percent(row["share"]) for row in rows],
            "Likely range": [fine_range(row["low"], row["high"]) for row in rows],
            "Note": [note(row) for row in rows],
        }
    )


def fine_range(low: float, high: float) -> str:
    """Return a likely range as '5–36 %', with a decimal where it ends below 10 %: most countries are there."""
    return words.percent_range(low, high) if high >= 0.1 else f"{100 * low:.1f}–{100 * high:.1f}{words.NBSP}%"


def note(row: Row) -> str:
    """Return what to think of a place's number; '' where it stands (9)."""
    if row["n"] < FEW:
        return "too few to say"
    if not row["k"]:
        return "no story"
    return "wide range" if is_unsure(row) else ""


def is_unsure(row: Row) -> bool:
    """Whether a share is drawn as unsure: of fewer than 20 stories (9), or with a likely range so wide that its shade says little."""
    return bool(row["n"] < FEW or row["high"] > WIDE * row["low"])


def desk_rows(rows: Sequence[Row], level: str, way: str, atlas: Atlas) -> tuple[str, ...]:
    """Return the codes of a matrix's rows: all areas and what names no place, or the countries of an area with most stories (23)."""
    if level:
        return tuple(row["code"] for row in shown_rows(rows, level, way, atlas)[:MOST_ROWS])
    shown = [row["code"] for row in rows if row["kind"] == "group"]
    return (*shown, *(["none"] if "none" in _LEFT_NAMES[way] else []))


def told_scope(scope: Scope, way: str, about: str = "") -> Scope:
    """Return the scope for the words of a title or a file: it also says by which way places are counted."""
    return replace(scope, about=", ".join(part for part in (scope.about, about, WAYS[way]) if part))


def opened_parts(opened: Opened, scope: Scope, subject: str) -> tuple[str | None, Scope]:
    """Return what the stories of an opened number are asked by: the code of its place, and the scope with its other lines too (26)."""
    places = [code_of(key) for key in opened.keys if key.startswith("region:")]
    others = tuple(key for key in opened.keys if not key.startswith("region:"))
    code = places[0] if places else (code_of(subject) if opened.section == "names" else None)
    return code, narrowed_scope(scope, others) if others else scope


def publishing_words(countries: Sequence[str | None], atlas: Atlas) -> str:
    """Return why there is nothing to compare by where sources publish; '' where there is."""
    known = sorted({code for code in countries if isinstance(code, str)})
    if len(known) > 1:
        return ""
    if not known:
        return "It is not known where these sources publish."
    name = atlas[known[0]].name if known[0] in atlas else known[0]
    return f"All of these sources publish in one country: {name}."
