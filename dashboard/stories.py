"""Story lists as safe HTML: the title, where and when it ran, the text with its evidence marked, its tags. Pure.

Everything from a story is escaped: it was written by strangers. Links are followed only to http and https.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

from dashboard import words

EXCERPT = 420  # characters of the body shown before "…", widened to hold the first evidence
Row = Mapping[str, Any]


def marked(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """Return the text escaped, with each (start, end, label) marked; overlapping spans become one mark.

    Positions are code points, end exclusive; spans outside the text are cut to it.
    """
    merged: list[tuple[int, int, str]] = []
    for start, end, label in sorted((max(0, s), min(len(text), e), w) for s, e, w in spans):
        if merged and start < merged[-1][1]:
            first, last, names = merged[-1]
            both = names if label in names.split(", ") else f"{names}, {label}"
            merged[-1] = (first, max(last, end), both)
        elif start < end:
            merged.append((start, end, label))
    html, at = [], 0
    for start, end, label in merged:
        html.append(escape(text[at:start]))
        html.append(f'<mark title="{escape(label)}">{escape(text[start:end])}</mark>')
        at = end
    return "".join([*html, escape(text[at:])])


def excerpt(
    text: str, spans: list[tuple[int, int, str]], *, most: int = EXCERPT
) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the part of a long text that shows its first evidence, with the spans moved to it."""
    if len(text) <= most:
        return text, spans
    first, its_end = min(((start, end) for start, end, _ in spans if start < len(text)), default=(0, 0))
    begin = 0 if its_end <= most - 80 else _after_space(text, first - 160, first - 100)
    end = text.rfind(" ", max(its_end, begin + 1), begin + most)
    end = end if end > begin else min(begin + most, len(text))
    before, after = ("… " if begin else ""), (" …" if end < len(text) else "")
    moved = [(s - begin + len(before), min(e, end) - begin + len(before), w) for s, e, w in spans if begin <= s < end]
    return before + text[begin:end] + after, moved


def _after_space(text: str, low: int, high: int) -> int:
    """Return where the last word begins that does so between two positions; the later one in a text without spaces."""
    return max(0, text.rfind(" ", max(0, low), max(0, high)) + 1 or high)


def link(url: object, html: str) -> str:
    """Wrap escaped html in a link to the original; text stays text where the address is no web address."""
    if not isinstance(url, str) or not _is_web_address(url):
        return html
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{html}</a>'


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that are no address
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def card(story: Row, spans: Sequence[Row], tags: Sequence[Row], *, why: str = "", also: str = "") -> str:
    """Return one story as an article element; `why` is the address of the page that explains its tags, `also` says where else it ran."""
    by_field: dict[str, list[tuple[int, int, str]]] = {"title": [], "text": []}
    for span in spans:
        by_field[span["field"]].append((span["start_char"], span["end_char"], span["name"]))
    body, moved = excerpt(story["body"], by_field["text"])
    chips = "".join(
        f'<span class="chip chip-{t["kind"]}">{escape(str(t["name"]))}</span>'
        for t in tags
        if t["role"] not in ("source", "product")
    )
    if why:
        chips += f'<a class="why" href="{escape(why)}" aria-label="Why these tags: {escape(story["title"])}">Why these tags</a>'
    where = f"{words.day(story['day'])} · {escape(story['source'])}" + (
        " · letter" if story["form"] == "letter" else ""
    )
    where += f" · {escape(also)}" if also else ""
    return (
        f'<article class="story"><div class="where">{where}</div>'
        f"<h3>{link(story['url'], marked(story['title'], by_field['title']))}</h3>"
        f"<p>{marked(body, moved)}</p><div class='chips'>{chips}</div></article>"
    )


def cards(
    stories: Sequence[Row],
    spans: Sequence[Row],
    tags: Sequence[Row],
    *,
    why: Callable[[Row], str] | None = None,
    also: Mapping[int, str] | None = None,
) -> str:
    """Return the stories as one block of HTML, in order; `why` gives the address of the page that explains a story's tags, `also`
    says by story_no where else a story ran."""
    return "".join(
        card(
            story,
            [s for s in spans if s["story_no"] == story["story_no"]],
            [t for t in tags if t["story_no"] == story["story_no"]],
            why=why(story) if why else "",
            also=(also or {}).get(story["story_no"], ""),
        )
        for story in stories
    )
