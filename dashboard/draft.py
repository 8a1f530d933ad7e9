"""A draft that is in no snapshot: split and tagged by contract 1 in a process of its own, and forgotten. Pure of Streamlit.

What is read is a stranger's text; it goes to a folder that only this program may enter, which is removed whatever happens.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HOME = Path(__file__).resolve().parents[1]  # beside which the package of the tagger lies
ENDINGS = {"text": ".txt", "markdown": ".md", "html": ".html"}
UPLOADED = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
}
MOST = 500_000  # bytes: ten times a long issue
MOST_STORIES = 300
PATIENCE = 120.0  # seconds for each of the two steps; loading the tagger takes most of it
_ONE_AT_A_TIME = threading.Lock()  # each reading takes the memory of a tagger
Row = Mapping[str, Any]


class DraftProblem(Exception):
    """The draft could not be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The stories of a draft as contract 1 gives them, tags and all, what was set apart as no story, and with which tagger."""

    stories: tuple[Row, ...]
    apart: str
    tagger: str

    @property
    def counted(self) -> tuple[Row, ...]:
        """Those that are counted, as everywhere: editors' letters are not."""
        return tuple(story for story in self.stories if story.get("form") != "letter")


def kind_of(text: str) -> str:
    """Return how a pasted draft is written: 'html', 'markdown' or 'text'."""
    if re.search(r"<(?:!doctype html|html|body|p|div|table|h[1-6]|br|a)\b[^>]{0,400}>", text[:20_000], re.IGNORECASE):
        return "html"
    return "markdown" if re.search(r"^#{1,6} \S|\]\(https?://|^\*\*\S.*\*\*$", text, re.MULTILINE) else "text"


def uploaded(name: str, content: bytes) -> tuple[str, str]:
    """Return text and kind of an uploaded file. Raises DraftProblem."""
    kind = UPLOADED.get(Path(name).suffix.lower())
    if kind is None:
        raise DraftProblem("This file is neither text, Markdown nor HTML. Save it as one of these, or paste its text.")
    _check_size(len(content))
    try:
        return content.decode("utf-8-sig"), kind
    except UnicodeDecodeError as error:
        raise DraftProblem("This file is no UTF-8 text. Save it as UTF-8, or paste its text.") from error


def _check_size(size: int) -> None:
    if size > MOST:
        raise DraftProblem(
            f"This is too big: {size // 1000:,} kB. A long issue needs a tenth of the {MOST // 1000} kB that are read. Cut it to one issue."
        )


def fingerprint(text: str, kind: str) -> str:
    """Return what tells one draft from another."""
    return sha256(f"{kind}\0{text}".encode()).hexdigest()


def read_draft(text: str, kind: str) -> Draft:
    """Split and tag a draft. Raises DraftProblem where it is empty, too big, holds no story, or can't be tagged in time."""
    if not text.strip():
        raise DraftProblem("There is nothing to check. Paste a draft, or choose a file.")
    _check_size(len(text.encode("utf-8", errors="replace")))
    if not _ONE_AT_A_TIME.acquire(timeout=PATIENCE):
        raise DraftProblem("Other drafts are being read just now. Try again in a minute.")
    try:
        with TemporaryDirectory(prefix="ainews-draft-") as folder:
            return _read(Path(folder), text, kind)
    finally:
        _ONE_AT_A_TIME.release()


def _read(folder: Path, text: str, kind: str) -> Draft:
    source, pieces, tags = folder / f"draft{ENDINGS[kind]}", folder / "stories.jsonl", folder / "tags.jsonl"
    source.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    said = _run("split", source, pieces)
    many = sum(1 for line in pieces.read_text(encoding="utf-8").splitlines() if line.strip())
    if not many:
        raise DraftProblem(
            "No story was found in it, so it does not look like a newsletter: headlines with some text below each. "
            "If it is HTML or Markdown, say so under Written as."
        )
    if many > MOST_STORIES:
        raise DraftProblem(f"It holds {many} stories, where {MOST_STORIES} are the most. Check one issue at a time.")
    _run("tag", pieces, tags)
    stories = tuple(json.loads(line) for line in tags.read_text(encoding="utf-8").splitlines() if line.strip())
    if not stories:
        raise DraftProblem("The tagger could tag none of its stories.")
    return Draft(stories, said.partition(", ")[2].replace(" set apart", "").strip(), str(stories[0]["tagger"]))


def _run(step: str, source: Path, target: Path) -> str:
    """Run one command of contract 1 and return what it counted. Raises DraftProblem with the last line that it said."""
    command = [sys.executable, "-m", "etl", step, str(source), str(target)]
    try:
        done = subprocess.run(
            command, cwd=HOME, capture_output=True, text=True, errors="replace", timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DraftProblem(
            f"It took longer than {PATIENCE:.0f} seconds and was stopped. Try a shorter draft."
        ) from error
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    if done.returncode or not target.is_file():
        raise DraftProblem(f"The tagger failed: {lines[-1][:300] if lines else f'status {done.returncode}'}")
    return lines[-1] if lines else ""


def keys_of(story: Row, groups: Iterable[tuple[str, str, str]], types: Mapping[str, str]) -> frozenset[str]:
    """Return the lines that a story is on, as the snapshot's own are: `groups` are (key, kind, tag) of desks and areas, `types` the type
    of each organization. An organization counts where the story is about it."""
    topics, regions = {str(one["id"]) for one in story["topics"]}, {str(one["code"]) for one in story["regions"]}
    about = {str(one["id"]) for one in story["organizations"] if one["role"] == "focus"}
    tagged = {"topic": topics, "region": regions}
    found = {f"topic:{one}" for one in topics} or {"topic:untagged"}
    found |= {f"region:{one}" for one in regions} | {f"organization:{one}" for one in about}
    found |= {key for key, kind, tag in groups if tag in tagged[kind]}
    return frozenset(found | {f"type:{types.get(one, 'unlisted')}" for one in about})
