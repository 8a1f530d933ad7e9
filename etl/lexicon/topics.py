"""Topics and desks as people wrote them in `seeds/topics.toml` and `seeds/desks.toml`, validated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from etl.errors import LexiconError
from etl.lexicon.common import read_toml
from etl.tagger.topic_features import LONGEST, term_of

Group = Literal["technology", "application", "society"]
DeskKind = Literal["desk", "group"]

Edit = Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]]

SHORT_NAME = 18
_TEXTS = ("id", "name", "short", "group", "definition", "in", "out")
_LISTS = ("phrases", "pins", "never", "examples", "not_examples", "was")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that speak for a topic; `weight` 1 is ordinary, 2 counts double."""

    text: str
    weight: float = 1.0

    @property
    def term(self) -> str:
        """The phrase as the tagger looks for it: lower case, no plural, no hyphen."""
        return term_of(self.text)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a story can be about. `pins` give the topic, `never` takes it away, whatever the score.

    `style` is the number of the hue and dash that the topic's line has on every chart, for ever. `threshold` is the score from which
    the topic is given; None leaves it to what was learned.
    """

    id: str
    name: str
    short: str
    group: Group
    style: int
    definition: str
    inside: str
    outside: str
    phrases: tuple[Phrase, ...]
    pins: tuple[Phrase, ...] = ()
    never: tuple[Phrase, ...] = ()
    examples: tuple[str, ...] = ()
    not_examples: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Topics read together; a story counts once. Every topic is on one `desk`, and in any number of `group`s."""

    id: str
    name: str
    short: str
    kind: DeskKind
    topics: tuple[str, ...]
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicLexicon:
    """All topics and desks, in the order of the files."""

    topics: tuple[Topic, ...]
    desks: tuple[Desk, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The topics' ids, in order."""
        return tuple(topic.id for topic in self.topics)


def load_topics(seeds: Path, *, edit: Edit | None = None) -> TopicLexicon:
    """Read and validate `topics.toml` and `desks.toml`; `edit` changes the topics' entries before they are validated.

    Raises LexiconError naming file, entry and remedy. Whether the examples hold is the tagger's to say: it
    checks them when it is loaded.
    """
    topics_file, desks_file = seeds / "topics.toml", seeds / "desks.toml"
    entries = _entries(topics_file, "topic")
    topics = tuple(_topic(entry, topics_file) for entry in (edit(entries) if edit else entries))
    desks = tuple(_desk(entry, desks_file) for entry in _entries(desks_file, "desk"))
    _refuse_repeated(topics_file, (name for topic in topics for name in (topic.id, *topic.was)), "id")
    _refuse_repeated(topics_file, (str(topic.style) for topic in topics), "style")
    _refuse_repeated(desks_file, (name for desk in desks for name in (desk.id, *desk.was)), "id")
    _check_membership(desks_file, topics, desks)
    return TopicLexicon(topics, desks)


def _entries(file: Path, table: str) -> list[dict[str, Any]]:
    entries = read_toml(file).get(table)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries) or not entries:
        raise LexiconError(f"no [[{table}]] entry", file=file, remedy=f"write each one under [[{table}]]")
    return entries


def _topic(entry: Mapping[str, Any], file: Path) -> Topic:
    where = _named(entry, file, _TEXTS, _LISTS, numbers=("style", "threshold"))
    phrases, pins, never = (_phrases(entry, key, file, where) for key in ("phrases", "pins", "never"))
    for key, listed in {"phrases": phrases, "pins": pins, "never": never}.items():
        _refuse_repeated(file, (phrase.term for phrase in listed), f"phrase in `{key}`", where)
    both = {p.term for p in never} & {p.term for p in (*phrases, *pins)}
    if both:
        raise LexiconError(
            f"`{min(both)}` speaks for the topic and forbids it", file=file, where=where, remedy="keep one of the two"
        )
    group = _one_of(entry["group"], get_args(Group), "group", file, where)
    return Topic(
        id=where,
        name=entry["name"],
        short=entry["short"],
        group=group,
        style=_style(entry, file, where),
        definition=entry["definition"],
        inside=entry["in"],
        outside=entry["out"],
        phrases=phrases,
        pins=pins,
        never=never,
        examples=_strings(entry, "examples", file, where),
        not_examples=_strings(entry, "not_examples", file, where),
        was=_strings(entry, "was", file, where),
        threshold=_threshold(entry, file, where),
    )


def _desk(entry: Mapping[str, Any], file: Path) -> Desk:
    where = _named(entry, file, ("id", "name", "short", "kind"), ("topics", "was"))
    kind = _one_of(entry["kind"], get_args(DeskKind), "kind", file, where)
    topics = _strings(entry, "topics", file, where)
    _refuse_repeated(file, topics, "topic", where)
    return Desk(where, entry["name"], entry["short"], kind, topics, _strings(entry, "was", file, where))


