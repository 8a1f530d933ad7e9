"""Story lists as safe HTML: the title, where and when it ran, the text with its evidence marked, its tags. Pure.

Everything from a story is escaped: it was written by strangers. Links are followed only to http and https.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    first = min((start for start, _, _ in spans), default=0)
    begin = 0 if first < most - 80 else text.rfind(" ", 0, first - 100) + 1
    end = text.rfind(" ", begin, begin + most)
    end = end if end > begin else begin + most
    before, after = ("… " if begin else ""), (" …" if end < len(text) else "")
    moved = [(s - begin + len(before), min(e, end) - begin + len(before), w) for s, e, w in spans if begin <= s < end]
    return before + text[begin:end] + after, moved


def link(url: object, html: str) -> str:
    """Wrap escaped html in a link to the original; text stays text where the address is no web address."""
    if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https"):
        return html
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{html}</a>'


def card(story: Row, spans: Sequence[Row], tags: Sequence[Row]) -> str:
    """Return one story as an article element."""
    by_field: dict[str, list[tuple[int, int, str]]] = {"title": [], "text": []}
    for span in spans:
        by_field[span["field"]].append((span["start_char"], span["end_char"], span["name"]))
    body, moved = excerpt(story["body"], by_field["text"])
    chips = "".join(
        f'<span class="chip chip-{t["kind"]}">{escape(str(t["name"]))}</span>'
        for t in tags
        if t["role"] not in ("source", "product")
    )
    where = f"{words.day(story['day'])} · {escape(story['source'])}" + (
        " · letter" if story["form"] == "letter" else ""
    )
    return (
        f'<article class="story"><div class="where">{where}</div>'
        f"<h4>{link(story['url'], marked(story['title'], by_field['title']))}</h4>"
        f"<p>{marked(body, moved)}</p><div class='chips'>{chips}</div></article>"
    )


def cards(stories: Sequence[Row], spans: Sequence[Row], tags: Sequence[Row]) -> str:
    """Return the stories as one block of HTML, in order."""
    return "".join(
        card(
            story,
            [s for s in spans if s["story_no"] == story["story_no"]],
            [t for t in tags if t["story_no"] == story["story_no"]],
        )
        for story in stories
    )
