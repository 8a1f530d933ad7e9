"""What `ainews split IN OUT` does: an issue or a draft as a file → its stories, one JSON object a line."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from etl.errors import InputError
from etl.model import Piece
from etl.newsletter import SUFFIXES, Markup, NewsletterRules, markup_of, split_issue


@dataclass(frozen=True, slots=True)
class SplitReport:
    """How many stories were written, and how many pieces were set apart for each reason."""

    stories: int
    rejected: Mapping[str, int]


def split_file(source: Path, target: Path, *, rules: NewsletterRules | None = None) -> SplitReport:
    """Split `source` (text, HTML or Markdown by its ending) into lines that `ainews tag` reads; replace `target` whole.

    A line holds `id` (the file's name without ending, `#`, the story's number from 1), `title` and `text`, and beside
    them `section`, `form`, `parts`, `captions` and `url`. An issue without stories makes an empty file.

    Raises InputError where the ending is unknown, `source` can't be read as UTF-8, or `target` can't be written.
    """
    markup = _markup(source)
    if source.resolve() == target.resolve():
        raise InputError("it is input and output at once", file=source, remedy="name another output file")
    issue = split_issue(_read(source), markup=markup, rules=rules)
    records = [_record(f"{source.stem}#{number}", piece) for number, piece in enumerate(issue.pieces, start=1)]
    _write(target, (json.dumps(record, ensure_ascii=False) + "\n" for record in records))
    reasons = Counter(piece.reason for piece in issue.rejected)
    return SplitReport(stories=len(records), rejected=dict(reasons))


def _markup(source: Path) -> Markup:
    markup = markup_of(source.suffix)
    if markup is None:
        problem = f"the ending {source.suffix!r} says nothing of how the file is written"
        raise InputError(problem, file=source, remedy=f"use one of {', '.join(SUFFIXES)}")
    return markup


def _read(source: Path) -> str:
    try:
        return source.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"can't be read ({error.strerror})", file=source, remedy="check the path") from error
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1}"
        raise InputError("the file is no UTF-8 text", file=source, where=where, remedy="save it as UTF-8") from error


def _record(story_id: str, piece: Piece) -> dict[str, object]:
    return {
        "id": story_id,
        "title": piece.title,
        "text": piece.body,
        "section": piece.section,
        "form": piece.form,
        "parts": [asdict(part) for part in piece.parts],
        "captions": list(piece.captions),
        "url": piece.url,
    }


def _write(target: Path, lines: Iterable[str]) -> None:
    """Write beside the target and rename, so that a reader sees the old file or the whole new one."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        partial = Path(name)
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
            partial.chmod(0o644)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        remedy = "name a file in a folder that exists and can be written"
        raise InputError(f"can't be written ({error.strerror})", file=target, remedy=remedy) from error
