"""What a reader looks for in stories: the words typed, read into clauses, and what of a story's text they are. Pure.

Words are split in one place only, the snapshot's macros (`search_item`); here is only what holds them together: quotes, a minus, OR.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import words

LONGEST = 400  # characters of a query that are read
MOST = 24  # words and phrases of a query that are read
# Around the words of a phrase, for DuckDB; a point or comma before a digit belongs to the word.
BEFORE, BETWEEN, AFTER = r"(?:^|[^\p{L}\p{N}])", r"[^\p{L}\p{N}]+", r"(?:$|[^\p{L}\p{N}.,]|[.,](?:$|[^\p{N}]))"
_PART = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_QUOTES = str.maketrans("“”„«»‟", '""""""')
EXCLUDED = 0  # the clause of what must not be in a story


@dataclass(frozen=True, slots=True)
class Item:
    """A word or phrase. A found story matches each clause above 0 by at least one of its items, and none of clause 0."""

    text: str
    clause: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an item, as `search_item` splits it: its number (None where no story has it) and in how many stories it is.

    `stream` is what must stand in a text where the item is a phrase; else None.
    """

    item_no: int
    word: str
    stream: str | None
    term_no: int | None
    stories: int


def parse(query: str) -> tuple[Item, ...]:
    """Read what was typed: words are joined by AND; `"…"` is a phrase, `-x` excludes, `a OR b` (or `a | b`) asks for either.

    Never fails: a quote left open ends with the query; a minus or an OR with nothing to join is passed over.
    """
    items: list[Item] = []
    clause, either = 0, False
    for minus, phrase, plain in _PART.findall(query[:LONGEST].translate(_QUOTES)):
        if plain in ("OR", "|"):
            either = bool(items) and items[-1].clause != EXCLUDED
            continue
        excluded = bool(minus) or (plain.startswith("-") and len(plain) > 1)
        text = phrase if not plain else plain[1:] if excluded else plain
        if not any(c.isalnum() for c in text):
            continue
        clause += not excluded and not either
        items.append(Item(text.strip(), EXCLUDED if excluded else clause, quoted=not plain))
        either = False
    return tuple(items[:MOST])


def asked(items: Sequence[Item]) -> dict[str, Any]:
    """Return the parameters of `queries/search_items.sql`."""
    return {"texts": tuple(item.text for item in items), "quoted": tuple(item.quoted for item in items)}


