"""The names of lines, as links carry them. Pure.

A key names a line. Most are those of the view story_line ('topic:healthcare', 'region:US'). Three kinds are a reader's own: a phrase
('phrase:"AI Act"', the rest as it is typed in search), several topics as one ('any:topic:a+topic:b'), and a line within a restriction
of its own ('topic:healthcare@region:CN': of the stories about China alone).
"""

from __future__ import annotations

from dashboard.search import EXCLUDED, parse

KINDS = ("topic", "desk", "group", "organization", "region")
PHRASE, ANY = "phrase:", "any:"
LONGEST_PHRASE = 120  # characters
REST = ("other", "none")  # what a stack holds beside the lines chosen


def parted(key: str) -> tuple[str, str]:
    """Return a line's key and that of its own restriction, '' where it has none: ('topic:healthcare', 'region:CN')."""
    plain, at, within = key.rpartition("@")
    while at and not within.startswith(tuple(f"{kind}:" for kind in KINDS)):
        plain, at, rest = plain.rpartition("@")
        within = f"{rest}@{within}"
    return (plain, within) if at else (key, "")


def phrase_of(key: str) -> str:
    """Return what a phrase's key looks for, '' for another key."""
    return key.removeprefix(PHRASE) if key.startswith(PHRASE) else ""


def members_of(key: str) -> tuple[str, ...]:
    """Return the keys that a line of several topics gathers, in order and each once; none for another key."""
    return tuple(dict.fromkeys(key.removeprefix(ANY).split("+"))) if key.startswith(ANY) else ()


def phrase_key(text: str) -> str:
    """Return the key of a text to look for, '' where it holds nothing to look for: at most 120 characters, no '@' (it parts keys),
    no blanks at the ends or in a row."""
    shown = "".join(c if c.isprintable() and c != "@" else " " for c in text)
    plain = " ".join(shown.split())[:LONGEST_PHRASE].rstrip()
    return PHRASE + plain if any(item.clause != EXCLUDED for item in parse(plain)) else ""


def typed_key(text: str) -> str:
    """Return the key of what a reader typed as a line: several plain words are taken as a phrase, 'AI Act' as '"AI Act"'; with quotes, a
    minus or OR it stays as typed. '' where there is nothing to look for."""
    plain = phrase_of(phrase_key(text))
    words = plain.split()
    operators = any(word in ("OR", "|") or word.startswith("-") for word in words) or any(c in plain for c in '"“”„«»')
    return phrase_key(plain if operators or len(words) < 2 else f'"{plain}"')
