"""A change of one topic's phrases or threshold, as a file of its own: it is rehearsed, and a maintainer merges it into `topics.toml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl.errors import LexiconError
from etl.lexicon.common import check_entry, read_toml
from etl.tagger.topic_features import term_of

Entry = Mapping[str, Any]
_OPTIONAL = {"add": list, "remove": list, "threshold": float}


@dataclass(frozen=True, slots=True)
class TopicChange:
    """`add` are entries of `phrases` as topics.toml writes them, `remove` phrases by their words; a threshold of None stays as it is.

    A phrase that is removed and added again gets another weight.
    """

    topic: str
    add: tuple[Any, ...] = ()
    remove: tuple[str, ...] = ()
    threshold: float | None = None
    file: Path = field(default=Path("change.toml"), compare=False)


def read_change(path: Path) -> TopicChange:
    """Read `topic`, and any of `add`, `remove` and `threshold`. Raises LexiconError naming file, key and remedy."""
    entry = read_toml(path)
    topic = str(entry.get("topic", "topic"))
    add = entry.get("add", [])
    plain = {**entry, "add": [_words(phrase) for phrase in add]} if isinstance(add, list) and add else entry
    check_entry(plain, path=path, where=topic, required={"topic": str}, optional=_OPTIONAL)
    return TopicChange(topic, tuple(add), tuple(entry.get("remove", [])), entry.get("threshold"), path)


def changed(entries: Sequence[Entry], change: TopicChange) -> list[dict[str, Any]]:
    """Return the entries of topics.toml with the change made in the one that it names; what they then say is for the loader to judge.

    Raises LexiconError where no entry has that id, or the topic has no such phrase to remove.
    """
    if all(entry.get("id") != change.topic for entry in entries):
        known = ", ".join(str(entry.get("id")) for entry in entries)
        raise LexiconError("topics.toml has no such topic", file=change.file, where=change.topic, remedy=f"use {known}")
    return [_changed(entry, change) if entry.get("id") == change.topic else dict(entry) for entry in entries]


def _changed(entry: Entry, change: TopicChange) -> dict[str, Any]:
    held = list(entry.get("phrases", []))
    gone = {term_of(phrase): phrase for phrase in change.remove}
    lacking = gone.keys() - {term_of(_words(phrase)) for phrase in held}
    if lacking:
        problem = f"the topic has no phrase `{gone[min(lacking)]}` to remove"
        raise LexiconError(problem, file=change.file, where=change.topic, remedy="name one that its `phrases` hold")
    kept = [phrase for phrase in held if term_of(_words(phrase)) not in gone]
    threshold = {} if change.threshold is None else {"threshold": change.threshold}
    return {**entry, "phrases": [*kept, *change.add], **threshold}


def _words(phrase: Any) -> str:
    return str(phrase.get("text", "")) if isinstance(phrase, dict) else str(phrase)
