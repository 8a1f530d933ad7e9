"""`ainews rehearse` in a process of its own, one at a time, within a time limit, told how far it is and ended when nobody waits.

Texts of stories go to a folder that only this program may enter, which is removed whatever happens. Pure of Streamlit.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dashboard.rehearsal import Change, Row

HOME = Path(__file__).resolve().parents[1]  # beside which the package of the tagger lies
PATIENCE = 120.0  # seconds for all of it
_EVERY = 0.25  # seconds between two looks at how far it is
_ONE_AT_A_TIME = threading.Lock()  # each takes the memory of two taggers
_FAR = re.compile(r"Rehearsing: ([\d,]+)")
_REFUSED = re.compile(r"^ainews: (?:.*[/\\])?([^/\\:]+\.\w+):(?:([^:]+): )?(.*?)(?:; ([^;]*))?$")
Progress = Callable[
    [int], None
]  # how many stories are done; -1 while others are before us. What it raises ends the process.


class RehearsalProblem(Exception):
    """It can't be rehearsed; the message says why and what to do."""


def look(change: Change, on_progress: Progress = lambda _: None) -> Row:
    """Return what a change is by the word lists of this server, which it passes then (see `etl.rehearse.told`). Raises RehearsalProblem."""
    with _folder(change, on_progress) as folder:
        told: dict[str, Any] = json.loads(_run(folder, [], on_progress))
        return told


def judge(change: Change, stories: Sequence[Row], on_progress: Progress = lambda _: None) -> list[Row]:
    """Return what the change would do to each story, in order; `stories` are lines of contract 1. Raises RehearsalProblem."""
    with _folder(change, on_progress) as folder:
        with (folder / "stories.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(story, ensure_ascii=True) + "\n" for story in stories)
        _run(folder, [str(folder / "stories.jsonl"), str(folder / "judged.jsonl")], on_progress)
        with (folder / "judged.jsonl").open(encoding="utf-8") as file:
            return [json.loads(line) for line in file]


@contextmanager
def _folder(change: Change, on_progress: Progress) -> Iterator[Path]:
    with _turn(on_progress), TemporaryDirectory(prefix="ainews-rehearsal-") as name:
        folder = Path(name)
        (folder / "change.toml").write_text(change.toml, encoding="utf-8")
        yield folder


@contextmanager
def _turn(on_progress: Progress) -> Iterator[None]:
    end = time.monotonic() + PATIENCE
    while not _ONE_AT_A_TIME.acquire(timeout=_EVERY):
        on_progress(-1)
        if time.monotonic() > end:
            raise RehearsalProblem("Other changes are being rehearsed just now. Try again in a minute.")
    try:
        yield
    finally:
        _ONE_AT_A_TIME.release()


def _run(folder: Path, files: Sequence[str], on_progress: Progress) -> str:
    """Run the command to its end and return what it printed."""
    out, err = folder / "out", folder / "err"
    command = [sys.executable, "-m", "etl", "rehearse", str(folder / "change.toml"), *files]
    with out.open("w") as printed, err.open("w") as said:
        process = subprocess.Popen(command, cwd=HOME, stdout=printed, stderr=said, stdin=subprocess.DEVNULL)
        try:
            _wait(process, err, on_progress)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode:
        raise RehearsalProblem(_why(err, process.returncode))
    return out.read_text(encoding="utf-8")


def _wait(process: subprocess.Popen[bytes], err: Path, on_progress: Progress) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            process.wait(_EVERY)
        except subprocess.TimeoutExpired:
            if time.monotonic() > end:
                raise RehearsalProblem(
                    f"It took longer than {PATIENCE:.0f} seconds and was stopped. Choose fewer days, or rarer phrases."
                ) from None
            far = _FAR.findall(err.read_text(encoding="utf-8", errors="replace"))
            on_progress(int(far[-1].replace(",", "")) if far else 0)
        else:
            return


def _why(err: Path, status: int) -> str:
    lines = [line for line in err.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return refusal(lines[-1] if lines else f"status {status}")


def refusal(said: str) -> str:
    """Return in plain words why the word lists refuse a change; a path of the server is left out, the file's name is not."""
    found = _REFUSED.match(said)
    if not found:
        return f"The tagger failed: {said[:300]}"
    file, where, problem, remedy = found.groups()
    for pattern, plain in _PLAIN:
        if known := pattern.search(problem):
            return plain.format(*(part[:200] for part in known.groups()))
    place = "" if file == "change.toml" else f" ({file}{f', {where}' if where else ''})"
    told = f"The word lists refuse this change{place}: {problem}." + (f" What helps: {remedy}." if remedy else "")
    return re.sub(r"`([^`]*)`", r"“\1”", told)


_PLAIN = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (
            r"^phrase in `phrases` `(.*)` stands \d+ times$",
            "“{0}” is one of the topic’s phrases already, whatever its case, plural and hyphens. For another weight, take it away too.",
        ),
        (r"^the topic has no phrase `(.*)` to remove$", "The topic has no phrase “{0}” that could be taken away."),
        (
            r"^phrase `(.*)` in `phrases` can't be found$",
            "“{0}” can’t be found in stories: a phrase is one to four words.",
        ),
        (
            r'^the example "(.*)" lacks the topic$',
            "The topic’s own example would lose it: “{0}” Change less, or have the example changed in topics.toml.",
        ),
        (
            r'^the example "(.*)" receives the topic$',
            "A sentence that must not have the topic would get it: “{0}” Change less, or have the example changed in topics.toml.",
        ),
    )
)
