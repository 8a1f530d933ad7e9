"""Every recorded feed, real or ill-formed, goes through: what was taken and set aside, file by file, beside a golden table.

`python -m tests.test_feed_golden` writes the table anew; look at what changed before you commit it.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from etl.fetch.model import FetchProblem
from etl.identity import canonical_address
from etl.sources.taken import Taken
from tests.feed_kit import SHARED, take

GOLDEN = Path(__file__).parent / "golden" / "feeds.json"
FOLDERS = ("feedjira", "feedparser", "node-feedparser", "real", "the-batch")
Row = dict[str, object]

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="needs the recorded feeds in ../shared/feeds"),
]


def recorded() -> list[Path]:
    found = (path for folder in FOLDERS for path in sorted((SHARED / folder).rglob("*")))
    return [path for path in found if path.is_file() and path.name != "LICENSE"]


@cache
def taken_from(path: Path) -> Taken | FetchProblem:
    try:
        return take(path.read_bytes())
    except FetchProblem as problem:
        return problem


def row(path: Path) -> Row:
    """Stories taken by kind of text, entries set aside by reason, or why nothing was taken."""
    taken = taken_from(path)
    if isinstance(taken, FetchProblem):
        return {"problem": taken.reason}
    kinds = Counter(document.text_kind for document in taken.documents if document.pieces)
    aside = Counter(document.quarantined.partition(":")[0] for document in taken.documents if document.quarantined)
    counts: Row = {
        "taken": sum(kinds.values()),
        "kinds": dict(sorted(kinds.items())),
        "aside": dict(sorted(aside.items())),
    }
    return {key: value for key, value in counts.items() if value or key == "taken"} | (
        {"note": True} if taken.notes else {}
    )


def table() -> dict[str, Row]:
    return {path.relative_to(SHARED).as_posix(): row(path) for path in recorded()}


def test_recorded_feeds_end_as_the_golden_table_says():
    assert table() == json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", ["real", "the-batch"])
def test_stories_of_real_feeds_have_address_title_and_day(folder: str):
    for path in recorded():
        if path.relative_to(SHARED).parts[0] == folder:
            taken = taken_from(path)
            assert isinstance(taken, Taken), path
            documents = taken.documents
            for document in documents:
                if document.pieces:
                    assert document.pieces[0].title, path
                    assert document.date_from == "document", path
                    assert document.document_id == canonical_address(document.address or ""), path
            assert len({document.document_id for document in documents}) == len(documents)


if __name__ == "__main__":
    lines = [f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in table().items()]
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
