"""What every connector is given and gives back; connectors are functions of the shape `Connector`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from etl.catalog import Source
from etl.fetch.model import Fetcher, FetchProblem
from etl.model import Document

# What a source remembers from one run to the next, as text by name ("etag", "modified", "since" …); stored in the snapshot, so it goes
# back with a rollback.
State = Mapping[str, str]
WAITING = "waiting"  # the name in the state of a source of which a run left the rest to the next one


@dataclass(frozen=True, slots=True)
class Context:
    """The run around a connector: its clock (naive UTC) and the folders that it may read."""

    clock: datetime
    seeds: Path
    desk: Path


@dataclass(frozen=True, slots=True)
class Taken:
    """What one source gave. `documents` can be gone through again and again; `state` replaces the source's former one once
    they were and the run is published.

    `notes` are for the operator (a permanent redirect, issues that are missing). `problem` is set where only a part
    came: what came is taken, and the source counts as failed. Where the run before left the rest to this one, `gone_through` is
    how many of the first documents it dealt with (0 where they have changed since), else None.
    """

    documents: Iterable[Document] = ()
    state: State = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problem: FetchProblem | None = None
    gone_through: int | None = None


# Raises FetchProblem where nothing came.
Connector = Callable[[Source, Fetcher, State, Context], Taken]
