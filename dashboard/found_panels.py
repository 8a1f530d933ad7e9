"""The parts of the Stories page that hold a widget or draw: the search box, the found stories, pages, link and download."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import words
from dashboard.controls import change, held, put
from dashboard.data import ask, data_name, made_later
from dashboard.describe import NO_STORY
from dashboard.exports import excerpted, stories_csv
from dashboard.filters import ALL_SOURCES, Filters, to_query
from dashboard.found import (
    ANYWHERE,
    PAGE,
    Found,
    also_words,
    count,
    described,
    every,
    headline,
    hit_spans,
    looked_through,
    own_query,
    page_of,
    why_none,
)
from dashboard.links import address, closed, story_link, what_became
from dashboard.noted import note_table
from dashboard.panels import evidence_of, records
from dashboard.scope_controls import write_scope_address
from dashboard.search import LONGEST
from dashboard.share import data, share_buttons
from dashboard.shown import Number, Shown
from dashboard.stories import Row, cards

OF_LINES = ("show", "measure", "grain", "weigh", "compare", "events", "mark")  # choices that say nothing of a list
OWN = ("q", "sort", "at")  # what this page reads of the address by itself
READABLE = 920  # pixels: wider lines are hard to follow
SORTS = {"relevance": "Best match", "date": "Newest"}
HELP = (
    "All words must be in a story, in title or text; small and capital letters are the same, and so are *é* and *e*.\n\n"
    '- `"AI Act"` in quotes: exactly these words in a row\n- `agents -robots`: not those with *robots*\n'
    "- `o3 OR o4`: one of them\n- `GPT-5` finds GPT-5, GPT5 and GPT 5, not GPT-5.1; `Qwen` finds Qwen2.5, too"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is asked for. `page` counts from 1."""

    query: str
    sort: str
    page: int

    @property
    def by_rank(self) -> bool:
        """Whether the best stand first; without a query there is no best, and the newest do."""
        return self.sort != "date"


def read_own() -> list[str]:
    """Set the search box from the address on the first run of a session, from what was typed before on a later visit of the page.

    Returns a sentence for each value that says nothing here.
    """
    if "search_kept" not in st.session_state:
        given = {name: st.query_params.get(name, "") for name in OWN}
        problems = []
        if given["sort"] not in ("", *SORTS):
            problems.append(f"The link's sort {words.quoted(given['sort'])} is not one of {', '.join(SORTS)}.")
        if given["at"] and not page_of(given["at"]):
            problems.append(f"The link's page {words.quoted(given['at'])} is no number of a page.")
        sort = given["sort"] if given["sort"] in SORTS else "relevance"
        st.session_state["search_kept"] = Asked(given["q"][:LONGEST], sort, page_of(given["at"]) or 1)
        st.session_state["search_problems"] = problems
    kept = st.session_state["search_kept"]
    st.session_state.setdefault("search_q", kept.query)
    st.session_state.setdefault("search_sort", kept.sort)
    return list(st.session_state["search_problems"])


def held_here() -> Asked:
    """Return what the widgets hold; another query or order begins with its first page."""
    kept = st.session_state["search_kept"]
    query, sort = str(st.session_state["search_q"] or ""), st.session_state["search_sort"] or "relevance"
    filters = closed(held())
    same = (query, sort) == (kept.query, kept.sort) and st.session_state.get("search_filters", filters) == filters
    now = Asked(query, sort, kept.page if same else 1)
    st.session_state.update(search_kept=now, search_filters=filters)
    return now


def search_row() -> None:
    """The search box and the order of what it finds."""
    with st.container(key="search_row"):
        box, order = st.columns([7.2, 2], vertical_alignment="bottom")
        box.text_input(
            "Search titles and texts", key="search_q", type="search", max_chars=LONGEST, help=HELP, icon=":material/search:",
            placeholder='GPT-5   "AI Act"   agents -robots   o3 OR o4',
        )  # fmt: skip
        typed = bool(str(st.session_state["search_q"] or "").strip())
        order.segmented_control(
            "Which stand first", list(SORTS), key="search_sort", format_func=SORTS.__getitem__, width="stretch",
            disabled=not typed, label_visibility="collapsed", help=None if typed else "Without a search the newest stand first.",
        )  # fmt: skip


def write_address(found: Found) -> None:
    """Make the address say what is shown; the page may be another than asked for, where there are not so many."""
    write_scope_address(held(), _own(found))


def _own(found: Found) -> dict[str, list[str]]:
    kept: Asked = st.session_state["search_kept"]
    return own_query({"q": kept.query, "sort": kept.sort}, found.page)


