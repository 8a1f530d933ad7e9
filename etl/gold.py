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
    told = _topics_of(labels)
    for path, kind in files:
        for _, line in read_lines(path):
            if line["id"] in told:
                title, text = (english().make_doc(line.get(field) or "") for field in ("title", "text"))
                yield Example(line["id"], kind, line["source"], line["published"], title, text, told[line["id"]])


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file of JSON Lines, each with the number of its line, from 1; blank lines are none.

    Raises InputError naming file and line for a file that is missing or a line that is no object with a text `id`.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = "no such file" if isinstance(error, FileNotFoundError) else f"the file can't be read: {error}"
        raise InputError(problem, file=path, remedy="name a file of JSON Lines") from None
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            yield number, _object(line, path, number)


def _topics_of(labels: Path) -> dict[str, frozenset[str]]:
    """The topics of each labelled story by its id."""
    told = {}
    for number, line in read_lines(labels):
        if not line.get("is_story", True):
            continue
        topics = line.get("topics")
        if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
            remedy = "give the topics as a list of ids, empty where there is none"
            raise InputError("`topics` is no list of ids", file=labels, where=str(number), remedy=remedy)
        told[line["id"]] = frozenset(topics)
    return told


def _object(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        remedy = "correct or remove the line"
        raise InputError(f"not JSON: {error}", file=path, where=str(number), remedy=remedy) from None
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise InputError("no object with an id", file=path, where=str(number), remedy="correct or remove the line")
    return value
