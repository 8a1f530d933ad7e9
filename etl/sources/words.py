"""seeds/source_words.toml: how others call languages and columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from etl.settings import default_seeds
from etl.toml_entries import Entry, read_toml, table_entry

FILE = "source_words.toml"
UNKNOWN = "und"  # ISO 639-2 for a language that can't be told
_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9-_]+)?")
_COLUMNS = ("title", "text", "url", "published", "indexed", "id", "language", "source")


@dataclass(frozen=True, slots=True)
class SourceWords:
    """`languages` maps lower-case names to codes, `columns` our names to others' (lower case, the likeliest first).

    `abstracts` are the text columns that hold no whole text.
    """

    languages: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]]
    abstracts: frozenset[str]

    def language(self, name: str) -> str:
        """The code of a language given by name or by a code such as `en` or `en-US`; `und` where it is neither."""
        name = name.strip().lower()
        code = _CODE.fullmatch(name)
        return self.languages.get(name) or (code[1] if code else UNKNOWN)

    def abstract(self, column: str) -> bool:
        """Whether a text column of that name holds less than the whole text."""
        return column.lower() in self.abstracts


def load_source_words(seeds: Path) -> SourceWords:
    """The words of a seeds folder, or those that come with the code where it has none.

    Raises InputError for a malformed file, naming the entry.
    """
    path = seeds / FILE
    return _load(path if path.exists() else default_seeds() / FILE)


@lru_cache(maxsize=8)
def _load(path: Path) -> SourceWords:
    file = table_entry(read_toml(path), file=path, where="source words")
    languages = file.within(file.need("languages", dict), "languages")
    columns = file.within(file.need("columns", dict), "columns")
    kinds = file.within(file.need("text_kinds", dict), "text_kinds")
    words = SourceWords(
        languages={name.lower(): languages.need(name, str) for name in file.need("languages", dict)},
        columns={name: _names(columns, name) for name in _COLUMNS},
        abstracts=frozenset(_names(kinds, "abstract")),
    )
    for entry in (languages, columns, kinds, file):
        entry.done()
    return words


def _names(entry: Entry, key: str) -> tuple[str, ...]:
    names = entry.need(key, list)
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise entry.error(f"`{key}` holds something else than names", remedy="write a list of texts")
    return tuple(name.strip().lower() for name in names)
