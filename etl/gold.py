"""Labelled stories: the texts of the archive, and of corpora where there are some, with the topics read in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from etl.errors import InputError
from etl.tagger.topic_features import english


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text: the abstract (`abstract`) or the whole story (`full`) of one story.

    `judged` are the topics that somebody decided on, all where it is None. `sampled` says whether the story was drawn
    at random: one that was read because the tagger was unsure of it teaches, but is no measure of how often a topic occurs.
    """

    id: str
    kind: str
    source: str
    published: str
    title: Doc
    text: Doc
    topics: frozenset[str]
    sampled: bool = True
    judged: frozenset[str] | None = None

    @property
    def document(self) -> str:
        """What published the story: its id before `#`."""
        return self.id.split("#")[0]


@dataclass(frozen=True, slots=True)
class Label:
    """The topics that were read in a story, and in what of it: `part` are code points of its text, white space joined."""

    topics: frozenset[str]
    part: tuple[int, int] | None
    sampled: bool


def read_examples(seeds: Path, labels: Sequence[Path], *, corpora: Sequence[Path] = ()) -> Iterator[Example]:
    """The labelled texts of the archive and of the corpora, in the order of the files.

    A line of `labels` has `id` and `topics`, and where only a part of the text was read `part` ([start, end], code
    points of the text with its white space joined to single spaces); `"chosen": "unsure"` marks a story that was not
    drawn at random. A story that several corpora hold counts once.
    Raises InputError naming file, line and remedy.
    """
    files = [(path, "abstract") for path in sorted((seeds / "archive").glob("*.jsonl"))]
    if not files:
        remedy = "restore the archive from the distribution"
        raise InputError("no story archive (*.jsonl)", file=seeds / "archive", remedy=remedy)
    told = _labels_of(labels)
    seen: set[tuple[str, str]] = set()
    for path, kind in [*files, *((path, "full") for path in corpora)]:
        for number, line in read_lines(path):
            if line["id"] in told and (line["id"], kind) not in seen:
                seen.add((line["id"], kind))
                yield _example(_story(line, path, number), kind, told[line["id"]])


def _story(line: dict[str, Any], path: Path, number: int) -> dict[str, Any]:
    """The line, if it tells source and date and its title and text are texts where it has them."""
    told = [line.get("source"), line.get("published"), line.get("title") or "", line.get("text") or ""]
    if not all(isinstance(value, str) for value in told):
        remedy = "give `source` and `published`, and `title` and `text` as texts"
        raise InputError("the story lacks a text that training needs", file=path, where=str(number), remedy=remedy)
    return line


def _example(line: dict[str, Any], kind: str, label: Label) -> Example:
    title, text = line.get("title") or "", line.get("text") or ""
    if kind == "full":
        text = part_of(text, label.part)
    docs = (english().make_doc(title), english().make_doc(text))
    return Example(line["id"], kind, line["source"], line["published"], *docs, label.topics, sampled=label.sampled)


def part_of(text: str, part: Sequence[int] | None) -> str:
    """The part of a text that was read: from one code point to before another, its white space joined; all where None."""
    return text if part is None else " ".join(text.split())[slice(*part)]


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


def _labels_of(paths: Sequence[Path]) -> dict[str, Label]:
    """What was read in each labelled story, by its id."""
    told: dict[str, Label] = {}
    for path in paths:
        for number, line in read_lines(path):
            if not line.get("is_story", True):
                continue
            if line["id"] in told:
                remedy = "remove one of the two lines"
                raise InputError(f"{line['id']} is labelled twice", file=path, where=str(number), remedy=remedy)
            told[line["id"]] = _label(line, path, number)
    return told


def _label(line: dict[str, Any], path: Path, number: int) -> Label:
    topics = line.get("topics")
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        remedy = "give the topics as a list of ids, empty where there is none"
        raise InputError("`topics` is no list of ids", file=path, where=str(number), remedy=remedy)
    part = part_in(line, path, number)
    return Label(frozenset(topics), part, line.get("chosen") != "unsure")


def part_in(line: Mapping[str, Any], path: Path, number: int) -> tuple[int, int] | None:
    """The `part` of a label; raises InputError where it is no pair of numbers."""
    part = line.get("part")
    if part is None:
        return None
    if not (isinstance(part, list) and [type(end) for end in part] == [int, int]):
        remedy = "give the first code point that was read and the one after the last, or leave it out"
        raise InputError("`part` is no pair of numbers", file=path, where=str(number), remedy=remedy)
    return part[0], part[1]


def _object(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        remedy = "correct or remove the line"
        raise InputError(f"not JSON: {error}", file=path, where=str(number), remedy=remedy) from None
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise InputError("no object with an id", file=path, where=str(number), remedy="correct or remove the line")
    return value
