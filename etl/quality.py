"""How good the tagger is, on stories that its weights did not see: what `seeds/model/quality.json` holds."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.errors import InputError
from etl.gold import Example
from etl.tagger.topic_model import is_held_back
from etl.tagger.topics import TopicTagger

Row = dict[str, Any]
ALL = "*"
LEAST_CELL = 30
LISTS = ("rows", "shares", "calibration")
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Judged:
    """An example and the topics that the tagger gave it."""

    example: Example
    got: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hits:
    """True positives, false positives and false negatives."""

    tp: int
    fp: int
    fn: int

    def __add__(self, other: Hits) -> Hits:
        """The counts of both."""
        return Hits(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        """Of the tags given, how many are right; 0 where none was given."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """Of the tags wanted, how many were given; 0 where none was wanted."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp else 0.0


def judge(tagger: TopicTagger, examples: Iterable[Example], *, unseen: bool = True) -> list[Judged]:
    """Tag examples, each by weights that did not see its document, or (`unseen=False`) by those of all documents."""
    return [
        Judged(e, frozenset(tag.id for tag in tagger(e.title, e.text, document=e.document if unseen else None)[0]))
        for e in examples
    ]


def hits(judged: Iterable[Judged], topics: Iterable[str]) -> Hits:
    """Right, spurious and missed tags of these topics."""
    counted: Counter[str] = Counter()
    wanted = frozenset(topics)
    for one in judged:
        want, got = one.example.topics & wanted, one.got & wanted
        counted.update(tp=len(want & got), fp=len(got - want), fn=len(want - got))
    return Hits(counted["tp"], counted["fp"], counted["fn"])


def wilson(successes: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a proportion (Wilson 1927); 0 to 1 where n is 0."""
    if not n:
        return 0.0, 1.0
    share, square = successes / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def totals(tagger: TopicTagger, judged: Sequence[Judged]) -> dict[str, Row]:
    """By kind of text the figures of all topics together: `held` back, learned but `unseen`, and (to compare) `seen`.

    `judged` are held back or were judged unseen; what was learned from is judged again by weights that saw it.
    """
    held = [one for one in judged if is_held_back(one.example.document)]
    learned = [one for one in judged if not is_held_back(one.example.document)]
    seen = judge(tagger, (one.example for one in learned), unseen=False)
    kinds = sorted({one.example.kind for one in judged})
    return {kind: _totals(kind, tagger.lexicon.ids, held=held, unseen=learned, seen=seen) for kind in kinds}


def quality_row(kind: str, tag: str, text_kind: str, found: Hits) -> Row:
    """A row of `quality.json`: counts, and precision and recall each with the ends of its 95 % interval (Wilson)."""
    given, n = found.tp + found.fp, found.tp + found.fn
    return {
        "kind": kind,
        "tag_id": tag,
        "text_kind": text_kind,
        "n": n,
        "true_positive": found.tp,
        "false_positive": found.fp,
        "false_negative": found.fn,
        "precision": _rounded(found.precision, *wilson(found.tp, given)),
        "recall": _rounded(found.recall, *wilson(found.tp, n)),
    }


def _rounded(*values: float) -> list[float]:
    """A figure with its low and high end."""
    return [round(value, 4) for value in values]


def _totals(kind: str, topics: Sequence[str], **parts: Sequence[Judged]) -> Row:
    """Micro figures of each part: held back, learned but unseen, and (to show the difference) learned and seen."""
    out: Row = {}
    for name, judged in parts.items():
        of_kind = [one for one in judged if one.example.kind == kind]
        found = hits(of_kind, topics)
        each = [one for topic in topics if (one := hits(of_kind, (topic,))).tp + one.fn >= 5]
        out[name] = {
            "stories": len(of_kind),
            "precision": round(found.precision, 4),
            "recall": round(found.recall, 4),
            "f1": round(found.f1, 4),
            "macro_f1": round(sum(one.f1 for one in each) / max(1, len(each)), 4),
        }
    return out


def write_measured(measured: Mapping[str, Sequence[Row]], path: Path) -> None:
    """Put lists of rows (`rows`, `shares`, `calibration`) in the place of those of the same kinds of text.

    Rows of other kinds of text stay, and lists that are not given.
    """
    lists = _standing(path)
    kinds = {row["text_kind"] for rows in measured.values() for row in rows}
    for name, rows in measured.items():
        kept = [row for row in lists.get(name, ()) if row.get("text_kind") not in kinds]
        lists[name] = sorted([*kept, *rows], key=lambda row: str(row.get("text_kind")))
    _write(path, lists)


def _write(path: Path, lists: Mapping[str, Sequence[Row]]) -> None:
    parts = [f' "{name}": [\n{_lines(rows)}\n ]' for name, rows in lists.items()]
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def _lines(rows: Iterable[Row]) -> str:
    return ",\n".join(f"  {json.dumps(row)}" for row in rows)


def _standing(path: Path) -> dict[str, list[Row]]:
    """The lists that the file holds; none where there is no file."""
    if not path.is_file():
        return {}
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return {name: list(held[name]) for name in LISTS if name in held}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = "remove the file; it is made anew"
        raise InputError(f"the measurements can't be read ({error!r})", file=path, remedy=remedy) from error
