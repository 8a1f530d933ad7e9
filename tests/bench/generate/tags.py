"""Facts and where they stand → contract 1's output as Arrow columns; every span is a slice by construction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from etl.tag_parquet import TAG_TYPES
from tests.bench.generate.draws import Whole, pick
from tests.bench.generate.fit import ROLES
from tests.bench.generate.load import Facts, Load
from tests.bench.generate.pool import Codes, Pool
from tests.bench.generate.text import NAME, Written, name_parts

TAGGER = "generated-00000000"
FIELDS = ("title", "text")
_NEAR = 3
_OTHER = 7919  # a prime step through the topics, so that near ones differ from story to story
_KEYS = 16  # more than a story has topics and near ones together, so that each has a key of its own


@dataclass(frozen=True, slots=True)
class _Spans:
    """Possible spans, (rows, columns): field as an index of FIELDS, where they begin and end, and the code of their text."""

    field: NDArray[np.int8]
    start: Codes
    end: Codes
    code: Codes

    def rows(self, at: Whole) -> _Spans:
        return _Spans(self.field[at], self.start[at], self.end[at], self.code[at])

    def turned(self, at: Whole) -> _Spans:
        """The columns of each row in another order."""
        rows = np.arange(len(at))[:, None]
        return _Spans(self.field[rows, at], self.start[rows, at], self.end[rows, at], self.code[rows, at])

    def beside(self, other: _Spans) -> _Spans:
        return _Spans(
            np.concatenate([self.field, other.field], axis=1),
            np.concatenate([self.start, other.start], axis=1),
            np.concatenate([self.end, other.end], axis=1),
            np.concatenate([self.code, other.code], axis=1),
        )


def tag_columns(load: Load, found: Facts, written: Written, *, tagger: str = TAGGER) -> dict[str, Any]:
    """The columns of contract 1's output, without the id, one row a story."""
    pool = load.model.vocabulary.pool
    starts = {"title": pool.starts(written.title), "text": pool.starts(written.text)}
    words = _words(pool, written, starts)
    columns = {
        "topics": _topics(load, found, written, starts, words),
        "topics_near": _near(load, found, words),
        "organizations": _organizations(load, found, written, starts),
        "regions": _regions(load, found, written, starts),
        "tagger": pa.array(np.full(len(found.number), tagger)),
    }
    return {name: column.cast(TAG_TYPES[name]) for name, column in columns.items()}


def _part(pool: Pool, codes: Codes, starts: Codes, field: str, column: int, width: int = 1) -> _Spans:
    """The span of `width` parts from `column`; its code is the first part's."""
    at = np.full((len(codes), 1), FIELDS.index(field), dtype=np.int8)
    return _Spans(at, starts[:, [column]], starts[:, [column + width]], codes[:, [column]])


def _words(pool: Pool, written: Written, starts: dict[str, Codes]) -> _Spans:
    """The longest word of each part that is neither phrase nor name: what a learned tagger also gives weight to."""
    found: _Spans | None = None
    for field, codes, columns in (
        ("title", written.title, written.title_words),
        ("text", written.text, written.text_words),
    ):
        parts = codes[:, columns]
        word = pool.word[parts]
        start = starts[field][:, columns] + pool.word_at[parts]
        spans = _Spans(np.full(parts.shape, FIELDS.index(field), dtype=np.int8), start, start + pool.points[word], word)
        found = spans if found is None else found.beside(spans)
    assert found is not None  # there are two fields
    return found


def _topics(load: Load, found: Facts, written: Written, starts: dict[str, Codes], words: _Spans) -> Any:
    """Each topic with its own phrases, then words of the story until it has as many spans as topics have."""
    model, pool = load.model, load.model.vocabulary.pool
    story, at = np.nonzero(found.topics >= 0)
    key = found.content[story] * _KEYS + at
    phrases = np.asarray(written.phrases)[at]
    first = np.arange(len(story))
    text = _Spans(
        np.full((len(story), 1), FIELDS.index("text"), dtype=np.int8),
        starts["text"][story, phrases][:, None],
        starts["text"][story, phrases + 1][:, None],
        written.text[story, phrases][:, None],
    )
    title = _part(pool, written.title, starts["title"], "title", written.title_phrase).rows(story)
    title = _Spans(title.field, title.start, np.where((at == 0)[:, None], title.end, title.start), title.code)
    evidence = _evidence(load, key, title.beside(text), words.rows(story), first)
    score = np.round(model.quantile("scores", load.draws.uniform("score", key)), 4)
    names = pa.array(model.vocabulary.topics).take(pa.array(found.topics[story, at]))
    return _lists(len(found.number), story, {"id": names, "score": pa.array(score), "evidence": evidence})


