"""The line to the outside that a run uses: the network with every answer kept, a recording of it, or the bare network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from etl.fetch.model import Fetcher, FetchProblem
from etl.settings import Settings


def _tell_nobody(source_id: str, problem: FetchProblem) -> None:
    """For a line that keeps nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """`give_up` is told which source is not waited for any longer; `given_up` are those of a replayed run, not to be asked.

    A replayed run waits for all others, however slow the machine.
    """

    fetcher: Fetcher
    give_up: Callable[[str, FetchProblem], None] = _tell_nobody
    given_up: Mapping[str, FetchProblem] = field(default_factory=dict)
    replayed: bool = False


@contextmanager
def open_line(settings: Settings, *, clock: datetime, run_id: str, keep: bool) -> Iterator[Line]:
    """The network for one run; what comes is kept for a replay unless it is only tried out."""
    from etl.fetch.client import open_network  # requests takes longer to load than a run that asks nobody
    from etl.fetch.log import Recorder, log_path, raw_folder

    with open_network(settings, clock=clock) as network:
        if not keep:
            yield Line(network)
            return
        recorder = Recorder(network, raw=raw_folder(settings.data), log=log_path(settings.data, run_id))
        yield Line(recorder, give_up=recorder.give_up)


def replayed_line(settings: Settings, run_id: str) -> Line:
    """What a past run heard; raises InputError where its log can't be read."""
    from etl.fetch.log import Replay, log_path, raw_folder

    replay = Replay(log_path(settings.data, run_id), raw=raw_folder(settings.data))
    return Line(replay, given_up=replay.given_up, replayed=True)
