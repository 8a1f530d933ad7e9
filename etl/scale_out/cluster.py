"""A Dask cluster as seen from whoever gives it work: each item's result once, whatever dies, joins late or starts again meanwhile."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from distributed import Client, KilledWorker, LocalCluster
from distributed.comm.core import CommClosedError

from etl.errors import AinewsError

LOCAL = "local"
_ADDRESS = re.compile(r"(tcp|tls|ws|wss)://[^\s/:]+:\d+/?|(tcp|tls|ws|wss)://\[[0-9a-fA-F:]+\]:\d+/?")
_RETRIES = 2  # of a piece whose worker failed over it, a storage that did not answer, say
_LOOK = 2.0  # seconds after which, when nothing ended, it is looked whether there are workers at all

Check = Callable[[Mapping[str, object]], None]
Say = Callable[[str], None]


class _Lost(Exception):
    """The scheduler went away, and with it all that it knew."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The workers behind a scheduler's address; `wait` seconds is how long it may take for scheduler and workers to be there.

    `look` runs on each worker before anything else, and `check` raises AinewsError for what it finds there, by address.
    """

    address: str
    wait: float
    look: Callable[[], object]
    check: Check
    say: Say

    def each(self, work: Callable[..., Any], items: Mapping[int, tuple[Any, ...]]) -> Iterator[tuple[int, Any]]:
        """The result of `work` on each item's arguments, by number, as they end.

        An item whose worker died goes to another one. Where the scheduler is lost, all that is left goes out again as soon as
        one answers at the address. `work` may so be done more than once. Raises AinewsError for what `work` raises, an item over
        which four workers died, and where there is no scheduler or no worker.
        """
        left = dict(items)
        while left:
            try:
                with self._client() as client:
                    for number, result in self._round(client, work, left):
                        del left[number]
                        yield number, result
            except (_Lost, CommClosedError, CancelledError):
                self.say(f"the scheduler at {self.address} is gone; {len(left):,} pieces wait for it to come back")

    @contextmanager
    def _client(self) -> Iterator[Client]:
        """A connection to a cluster that has workers which may do the work."""
        with _quiet(), self._connected() as client:
            try:
                client.wait_for_workers(1, timeout=self.wait)
            except TimeoutError as error:
                raise self._idle() from error
            self.check(client.run(self.look, on_error="return"))
            yield client

    @contextmanager
    def _connected(self) -> Iterator[Client]:
        try:
            client = Client(self.address, timeout=self.wait, set_as_default=False)
        except OSError as error:
            problem = f"no scheduler answers at {self.address} within {self.wait:g} s"
            remedy = "start one with `dask scheduler`, and give the address that it prints"
            raise AinewsError(f"{problem}; {remedy}") from error
        try:
            yield client
        finally:
            client.close(timeout=1)

    def _idle(self) -> AinewsError:
        problem = f"the scheduler at {self.address} has had no worker for {self.wait:g} s"
        return AinewsError(
            f"{problem}; start some with `dask worker {self.address} --nthreads 1`, then say the same again"
        )

    def _round(self, client: Client, work: Callable[..., Any], left: Mapping[int, Any]) -> Iterator[tuple[int, Any]]:
        """Results until none is left or the scheduler is lost."""
        ended: SimpleQueue[Any] = SimpleQueue()
        name = f"ainews-{secrets.token_hex(4)}"
        keys = [(name, number) for number in left]
        futures = client.map(work, *zip(*left.values(), strict=True), key=keys, pure=False, retries=_RETRIES)
        for future in futures:
            future.add_done_callback(ended.put)
        for _ in range(len(futures)):
            future = self._next(ended, client)
            yield future.key[1], _result(future, self.wait)
            future.release()

    def _next(self, ended: SimpleQueue[Any], client: Client) -> Any:
        """What ended next."""
        alone_since: float | None = None
        while True:
            try:
                return ended.get(timeout=_LOOK)
            except Empty:
                if client.status != "running":
                    raise _Lost from None
                alone_since = None if _workers(client) else alone_since or time.monotonic()
                if alone_since is not None and time.monotonic() - alone_since > self.wait:
                    raise self._idle() from None


def _workers(client: Client) -> int:
    """How many workers there are. Raises _Lost where the scheduler does not answer."""
    try:
        return len(client.scheduler_info()["workers"])
    except OSError as error:
        raise _Lost from error


def _result(future: Any, wait: float) -> Any:
    """What a piece of work returned. Raises AinewsError for what it raised, _Lost where nobody knows."""
    match future.status:
        case "finished":
            try:
                return future.result(timeout=wait)
            except TimeoutError as error:  # it died with the only worker that had it
                raise _Lost from error
        case "error":
            raise failure_of(future.exception()) from None
        case _:
            raise _Lost


def failure_of(error: BaseException) -> AinewsError:
    """What the operator should know of an error that a piece of work ended with."""
    if isinstance(error, AinewsError):
        return error
    if isinstance(error, KilledWorker):
        problem = f"four workers died over the same piece, the last one at {error.last_worker.address}"
        return AinewsError(f"{problem}; give workers more memory (`--memory-limit`), or make pieces smaller")
    return AinewsError(f"a worker failed: {type(error).__name__}: {error}")


def address_of_cluster(text: str) -> str:
    """`local` or a scheduler's address. Raises ValueError for anything else."""
    if text != LOCAL and not _ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is neither `local` nor an address such as tcp://scheduler:8786")
    return text


@contextmanager
def scheduler_at(address: str, *, workers: int) -> Iterator[str]:
    """The scheduler's address; for `local` one of this machine alone, with so many workers, which ends with the block."""
    if address != LOCAL:
        yield address
        return
    with (
        _quiet(),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as own,
    ):
        yield own.scheduler_address


@contextmanager
def _quiet() -> Iterator[None]:
    """What Dask logs of connections that end is said by our own errors and warnings."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