def _near(load: Load, found: Facts, words: _Spans) -> Any:
    """Topics that fell short: as many as the pattern has, none that the story has."""
    model, number = load.model, len(load.model.vocabulary.topics)
    near = np.full((len(found.number), _NEAR), -1, dtype=np.int64)
    for place in range(_NEAR):
        topic = load.draws.below(f"near {place}", found.content, number)
        for _ in range(number):
            taken = (found.topics == topic[:, None]).any(axis=1) | (near == topic[:, None]).any(axis=1)
            if not taken.any():
                break
            topic = np.where(taken, (topic + _OTHER) % number, topic)
        near[:, place] = np.where((found.near > place) & ~taken, topic, -1)
    story, at = np.nonzero(near >= 0)
    key = found.content[story] * _KEYS + _KEYS // 2 + at
    threshold = np.round(model.quantile("thresholds", load.draws.uniform("threshold", key)), 4)
    score = np.round(threshold * model.quantile("near", load.draws.uniform("short of", key)), 4)
    none = words.rows(story)
    own = _Spans(none.field[:, :0], none.start[:, :0], none.end[:, :0], none.code[:, :0])
    parts = {
        "id": pa.array(model.vocabulary.topics).take(pa.array(near[story, at])),
        "score": pa.array(np.minimum(score, threshold)),
        "threshold": pa.array(threshold),
        "evidence": _evidence(load, key, own, none, np.arange(len(story))),
        "veto": pa.nulls(len(story), TAG_TYPES["topics_near"].value_type.field("veto").type),
    }
    return _lists(len(found.number), story, parts)


def _evidence(load: Load, key: Whole, own: _Spans, words: _Spans, rows: Whole) -> Any:
    """Lists of spans: all of `own` that are not empty, then words, from one drawn by `key` on, heaviest first."""
    model, width = load.model, words.code.shape[1]
    begin = load.draws.below("evidence from", key, width)
    spans = own.beside(words.turned((np.arange(width)[None, :] + begin[:, None]) % width))
    held = spans.end > spans.start
    shares = model.evidence
    wanted = shares.values[pick(load.draws.uniform("spans", key), shares.cumulative)]
    kept = held & (np.cumsum(held, axis=1) <= wanted[:, None])
    story, at = np.nonzero(kept)
    place = np.cumsum(kept, axis=1)[story, at] - 1
    # The k-th of n weights is drawn from the k-th of n parts of their distribution, so they fall.
    count = kept.sum(axis=1)[story]
    spread = (count - place - load.draws.uniform("weight", key[story] * 32 + place)) / count
    weight = pa.array(np.round(model.quantile("weights", spread), 4))
    text = model.vocabulary.pool.strings.take(pa.array(spans.code[story, at]))
    return _lists(len(rows), story, _span_parts(spans, story, at, text, weight))


def _organizations(load: Load, found: Facts, written: Written, starts: dict[str, Codes]) -> Any:
    """Each organization with every place at which its name stands."""
    vocabulary = load.model.vocabulary
    story, at = np.nonzero(found.organizations >= 0)
    parts = name_parts(vocabulary, found)[story, at]
    column = np.asarray(written.names)[at]
    there = (at > 0) | (written.text[story, column] == parts[:, 0])
    title = _part(vocabulary.pool, written.title, starts["title"], "title", written.title_name, NAME).rows(story)
    start, end = starts["text"][story, column], starts["text"][story, column + NAME]
    both = title.beside(_Spans(np.full((len(story), 1), 1, dtype=np.int8), start[:, None], end[:, None], parts[:, [0]]))
    row, place = np.nonzero(np.stack([at == 0, there], axis=1))
    name = vocabulary.pool.render(parts)
    spans = _lists(len(story), row, _span_parts(both, row, place, name.take(pa.array(row)), None))
    known = found.listed[story, at]
    ranks = pa.array(np.where(known, found.organizations[story, at], 0))
    listed = pa.array(vocabulary.organizations).take(ranks)
    unlisted = pc.binary_join_element_wise("x:", pc.utf8_lower(name), "")
    return _lists(
        len(found.number),
        story,
        {
            "id": pc.if_else(pa.array(known), listed, unlisted),
            "name": name,
            "role": _roles(found.roles[story, at]),
            "known": pa.array(known),
            "spans": spans,
        },
    )


def _regions(load: Load, found: Facts, written: Written, starts: dict[str, Codes]) -> Any:
    vocabulary = load.model.vocabulary
    story, at = np.nonzero(found.regions >= 0)
    column = np.asarray(written.regions)[at]
    start, end, code = starts["text"][story, column], starts["text"][story, column + 1], written.text[story, column]
    spans = _Spans(np.full((len(story), 1), 1, dtype=np.int8), start[:, None], end[:, None], code[:, None])
    name, rows = vocabulary.pool.strings.take(pa.array(code)), np.arange(len(story))
    parts = {
        "code": pa.array(vocabulary.regions).take(pa.array(found.regions[story, at])),
        "name": name,
        "role": _roles(found.region_roles[story, at]),
        "spans": _lists(len(story), rows, _span_parts(spans, rows, np.zeros_like(rows), name, None)),
    }
    return _lists(len(found.number), story, parts)


def _roles(role: Whole) -> Any:
    return pa.array(list(ROLES)).take(pa.array(role))


def _span_parts(spans: _Spans, row: Whole, at: Whole, text: Any, weight: Any) -> dict[str, Any]:
    return {
        "field": pa.array(FIELDS).take(pa.array(spans.field[row, at])),
        "start": pa.array(spans.start[row, at].astype(np.int64)),
        "end": pa.array(spans.end[row, at].astype(np.int64)),
        "text": text,
        "weight": pa.nulls(len(row), pa.float64()) if weight is None else weight,
    }


def _lists(rows: int, row: Whole, parts: dict[str, Any]) -> Any:
    """Structs, whose rows ascend, as a list a row."""
    offsets = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(np.bincount(row, minlength=rows), out=offsets[1:])
    structs = pa.StructArray.from_arrays(list(parts.values()), names=list(parts))
    return pa.ListArray.from_arrays(pa.array(offsets), structs)
