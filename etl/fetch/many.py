"""Several sources at once, none of which can hold up the others."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, TypeVar

from etl.fetch.model import FetchProblem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """What one source has to do. `lane` is the host it asks: jobs of one host wait for each other ('' for none)."""

    source_id: str
    take: Callable[[], T]
    lane: str = ""


def _let_go(source_id: str, problem: FetchProblem) -> None:
    """Nobody needs to be told."""


def take_all(
    jobs: Sequence[Job[T]],
    *,
    hosts: int,
    seconds: float,
    give_up: Callable[[str, FetchProblem], None] = _let_go,
    given_up: Mapping[str, FetchProblem] | None = None,
) -> list[T | FetchProblem]:
    """Run the jobs, at most `hosts` at a time, and return what each gave, or its FetchProblem, in their order.

    A job that takes longer than `seconds` from its start is told to `give_up`, counts as FetchProblem `timeout`, and the
    rest goes on; its thread, a daemon, does not keep the process. `given_up` are sources that a replayed run did not wait
    for: they are not started. Any other exception of a job is raised here.
    """
    return _Round(jobs, hosts=hosts, seconds=seconds, give_up=give_up, given_up=given_up or {}).results()


class _HandOver:
    """Hands whatever is raised inside on to the thread that waits for it; in a thread of its own nobody would see it."""

    def __init__(self, hand: Callable[[BaseException], None]) -> None:
        self._hand = hand

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is not None:
            self._hand(error)
        return error is not None


class _Round(Generic[T]):
    def __init__(
        self,
        jobs: Sequence[Job[T]],
        *,
        hosts: int,
        seconds: float,
        give_up: Callable[[str, FetchProblem], None],
        given_up: Mapping[str, FetchProblem],
    ) -> None:
        self._jobs, self._hosts, self._seconds, self._give_up = jobs, hosts, seconds, give_up
        self._found: dict[int, T | FetchProblem] = {
            number: given_up[job.source_id] for number, job in enumerate(jobs) if job.source_id in given_up
        }
        self._waiting = [number for number in range(len(jobs)) if number not in self._found]
        self._until: dict[int, float] = {}  # of the running ones, on the monotonic clock
        self._done: queue.SimpleQueue[tuple[int, T | BaseException]] = queue.SimpleQueue()

    def results(self) -> list[T | FetchProblem]:
        while self._waiting or self._until:
            self._start()
            self._collect()
        return [self._found[number] for number in range(len(self._jobs))]

    def _start(self) -> None:
        """Start what has a free place and a host that nobody else is asking."""
        busy = {self._jobs[number].lane for number in self._until} - {""}
        for number in list(self._waiting):
            lane = self._jobs[number].lane
            if len(self._until) < self._hosts and lane not in busy:
                busy |= {lane} - {""}
                self._waiting.remove(number)
                self._until[number] = time.monotonic() + self._seconds
                threading.Thread(target=self._run, args=(number,), daemon=True).start()

    def _run(self, number: int) -> None:
        with _HandOver(lambda error: self._done.put((number, error))):
            self._done.put((number, self._jobs[number].take()))

    def _collect(self) -> None:
        """Wait for one that is done, or for the next deadline."""
        left = min(self._until.values()) - time.monotonic()
        try:
            number, outcome = self._done.get(timeout=max(0.0, min(left, threading.TIMEOUT_MAX)))
        except queue.Empty:
            self._expire()
            return
        if number not in self._until:  # it came after it was given up
            return
        if isinstance(outcome, BaseException) and not isinstance(outcome, FetchProblem):
            raise outcome
        del self._until[number]
        self._found[number] = outcome

    def _expire(self) -> None:
        for number in [number for number, until in self._until.items() if until <= time.monotonic()]:
            del self._until[number]
            problem = FetchProblem("timeout", f"it was not done within {self._seconds:g} s")
            self._found[number] = problem
            self._give_up(self._jobs[number].source_id, problem)
