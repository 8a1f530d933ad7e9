"""What the shares leave out because of its language. Pure: it asks its numbers of a function."""

from __future__ import annotations

from dashboard import words
from dashboard.view import Ask, View

# ISO 639-1 codes as the catalog and the detector write them; a code that is not here is shown as it is.
NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def untagged_words(ask: Ask, view: View) -> str:
    """Return 'and 12 stories in other languages, which are not tagged'; '' where there is none.

    They are of the sources and days shown; whether they are about what the reader chose, nobody knows.
    """
    number = sum(_untagged(ask, view).values())
    if not number:
        return ""
    many = f"{number:,} stories in other languages, which are not tagged"
    return "and " + (many if number > 1 else "1 story in another language, which is not tagged")


def only_untagged_words(ask: Ask, view: View) -> str:
    """Return why nothing is counted where the sources shown hold stories in other languages alone; '' where that is not why."""
    found = _untagged(ask, view)
    ids, span = tuple(source.id for source in view.sources), {"from_day": view.from_day, "to_day": view.to_day}
    anything = {"about_any": None, "about_all": None, "about_none": None, "letters": True, "unit": view.filters.unit}
    if not found or int(ask("base_count", sources=ids, **span, **anything)["n"].iloc[0]):
        return ""
    names = words.listed(list(dict.fromkeys(language_name(code) for code in found)))
    number = sum(found.values())
    return (
        f"The {words.stories(number)} of these sources and days {'is' if number == 1 else 'are'} in {names}. "
        "Only stories in English are tagged, so there is no share to draw. Choose other sources or days."
    )


def language_name(code: str) -> str:
    """Return the English name of a language ('pt-BR' is Portuguese), the code itself where it has none here."""
    return NAMES.get(code.partition("-")[0].lower(), f"the language “{code}”")


def _untagged(ask: Ask, view: View) -> dict[str, int]:
    """Stories of the view in languages that are not tagged, by code, most first."""
    filters = view.filters
    asked = {"from_day": view.from_day, "to_day": view.to_day, "letters": filters.letters, "unit": filters.unit}
    rows = ask("untagged_language", sources=tuple(source.id for source in view.sources), **asked)
    return {str(row["language"]): int(row["n"]) for row in rows.to_dict("records")}
