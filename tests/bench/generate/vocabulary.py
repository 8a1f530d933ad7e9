"""words.toml and the seeds' own phrases, names and places as codes of one pool."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from tests.bench.generate.fit import ROLES
from tests.bench.generate.pool import Codes, Pool, PoolBuilder, Ragged

WORDS = Path(__file__).with_name("words.toml")
LONGEST_SENTENCE = 15
_VERSIONS = 24
_FEWEST = 4  # phrases of weight 2 that a topic needs to do without its others


@dataclass(frozen=True, slots=True)
class Frames:
    """Strings with a place for a name: what stands before and after it, under one index."""

    before: Codes
    after: Codes


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that texts are made of. Lists are codes of `pool`; `tails` and `sentences` are grouped by their number of words."""

    pool: Pool
    title_subjects: Codes
    title_verbs: Codes
    tails: Ragged
    text_subjects: Codes
    text_verbs: Codes
    joins: Codes
    neutral: Codes
    places: Codes
    leads: Codes
    stop: int
    roles: Ragged
    role_frames: Frames
    sentences: Ragged
    sentence_frames: Frames
    combined: Codes
    following: Codes
    third: Codes
    versions: Codes
    topics: tuple[str, ...]
    phrases: Ragged
    organizations: tuple[str, ...]
    names: Codes
    regions: tuple[str, ...]
    region_names: Codes


def load_vocabulary(seeds: Path, *, ranked: Sequence[str]) -> Vocabulary:
    """Read words.toml and the seeds; organizations come in the order of `ranked`, then those that it lacks."""
    words, make = _toml(WORDS), PoolBuilder()
    topics = {entry["id"]: _phrases(entry["phrases"]) for entry in _toml(seeds / "topics.toml")["topic"]}
    listed = {key: entry["name"] for key, entry in _toml(seeds / "organizations.toml").items()}
    order = [key for key in ranked if key in listed] + sorted(listed.keys() - set(ranked))
    regions = {code: entry["name"] for code, entry in _toml(seeds / "regions.toml").items()}
    title, text, names = words["title"], words["text"], words["names"]
    roles, frames = _frames(make, [words["roles"][role] for role in ROLES])
    sentences, sentence_frames = _frames(make, _by_words(f" {line}" for line in words["sentences"]["any"]))
    combined = [a + b for a, b in product(names["first"], names["second"])]
    return Vocabulary(
        title_subjects=make.codes(title["subjects"]),
        title_verbs=make.codes(f" {verb} " for verb in title["verbs"]),
        tails=Ragged.of([make.codes(group).tolist() for group in _by_words(f" {tail}" for tail in title["tails"])]),
        text_subjects=make.codes(text["subjects"]),
        text_verbs=make.codes(f" {verb} " for verb in text["verbs"]),
        joins=make.codes(join.replace("{}", "") for join in text["joins"]),
        neutral=make.codes(text["neutral"]),
        places=make.codes(place.replace("{}", "") for place in text["places"]),
        leads=make.codes(f"{lead} " for lead in text["leads"]),
        stop=make.code("."),
        roles=roles,
        role_frames=frames,
        sentences=sentences,
        sentence_frames=sentence_frames,
        combined=make.codes(combined),
        following=make.codes(["", *(f" {name}" for name in combined)]),
        third=make.codes(f" {name}" for name in names["third"]),
        versions=make.codes(["", *(f"-{number}" for number in range(2, _VERSIONS + 1))]),
        topics=tuple(topics),
        phrases=Ragged.of([make.codes(phrases).tolist() for phrases in topics.values()]),
        organizations=tuple(order),
        names=make.codes(listed[key] for key in order),
        regions=tuple(regions),
        region_names=make.codes(regions.values()),
        pool=make.build(),
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _phrases(entries: Iterable[Any]) -> list[str]:
    """The phrases that count double, which mostly are nouns; all where they are few."""
    entries = list(entries)
    double = [entry["text"] for entry in entries if isinstance(entry, dict) and entry.get("weight") == 2]
    every = [entry["text"] if isinstance(entry, dict) else entry for entry in entries]
    return double if len(double) >= _FEWEST else every


def _by_words(lines: Iterable[str]) -> list[list[str]]:
    """Lists by number of words, from none; each line begins with a space, and the list of none is the empty string."""
    groups: dict[int, list[str]] = {0: [""]}
    for line in lines:
        groups.setdefault(line.count(" "), []).append(line)
    return [groups.get(number, []) for number in range(max(groups) + 1)]


def _frames(make: PoolBuilder, groups: Sequence[Sequence[str]]) -> tuple[Ragged, Frames]:
    """Groups of indexes into frames, and the frames; a line without `{}` has all its text before it."""
    lines = [line for group in groups for line in group]
    at = iter(range(len(lines)))
    parts = [line.partition("{}") for line in lines]
    frames = Frames(make.codes(part[0] for part in parts), make.codes(part[2] for part in parts))
    return Ragged.of([[next(at) for _ in group] for group in groups]), frames
