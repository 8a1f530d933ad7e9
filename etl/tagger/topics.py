"""Topics of a story, with the phrases that spoke for each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from spacy.tokens import Doc

from etl.errors import LexiconError
from etl.lexicon.topics import Phrase, Topic, TopicLexicon, load_topics
from etl.model import Evidence, Field, NearTopic, TopicTag
from etl.tagger.tokens import text_of
from etl.tagger.topic_features import LEAD_WEIGHT, Floats, Hits, Ints, Vocabulary, english
from etl.tagger.topic_model import Counts, ScoringTables, TopicWeights, count_terms, load_weights, scoring_tables

MOST_EVIDENCE = 8
MOST_NEAR = 3
LEAST_WEIGHT = 0.05
WEIGHTS = Path("model", "topics.npz")

Span = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class _Story:
    """One story on its way through the tagger: `odds` is terms × topics, what each term adds in log-odds."""

    title: Doc
    text: Doc
    strings: tuple[str, str]  # of title and text
    hits: Hits
    counts: Counts
    odds: Floats
    score: Floats

    def evidence(self, start: int, end: int, weight: float | None) -> Evidence:
        """The slice from token `start` to before `end`, counted through title and text."""
        if start < len(self.title):
            return _slice("title", self.title, self.strings[0], start, end, weight)
        return _slice("text", self.text, self.strings[1], start - len(self.title), end - len(self.title), weight)

    def first(self, terms: Ints, *, least: float = 0.0) -> Evidence | None:
        """The first place of any of these terms that counts at least `least` by its position."""
        at = np.flatnonzero(np.isin(self.hits.term, terms) & (self.hits.weight >= least))
        if not len(at):
            return None
        place = at[np.argmin(self.hits.start[at])]
        return self.evidence(int(self.hits.start[place]), int(self.hits.end[place]), None)


class TopicTagger:
    """Scores stories by the learned weights and the lexicon's phrases; one instance serves any number of stories."""

    def __init__(self, lexicon: TopicLexicon, weights: TopicWeights, *, fingerprint: bytes = b"") -> None:
        """Join a lexicon with weights. A topic without learned weights is judged by its phrases alone."""
        self.lexicon, self.weights, self.fingerprint = lexicon, weights, fingerprint
        self.vocabulary = vocabulary_of(lexicon, weights.terms)
        self._tables: ScoringTables = scoring_tables(weights, lexicon.ids, phrase_table(lexicon, self.vocabulary))
        self._pins = self._rows(lambda topic: topic.pins)
        self._never = self._rows(lambda topic: topic.never)
        self._rules = np.zeros(len(self.vocabulary.terms), dtype=np.bool_)
        for rows in (*self._pins.values(), *self._never.values()):
            self._rules[rows] = True

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

    def __call__(
        self, doc_title: Doc, doc_text: Doc, *, document: str | None = None
    ) -> tuple[tuple[TopicTag, ...], tuple[NearTopic, ...]]:
        """The topics of a story, best first, and at most three that it nearly has.

        `document` is what published the story (its external id before `#`): where that was trained on, the score
        comes from weights that did not see it.
        """
        story = self._read(doc_title, doc_text, document)
        vetoes, pinned = self._ruled(story)
        given = ({int(t) for t in np.flatnonzero(story.score >= self._tables.threshold)} | pinned) - vetoes.keys()
        tags = [self._tag(story, t) for t in sorted(given, key=lambda t: (-story.score[t], t))]
        return tuple(tags), self._near(story, given, vetoes)

    def scores(self, doc_title: Doc, doc_text: Doc, *, document: str | None = None) -> dict[str, float]:
        """The probability of every topic by id, before pins, vetoes and thresholds."""
        score = self._read(doc_title, doc_text, document).score
        return dict(zip(self.lexicon.ids, score.tolist(), strict=True))

    def _rows(self, choose: Callable[[Topic], tuple[Phrase, ...]]) -> dict[int, Ints]:
        """The vocabulary's rows of some kind of phrase, for each topic that has any."""
        chosen = {number: choose(topic) for number, topic in enumerate(self.lexicon.topics)}
        return {
            number: np.array([self.vocabulary.row[phrase.term] for phrase in phrases], dtype=np.int32)
            for number, phrases in chosen.items()
            if phrases
        }

    def _read(self, title: Doc, text: Doc, document: str | None) -> _Story:
        hits = self.vocabulary.hits(title, text)
        counts = count_terms(hits)
        odds, score = self._tables.score(counts, model=self.weights.model_for(document))
        return _Story(title, text, (text_of(title), text_of(text)), hits, counts, odds, score)

    def _ruled(self, story: _Story) -> tuple[dict[int, Evidence], set[int]]:
        """The topics that a phrase forbids, with the phrase, and those that one gives."""
        if not self._rules[story.hits.term].any():
            return {}, set()
        vetoes = {t: found for t, rows in self._never.items() if (found := story.first(rows)) is not None}
        return vetoes, {t for t, rows in self._pins.items() if story.first(rows, least=LEAD_WEIGHT) is not None}

    def _tag(self, story: _Story, topic: int) -> TopicTag:
        score = max(float(story.score[topic]), float(self._tables.threshold[topic]))
        return TopicTag(self.lexicon.ids[topic], round(score, 4), _evidence(story, topic))

    def _near(self, story: _Story, given: Set[int], vetoes: Mapping[int, Evidence]) -> tuple[NearTopic, ...]:
        threshold = self._tables.threshold
        closeness = story.score / threshold
        close = [t for t in np.argsort(-closeness, kind="stable").tolist() if closeness[t] >= 0.5 and t not in given]
        return tuple(
            NearTopic(
                id=self.lexicon.ids[t],
                score=round(float(story.score[t]), 4),
                threshold=round(float(threshold[t]), 4),
                evidence=_evidence(story, t),
                veto=vetoes.get(t),
            )
            for t in close[:MOST_NEAR]
        )


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


def _slice(field: Field, doc: Doc, string: str, start: int, end: int, weight: float | None) -> Evidence:
    first, last = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
    return Evidence(field, first, last, string[first:last], None if weight is None else round(weight, 4))


def _evidence(story: _Story, topic: int) -> tuple[Evidence, ...]:
    """The strongest slices that spoke for a topic; terms that overlap are one slice with their summed weight."""
    weight = story.odds[:, topic]
    rows = np.flatnonzero(weight > 0)
    counts = story.counts
    spans = zip(counts.start[rows].tolist(), counts.end[rows].tolist(), weight[rows].tolist(), strict=True)
    merged = [span for span in _merged(spans) if span[2] >= LEAST_WEIGHT]
    merged.sort(key=lambda span: (-span[2], span[0]))
    return tuple(story.evidence(*span) for span in merged[:MOST_EVIDENCE])


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans joined, their weights added."""
    out: list[Span] = []
    for start, end, weight in sorted(spans):
        if out and start < out[-1][1]:
            before = out[-1]
            out[-1] = (before[0], max(end, before[1]), weight + before[2])
        else:
            out.append((start, end, weight))
    return out
