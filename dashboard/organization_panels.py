"""The parts of the page Organizations that Streamlit draws: share of voice, types and homes, meetings, desks, and those on the rise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.data import Catalog, ask
from dashboard.filters import Known
from dashboard.kept import kept
from dashboard.opened import Opened
from dashboard.organization_charts import desks_alt, pair_bars
from dashboard.organizations import (
    bars_lines,
    described_choices,
    key_name,
    of_which,
    organization_pairs_table,
    pairs_sentence,
    shown_words,
)
from dashboard.page_panels import draw, matrix, numbers, opened_head, opened_list, paged, with_opened
from dashboard.page_state import choose, open_number, show_one
from dashboard.panels import records
from dashboard.places import ORGANIZATIONS
from dashboard.scope import Scope, scope_in_words
from dashboard.topic_charts import cell_matrix, share_bars
from dashboard.topic_panels import desks
from dashboard.topics import Pair, narrowed_scope, shares_table, whole_words
from dashboard.view import Line

OWN_KINDS = ("organization", "type", "home", "named")
MOST_GROUPS, MOST_PAIRS, MOST_DOWN = 12, 15, 12
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Voices:
    """What the page counts: the scope, when a story counts for an organization (`counts`), of which stories shares are (`among`), and
    how keys are called: `names` of organizations and lines, `homes` of countries by code."""

    scope: Scope
    counts: str
    among: str
    names: Mapping[str, str]
    homes: Mapping[str, str]
    kinds: Mapping[str, str]

    def parameters(self, *, of_any: bool | None = None) -> dict[str, Any]:
        """Return what the macros of organizations take beside their keys."""
        any_only = self.among == "any" if of_any is None else of_any
        return {"of_any": any_only, "by_role": self.counts, **self.scope.parameters()}

    @property
    def described(self) -> Scope:
        """The scope with the page's own choices added to its words, for downloads."""
        said = [self.scope.about, *described_choices(self.counts, self.among)]
        return replace(self.scope, about="; ".join(part for part in said if part))

    @property
    def whole(self) -> str:
        """Whose stories are counted, for a figure's title."""
        said = whole_words(self.scope) + (f" {self.scope.about}" if self.scope.about else "")
        return f"{said}, of these on any organization" if self.among == "any" else said

    def name(self, key: str) -> str:
        """Return how a key reads."""
        return key_name(key, self.names, self.homes, self.counts)


@dataclass(frozen=True, slots=True)
class Called:
    """How organizations are called, their types and the countries of their homes, by key and code, and every key that a link may name."""

    names: Mapping[str, str]
    homes: Mapping[str, str]
    kinds: Mapping[str, str]
    keys: frozenset[str]


def called() -> Called:
    """Return it for the data shown, made once: of many thousand names that takes as long as a chart."""
    return kept("organizations called", make=_called)


def _called() -> Called:
    rows = {name: column.tolist() for name, column in ask("organization_names").items()}
    homes = dict(zip(rows["home"], rows["country"], strict=True))
    kinds = dict(zip(rows["key"], rows["type"], strict=True))
    own = {f"type:{kind}" for kind in kinds.values()} | {f"home:{code}" for code in homes}
    none = {f"{kind}:none" for kind in ("organization", "type", "home")}
    names = dict(zip(rows["key"], map(words.straight, rows["name"]), strict=True))
    return Called(names, homes, kinds, frozenset(own | none | names.keys()))


def build_voices(scope: Scope, lines: Catalog, counts: str, among: str) -> Voices:
    """Return what the page counts, with all names of this data."""
    held = called()
    names = kept(
        "names of lines", make=lambda: {key: line.name for key, line in lines.lines.items()} | dict(held.names)
    )
    return Voices(scope, counts, among, names, held.homes, held.kinds)


def widened(known: Known) -> Known:
    """Return what a link to this page may name: organizations by any role, types, homes, and none."""
    return replace(known, keys=known.keys | called().keys)


def named_lines(lines: Catalog, voices: Voices) -> Catalog:
    """Return the catalog with a line for each key of the page's tables, as links and sentences want them."""
    return kept("lines of organizations", voices.counts, make=lambda: _named_lines(lines, voices))


def _named_lines(lines: Catalog, voices: Voices) -> Catalog:
    own = {
        key: Line(key, voices.name(key), voices.name(key), None)
        for key in (*voices.names, *called().keys)
        if key not in lines.lines
    }
    return replace(lines, lines={**lines.lines, **own})


