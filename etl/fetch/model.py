"""What is asked of the network and what comes back; whoever fetches sees no more of it than this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from etl.errors import AinewsError
from etl.fetch.masking import masked


@dataclass(frozen=True, slots=True)
class Validators:
    """What an answer said of its version, to be sent along the next time it is asked for."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `kind` decides the rules: pages obey robots.txt, feeds and interfaces are there to be asked.

    `allow_private` lets the address lead to loopback or a private network, which is refused otherwise. `every` is the
    least number of seconds between two requests to the same host.
    """

    address: str
    source_id: str
    kind: Literal["feed", "page", "api"] = "feed"
    validators: Validators | None = None
    allow_private: bool = False
    every: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with status 200, or 304 with an empty body. `body` is decompressed, `digest` its SHA-256 in hex.

    `address` is where it came from in the end, `moved_to` where a permanent redirect says it lives now. Names of
    `headers` are in lower case. `at` is the run's clock (naive UTC).
    """

    asked: str
    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    digest: str
    at: datetime
    moved_to: str | None = None

    @property
    def unchanged(self) -> bool:
        """Whether it is still what the validators say is held."""
        return self.status == 304

    @property
    def validators(self) -> Validators | None:
        """What to send along the next time; None where the answer says nothing of its version."""
        etag, modified = self.headers.get("etag"), self.headers.get("last-modified")
        return Validators(etag, modified) if etag or modified else None


class FetchProblem(AinewsError):
    """A source could not be fetched, or what came is not what it should be; the rest of a run goes on.

    `reason` is one word such as `timeout`, `refused`, `name`, `private`, `too-big`, `robots`, `status-404`, `no-feed`,
    `login-page`, `empty`; `detail` says more in words, with the address, in which
    keys and the like are masked.
    """

    def __init__(self, reason: str, detail: str) -> None:
        detail = masked(detail)
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class Fetcher(Protocol):
    """The network, or a recording of it."""

    def get(self, ask: Ask) -> Answer:
        """The answer to one request; raises FetchProblem where there is none that can be used."""
