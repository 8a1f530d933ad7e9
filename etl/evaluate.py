"""Measures the whole tagger on labelled stories: precision, recall and F1 with their intervals, and the error of shares.

A story of the training documents is tagged by weights that did not see its document (*out of fold*); documents that are
held back were never learned from (*unseen*). Intervals are 95 % percentile bootstraps over whole documents
(Efron 1979), since the stories of one issue resemble each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from etl.errors import InputError
from etl.gold_stories import GoldStory, document_of, read_gold
from etl.lexicon.load import load_lexicon
from etl.match import organization_hits, region_hits
from etl.model import Tags
from etl.quality import ALL, LEAST_CELL, Hits, Row, quality_row, write_rows
from etl.tagger.pipeline import Tagger, build_tagger
from etl.tagger.topic_model import is_held_back

QUALITY = Path("model", "quality.json")
MEASURES = ("topic", "organization", "organization_focus", "region", "region_focus")
UNSEEN, OUT_OF_FOLD = "unseen", "out of fold"
PARTS = (UNSEEN, OUT_OF_FOLD)
DRAWS = 1000
SEED = 20261125
Ints = npt.NDArray[np.int64]
Progress = Callable[[int, int | None], None]
Key = tuple[str, str]  # measure and tag, "*" for all of a measure


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of one set of labels: rows of `figures` and `share_errors`, and what was measured on."""

    gold: Path
    stories: int
    documents: int
    without_text: int
    figures: list[Row]
    shares: list[Row]

    def write(self, seeds: Path) -> Path:
        """Put the totals of organizations, regions and their focus into `model/quality.json`, from held-back stories.

        Returns the file's path. Raises InputError where no story of the labels is held back.
        """
        kept = [row for row in self.figures if (row["part"], row["by"]) == (UNSEEN, "text_kind")]
        if not kept:
            remedy = "add labels of held-back documents: those whose id has a SHA-256 that 5 divides"
            raise InputError(
                "none of its stories is held back, so there is nothing to write", file=self.gold, remedy=remedy
            )
        counts = ("true_positive", "false_positive", "false_negative")
        rows = [
            quality_row(row["kind"], ALL, row["value"], Hits(*(row[count] for count in counts)))
            for row in kept
            if row["kind"] != "topic"
        ]
        write_rows(rows, seeds / QUALITY)
        return seeds / QUALITY


@dataclass(frozen=True, slots=True)
class Scored:
    """A labelled story, the topics that it got, and what was found, spurious and missed by measure and tag."""

    story: GoldStory
    topics: frozenset[str]
    hits: dict[Key, Hits]

    @property
    def part(self) -> str:
        """Whether the story's document is held back."""
        return UNSEEN if is_held_back(self.story.document) else OUT_OF_FOLD


def evaluate_file(gold: Path, *, stories: Path | None, seeds: Path, on_progress: Progress) -> Evaluation:
    """Measure the tagger of `seeds` on the labels in `gold`; the texts are those of `read_gold`.

    Raises InputError or LexiconError naming file, line or entry, and remedy.
    """
    names = {code: region.name for code, region in load_lexicon(seeds).regions.items()}
    read = read_gold(gold, stories=stories, seeds=seeds, region_names=names)
    scored = evaluate(build_tagger(seeds), read.stories, on_progress=on_progress)
    return Evaluation(
        gold=gold,
        stories=len(scored),
        documents=len({one.story.document for one in scored}),
        without_text=read.without_text,
        figures=figures(scored),
        shares=share_errors(scored),
    )


def evaluate(tagger: Tagger, stories: Sequence[GoldStory], *, on_progress: Progress) -> list[Scored]:
    """Tag the stories, each by weights that did not see its document, and hold the tags against the labels."""
    scored: list[Scored] = []
    texts = (story.text for story in stories)
    for story, tags in zip(stories, tagger.tag(texts, documents=lambda text: document_of(text.id)), strict=True):
        scored.append(Scored(story, frozenset(tag.id for tag in tags.topics), hits_of(story, tags)))
        on_progress(len(scored), len(stories))
    return scored


def hits_of(story: GoldStory, tags: Tags) -> dict[Key, Hits]:
    """What was found, spurious and missed in one story, by measure and, for topics, by tag."""
    want, got = story.topics, {tag.id for tag in tags.topics}
    organization, organization_focus = organization_hits(story.organizations, tags.organizations)
    named = [surface for organization in story.organizations for surface in organization.surfaces]
    region, region_focus = region_hits(story.regions, tags.regions, named)
    totals = (Hits(len(want & got), len(got - want), len(want - got)), organization, organization_focus)
    found: dict[Key, Hits] = {
        (measure, ALL): hits for measure, hits in zip(MEASURES, (*totals, region, region_focus), strict=True)
    }
    for topic in want | got:
        found["topic", topic] = Hits(topic in want and topic in got, topic not in want, topic not in got)
    return found