def which_ranked(voices: Voices) -> str:
    """Return which organizations are ranked."""
    kind, home = (st.session_state[f"organizations_{name}"] or "" for name in ("type", "home"))
    return of_which(kind, home, voices.homes) or "Organizations"


def voices_section(voices: Voices, rows: Sequence[Row], *, narrow: bool) -> None:
    """The ranked bars of organizations."""
    with with_opened(ORGANIZATIONS, "voices", lambda opened: opened_stories(opened, voices), narrow=narrow):
        if not rows:
            st.info("No story counts for any of these. Choose all types and homes, or more sources and days.")
            return
        shares_chart(
            "voices", rows, voices, title=f"{which_ranked(voices)} · share of stories · {voices.whole}", narrow=narrow
        )
        organizations = sum(not row["key"].endswith(":none") for row in rows)
        said = [
            shown_words(organizations, int(rows[0]["of_organizations"])),
            "A story on several counts in each, so shares may sum to more than 100 %.",
        ]
        st.html(f'<span class="quiet">{escape(" · ".join(part for part in said if part))}</span>')
        shares_numbers("voices", rows, voices, heading="Organization")


def shares_chart(
    name: str, rows: Sequence[Row], voices: Voices, *, title: str, narrow: bool, section: str = ""
) -> None:
    """Bars of shares whose marks open; `section` where it has another name than the chart."""
    lines = bars_lines(rows, voices.names, voices.homes, voices.counts)
    first = rows[0]
    said = f"{lines[first['key']].name}: {words.share(first['k'], first['n'], first['share'], weighed=False)}."
    figure = share_bars(rows, lines, title=title, opened="", narrow=narrow)
    draw(ORGANIZATIONS, name, figure, alt=f"Share of stories, the largest first. {said}",
         pick=lambda data: Opened(section or name, (data[0],)))  # fmt: skip


def shares_numbers(name: str, rows: Sequence[Row], voices: Voices, *, heading: str, section: str = "") -> None:
    """The same numbers as a table and a file, whose names a reader can tell."""
    lines = bars_lines(rows, voices.names, voices.homes, voices.counts)
    table = shares_table(rows, lines).rename(columns={"Line": heading})
    told = [{"name": lines[row["key"]].name} | row for row in rows]
    numbers(ORGANIZATIONS, name, told, table, voices.described,
            pick=lambda row: Opened(section or name, (row["key"],)))  # fmt: skip


def groups_section(voices: Voices, *, narrow: bool) -> None:
    """Share of voice by type of organization and by home country; each bar opens, and leads to its organizations."""
    groups = {kind: records(ask("organization_groups", kind=kind, **voices.parameters())) for kind in ("type", "home")}
    if not all(groups.values()):
        st.info("No story counts for any organization. Choose more sources or days, or shares of all stories.")
        return
    with with_opened(ORGANIZATIONS, "groups", lambda opened: opened_stories(opened, voices), narrow=True):
        columns = (st.container(), st.container()) if narrow else st.columns(2, gap="large")
        for (kind, rows), heading, column in zip(groups.items(), ("Type", "Home country"), columns, strict=True):
            with column:
                title = f"{heading} · share of stories · {whole_words(voices.scope).partition(',')[0]}"
                shares_chart(f"by_{kind}", rows[:MOST_GROUPS], voices, title=title, narrow=True, section="groups")
                if len(rows) > MOST_GROUPS:
                    st.html(f'<span class="quiet">{len(rows) - MOST_GROUPS} more stand in the numbers.</span>')
                shares_numbers(f"by_{kind}", rows, voices, heading=heading, section="groups")


def pairs_section(voices: Voices, rows: Sequence[Row], *, narrow: bool) -> None:
    """Which organizations meet in the same stories, against chance (22, 23)."""
    keys = tuple(row["key"] for row in rows if not row["key"].endswith(":none"))
    pairs = records(ask("organization_pairs", keys=keys, **voices.parameters()))
    said = pairs_sentence(pairs, voices.names)
    st.html(f'<p class="lead">{escape(said)}</p>')
    if not pairs:
        return
    with with_opened(ORGANIZATIONS, "pairs", lambda opened: opened_stories(opened, voices), narrow=narrow):
        title = f"Stories on both · {which_ranked(voices)}, the {len(keys)} with most stories · {voices.whole}"
        draw(ORGANIZATIONS, "pairs", pair_bars(pairs[:MOST_PAIRS], voices.names, title=title, narrow=narrow), alt=said,
             pick=lambda data: Opened("pairs", tuple(data[:2])))  # fmt: skip
        st.html(
            '<span class="quiet">The upright tick is what chance would have. Blue: clearly more than that, allowing for the pairs looked '
            "at. Orange: clearly fewer. Grey: no clear difference. Hollow: fewer than 5 expected, too few to say. "
            f"{_more_pairs(len(pairs))}</span>"
        )
        numbers(ORGANIZATIONS, "pairs", pairs, organization_pairs_table(pairs, voices.names), voices.described,
                pick=lambda row: Opened("pairs", (row["key_a"], row["key_b"])))  # fmt: skip


