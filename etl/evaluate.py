"""Measures the whole tagger on labelled stories, and writes what `seeds/model/quality.json` says of it.

A story that weights learned from is tagged by weights that did not see its document (*out of fold*); no weights
learned from the other documents (*unseen*), which are those held back and those that came later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.errors import InputError
from etl.figures import LEAST_DOCUMENTS, LEAST_POSITIVES, differences, figures
from etl.gold_stories import GoldStory, document_of, read_gold
from etl.lexicon.load import load_lexicon
from etl.model import StoryText
from etl.quality import ALL, Hits, Row, quality_row, write_measured
from etl.scored import ABSTRACT, NAMES, OUT_OF_FOLD, UNSEEN, WHOLE, Key, Scored, hits_of, organization_ids
from etl.shares import calibration, charted_shares, share_errors
from etl.tagger.choice import RecognizerChoice
from etl.tagger.pipeline import Tagger, build_tagger
from etl.tagger.topic_features import english
from etl.tagger.topic_model import short_hash
from etl.tagger.topics import TopicTagger

QUALITY = Path("model", "quality.json")
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of one set of labels, as rows, and what was measured on; `quality` are the rows of `quality.json`."""

    gold: Path
    stories: int
    documents: int
    without_text: int
    figures: list[Row]
    differences: list[Row]
    shares: list[Row]
    calibration: list[Row]
    quality: list[Row]

    def write(self, seeds: Path) -> Path:
        """Put what was measured into `model/quality.json`, in the place of what it says of the same kinds of text.

        Figures are those of unseen stories; shares and scores those of all. Returns the file's path.
        Raises InputError where the unseen stories are of too few documents.
        """
        documents = max((row["documents"] for row in self.figures if row["part"] == UNSEEN), default=0)
        if documents < LEAST_DOCUMENTS:
            problem = f"its unseen stories come from {documents} documents, and to be written they must come from {LEAST_DOCUMENTS}"
            remedy = "add labels of held-back documents: those whose id has a SHA-256 that 5 divides"
            raise InputError(problem, file=self.gold, remedy=remedy)
        measured = {"rows": self.quality, "shares": charted_shares(self.shares), "calibration": self.calibration}
        write_measured(measured, seeds / QUALITY)
        return seeds / QUALITY


def evaluate_file(
    gold: Path, *, stories: Path | None, seeds: Path, recognizer: RecognizerChoice, on_progress: Progress
) -> Evaluation:
    """Measure the tagger of `seeds` on the labels in `gold`; the texts are those of `read_gold`.

    Raises InputError or LexiconError naming file, line or entry, and remedy.
    """
    names = {code: region.name for code, region in load_lexicon(seeds).regions.items()}
    read = read_gold(gold, stories=stories, seeds=seeds, region_names=names, sampled=True)
    tagger = build_tagger(seeds, recognizer)
    scored = evaluate(tagger, read.stories, on_progress=on_progress)
    return Evaluation(
        gold=gold,
        stories=len(scored),
        documents=len({one.story.document for one in scored}),
        without_text=read.without_text,
        figures=figures(scored),
        differences=differences(scored),
        shares=share_errors(scored),
        calibration=calibration(scored),
        quality=list(quality_rows(scored, _topics(tagger).lexicon.ids)),
    )


def evaluate(tagger: Tagger, stories: Sequence[GoldStory], *, on_progress: Progress) -> list[Scored]:
    """Tag the stories, each by weights that did not see its document, and hold the tags against the labels."""
    topics, id_of = _topics(tagger), organization_ids(tagger.lexicon)
    learned = tagger.roles.documents | {int(document) for document in topics.weights.documents}
    scored: list[Scored] = []
    texts = (story.text for story in stories)
    for story, tags in zip(stories, tagger.tag(texts, documents=lambda text: document_of(text.id)), strict=True):
        part = OUT_OF_FOLD if short_hash(story.document) in learned else UNSEEN
        got = frozenset(tag.id for tag in tags.topics)
        scores = _scores(topics, story.text, document=story.document)
        scored.append(Scored(story, part, got, hits_of(story, tags, id_of), scores))
        on_progress(len(scored), len(stories))
    return scored


def _topics(tagger: Tagger) -> TopicTagger:
    """The tagger's own topics; one with others has no weights to be measured."""
    assert isinstance(tagger.topics, TopicTagger)
    return tagger.topics


def _scores(topics: TopicTagger, text: StoryText, *, document: str) -> dict[str, float]:
    title, body = (english().make_doc(field) for field in (text.title, text.text))
    return topics.scores(title, body, document=document)


def quality_rows(scored: Sequence[Scored], topics: Sequence[str]) -> Iterator[Row]:
    """What charts say of the unseen stories, by kind of text: all topics, names in total, and names with at least 15 labels.

    Topics of abstracts are held against what was read in headline and abstract alone, where any was; a chart counts
    those, and a tag that the abstract does not bear out is wrong there.
    """
    unseen = [one for one in scored if one.part == UNSEEN]
    for kind in sorted({one.story.kind for one in unseen}):
        of_kind = [one for one in unseen if one.story.kind == kind]
        read = [one for one in of_kind if one.story.abstract_topics is not None]
        measure, judged = (ABSTRACT, read) if read else (WHOLE, of_kind)
        found = _sums(judged)
        for topic in (ALL, *topics):
            hits = found.get((measure, topic), Hits(0, 0, 0))
            error = {} if topic == ALL else {"share_error_points": round(100 * (hits.fp - hits.fn) / len(judged), 2)}
            yield quality_row("topic", topic, kind, hits) | error
        names = sorted((key, hits) for key, hits in _sums(of_kind).items() if key[0] in NAMES)
        for (name, tag), hits in sorted(names, key=lambda one: NAMES.index(one[0][0])):
            if tag == ALL or hits.tp + hits.fn >= LEAST_POSITIVES:
                yield quality_row(name, tag, kind, hits)


def _sums(scored: Sequence[Scored]) -> dict[Key, Hits]:
    found: dict[Key, Hits] = {}
    for one in scored:
        for key, hits in one.hits.items():
            found[key] = found.get(key, Hits(0, 0, 0)) + hits
    return found
