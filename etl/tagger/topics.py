"""Topics of stories, with the phrases that spoke for each."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from etl.errors import LexiconError
from etl.lexicon.topics import Phrase, Topic, TopicLexicon, load_topics
from etl.model import Evidence, NearTopic, TopicTag
from etl.tagger.topic_evidence import evidence, one_slice
from etl.tagger.topic_features import LEAD_WEIGHT, Batch, Floats, Hits, Longs, Vocabulary, english
from etl.tagger.topic_model import Counts, ScoringTables, TopicWeights, count_terms, load_weights, scoring_tables

MOST_NEAR = 3
WEIGHTS = Path("model", "topics.npz")

Topics = tuple[tuple[TopicTag, ...], tuple[NearTopic, ...]]
_TOKENS = 20_000  # how many are scored at once, lest the arrays outgrow the processor's memory


@dataclass(frozen=True, slots=True)
class _Scored:
    """Some stories on their way through the tagger: `odds` is terms × topics, what each term adds in log-odds."""

    batch: Batch
    hits: Hits
    counts: Counts
    odds: Floats
    score: Floats  # stories × topics


@dataclass(frozen=True, slots=True)
class _Ruled:
    """What phrases decide: by story the topics that one forbids, with its place, and those that one gives."""

    vetoes: dict[int, dict[int, tuple[int, int]]] = field(default_factory=lambda: defaultdict(dict))
    pinned: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


class TopicTagger:
    """Scores stories by the learned weights and the lexicon's phrases; one instance serves any number of stories."""

    def __init__(self, lexicon: TopicLexicon, weights: TopicWeights, *, fingerprint: bytes = b"") -> None:
        """Join a lexicon with weights. A topic without learned weights is judged by its phrases alone."""
        self.lexicon, self.weights, self.fingerprint = lexicon, weights, fingerprint
        self.vocabulary = vocabulary_of(lexicon, weights.terms)
        tables = scoring_tables(weights, lexicon.ids, phrase_table(lexicon, self.vocabulary))
        self._tables: ScoringTables = replace(tables, threshold=own_thresholds(lexicon, tables.threshold))
        self._pins = self._by_row(lambda topic: topic.pins)
        self._never = self._by_row(lambda topic: topic.never)
        self._rules = np.zeros(len(self.vocabulary.terms), dtype=np.bool_)
        self._rules[[*self._pins, *self._never]] = True

    @classmethod
    def load(cls, seeds: Path) -> TopicTagger:
        """Read lexicon and weights below `seeds`, and hold every example of the lexicon against them.

        Raises LexiconError where an entry or an example fails, InputError where the weights can't be read.
        """
        lexicon, weights = load_topics(seeds), load_weights(seeds / WEIGHTS)
        files = (seeds / "topics.toml", seeds / "desks.toml", seeds / WEIGHTS)
        digest = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).digest()
        tagger = cls(lexicon, weights, fingerprint=digest)
        check_examples(tagger, file=files[0])
        return tagger

    def __call__(self, doc_title: Doc, doc_text: Doc, *, document: str | None = None) -> Topics:
        """The topics of a story, best first, and at most three that it nearly has.

        `document` is what published the story (its external id before `#`): where that was trained on, the score
        comes from weights that did not see it.
        """
        return self.many([(doc_title, doc_text)], [document])[0]

    def many(self, stories: Sequence[tuple[Doc, Doc]], documents: Sequence[str | None]) -> list[Topics]:
        """The topics of each story, as when it is called with one."""
        found: list[Topics] = []
        for start, end in _portions([len(title) + len(text) for title, text in stories]):
            found += self._topics(self._read(stories[start:end], documents[start:end]))
        return found

    def scores(self, doc_title: Doc, doc_text: Doc, *, document: str | None = None) -> dict[str, float]:
        """The probability of every topic by id, before pins, vetoes and thresholds."""
        score = self._read([(doc_title, doc_text)], [document]).score[0]
        return dict(zip(self.lexicon.ids, score.tolist(), strict=True))

    @property
    def thresholds(self) -> dict[str, float]:
        """The score from which each topic is given, by id."""
        return dict(zip(self.lexicon.ids, self._tables.threshold.tolist(), strict=True))

    def _by_row(self, choose: Callable[[Topic], tuple[Phrase, ...]]) -> dict[int, list[int]]:
        """For each of the vocabulary's rows that is some kind of phrase, the topics that it is one of."""
        topics: dict[int, list[int]] = defaultdict(list)
        for number, topic in enumerate(self.lexicon.topics):
            for phrase in choose(topic):
                topics[self.vocabulary.row[phrase.term]].append(number)
        return dict(topics)

    def _read(self, stories: Sequence[tuple[Doc, Doc]], documents: Sequence[str | None]) -> _Scored:
        batch = Batch(stories)
        hits = self.vocabulary.find(batch)
        counts = count_terms(hits)
        models = np.array([self.weights.model_for(document) for document in documents], dtype=np.int64)
        odds, score = self._tables.score(counts, models=models)
        return _Scored(batch, hits, counts, odds, score)

    def _ruled(self, hits: Hits) -> _Ruled:
        """A topic's veto is the first phrase that forbids it; a phrase gives a topic only where it stands in front."""
        ruled = _Ruled()
        at = np.flatnonzero(self._rules[hits.term])
        columns = (hits.story[at], hits.term[at], hits.start[at], hits.end[at], hits.weight[at])
        for story, term, start, end, weight in zip(*(column.tolist() for column in columns), strict=True):
            for topic in self._never.get(term, ()):
                if topic not in ruled.vetoes[story] or start < ruled.vetoes[story][topic][0]:
                    ruled.vetoes[story][topic] = start, end
            if weight >= LEAD_WEIGHT:
                ruled.pinned[story].update(self._pins.get(term, ()))
        return ruled

    def _topics(self, scored: _Scored) -> list[Topics]:
        ruled, score, threshold = self._ruled(scored.hits), scored.score, self._tables.threshold
        given = score >= threshold
        for story, topics in ruled.pinned.items():
            given[story, list(topics)] = True
        for story, vetoes in ruled.vetoes.items():
            given[story, list(vetoes)] = False
        tags: list[list[TopicTag]] = [[] for _ in score]
        near: list[list[NearTopic]] = [[] for _ in score]
        ids, floor = self.lexicon.ids, [float(least) for least in threshold]
        first, second = (
            _ranked(given, score),
            _ranked(~given & (score / threshold >= 0.5), score / threshold, most=MOST_NEAR),
        )
        story, topic = np.concatenate([first, second], axis=1)
        slices = evidence(scored.batch, scored.counts, scored.odds, story=story, topic=topic)
        rows = zip(story.tolist(), topic.tolist(), score[story, topic].tolist(), slices, strict=True)
        for number, (s, t, points, found) in enumerate(rows):
            if number < first.shape[1]:
                tags[s].append(TopicTag(ids[t], round(max(points, floor[t]), 4), found))
            else:
                veto = _veto(scored.batch, ruled, s, t)
                near[s].append(NearTopic(ids[t], round(points, 4), round(floor[t], 4), found, veto))
        return [(tuple(each), tuple(close)) for each, close in zip(tags, near, strict=True)]