def _more_pairs(many: int) -> str:
    return f"{words.count(many - MOST_PAIRS)} more pairs stand in the numbers." if many > MOST_PAIRS else ""


def desks_section(voices: Voices, rows: Sequence[Row], lines: Catalog, *, narrow: bool) -> None:
    """On which desks the organizations with most stories stand out (23)."""
    down = tuple(row["key"] for row in rows if not row["key"].endswith(":none"))[:MOST_DOWN]
    if not down:
        st.info("No story counts for any of these, so there is nothing to hold against desks.")
        return
    across = tuple(desks())
    cells = records(ask("organization_desks", keys=down, lines=across, **voices.parameters()))
    drawn = bars_lines(rows, voices.names, voices.homes, voices.counts) | {key: lines.lines[key] for key in across}
    with with_opened(ORGANIZATIONS, "desks", lambda opened: opened_stories(opened, voices), narrow=narrow):
        title = f"Stories on both · {which_ranked(voices)} by desks · {voices.whole}"
        figure = cell_matrix(cells, down, across, drawn, title=title, narrow=narrow)
        matrix(ORGANIZATIONS, "desks", cells, figure, drawn, voices.described, alt=desks_alt(cells, drawn),
               called={"One": "Organization", "Other": "Desk"})  # fmt: skip


def opened_stories(opened: Opened, voices: Voices, *, other: Pair | None = None) -> None:
    """The stories behind the opened number: exactly as many as it says (26)."""
    grain = other.grain if other else "year"
    title = " and ".join(voices.name(key) for key in opened.keys)
    title += f" · {words.period(opened.period, grain)}" if opened.period else ""
    opened_head(ORGANIZATIONS, title)
    if other is not None and opened.period not in (other.first, other.second):
        st.info("This number is not in the view any more: other periods are compared. Close it.")
        return
    own = tuple(key.replace("named:", "organization:") for key in opened.keys if key.partition(":")[0] in OWN_KINDS)
    within = narrowed_scope(voices.scope, [key for key in opened.keys if key.partition(":")[0] not in OWN_KINDS])
    listed = paged("organization_stories", keys=own or None, by_role=voices.counts, grain=grain, period=opened.period,
                   **within.parameters())  # fmt: skip
    opened_list(ORGANIZATIONS, opened, listed, title=title, described=scope_in_words(voices.described), marked=marked_keys(opened, voices),
        ways=lambda: _ways_on(opened, voices, other))  # fmt: skip


def marked_keys(opened: Opened, voices: Voices) -> tuple[str, ...]:
    """Return the tags whose evidence is marked in opened stories: of a type or home those of its organizations."""
    kind, _, rest = opened.keys[0].partition(":")
    if kind not in ("type", "home") or rest == "none":
        return tuple(key for key in opened.keys if not key.endswith(":none"))
    rows = ask("organization_names")
    return tuple(rows.loc[rows[kind] == rest, "key"])


def _ways_on(opened: Opened, voices: Voices, other: Pair | None) -> None:
    """From opened stories on: to the page of an organization, to the organizations of a type or home, to the other period."""
    if other is not None:
        day = other.first if opened.period == other.second else other.second
        st.button(f"Those of {words.period(day, other.grain)}", type="tertiary", key="open_other", on_click=open_number,
                  args=(ORGANIZATIONS, replace(opened, period=day)))  # fmt: skip
    for key in opened.keys:
        kind, _, rest = key.partition(":")
        if rest == "none":
            continue
        if kind in ("organization", "named") and opened.section not in ("one", "whole"):
            plain = key.replace("named:", "organization:")
            st.button(f"About {words.plain(voices.name(key))}", type="tertiary", key=f"about_{key}", on_click=show_one,
                      args=(ORGANIZATIONS, plain), icon=":material/info:")  # fmt: skip
        elif kind in ("type", "home"):
            st.button(
                "Its organizations",
                type="tertiary",
                key=f"drill_{key}",
                on_click=choose,
                args=(ORGANIZATIONS, kind, rest),
            )
