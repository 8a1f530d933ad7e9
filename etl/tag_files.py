"""Contract 1: stories in, tags out, file to file, with no database and no network (`ainews tag IN OUT`)."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TextIO

from etl.errors import InputError
from etl.model import Evidence, NearTopic, OrganizationTag, RegionTag, StoryText, Tags, TopicTag
from etl.tag_parquet import carried_types, read_rows, write_rows

_OWN_KEYS = ("id", "topics", "topics_near", "organizations", "regions", "tagger")
Row = dict[str, Any]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class TagReport:
    """How many stories were read, tagged and rejected; the last two sum to the first."""

    read: int
    tagged: int
    rejected: int


class StoryTagger(Protocol):
    """What tags stories, in order."""

    def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
        """The tags of each story, one for one."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line or row as it was read: a story with what else stood there, or why it can't be read."""

    number: int
    story: StoryText | None = None
    carried: Row | None = None
    reason: str = ""


def tag_file(source: Path, target: Path, *, tagger: StoryTagger, on_progress: Progress | None = None) -> TagReport:
    """Tag the stories of `source` into `target`; JSON Lines or Parquet by extension, each on its own.

    `target` has one line for each story that could be read, in order, with the keys of contract 1 and whatever else the
    line carried. A line that can't be read has no line there: it goes to `<target>.rejected.jsonl` with its number, from
    1, and the reason, so that lines in both files sum to the lines read (blank lines are none). Both files appear whole
    or not at all; one of an earlier run is removed when nothing was rejected. `on_progress` hears how many were read.
    Raises InputError for a source that can't be read at all, an extension that is neither, or a target that can't be.
    """
    rejected = target.with_name(target.name + ".rejected.jsonl")
    _check_target(source, target, rejected)
    counts = {"read": 0, "rejected": 0}
    with _replacing(target) as part, _replacing(rejected) as rejected_part:
        with rejected_part.open("w", encoding="utf-8") as refused:
            lines = _noting(_read(source), refused, counts, on_progress)
            rows = _tagged(lines, tagger)
            if _kind(target) == "parquet":
                write_rows(part, rows, carried=_carried_types(source))
            else:
                _write_lines(part, rows)
        if not counts["rejected"]:
            rejected_part.unlink()
    if not counts["rejected"]:
        rejected.unlink(missing_ok=True)
    return TagReport(counts["read"], counts["read"] - counts["rejected"], counts["rejected"])


def _check_target(source: Path, target: Path, rejected: Path) -> None:
    """Raise InputError, before any work, for a target that can't be written or would take the source's place."""
    _kind(target)
    if source.resolve() in (target.resolve(), rejected.resolve()):
        raise InputError("it is input and output at once", file=source, remedy="name another output file")
    if not target.parent.is_dir():
        raise InputError("its folder does not exist", file=target, remedy="make the folder, or name another")
    if target.is_dir():
        raise InputError("there is a folder of that name", file=target, remedy="name another output file")


def _kind(path: Path) -> str:
    kinds = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet"}
    if path.suffix.lower() not in kinds:
        raise InputError("the extension is unknown", file=path, remedy="name it .jsonl or .parquet")
    return kinds[path.suffix.lower()]


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A temporary neighbour that takes the path's place when the block ends well, if it still exists then."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        if part.exists():
            part.replace(path)
    except OSError as error:
        problem = f"the file can't be written: {error.strerror or error}"
        raise InputError(problem, file=path, remedy="free space or choose a folder that you may write to") from error
    finally:
        part.unlink(missing_ok=True)


def _read(source: Path) -> Iterator[_Line]:
    kind = _kind(source)
    if not source.is_file():
        raise InputError("there is no such file", file=source, remedy="name a file of stories")
    return _read_parquet(source) if kind == "parquet" else _read_lines(source)


def _read_lines(source: Path) -> Iterator[_Line]:
    with source.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _parse(number, line)


def _parse(number: int, line: bytes) -> _Line:
    try:
        value = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError:
        return _Line(number, reason="no UTF-8")
    except RecursionError:
        return _Line(number, reason="no JSON: nested too deeply")
    except ValueError as error:
        return _Line(number, reason=f"no JSON: {error}")
    return _story(number, value)