def _style(entry: Mapping[str, Any], file: Path, where: str) -> int:
    style = entry.get("style")
    if type(style) is not int or style < 0:
        remedy = "write style = a number from 0 that no other topic has"
        raise LexiconError("`style` is missing or no whole number", file=file, where=where, remedy=remedy)
    return style


def _threshold(entry: Mapping[str, Any], file: Path, where: str) -> float | None:
    threshold = entry.get("threshold")
    if threshold is None:
        return None
    if type(threshold) not in (int, float) or not 0 < threshold < 1:
        remedy = "write threshold = 0.4, say, or leave it out"
        raise LexiconError("`threshold` is no number between 0 and 1", file=file, where=where, remedy=remedy)
    return float(threshold)


def _named(
    entry: Mapping[str, Any],
    file: Path,
    texts: tuple[str, ...],
    lists: tuple[str, ...],
    *,
    numbers: tuple[str, ...] = (),
) -> str:
    """The entry's id, once all its keys are known to be there and of the right kind."""
    where = str(entry.get("id", entry.get("name", "entry without id")))
    for key in texts:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise LexiconError(f"`{key}` is missing or empty", file=file, where=where, remedy=f'write {key} = "…"')
    unknown = set(entry) - {*texts, *lists, *numbers}
    if unknown:
        raise LexiconError(
            f"unknown key `{min(unknown)}`",
            file=file,
            where=where,
            remedy=f"use {', '.join((*texts, *lists, *numbers))}",
        )
    if len(entry["short"]) > SHORT_NAME:
        remedy = f"shorten it to {SHORT_NAME} characters"
        raise LexiconError(f"short name `{entry['short']}` is too long", file=file, where=where, remedy=remedy)
    return where


def _strings(entry: Mapping[str, Any], key: str, file: Path, where: str) -> tuple[str, ...]:
    values = entry.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise LexiconError(f"`{key}` is not a list of texts", file=file, where=where, remedy=f'write {key} = ["…"]')
    return tuple(values)


def _phrases(entry: Mapping[str, Any], key: str, file: Path, where: str) -> tuple[Phrase, ...]:
    values = entry.get(key, [])
    if not isinstance(values, list):
        raise LexiconError(f"`{key}` is not a list", file=file, where=where, remedy=f'write {key} = ["…"]')
    return tuple(_phrase(value, key, file, where) for value in values)


def _phrase(value: Any, key: str, file: Path, where: str) -> Phrase:
    match value:
        case str(text):
            phrase = Phrase(text)
        case {"text": str(text), "weight": int() | float() as weight} if len(value) == 2 and weight > 0:
            phrase = Phrase(text, float(weight))
        case _:
            remedy = 'write "words" or { text = "words", weight = 2 }'
            raise LexiconError(f"`{value}` in `{key}` is no phrase", file=file, where=where, remedy=remedy)
    if not 1 <= len(phrase.term.split()) <= LONGEST:
        remedy = f"use 1 to {LONGEST} words"
        raise LexiconError(f"phrase `{phrase.text}` in `{key}` can't be found", file=file, where=where, remedy=remedy)
    return phrase


def _one_of(value: str, allowed: tuple[Any, ...], key: str, file: Path, where: str) -> Any:
    if value not in allowed:
        raise LexiconError(
            f"unknown {key} `{value}`", file=file, where=where, remedy=f"use one of {', '.join(allowed)}"
        )
    return value


def _refuse_repeated(file: Path, names: Iterable[str], what: str, where: str = "") -> None:
    name, count = next(iter(Counter(names).most_common(1)), ("", 0))
    if count > 1:
        raise LexiconError(
            f"{what} `{name}` stands {count} times", file=file, where=where or name, remedy="keep it once"
        )


def _check_membership(file: Path, topics: tuple[Topic, ...], desks: tuple[Desk, ...]) -> None:
    """Every topic of a desk exists, and every topic is on exactly one desk."""
    known = {topic.id for topic in topics}
    for desk in desks:
        unknown = [topic for topic in desk.topics if topic not in known]
        if unknown or not desk.topics:
            problem = f"topic `{unknown[0]}` is in no topics.toml" if unknown else "no topic listed"
            raise LexiconError(problem, file=file, where=desk.id, remedy="list ids from topics.toml")
    places = Counter(topic for desk in desks if desk.kind == "desk" for topic in desk.topics)
    for topic in topics:
        if places[topic.id] != 1:
            problem = f"topic `{topic.id}` is on {places[topic.id]} desks"
            remedy = 'list it in one entry of kind "desk"'
            raise LexiconError(problem, file=file, where=topic.id, remedy=remedy)
