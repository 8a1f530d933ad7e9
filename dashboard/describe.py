"""Filters in words, for downloads and the line under the chart (STATISTICS 3). Pure."""

from __future__ import annotations

from dashboard import words
from dashboard.counting import sample_notes
from dashboard.filters import LONG_RUNNING
from dashboard.view import View

NO_LONG_RUNNING = (
    "No source runs from the first to the last of these periods, so all are drawn: "
    "a line may bend because a source came or went."
)
NO_STORY = "No story passes these filters. Choose more sources or days, or take something out of *Only stories about* under Options."
UNIT_WORDS = {
    "story": "copies count once",
    "outlet": "copies count once for each source",
    "copy": "copies counted too",
}


def filters_in_words(view: View) -> str:
    """Return everything that restricts or changes the numbers, as one sentence for a download."""
    filters = view.filters
    parts = [
        f"stories of {words.listed([s.name for s in view.sources])}",
        "long-running sources" if filters.sources == (LONG_RUNNING,) and not view.no_long_running else "",
        f"{words.day(view.from_day)} to {words.day(view.to_day)}",
        view.about,
        f"each line of the stories {words.listed([own for own, _ in view.own_totals], 'or')} alone"
        if view.own_totals
        else "",
        "letters counted too" if filters.letters else "letters left out",
        UNIT_WORDS[filters.unit],
        "organizations where named" if filters.role == "named" else "",
        "each source weighs the same" if filters.weigh == "sources" else "",
    ]
    return "; ".join(part for part in parts if part)


def denominator_words(view: View) -> str:
    """Return what the shares are of: 'Of 1,604 stories of The Batch about China', with what is sampled and how copies count."""
    whom = words.listed([s.name for s in view.sources]) if len(view.sources) <= 3 else f"{len(view.sources)} sources"
    of = f"Of {whole_words(view, whom)}"
    notes = sample_notes(view.sources)
    notes += [UNIT_WORDS[view.filters.unit]] if view.filters.unit != "story" else []
    return of + (f" ({'; '.join(notes)})" if notes else "")


def whole_words(view: View, whom: str = "") -> str:
    """Return the denominator: '1,604 stories about China'; where lines have restrictions of their own, that of each: '412 stories about
    the United States and 181 stories about China, each line of its own' (STATISTICS 3). `whom`: whose, if that is to be said here."""
    of_whom = f" of {whom}" if whom else ""
    about = f" {view.about}" if view.about else ""
    if not view.own_totals:
        return f"{words.stories(view.total)}{of_whom}{about}"
    each = words.listed([f"{words.stories(n)} {own}" for own, n in view.own_totals])
    return f"{each}{of_whom}{',' if about else ''}{about}, each line of its own"


def left_out_words(view: View) -> str:
    """Return which sources the line leaves out and why: they joined later, do not run through, or were not chosen (STATISTICS 17)."""
    names, stopped = list[str](), list[str]()
    for source in view.left_out[:3]:
        if source.first_day > view.from_day:
            names.append(f"{source.name}, from {words.month(source.first_day)},")
        elif view.filters.sources == (LONG_RUNNING,):
            stopped.append(source.name)
        else:
            names.append(source.name)
    if stopped:
        do = "does" if len(stopped) == 1 else "do"
        names.append(f"{words.listed(stopped)}, which {do} not run through these days,")
    beyond = len(view.left_out) - 3
    more = [f"{beyond} more source{'' if beyond == 1 else 's'}"] if beyond > 0 else []
    listed = words.listed([*names, *more]).replace(",,", ",")  # a name with a reason brings its own comma
    return f"{listed} {'is' if len(view.left_out) == 1 else 'are'} left out of this line"
