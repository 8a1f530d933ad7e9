"""What `ainews tag` reads, a line at a time: a story with what else stood there, or why it can't be read; and its tags beside it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TextIO

from etl.model import Evidence, StoryText, Tags

OWN_KEYS = ("id", "topics", "topics_near", "organizations", "regions", "tagger")
Row = dict[str, Any]
Progress = Callable[[int], None]


class StoryTagger(Protocol):
    """What tags stories, in order."""

    def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
        """The tags of each story, one for one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line or row as it was read: a story with what else stood there, or why it can't be read."""

    number: int
    story: StoryText | None = None
    carried: Row | None = None
    reason: str = ""


@dataclass(slots=True)
class Counts:
    """How many lines were read, and how many of them rejected."""

    read: int = 0
    rejected: int = 0


def json_lines(lines: Iterable[bytes], *, first: int = 1) -> Iterator[Line]:
    """The lines of a JSON Lines file from number `first` on; blank ones are none, but count for the numbers."""
    for number, line in enumerate(lines, first):
        if line.strip():
            yield _parse(number, line)


def table_lines(rows: Iterable[Row], *, first: int = 1) -> Iterator[Line]:
    """The rows of a table from number `first` on."""
    for number, row in enumerate(rows, first):
        yield _story(number, row)


def noting(
    lines: Iterable[Line], refused: TextIO, counts: Counts, on_progress: Progress | None = None
) -> Iterator[Line]:
    """Pass the stories on; count all, and write down what can't be read."""
    for line in lines:
        counts.read += 1
        if line.story is None:
            counts.rejected += 1
            refused.write(json.dumps({"line": line.number, "reason": line.reason}) + "\n")
        else:
            yield line
        if on_progress is not None:
            on_progress(counts.read)


def tagged(lines: Iterable[Line], tagger: StoryTagger) -> Iterator[Row]:
    """The output rows. Half characters (lone surrogates) are tagged as the replacement character: same code points."""
    waiting: deque[Row] = deque()

    def stories() -> Iterator[StoryText]:
        for line in lines:
            assert line.story is not None  # `noting` lets no other pass
            waiting.append(line.carried or {})
            yield StoryText(line.story.id, _whole(line.story.title), _whole(line.story.text))

    for tags in tagger.tag(stories()):
        yield waiting.popleft() | tags_row(tags)


def tags_row(tags: Tags) -> Row:
    """Tags as contract 1 writes them, without the id."""
    return {
        "topics": [{"id": t.id, "score": round(t.score, 4), "evidence": _spans(t.evidence)} for t in tags.topics],
        "topics_near": [
            {
                "id": near.id,
                "score": round(near.score, 4),
                "threshold": round(near.threshold, 4),
                "evidence": _spans(near.evidence),
                "veto": None if near.veto is None else _span(near.veto),
            }
            for near in tags.topics_near
        ],
        "organizations": [
            {"id": o.id, "name": o.name, "role": o.role, "known": o.known, "spans": _spans(o.spans)}
            for o in tags.organizations
        ],
        "regions": [{"code": r.code, "name": r.name, "role": r.role, "spans": _spans(r.spans)} for r in tags.regions],
        "tagger": tags.tagger,
    }


def _parse(number: int, line: bytes) -> Line:
    try:
        value = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError:
        return Line(number, reason="no UTF-8")
    except RecursionError:
        return Line(number, reason="no JSON: nested too deeply")
    except ValueError as error:
        return Line(number, reason=f"no JSON: {error}")
    return _story(number, value)


def _no_number(name: str) -> None:
    """Python reads NaN and Infinity, which JSON does not have: passed on, they would break other readers."""
    raise ValueError(f"{name} is no JSON number")


def _story(number: int, value: object) -> Line:
    """The story of one line; ids are kept as they are, and no text is an empty text."""
    if not isinstance(value, dict):
        return Line(number, reason="no object")
    identity = value.get("id")
    if isinstance(identity, bool) or not isinstance(identity, (str, int)) or identity == "":
        return Line(number, reason="`id` is missing or no text")
    for key in ("title", "text"):
        if not isinstance(value.get(key), str | None):
            return Line(number, reason=f"`{key}` is no text")
    story = StoryText(str(identity), value.get("title") or "", value.get("text") or "")
    return Line(number, story, {key: item for key, item in value.items() if key not in OWN_KEYS[1:]})


def _whole(text: str) -> str:
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _spans(spans: Sequence[Evidence]) -> list[Row]:
    return [_span(span) for span in spans]


def _span(span: Evidence) -> Row:
    weight = None if span.weight is None else round(span.weight, 4)
    return {"field": span.field, "start": span.start, "end": span.end, "text": span.text, "weight": weight}
