"""Several processes that tag a backlog: pieces of stories go out as files and come back as files (contract 1), in order."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from etl.errors import AinewsError
from etl.model import StoryText, Tags
from etl.tag_files import StoryTagger, tag_file, tags_of_row

# Stories in one file: some seconds' work, so that a lost piece costs little and starting it costs nothing.
PIECE = 500
# Pieces per process that wait or are done before they are asked for: bounds memory and disk.
AHEAD = 3

Build = Callable[[], StoryTagger]
_tagger: StoryTagger | None = None  # of a worker process, built once


def _begin(build: Build) -> None:
    global _tagger
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; the run ends its own
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _tagger = build()


def _end_with_parent() -> None:
    """A run that was killed can't end its processes, and they would wait for more work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(source: Path, target: Path) -> int:
    """Tag one file into another; how many stories."""
    assert _tagger is not None  # the process began with `_begin`
    return tag_file(source, target, tagger=_tagger).tagged


@dataclass(slots=True)
class _Piece:
    source: Path
    target: Path
    future: Future[int]


class TagPool:
    """A tagger that works in `workers` processes; for its life it needs a folder. Use it through `tag_pool`."""

    def __init__(self, build: Build, *, workers: int, folder: Path) -> None:
        self._build, self._workers, self._folder = build, workers, folder
        self._executor = self._start()
        self._number = 0
        self._waiting: deque[_Piece] = deque()

    def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
        """The tags of each story, in order; raises AinewsError where a process dies over the same piece twice."""
        stream = iter(stories)
        while True:
            while len(self._waiting) < self._workers * AHEAD and (piece := list(islice(stream, PIECE))):
                self._submit(piece)
            if not self._waiting:
                return
            yield from self._next()

    def close(self) -> None:
        """End the processes, also in the middle of a piece that nobody waits for."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        """Spawned, not forked: the database's threads would be copied dead."""
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, mp_context=context, initializer=_begin, initargs=(self._build,))

    def _submit(self, stories: list[StoryText]) -> None:
        self._number += 1
        source = self._folder / f"{self._number:06d}.jsonl"
        with source.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(story)) + "\n" for story in stories)
        target = source.with_suffix(".tags.jsonl")
        self._waiting.append(_Piece(source, target, self._executor.submit(_work, source, target)))

    def _next(self) -> Iterator[Tags]:
        """The tags of the oldest piece, done again once where its process died."""
        try:
            self._waiting[0].future.result()
        except BrokenProcessPool:
            self._again()
        piece = self._waiting.popleft()
        with piece.target.open(encoding="utf-8") as lines:
            yield from (tags_of_row(json.loads(line)) for line in lines)
        piece.source.unlink()
        piece.target.unlink()

    def _again(self) -> None:
        """New processes for all that is not done; a file of tags is there whole or not at all."""
        self._executor.shutdown(wait=False)
        self._executor = self._start()
        for piece in self._waiting:
            if not piece.target.exists():
                piece.future = self._executor.submit(_work, piece.source, piece.target)
        try:
            self._waiting[0].future.result() if not self._waiting[0].target.exists() else None
        except BrokenProcessPool as error:
            problem = f"the processes that tag died twice over the same stories ({self._waiting[0].source.name})"
            raise AinewsError(f"{problem}; free memory, or set `threads = 1` in settings.toml") from error


@contextmanager
def tag_pool(build: Build, *, workers: int, folder: Path) -> Iterator[TagPool]:
    """A pool whose processes and files are gone at the end; `build` makes a process its tagger and must be picklable."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix="pieces-") as own:
        pool = TagPool(build, workers=workers, folder=Path(own))
        try:
            yield pool
        finally:
            pool.close()
