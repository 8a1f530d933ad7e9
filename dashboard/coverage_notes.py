"""What is said under the chart of Coverage on lines of the reader's own and on how they are drawn. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboard import words
from dashboard.counting import Line, counted_key, line_of
from dashboard.extras import WINDOWS, why_no_stack
from dashboard.filters import Filters
from dashboard.keys import members_of, parted, phrase_of
from dashboard.view import View

TOO_OLD = "This data was made before {what} could be drawn. `ainews run` brings it up to date."


@dataclass(frozen=True, slots=True)
class Drawable:
    """What data can draw: `own`: several topics as one, stacks and averages; `phrases`; lines of stories that a phrase `restricts`. Data of
    older versions can't."""

    own: bool
    phrases: bool
    restricts: bool

    def of(self, filters: Filters) -> Filters:
        """Return the filters without what can't be drawn."""
        shown = tuple(
            key for key in filters.show
            if (self.phrases or not phrase_of(key)) and (self.own or not members_of(key))
        )  # fmt: skip
        if not self.restricts:
            any_of, all_of, none_of = (
                tuple(key for key in keys if not phrase_of(key)) for keys in _restricting(filters)
            )
            filters = replace(filters, any_of=any_of, all_of=all_of, none_of=none_of)
        if self.own:
            return replace(filters, show=shown)
        drawing = "lines" if filters.drawing == "stack" else filters.drawing
        return replace(filters, show=shown, drawing=drawing, trailing=False)

    def lacking(self, filters: Filters) -> str:
        """Return what of the filters can't be drawn, in words; '' where all can."""
        asked = (
            ("phrases", not self.phrases and any(phrase_of(key) for key in filters.show)),
            (
                "stories that say a phrase alone",
                not self.restricts and any(phrase_of(key) for keys in _restricting(filters) for key in keys),
            ),
            ("several topics as one", not self.own and any(members_of(key) for key in filters.show)),
            ("stacks", not self.own and filters.drawing == "stack"),
            ("trailing averages", not self.own and filters.trailing),
        )
        return words.listed([what for what, wanted in asked if wanted])


def _restricting(filters: Filters) -> tuple[tuple[str, ...], ...]:
    return filters.any_of, filters.all_of, filters.none_of


def headline_names(view: View, catalog: Mapping[str, Line]) -> tuple[dict[str, str], dict[str, str]]:
    """Return by counted key what each line is called in a sentence, and what its own whole is about where it has one (3)."""
    names, abouts = {}, {}
    for line in view.lines:
        key = counted_key(line.key, view.filters.role)
        plain = line_of(parted(line.key)[0], catalog)
        names[key], abouts[key] = plain.short if plain.key in catalog else plain.name, line.about
    return names, abouts


def notes(view: View) -> list[str]:
    """Return the sentences on phrases, groups, restrictions of lines of their own and drawings."""
    keys = dict.fromkeys(parted(line.key)[0] for line in view.lines)
    said = []
    phrases = list(dict.fromkeys(line.plain_name for line in view.lines if phrase_of(parted(line.key)[0])))
    if phrases:
        said.append(
            f"{words.listed(phrases)}: stories that contain it, in title or text, as it is spelled. Short texts such as headlines hold "
            "fewer words than abstracts, so levels compare within one kind of text."
        )
    if any(members_of(key) for key in keys):
        said.append("Several topics as one line: a story on any of them counts once.")
    if view.own_totals:
        said.append("Each line is a share of its own stories: what is compared is how often, not how much.")
    no_stack = why_no_stack(view.filters, [line.key for line in view.lines])
    if view.filters.drawing == "stack" and no_stack:
        said.append(f"Drawn as lines, because there is no stack here. {no_stack}")
    return said + _beside(view)


def _beside(view: View) -> list[str]:
    said = []
    if view.stack:
        what = "organizations" if view.stack.kind == "named" else f"{view.stack.kind}s"
        said.append(
            f"A story on several {what} counts in part on each, so all parts together are all stories; a band opens every story on it. "
            "The sentence on top counts whole stories."
        )
    if view.has_trailing:
        many = f"{WINDOWS[view.grain]} {view.grain}s"
        said.append(f"Wide lines: the stories of the {many} that end with a period, by all stories of these {many}.")
    if view.has_before:
        how = "52 weeks" if view.grain in ("week", "day") else "a year"
        said.append(f"Faint lines: the same {how} earlier.")
    if view.filters.before and not view.has_before and not view.stack:
        said.append("There are no stories a year before the days shown.")
    if view.trailing is not None and view.trailing.empty:
        said.append(f"Too few periods for an average over {WINDOWS[view.grain]} {view.grain}s.")
    return said + (view.corrected.notes if view.corrected is not None else [])
