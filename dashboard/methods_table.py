"""Tables as safe HTML that stay readable on a phone, where each row becomes a card with its labels. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlencode

from dashboard import words


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Iterable[str] = ()) -> str:
    """Return a table with one column a heading; cells are safe HTML, headings plain text, `numbers` the columns of figures.

    The first cell of a row is its heading. `caption` is read aloud and not shown.
    """
    right = set(numbers)
    kinds = [' class="n"' if name in right else "" for name in columns]
    head = "".join(f'<th scope="col"{kind}>{escape(name)}</th>' for name, kind in zip(columns, kinds, strict=True))
    body = "".join(_row(columns, kinds, cells) for cells in rows)
    return (
        f'<table class="facts" aria-label="{escape(caption)}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _row(columns: Sequence[str], kinds: Sequence[str], cells: Sequence[str]) -> str:
    named = zip(columns[1:], kinds[1:], cells[1:], strict=True)
    rest = "".join(f'<td{kind} data-label="{escape(name)}">{cell}</td>' for name, kind, cell in named)
    return f'<tr><th scope="row">{cells[0]}</th>{rest}</tr>'


def link(address: str, html: str) -> str:
    """Return safe HTML that leads to an address of this program."""
    return f'<a href="{escape(address)}">{html}</a>'


def here(**query: str) -> str:
    """Return the relative address of this page with these parameters; empty ones are left out."""
    return f"methods?{urlencode({name: value for name, value in query.items() if value})}"


def coverage(**query: str) -> str:
    """Return the relative address of Coverage with these parameters; `_` in a name stands for '-'."""
    return f"./?{urlencode({name.replace('_', '-'): value for name, value in query.items()})}"


def measured(share: float, low: float, high: float) -> str:
    """Return '79 % (70–86 %)', its likely range quieter and on one line."""
    return f'{words.percent(share)} <span class="range">({words.percent_range(low, high)})</span>'


def fold(summary: str, html: str) -> str:
    """Return safe HTML that opens under its summary, which is safe HTML too."""
    return f"<details><summary>{summary}</summary>{html}</details>"


def listed(items: Iterable[str]) -> str:
    """Return safe HTML items as a list; '' where there is none."""
    said = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{said}</ul>" if said else ""
