"""Editors' corrections of topics, joined with the stories that they are about: what training learns from beside labels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.catalog import load_sources
from etl.desk_folder import in_force, not_stories, read_desk, topic_judgements
from etl.gold_stories import document_of
from etl.label_ids import label_id, label_prefixes
from etl.lexicon.topics import TopicLexicon
from etl.publish import current_snapshot
from etl.settings import Settings
from etl.store.database import Row, connect, rows_of, statement
from etl.tagger.topic_model import is_held_back


@dataclass(frozen=True, slots=True)
class CorrectedStory:
    """A story of the snapshot with the topics that editors gave (`yes`) and took (`no`); of all others nothing is known.

    `id` is that of `label_id`, `source` the source's name, `published` the day as YYYY-MM-DD.
    """

    id: str
    title: str
    text: str
    published: str
    source: str
    text_kind: str
    yes: frozenset[str]
    no: frozenset[str]


@dataclass(frozen=True, slots=True)
class Corrections:
    """Stories to learn from, by id; ids of what is no story and must not be learned from; and what was left out.

    `held_back` and `missing` count stories: of held-back documents, and not in the snapshot. `unknown` are judged ids
    that are no topic of the lexicon.
    """

    stories: tuple[CorrectedStory, ...]
    not_stories: frozenset[str]
    held_back: int
    missing: int
    unknown: tuple[str, ...]
    warnings: tuple[str, ...]


def read_corrections(settings: Settings, lexicon: TopicLexicon) -> Corrections:
    """The desk folder's corrections of topics, joined with the current snapshot, which is only read.

    Without decisions on topics or stories the snapshot is not opened; without a snapshot all stories are missing.
    Raises InputError for an entry of the desk or a snapshot that can't be read.
    """
    desk = read_desk(settings.desk)
    decisions = in_force(desk.decisions)
    judged = topic_judgements(decisions, renamed={was: topic.id for topic in lexicon.topics for was in topic.was})
    none = not_stories(decisions)
    path = current_snapshot(settings) if judged or none else None
    rows = [] if path is None else _rows(path, settings, {*judged, *none})
    prefixes = label_prefixes(load_sources(settings.seeds).values()) if rows else {}
    return join(rows, judged, none, topics=lexicon.ids, prefixes=prefixes, warnings=desk.warnings)


def join(
    rows: Sequence[Row],
    judged: Mapping[str, Mapping[str, bool]],
    none: Collection[str],
    *,
    topics: Iterable[str],
    prefixes: Mapping[str, str],
    warnings: tuple[str, ...] = (),
) -> Corrections:
    """Join judgements by story_id with rows of `sql/corrections/stories.sql`.

    `none` are story_ids of what is no story, `prefixes` those of `label_prefixes`.
    """
    known = frozenset(topics)
    named = [{**row, "id": label_id(row, prefixes)} for row in rows]
    free = [row for row in named if not is_held_back(document_of(row["id"]))]
    kept = [_story(row, judged[row["story_id"]], known) for row in free if row["story_id"] not in none]
    return Corrections(
        stories=tuple(story for story in kept if story.yes or story.no),
        not_stories=frozenset(row["id"] for row in free if row["story_id"] in none),
        held_back=len(rows) - len(free),
        missing=len({*judged, *none}) - len(rows),
        unknown=tuple(sorted({topic for told in judged.values() for topic in told if _is_of_topics(topic)} - known)),
        warnings=warnings,
    )


def _is_of_topics(judged: str) -> bool:
    """Whether a judgement is on a topic: that a story rightly has none, or that an organization is one, teaches topics nothing."""
    return judged != "untagged" and ":" not in judged


def summary(corrections: Corrections) -> str:
    """One line: how many corrections are learned from, and what was left out, why."""
    reasons = {
        "that are said to be no story": len(corrections.not_stories),
        "of held-back documents": corrections.held_back,
        "that are not in the snapshot": corrections.missing,
    }
    left = [f"{number:,} {why}" for why, number in reasons.items() if number]
    if corrections.unknown:
        left.append(f"judgements on what is no topic ({', '.join(corrections.unknown)})")
    return f"Corrected stories: {len(corrections.stories):,}" + (f"; left out: {', '.join(left)}" if left else "")


def _rows(path: Path, settings: Settings, stories: Iterable[str]) -> list[dict[str, object]]:
    with connect(path, settings, read_only=True) as con:
        return rows_of(con, statement("corrections/stories"), {"stories": sorted(stories)})


def _story(row: Row, told: Mapping[str, bool], known: frozenset[str]) -> CorrectedStory:
    fields = {name: row[name] for name in ("id", "title", "published", "source", "text_kind")}
    yes = frozenset(topic for topic, has in told.items() if has) & known
    return CorrectedStory(**fields, text=row["body"], yes=yes, no=(frozenset(told) & known) - yes)