def left_out(found: Found, more: int) -> None:
    """Say how many more are found in the sources that are not looked through."""
    if not more:
        return
    names = [source.name for source in found.scope.left_out]
    whom = words.listed(names) if len(names) <= 3 else f"{len(names)} other sources"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="left_out"):
        st.html(f'<span class="quiet">{words.count(more)} more in sources that are left out.</span>', width="content")
        st.button("Look there too", type="tertiary", key="add_left_out", on_click=change, kwargs={"sources": (ALL_SOURCES,)},
                  help=f"Adds {words.plain(whom)}.")  # fmt: skip


def empty(found: Found) -> None:
    """Why nothing was found, and the way on."""
    if found.search is None:
        st.info(NO_STORY)
    else:
        anywhere = count(ask, found.search, **ANYWHERE)
        st.info(why_none(found.search, found.scope, anywhere))
        if not anywhere:
            return
    st.button("Look through everything", key="search_everywhere", on_click=_everything, icon=":material/restart_alt:")


def _everything() -> None:
    put(Filters(show=held().show, sources=(ALL_SOURCES,), letters=True, unit="copy"))


def _spans(found: Found) -> list[Row]:
    rows = found.rows
    about = (*found.scope.filters.any_of, *found.scope.filters.all_of)
    evidence = evidence_of(rows, about) if about or found.search is None else []
    return [*hit_spans(rows, found.search), *evidence]


def results(found: Found) -> None:
    """The stories of this page, with what was looked for marked; without a search the words that carry their topics."""
    numbers = tuple(int(number) for number in found.rows["story_no"])
    back = f"page=stories&{address()}"
    also = also_words(records(ask("story_outlets", stories=numbers)))
    tags = records(ask("story_tags", stories=numbers))
    html = cards(
        records(found.rows), _spans(found), tags, why=lambda story: story_link(story["story_id"], back=back), also=also
    )
    with st.container(width=READABLE, key="found_list"):
        st.html(html)


def _pages(found: Found) -> None:
    """The way to the other pages; above the list, because the reader stays where the click was."""
    number = -(-found.total // PAGE)
    if number < 2:
        return
    kept: Asked = st.session_state["search_kept"]
    key = f"search_page_{hash((kept.query, kept.sort, st.session_state['search_filters']))}"
    st.pagination(number, key=key, default=found.page, on_change=_turn, args=(key,))


def _turn(key: str) -> None:
    kept: Asked = st.session_state["search_kept"]
    st.session_state["search_kept"] = Asked(kept.query, kept.sort, int(st.session_state[key]))


def actions(found: Found) -> None:
    """All found stories as CSV, the link to this list, and its pages."""
    kept: Asked = st.session_state["search_kept"]
    shown = shown_here(found)
    if changed := what_became(shown, held()):
        st.info(changed, icon=":material/history:")
    with st.container(horizontal=True, vertical_alignment="center", key="actions"):
        st.download_button(
            f"CSV of {'this story' if found.total == 1 else f'all {words.stories(found.total)}'}", key="found_csv",
            data=made_later(lambda: found_csv(found, by_rank=kept.by_rank)), file_name="stories.csv", mime="text/csv",
            icon=":material/download:", type="tertiary", on_click="ignore",
            help="A row a story, in this order, with the search and the filters in words. A text is as long as its source may be shown.",
        )  # fmt: skip
        note_table("stories", records(found.rows))
        share_buttons(shown, stem="stories", described=described(found.search, found.scope))
        _pages(found)


def found_csv(found: Found, *, by_rank: bool) -> bytes:
    """Return exactly the found stories as CSV (STATISTICS 26)."""
    rows = every(ask, found.search, found.scope, by_rank=by_rank)
    spans = hit_spans(excerpted(rows), found.search)
    return stories_csv(rows, spans, described=described(found.search, found.scope), snapshot=data_name())


def shown_here(found: Found) -> Shown:
    """Return what the list shows: every choice that tells on it, and how many stories it found."""
    scope, kept = found.scope, st.session_state["search_kept"]
    days = {"when": ["custom"], "from": [scope.from_day.isoformat()], "to": [scope.to_day.isoformat()]}
    chosen = {name: values for name, values in to_query(closed(held()), every=True).items() if name not in OF_LINES}
    number = Number(f"found:{kept.query.strip()}", "What this list holds", found.total, scope.total)
    of = looked_through(scope).removesuffix(".")
    return Shown("stories", chosen | days | _own(found), data(), headline(found), of=of, numbers=(number,))
