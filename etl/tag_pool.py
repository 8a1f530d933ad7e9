"""Several processes that tag a backlog: pieces of stories go out as files, their tags come back as files, in order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from etl.errors import AinewsError
from etl.model import StoryText, Tags
from etl.tag_lines import StoryTagger
from etl.tag_pack import pack_stories, pack_tags, unpack_stories, unpack_tags

# Stories in one file, as many as the tagger takes at once: a lost piece costs little, handing one out next to nothing, and at the
# end a process waits for the others no longer than one takes.
PIECE = 256
# Pieces per process that wait or are done before they are asked for: bounds memory and disk, and is work for the time in which
# whoever asks stores what came.
AHEAD = 6

Build = Callable[[], StoryTagger]
_tagger: Build  # of a worker process; it builds only once


def _begin(build: Build) -> None:
    global _tagger
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; the run ends its own
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _tagger = cache(build)


def _end_with_parent() -> None:
    """A run that was killed can't end its processes, and they would wait for more work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(source: Path, target: Path) -> None:
    """Tag one file into another, which appears whole; raises AinewsError for a tagger that can't be built, OSError for the disk."""
    try:
        tags = pack_tags(_tagger().tag(unpack_stories(source.read_bytes())))
    except AinewsError as error:
        # Those that name a file don't survive the way to another process, which would take this one for dead.
        raise AinewsError(str(error)) from None
    part = target.with_suffix(".part")
    part.write_bytes(tags)
    part.replace(target)


@dataclass(slots=True)
class _Piece:
    source: Path
    target: Path
    future: Future[None]


class TagPool:
    """A tagger that works in `workers` processes; for its life it needs a folder. Use it through `tag_pool`."""

    def __init__(self, build: Build, *, workers: int, folder: Path) -> None:
        self._build, self._workers, self._folder = build, workers, folder
        self._executor = self._start()
        self._number = 0
        self._waiting: deque[_Piece] = deque()

    def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
        """The tags of each story, in order.

        Raises AinewsError where processes die twice before a piece is done, or where one fails, for its reason.
        """
        stream = iter(stories)
        while True:
            while len(self._waiting) < self._workers * AHEAD and (piece := list(islice(stream, PIECE))):
                self._submit(piece)
            if not self._waiting:
                return
            yield from self._next()

    def close(self) -> None:
        """Drop what waits and end the processes, which first finish the pieces that they hold: up to two each, and one more."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        """Spawned, not forked: the database's threads would be copied dead."""
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, mp_context=context, initializer=_begin, initargs=(self._build,))

    def _submit(self, stories: list[StoryText]) -> None:
        self._number += 1
        source = self._folder / f"{self._number:06d}.stories"
        source.write_bytes(pack_stories(stories))
        target = source.with_suffix(".tags")
        self._waiting.append(_Piece(source, target, self._hand_out(source, target)))

    def _hand_out(self, source: Path, target: Path) -> Future[None]:
        """Give a piece to the processes; where they died meanwhile, it counts as one that they died over."""
        try:
            return self._executor.submit(_work, source, target)
        except BrokenProcessPool as error:
            lost: Future[None] = Future()
            lost.set_exception(error)
            return lost

    def _next(self) -> Iterator[Tags]:
        """The tags of the oldest piece, done again once where its process died."""
        if not _done(self._waiting[0]):
            self._again()
            if not _done(self._waiting[0]):
                problem = f"the processes that tag died twice over the same stories ({self._waiting[0].source.name})"
                raise AinewsError(f"{problem}; free memory, or set `threads = 1` in settings.toml")
        piece = self._waiting.popleft()
        yield from unpack_tags(piece.target.read_bytes())
        piece.source.unlink()
        piece.target.unlink()

    def _again(self) -> None:
        """New processes for all that is not done; one that died took the others with it."""
        self._executor.shutdown(wait=True)
        self._executor = self._start()
        for piece in self._waiting:
            if not piece.target.exists():
                piece.future = self._hand_out(piece.source, piece.target)


def _done(piece: _Piece) -> bool:
    """Wait for a piece; False where its process died before the file of its tags was there, whole as it always is."""
    try:
        piece.future.result()
    except BrokenProcessPool:
        return piece.target.exists()
    return True


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