def _no_number(name: str) -> None:
    """Python reads NaN and Infinity, which JSON does not have: passed on, they would break other readers."""
    raise ValueError(f"{name} is no JSON number")


def _read_parquet(source: Path) -> Iterator[_Line]:
    for number, row in enumerate(read_rows(source), 1):
        yield _story(number, row)


def _story(number: int, value: object) -> _Line:
    """The story of one line; ids are kept as they are, and no text is an empty text."""
    if not isinstance(value, dict):
        return _Line(number, reason="no object")
    identity = value.get("id")
    if isinstance(identity, bool) or not isinstance(identity, (str, int)) or identity == "":
        return _Line(number, reason="`id` is missing or no text")
    for key in ("title", "text"):
        if not isinstance(value.get(key), str | None):
            return _Line(number, reason=f"`{key}` is no text")
    story = StoryText(str(identity), value.get("title") or "", value.get("text") or "")
    return _Line(number, story, {key: item for key, item in value.items() if key not in _OWN_KEYS[1:]})


def _noting(
    lines: Iterable[_Line], refused: TextIO, counts: dict[str, int], on_progress: Progress | None
) -> Iterator[_Line]:
    """Pass the stories on; count all, and write down what can't be read."""
    for line in lines:
        counts["read"] += 1
        if line.story is None:
            counts["rejected"] += 1
            refused.write(json.dumps({"line": line.number, "reason": line.reason}) + "\n")
        else:
            yield line
        if on_progress is not None:
            on_progress(counts["read"])


def _tagged(lines: Iterable[_Line], tagger: StoryTagger) -> Iterator[Row]:
    """The output rows. Half characters (lone surrogates) are tagged as the replacement character: same code points."""
    waiting: list[Row] = []

    def stories() -> Iterator[StoryText]:
        for line in lines:
            assert line.story is not None  # `_noting` lets no other pass
            waiting.append(line.carried or {})
            yield StoryText(line.story.id, _whole(line.story.title), _whole(line.story.text))

    for tags in tagger.tag(stories()):
        yield waiting.pop(0) | tags_row(tags)


def _whole(text: str) -> str:
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


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


def tags_of_row(row: Row) -> Tags:
    """What `tags_row` wrote, with its id, as tags again."""
    return Tags(
        id=row["id"],
        topics=tuple(TopicTag(t["id"], t["score"], _evidence(t["evidence"])) for t in row["topics"]),
        topics_near=tuple(
            NearTopic(
                near["id"],
                near["score"],
                near["threshold"],
                _evidence(near["evidence"]),
                Evidence(**near["veto"]) if near["veto"] else None,
            )
            for near in row["topics_near"]
        ),
        organizations=tuple(
            OrganizationTag(o["id"], o["name"], o["role"], o["known"], _evidence(o["spans"]))
            for o in row["organizations"]
        ),
        regions=tuple(RegionTag(r["code"], r["name"], r["role"], _evidence(r["spans"])) for r in row["regions"]),
        tagger=row["tagger"],
    )


def _evidence(rows: Sequence[Row]) -> tuple[Evidence, ...]:
    return tuple(Evidence(**row) for row in rows)


def _spans(spans: Sequence[Evidence]) -> list[Row]:
    return [_span(span) for span in spans]


def _span(span: Evidence) -> Row:
    weight = None if span.weight is None else round(span.weight, 4)
    return {"field": span.field, "start": span.start, "end": span.end, "text": span.text, "weight": weight}


def _write_lines(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(_json(row) + "\n")


def _carried_types(source: Path) -> dict[str, Any]:
    """Columns of the keys that the lines carry along: a Parquet file's own, else those that all values of a key fit."""
    return carried_types(source if _kind(source) == "parquet" else (line.carried or {} for line in _read(source)))


def _json(row: Mapping[str, Any]) -> str:
    """One line; escaped throughout where it holds half characters, which UTF-8 can't write."""
    try:
        line = json.dumps(row, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:  # a Parquet column's NaN
        return _json({key: _finite(value) for key, value in row.items()})
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(row, default=str)
    return line


def _finite(value: Any) -> Any:
    """The value with null for every NaN and infinity, for which JSON has no number."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case list():
            return [_finite(item) for item in value]
        case dict():
            return {key: _finite(item) for key, item in value.items()}
        case _:
            return value
