"""The pages without lines over time as data: their sections, what each tells of, and the choices that its address holds. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard import balance, gap_facts, organizations, regions
from dashboard.filters import Known
from dashboard.topics import AGAINST, PARTS, SECTIONS, UNTAGGED


@dataclass(frozen=True, slots=True)
class Choice:
    """A widget of one page: its name (the session's key is '<page>_<name>'), its parameter in the address, its plain value, and
    which values this data accepts. With `most` it holds a list of that many."""

    name: str
    parameter: str
    plain: str
    accepts: Callable[[str, Known], bool]
    most: int = 0

    def start(self) -> str | list[str]:
        """Return what it holds at first."""
        return [] if self.most else self.plain


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its path, the sections whose numbers open, what it can tell of alone (`subject`, both a parameter of the address and a
    kind of key) with the keys of that kind of which there is no page, and its choices. `parts` are the sections of which choice 'part'
    shows one at a time: each costs as much as the rest of the page."""

    page: str
    sections: tuple[str, ...]
    subject: str
    choices: tuple[Choice, ...] = ()
    untold: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """What the page reads from the address by itself."""
        return (self.subject, *(choice.parameter for choice in self.choices), "stories")

    @property
    def widgets(self) -> tuple[str, ...]:
        """The session's keys of its choices."""
        return tuple(f"{self.page}_{choice.name}" for choice in self.choices)


def _is_level(value: str, known: Known) -> bool:
    return value in ("desks", "topics") or _is_desk(value, known)


def _is_desk(value: str, known: Known) -> bool:
    return value.startswith("desk:") and value in known.keys


def one_of(*values: str) -> Callable[[str, Known], bool]:
    """Return what accepts these values only."""
    return lambda value, known: value in values


def _is_name(value: str, known: Known) -> bool:
    return len(value) <= organizations.LONGEST_WANTED


def _ranked_by(kind: str) -> Callable[[str, Known], bool]:
    return lambda value, known: value != "none" and f"{kind}:{value}" in known.keys


def _is_area(value: str, known: Known) -> bool:
    return value.startswith("region:") and regions.area_key(regions.code_of(value)) in known.keys


def _is_level_of_regions(value: str, known: Known) -> bool:
    return value in regions.LEVELS or _is_area(value, known)


def _is_source(value: str, known: Known) -> bool:
    return value in known.sources


TOPICS = Place(
    "topics", SECTIONS, "topic",
    (Choice("level", "bars", "desks", _is_level), Choice("against", "against", "before", one_of(*AGAINST)),
     Choice("pair", "between", "", _is_desk, most=2), Choice("share", "share", "tagged", one_of("corrected")),
     Choice("part", "part", next(iter(PARTS)), one_of(*PARTS))),
    untold=(UNTAGGED,), parts=tuple(PARTS),
)  # fmt: skip
ORGANIZATIONS = Place(
    "organizations", organizations.SECTIONS, "organization",
    (Choice("counts", "counts", "focus", one_of(*organizations.COUNTS)), Choice("among", "among", "all", one_of(*organizations.AMONG)),
     Choice("type", "type", "", _ranked_by("type")), Choice("home", "home", "", _ranked_by("home")),
     Choice("top", "top", organizations.TOPS[0], one_of(*organizations.TOPS)), Choice("find", "find", "", _is_name),
     Choice("part", "part", next(iter(organizations.PARTS)), one_of(*organizations.PARTS))),
    untold=("organization:none",), parts=tuple(organizations.PARTS),
)  # fmt: skip
REGIONS = Place(
    "regions", regions.SECTIONS, "region",
    (Choice("lens", "lens", "happens", one_of(*regions.LENSES)), Choice("counts", "places", "happens", one_of(*regions.COUNTS)),
     Choice("level", "bars", "countries", _is_level_of_regions), Choice("view", "tab", "bars", one_of(*regions.VIEWS)),
     Choice("shade", "shade", "share", one_of(*regions.SHADES)), Choice("area", "desks-of", "", _is_area)),
    untold=tuple(regions.key_of(code) for code in regions.LEFT),
)  # fmt: skip
BALANCE = Place(
    "balance", balance.SECTIONS, "target",
    (Choice("source", "of", "", _is_source), Choice("window", "window", balance.AUTO, one_of(*balance.WINDOWS))),
)  # fmt: skip
GAPS = Place(
    "gaps", gap_facts.SECTIONS, "gap",
    (Choice("ours", "ours", "", _is_source, most=20), Choice("field", "field", "", _is_source, most=60),
     Choice("months", "months", "12", one_of(*gap_facts.MONTHS)), Choice("level", "rows", "", _is_desk),
     Choice("told", "told", gap_facts.LEAST_TOLD[0], one_of(*gap_facts.LEAST_TOLD)),
     Choice("whose", "whose", "ours", one_of(*gap_facts.WHOSE))),
)  # fmt: skip
PLACES = (TOPICS, ORGANIZATIONS, REGIONS, BALANCE, GAPS)