def figures(scored: Sequence[Scored]) -> list[Row]:
    """A row for each part, each source, kind of text and year of it, and each measure; of a whole part for each topic too.

    `precision`, `recall` and `f1` are [figure, low, high]; `n` counts the labels asked for.
    """
    return [row for part in PARTS for row in _part_rows(part, [one for one in scored if one.part == part])]


def _part_rows(part: str, scored: Sequence[Scored]) -> Iterator[Row]:
    totals: list[Key] = [(measure, ALL) for measure in MEASURES]
    topics = sorted({key for one in scored for key in one.hits if key[1] != ALL})
    cells: dict[tuple[str, str], list[Scored]] = defaultdict(list)
    for one in scored:
        story = one.story
        for cell in (("all", ALL), ("text_kind", story.kind), ("source", story.source), ("year", story.year)):
            cells[cell].append(one)
    for (by, value), cell_stories in sorted(cells.items()):
        keys = [*totals, *topics] if by == "all" else totals
        for row in _cell_rows(cell_stories, keys):
            yield {"part": part, "by": by, "value": value} | row


def _cell_rows(scored: Sequence[Scored], keys: Sequence[Key]) -> Iterator[Row]:
    """A row for each key, with intervals from the same draws of documents."""
    counts = _by_document(scored, keys)
    documents = len(counts)
    draws = np.random.default_rng(SEED).multinomial(documents, np.full(documents, 1 / documents), size=DRAWS)
    drawn = np.tensordot(draws.astype(np.float64), counts.astype(np.float64), axes=1)
    low, high = np.quantile(_scores(drawn), [0.025, 0.975], axis=0)
    total = counts.sum(axis=0)
    point = _scores(total.astype(np.float64))
    for at, (measure, tag) in enumerate(keys):
        tp, fp, fn = (int(count) for count in total[at])
        row: Row = {"kind": measure, "tag_id": tag, "stories": len(scored), "documents": documents, "n": tp + fn}
        row |= {"true_positive": tp, "false_positive": fp, "false_negative": fn}
        for number, name in enumerate(("precision", "recall", "f1")):
            row[name] = [round(float(values[at, number]), 4) for values in (point, low, high)]
        yield row


def _by_document(scored: Sequence[Scored], keys: Sequence[Key]) -> Ints:
    """Documents × keys × (found, spurious, missed)."""
    number = {document: at for at, document in enumerate(sorted({one.story.document for one in scored}))}
    counts = np.zeros((len(number), len(keys), 3), dtype=np.int64)
    column = {key: at for at, key in enumerate(keys)}
    for one in scored:
        for key, hits in one.hits.items():
            if key in column:
                counts[number[one.story.document], column[key]] += (hits.tp, hits.fp, hits.fn)
    return counts


def _scores(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """… × (found, spurious, missed) → … × (precision, recall, F1), each 0 where nothing was found."""
    tp, fp, fn = counts[..., 0], counts[..., 1], counts[..., 2]
    parts = (tp / np.maximum(tp + fp, 1), tp / np.maximum(tp + fn, 1), 2 * tp / np.maximum(2 * tp + fp + fn, 1))
    return np.stack(parts, axis=-1)


def share_errors(scored: Sequence[Scored]) -> list[Row]:
    """The tagger's share of a topic minus the labelled one, in points, per kind of text, source and year.

    For cells of at least 30 stories; a year of "*" is all years, a source of "*" all sources.
    """
    cells: dict[tuple[str, str, str], list[Scored]] = defaultdict(list)
    for one in scored:
        for source in (one.story.source, ALL):
            for year in (one.story.year, ALL):
                cells[one.story.kind, source, year].append(one)
    topics = sorted({topic for one in scored for topic in one.story.topics | one.topics})
    return [
        {"text_kind": kind, "source": source, "year": year} | row
        for (kind, source, year), cell in sorted(cells.items())
        if len(cell) >= LEAST_CELL
        for row in _share_rows(cell, topics)
    ]


def _share_rows(cell: Sequence[Scored], topics: Sequence[str]) -> Iterator[Row]:
    labelled = Counter(topic for one in cell for topic in one.story.topics)
    tagged = Counter(topic for one in cell for topic in one.topics)
    for topic in topics:
        error = round(100 * (tagged[topic] - labelled[topic]) / len(cell), 2)
        counted: dict[str, Any] = {"stories": len(cell), "labelled": labelled[topic], "tagged": tagged[topic]}
        yield {"topic": topic} | counted | {"error_points": error}
