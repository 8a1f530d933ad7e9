"""A change of a topic, rehearsed: stories in, what the change would do to each out, file to file; nothing is stored (`ainews rehearse`).

Only topics are judged, by the tagger as it is and by one with the change; names play no part in them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from etl.errors import InputError
from etl.label_ids import label_id
from etl.lexicon.topic_change import TopicChange, changed, read_change
from etl.lexicon.topics import Phrase, load_topics
from etl.model import Evidence
from etl.tagger.choice import RecognizerChoice
from etl.tagger.tokens import Reader
from etl.tagger.topic_features import english, forms_of
from etl.tagger.topics import Topics, TopicTagger, check_examples
from etl.tagger.version import tagger_version

BATCH = 256  # stories at a time: bounds memory
TELLING = 3  # letters: shorter runs stand in most stories
Row = dict[str, Any]
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A change, and the tagger without and with it; `version` is that of the tagger without."""

    change: TopicChange
    before: TopicTagger
    after: TopicTagger
    version: str


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How many stories were read, and of how many the change gives or takes the topic."""

    read: int
    flipped: int


def load_rehearsal(change: Path, *, seeds: Path, recognizer: RecognizerChoice) -> Rehearsal:
    """Load the tagger without and with a change, as a run would after it is merged.

    Raises LexiconError where the change can't be made, or an entry or an example then fails.
    """
    wanted = read_change(change)
    before = TopicTagger.load(seeds)
    after = TopicTagger(load_topics(seeds, edit=partial(changed, change=wanted)), before.weights)
    check_examples(after, file=seeds / "topics.toml")
    return Rehearsal(wanted, before, after, tagger_version(seeds, recognizer))


def told(one: Rehearsal) -> Row:
    """What the change is and where it can matter.

    `threshold` and `phrases` are the topic's present ones, `new_threshold` is that with the change. Each phrase that comes or goes
    has its `term`, whether training `learned` its words too, and `runs`: letters and digits that each story with it holds within
    words, once those are in small letters without accents. Where no run is told, any story may hold it. A story without any of
    these phrases scores as before on every topic.
    """
    topic = one.change.topic
    was, now = ({p.term: p for p in _phrases(tagger, topic)} for tagger in (one.before, one.after))
    learned = frozenset(one.before.weights.terms)

    def phrases(wanted: Sequence[Phrase]) -> list[Row]:
        return [
            {"text": p.text, "weight": p.weight, "term": p.term, "learned": p.term in learned, "runs": runs_of(p.term)}
            for p in wanted
        ]

    return {
        "topic": topic,
        "tagger": one.version,
        "threshold": round(one.before.thresholds[topic], 7),
        "new_threshold": round(one.after.thresholds[topic], 7),
        "phrases": [{"text": p.text, "weight": p.weight} for p in was.values()],
        "added": phrases([p for term, p in now.items() if term not in was or was[term].weight != p.weight]),
        "removed": phrases([p for term, p in was.items() if term not in now or now[term].weight != p.weight]),
    }


def _phrases(tagger: TopicTagger, topic: str) -> tuple[Phrase, ...]:
    return next(each.phrases for each in tagger.lexicon.topics if each.id == topic)


def runs_of(term: str) -> list[str]:
    """Runs of ASCII letters and digits that stand in any text with this term, once accents and capitals are taken off.

    A plural may change a unit's end, so that of each unit only what all its forms begin with is sure. Long runs tell best.
    """
    sure = [_shared(forms_of(unit)) for unit in term.split()]
    runs = sorted({run for part in sure for run in re.findall(r"[a-z0-9]+", part)}, key=lambda run: (-len(run), run))
    return [run for run in runs if len(run) >= TELLING] or runs[:1]


def _shared(texts: Sequence[str]) -> str:
    """What all of them begin with."""
    pairs = zip(min(texts), max(texts), strict=False)
    return "".join(first for first, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def rehearse_file(
    one: Rehearsal, source: Path, target: Path, *, prefixes: Mapping[str, str], on_progress: Progress | None = None
) -> Rehearsed:
    """Judge the stories of `source` (contract 1's lines as JSON Lines) into `target`, a line for each, in order.

    A line out is `{"id", "before": J, "after": J, "also": [{"id", "before", "after"}]}` with
    `J = {"given", "score", "threshold", "veto", "evidence"}`, evidence as in contract 1, score and the rest null where the topic is
    far off; `also` are other topics that come or go. Lines that carry `story_id`, `source_id` and `document_id` are scored as a run
    scores them, by the weights that did not see their document: `prefixes` are those of `label_prefixes`. `target` appears whole or
    not at all. Raises InputError(file, line, remedy) for what can't be read or written.
    """
    read = flipped = 0
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8") as out:
            for line in judged(one, stories_of(source), prefixes):
                out.write(json.dumps(line, ensure_ascii=True) + "\n")
                read, flipped = read + 1, flipped + (line["before"]["given"] != line["after"]["given"])
                if on_progress is not None:
                    on_progress(read, None)
        part.replace(target)
    except OSError as error:
        problem = f"the file can't be written: {error.strerror or error}"
        raise InputError(problem, file=target, remedy="free space or choose a folder that you may write to") from error
    finally:
        part.unlink(missing_ok=True)
    return Rehearsed(read, flipped)


def stories_of(source: Path) -> Iterator[Row]:
    """The stories of a file of JSON Lines, each with `id`, `title` and `text`. Raises InputError(file, line, remedy)."""
    try:
        lines = source.open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(
            "the file can't be read", file=source, remedy="name a file of stories, as JSON Lines"
        ) from error
    with lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _story(line, source, number)


def _story(line: str, source: Path, number: int) -> Row:
    remedy = 'write {"id": "…", "title": "…", "text": "…"} on each line'
    try:
        story = json.loads(line)
    except ValueError as error:
        raise InputError(f"no JSON: {error}", file=source, where=str(number), remedy=remedy) from error
    if not isinstance(story, dict) or not isinstance(story.get("id"), str) or not story["id"]:
        raise InputError("no story with an id", file=source, where=str(number), remedy=remedy)
    if not all(isinstance(story.get(key), str | None) for key in ("title", "text")):
        raise InputError("`title` or `text` is no text", file=source, where=str(number), remedy=remedy)
    return story


def judged(one: Rehearsal, stories: Iterator[Row], prefixes: Mapping[str, str]) -> Iterator[Row]:
    """What the change does to each story, in order, reading no further ahead than one batch."""
    reader = Reader(english())
    while batch := list(islice(stories, BATCH)):
        docs = [
            (reader(_text(story, "title"), learn=True), reader(_text(story, "text"), learn=True)) for story in batch
        ]
        documents = [_document(story, prefixes) for story in batch]
        sides = [tagger.many(docs, documents) for tagger in (one.before, one.after)]
        for story, before, after in zip(batch, *sides, strict=True):
            yield _judgement(one.change.topic, str(story["id"]), before, after)


def _text(story: Row, key: str) -> str:
    text: str = story.get(key) or ""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _document(story: Row, prefixes: Mapping[str, str]) -> str | None:
    """What published a story, by the same rule as a run and as contract 1."""
    known = {"story_id", "source_id", "document_id"} <= story.keys()
    identity = label_id(story, prefixes) if known else str(story["id"])
    return identity.rpartition("#")[0] or identity


def _judgement(topic: str, identity: str, before: Topics, after: Topics) -> Row:
    had, has = ({tag.id for tag in tags} for tags, _ in (before, after))
    also = [{"id": other, "before": other in had, "after": other in has} for other in sorted((had ^ has) - {topic})]
    return {"id": identity, "before": _side(topic, before), "after": _side(topic, after), "also": also}


def _side(topic: str, topics: Topics) -> Row:
    tags, near = topics
    for tag in tags:
        if tag.id == topic:
            return {
                "given": True,
                "score": tag.score,
                "threshold": None,
                "veto": None,
                "evidence": _spans(tag.evidence),
            }
    for one in near:
        if one.id == topic:
            veto = None if one.veto is None else one.veto.text
            return {
                "given": False,
                "score": one.score,
                "threshold": one.threshold,
                "veto": veto,
                "evidence": _spans(one.evidence),
            }
    return {"given": False, "score": None, "threshold": None, "veto": None, "evidence": []}


def _spans(spans: Sequence[Evidence]) -> list[Row]:
    return [
        {"field": one.field, "start": one.start, "end": one.end, "text": one.text, "weight": one.weight}
        for one in spans
    ]
