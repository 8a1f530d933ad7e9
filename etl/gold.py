"""Labelled stories: the texts of the archive, and of a corpus where there is one, with the topics that were read in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from etl.errors import InputError
from etl.tagger.topic_features import english


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text: the abstract (`abstract`) or the whole story (`full`) of one story."""

    id: str
    kind: str
    source: str
    published: str
    title: Doc
    text: Doc
    topics: frozenset[str]

    @property
    def document(self) -> str:
        """What published the story: its id before `#`."""
        return self.id.split("#")[0]


def read_examples(seeds: Path, labels: Path, *, corpus: Path | None) -> Iterator[Example]:
    """The labelled texts of the archive and of the corpus; each once, in the order of the files."""
    files = [(path, "abstract") for path in sorted((seeds / "archive").glob("*.jsonl"))]
    if not files:
        remedy = "restore the archive from the distribution"
        raise InputError("no story archive (*.jsonl)", file=seeds / "archive", remedy=remedy)
    if corpus is not None:
        files.append((corpus, "full"))
    told = {line["id"]: frozenset(line["topics"]) for line in _lines(labels) if line.get("is_story", True)}
    for path, kind in files:
        for line in _lines(path):
            if line["id"] in told:
                title, text = (english().make_doc(line.get(field) or "") for field in ("title", "text"))
                yield Example(line["id"], kind, line["source"], line["published"], title, text, told[line["id"]])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError("no such file", file=path, remedy="name a file of JSON Lines") from None
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            yield _object(line, path, number)


def _object(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        remedy = "correct or remove the line"
        raise InputError(f"not JSON: {error}", file=path, where=str(number), remedy=remedy) from None
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise InputError("no object with an id", file=path, where=str(number), remedy="correct or remove the line")
    return value
