"""What the shares leave out because of its language. Pure: it asks its numbers of a function."""

from __future__ import annotations

from dashboard.view import Ask, View


def untagged_words(ask: Ask, view: View) -> str:
    """Return 'and 12 stories in other languages, which are not tagged'; '' where there is none.

    They are of the sources and days shown; whether they are about what the reader chose, nobody knows.
    """
    filters, ids = view.filters, tuple(source.id for source in view.sources)
    asked = {"from_day": view.from_day, "to_day": view.to_day, "letters": filters.letters, "unit": filters.unit}
    number = int(ask("untagged_language", sources=ids, **asked)["n"].sum())
    if not number:
        return ""
    many = f"{number:,} stories in other languages, which are not tagged"
    return "and " + (many if number > 1 else "1 story in another language, which is not tagged")