def words_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Word, ...]:
    """Return the rows of `queries/search_items.sql`."""
    return tuple(
        Word(
            int(row["item_no"]),
            row["word"],
            row["stream"] if isinstance(row["stream"], str) else None,
            int(row["term_no"]) if row["stories"] else None,
            int(row["stories"]),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Search:
    """A query that was looked up: what was typed, read, and split into words that the snapshot numbers."""

    query: str
    items: tuple[Item, ...]
    words: tuple[Word, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """What is asked for and holds a word that no story has."""
        lacking = {word.item_no for word in self.words if word.term_no is None}
        return tuple(item.text for n, item in enumerate(self.items) if n in lacking and item.clause != EXCLUDED)

    @property
    def asks(self) -> bool:
        """Whether there is anything to look for: a query of exclusions alone asks for nothing."""
        split = {word.item_no for word in self.words}
        return any(item.clause != EXCLUDED and n in split for n, item in enumerate(self.items))

    def parameters(self) -> dict[str, Any] | None:
        """Return the parameters of the macro `search_story`; None where no story can match."""
        lacking = {word.item_no for word in self.words if word.term_no is None}
        clause_of = {word.item_no: self.items[word.item_no].clause for word in self.words}
        kept = [word for word in self.words if word.item_no not in lacking]
        required = set(clause_of.values()) - {EXCLUDED}
        if not required or required - {clause_of[word.item_no] for word in kept}:
            return None
        streams = {word.item_no: word.stream for word in kept if word.stream}
        return {
            "terms": tuple(word.term_no for word in kept),
            "items": tuple(word.item_no for word in kept),
            "clauses": tuple(clause_of[word.item_no] for word in kept),
            "term_stories": tuple(word.stories for word in kept),
            "driver": _driver(kept, clause_of),
            "phrase_items": tuple(streams),
            "phrase_streams": tuple("" if _is_sure(streams) else stream for stream in streams.values()),
            "phrase_pattern": "|".join(_pattern(stream) for stream in streams.values() if stream) or None,
        }

    def matching(self) -> dict[str, Any] | None:
        """Return the parameters of the macro `search_match`, which finds stories without ranking them; None where no story can match."""
        ranked = self.parameters()
        return None if ranked is None else {name: value for name, value in ranked.items() if name != "term_stories"}


def look_up(ask: Callable[..., Any], query: str) -> Search | None:
    """Return what was typed, split into words; None where nothing was typed. `ask` answers `queries/search_items.sql`."""
    if not query.strip():
        return None
    items = parse(query)
    rows = ask("search_items", **asked(items)).to_dict("records") if items else []
    return Search(query, items, words_of({str(name): value for name, value in row.items()} for row in rows))


def _driver(kept: Sequence[Word], clause_of: Mapping[int, int]) -> int | None:
    """Return the rarest word that each found story must have; None where there is none, or nothing else to narrow by it."""
    alternatives = list(clause_of.values())
    sure = [word for word in kept if clause_of[word.item_no] and alternatives.count(clause_of[word.item_no]) == 1]
    rarest = min(sure, key=lambda word: (word.stories, word.term_no), default=None)
    return rarest.term_no if rarest and len({word.term_no for word in kept}) > 1 else None


def _pattern(stream: str) -> str:
    """Return a regular expression for DuckDB that matches wherever these words follow each other."""
    return BEFORE + BETWEEN.join(re.sub(r"([+.])", r"\\\1", word) for word in stream.split()) + AFTER


def _is_sure(streams: Mapping[int, str | None]) -> bool:
    """Whether the pattern tells a phrase by itself: it is the only one, and of letters; 'C' might be of C++, '5' of 5.1."""
    words_alone = [word for stream in streams.values() if stream for word in stream.split()]
    return len(streams) == 1 and all(word.isalpha() and len(word) > 1 for word in words_alone)


def hits(text: str, search: Search) -> list[tuple[int, int, str]]:
    """Return where a text holds what was looked for, as (start, end, what was typed) by code points, in order."""
    patterns = [(item.text, _finder(n, search)) for n, item in enumerate(search.items) if item.clause != EXCLUDED]
    folded, places = _folded(text)
    return sorted(
        (places[match.start()], places[match.end() - 1] + 1, told)
        for told, finder in patterns
        if finder
        for match in finder.finditer(folded)
    )


def _finder(item_no: int, search: Search) -> re.Pattern[str] | None:
    """Return what finds an item in a folded text: its words one after the other, each whole; a number may run on from letters."""
    own = [word for word in search.words if word.item_no == item_no]
    if not own:
        return None
    parts = (own[0].stream or own[0].word).split()
    inner = r"[\W_]+".join(_spelled(part, alone=len(parts) == 1) for part in parts)
    after = r"(?![^\W\d_])" if len(parts) == 1 and parts[0].isalpha() and len(parts[0]) > 1 else r"(?![^\W_]|[.,]\d)"
    return re.compile(rf"(?<![^\W_])(?<!\d[.,]){inner}{after}")


def _spelled(word: str, *, alone: bool) -> str:
    """Return a word as a pattern; alone, a hyphen or space may stand between letters and a number: gpt5 is also GPT-5."""
    text = re.escape(word)
    return re.sub(r"([^\W\d_])(?=\d)", r"\1[- ]?", text) if alone else text


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text in small letters without accents, and for each of its characters where it stood."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    letters, places = [], []
    for place, letter in enumerate(text):
        plain = "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c)).lower()
        letters.append(plain)
        places += [place] * len(plain)
    return "".join(letters), places


def in_words(search: Search) -> str:
    """Return what is looked for in words: '“AI Act”', 'agents and “open source”, not robots', 'o3 or o4'."""
    by_clause: dict[int, list[str]] = {}
    split = {word.item_no for word in search.words}
    for n, item in enumerate(search.items):
        if n in split:
            by_clause.setdefault(item.clause, []).append(f"“{item.text}”")
    wanted = words.listed([words.listed(told, "or") for clause, told in by_clause.items() if clause != EXCLUDED])
    excluded = words.listed(by_clause.get(EXCLUDED, []), "or")
    return f"{wanted}, not {excluded}" if excluded else wanted