def _ranked(chosen: npt.NDArray[np.bool_], by: Floats, *, most: int | None = None) -> npt.NDArray[np.int64]:
    """Stories and topics of what is chosen (2 × n): story by story, the highest first, at most so many of a story."""
    story, topic = np.nonzero(chosen)
    order = np.lexsort((topic, -by[story, topic], story))
    pairs: Longs = np.stack([story[order], topic[order]])
    if most is None:
        return pairs
    rank = np.arange(len(order)) - np.searchsorted(pairs[0], pairs[0])
    return pairs[:, rank < most]


def _veto(batch: Batch, ruled: _Ruled, story: int, topic: int) -> Evidence | None:
    place = ruled.vetoes.get(story, {}).get(topic)
    return None if place is None else one_slice(batch, *place)


def _portions(sizes: Iterable[int]) -> list[tuple[int, int]]:
    """Ranges of stories with about so many tokens each, in order."""
    ranges, start, total, end = [], 0, 0, 0
    for end, size in enumerate(sizes, 1):
        total += size
        if total >= _TOKENS:
            ranges.append((start, end))
            start, total = end, 0
    return [*ranges, (start, end)] if end > start else ranges


def vocabulary_of(lexicon: TopicLexicon, terms: Iterable[str]) -> Vocabulary:
    """The learned terms, and after them what the lexicon says that was not learned."""
    spoken = (p.term for topic in lexicon.topics for p in (*topic.phrases, *topic.pins, *topic.never))
    return Vocabulary(tuple(dict.fromkeys((*terms, *spoken))))


def phrase_table(lexicon: TopicLexicon, vocabulary: Vocabulary) -> Floats:
    """What each term says for each topic by the lexicon: terms × topics, 0 where it says nothing."""
    table = np.zeros((len(vocabulary.terms), len(lexicon.topics)), dtype=np.float32)
    for column, topic in enumerate(lexicon.topics):
        for phrase in topic.phrases:
            table[vocabulary.row[phrase.term], column] = phrase.weight
    return table


def own_thresholds(lexicon: TopicLexicon, learned: Floats) -> Floats:
    """The learned thresholds, in the order of the topics, with those that the lexicon sets in their place."""
    own = [topic.threshold for topic in lexicon.topics]
    pairs = zip(own, learned.tolist(), strict=True)
    return np.array([least if mine is None else mine for mine, least in pairs], dtype=np.float32)


def check_examples(tagger: TopicTagger, *, file: Path) -> None:
    """Raise LexiconError unless each topic's examples receive it and its counter-examples do not."""
    empty = english().make_doc("")
    for topic in tagger.lexicon.topics:
        for sentence in (*topic.examples, *topic.not_examples):
            tags, _ = tagger(empty, english().make_doc(sentence))
            got, wanted = topic.id in {tag.id for tag in tags}, sentence in topic.examples
            if got != wanted:
                problem = f'the example "{sentence}" {"lacks" if wanted else "receives"} the topic'
                remedy = "change its phrases, or the example, or train again"
                raise LexiconError(problem, file=file, where=topic.id, remedy=remedy)
