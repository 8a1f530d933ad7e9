"""Facts → rows of codes for title and text, and where in them each tag stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.bench.generate.draws import Whole, pick
from tests.bench.generate.load import Facts, Load
from tests.bench.generate.model import KINDS, ORGANIZATIONS, REGIONS, TOPICS
from tests.bench.generate.pool import Codes
from tests.bench.generate.vocabulary import LONGEST_SENTENCE, Vocabulary

SENTENCES = 6
_MIDDLE, _SPREAD = 8, 4  # a sentence that is not the last has 8 to 11 words, so what is left is never a single one
NAME = 3  # parts of a name


@dataclass(frozen=True, slots=True)
class Written:
    """Codes of title and text, and the columns of them in which things stand (the first of a name's parts)."""

    title: Codes
    text: Codes
    title_phrase: int
    phrases: tuple[int, ...]
    title_name: int
    names: tuple[int, ...]
    regions: tuple[int, ...]
    title_words: tuple[int, ...]
    text_words: tuple[int, ...]


class _Row:
    """Columns of codes as they are written, left to right."""

    def __init__(self) -> None:
        self.columns: list[Codes] = []

    def add(self, *columns: Codes) -> int:
        """Append columns and return where the first stands."""
        at = len(self.columns)
        self.columns += columns
        return at

    def table(self) -> Codes:
        return np.column_stack(self.columns).astype(np.int32)


def write(load: Load, found: Facts) -> Written:
    """Title and text of each story."""
    names = name_parts(load.model.vocabulary, found)
    title, title_at = _title(load, found, names)
    text, at = _text(load, found, names)
    title_words = (title_at["verb"], title_at["tail"])
    return Written(
        title=title,
        text=text,
        title_phrase=title_at["phrase"],
        title_name=title_at["name"],
        title_words=title_words,
        **at,
    )


def name_parts(vocabulary: Vocabulary, found: Facts) -> Codes:
    """The parts of each organization's name, (stories, organizations, parts); unlisted ones are put together from lists."""
    number = np.maximum(found.organizations, 0)
    listed = vocabulary.names[np.where(found.listed, number, 0)]
    first, third = len(vocabulary.combined), len(vocabulary.third)
    following = (number // (first * third)) % len(vocabulary.following)
    made = np.stack(
        [
            vocabulary.combined[number % first],
            vocabulary.following[following],
            vocabulary.third[number // first % third],
        ],
        axis=2,
    )
    parts = np.zeros_like(made)
    parts[found.listed, 0] = listed[found.listed]
    unlisted = ~found.listed & (found.organizations >= 0)
    parts[unlisted] = made[unlisted]
    return np.asarray(parts, dtype=np.int32)


def _title(load: Load, found: Facts, names: Codes) -> tuple[Codes, dict[str, int]]:
    vocabulary, row = load.model.vocabulary, _Row()
    named = found.organizations[:, 0] >= 0
    name = row.add(*_subject(load, found, names, "title subject", vocabulary.title_subjects, named))
    verb = row.add(_choose(load, found.content, "title verb", vocabulary.title_verbs))
    phrase = row.add(_phrase(load, found, 0, "title phrase"))
    left = np.clip(
        _wanted(load, found, "title") - vocabulary.pool.words(row.table()), 0, len(vocabulary.tails.counts) - 1
    )
    tail = row.add(vocabulary.tails.draw(left, load.draws.uniform("tail", found.number)))
    return row.table(), {"name": name, "verb": verb, "phrase": phrase, "tail": tail}


def _text(load: Load, found: Facts, names: Codes) -> tuple[Codes, dict[str, tuple[int, ...]]]:
    vocabulary, row, number = load.model.vocabulary, _Row(), len(found.number)
    lead = _choose(load, found.number, "lead", vocabulary.leads)
    row.add(np.where(found.content == found.number, 0, lead))
    opens = (found.organizations[:, 0] >= 0) & (
        load.draws.uniform("opens", found.content) < load.model.assumed["opening"]
    )
    at_names = [row.add(*_subject(load, found, names, "subject", vocabulary.text_subjects, opens))]
    words = [row.add(_choose(load, found.content, "verb", vocabulary.text_verbs))]
    phrases = [row.add(_phrase(load, found, 0, "phrase 0"))]
    for at in range(1, TOPICS):
        join = _choose(load, found.content, f"join {at}", vocabulary.joins)
        row.add(np.where(found.topics[:, at] >= 0, join, 0))
        phrases.append(row.add(_phrase(load, found, at, f"phrase {at}")))
    for at in range(1, ORGANIZATIONS):
        before, after = _role(load, found, at)
        words.append(row.add(before))
        at_names.append(row.add(*names[:, at].T))
        words.append(row.add(after))
    regions = []
    for at in range(REGIONS):
        region = found.regions[:, at]
        row.add(np.where(region >= 0, _choose(load, found.content, f"place {at}", vocabulary.places), 0))
        regions.append(row.add(np.where(region >= 0, vocabulary.region_names[region], 0)))
    row.add(np.full(number, vocabulary.stop))
    words += _fill(load, found, row)
    places = {"phrases": phrases, "names": at_names, "regions": regions, "text_words": words}
    return row.table(), {key: tuple(columns) for key, columns in places.items()}


def _fill(load: Load, found: Facts, row: _Row) -> list[int]:
    """Add sentences until a story has the words that it should have; returns the columns of their words."""
    vocabulary, draws, columns = load.model.vocabulary, load.draws, []
    left = _wanted(load, found, "text") - vocabulary.pool.words(row.table())
    for at in range(SENTENCES):
        length = np.where(left > LONGEST_SENTENCE, _MIDDLE + draws.below(f"middle {at}", found.content, _SPREAD), left)
        length = np.where(length >= 2, length, 0)
        # The last sentence is a copy's own: of the same length, but another one.
        by = np.where(left > LONGEST_SENTENCE, found.content, found.number)
        frame = vocabulary.sentences.draw(length, draws.uniform(f"sentence {at}", by))
        after = vocabulary.sentence_frames.after[frame]
        thing = np.where(
            after > 0, np.floor(draws.uniform(f"thing {at}", by) ** 3 * load.model.assumed["thing_names"]), 0
        )
        thing = thing.astype(np.int64)
        columns.append(row.add(np.where(length > 0, vocabulary.sentence_frames.before[frame], 0)))
        combined, version = np.divmod(thing, len(vocabulary.versions))
        row.add(
            np.where(after > 0, vocabulary.combined[combined % len(vocabulary.combined)], 0),
            np.where(after > 0, vocabulary.versions[version], 0),
        )
        columns.append(row.add(np.where(length > 0, after, 0)))
        left = left - length
    return columns


def _wanted(load: Load, found: Facts, field: str) -> Whole:
    """How many words a story should have, by kind."""
    wanted = np.zeros(len(found.kind), dtype=np.int64)
    uniform = load.draws.uniform(f"words {field}", found.content)
    for at, kind in enumerate(KINDS):
        shares = load.model.words[kind][field]
        wanted = np.where(found.kind == at, shares.values[pick(uniform, shares.cumulative)], wanted)
    return wanted


def _choose(load: Load, by: Whole, purpose: str, codes: Codes) -> Codes:
    return np.asarray(codes[load.draws.below(purpose, by, len(codes))])


def _phrase(load: Load, found: Facts, at: int, purpose: str) -> Codes:
    """A phrase of topic `at`; of none, something neutral for the first and nothing for the others."""
    vocabulary, topic = load.model.vocabulary, found.topics[:, at]
    phrase = vocabulary.phrases.draw(np.maximum(topic, 0), load.draws.uniform(purpose, found.content))
    none = _choose(load, found.content, purpose, vocabulary.neutral) if at == 0 else np.int32(0)
    return np.where(topic >= 0, phrase, none)


def _subject(
    load: Load, found: Facts, names: Codes, purpose: str, subjects: Codes, named: NDArray[np.bool_]
) -> Sequence[Codes]:
    """The first organization's name where `named`, else a subject of the list."""
    first = np.where(named, names[:, 0, 0], _choose(load, found.content, purpose, subjects))
    return [first, *(np.where(named, names[:, 0, part], 0) for part in range(1, NAME))]


def _role(load: Load, found: Facts, at: int) -> tuple[Codes, Codes]:
    """What stands before and after organization `at`, by its role."""
    vocabulary, role = load.model.vocabulary, found.roles[:, at]
    frame = vocabulary.roles.draw(np.maximum(role, 0), load.draws.uniform(f"role {at}", found.content))
    frames = vocabulary.role_frames
    return np.where(role >= 0, frames.before[frame], 0), np.where(role >= 0, frames.after[frame], 0)
