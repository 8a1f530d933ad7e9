"""The network as a Fetcher: polite to servers, wary of what they send, and clear about what went wrong."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self
from urllib.parse import quote, urljoin

from requests import Session

from etl import __version__
from etl.fetch.address import Place, place_of
from etl.fetch.attempt import REDIRECTS, Failure, Reply, attempt
from etl.fetch.guard import Deadline
from etl.fetch.model import Answer, Ask, FetchProblem, Validators
from etl.fetch.robots import AGENT, Robots
from etl.fetch.transport import Transport
from etl.settings import Settings

BODY_BYTES = 20_000_000  # decompressed
HEADERS = ("content-type", "content-language", "etag", "last-modified", "link")  # all that an Answer keeps
_ATTEMPTS, _FIRST_PAUSE = 4, 1.0  # seconds; each later pause is twice as long
_MOST_REDIRECTS = 10
_PERMANENT = frozenset({301, 308})
_ACCEPT = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "page": "text/html, application/xhtml+xml, */*;q=0.5",
    "api": "*/*",
}


@dataclass(frozen=True, slots=True)
class Pace:
    """How time passes, in seconds; `chance` gives numbers from 0 to 1. Tests put in a clock of their own."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random


@dataclass(slots=True)
class _Host:
    """What is known of one host; all but `lock` is touched only by whoever holds it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    asked: float | None = None
    sessions: dict[tuple[str, bool], Session] = field(default_factory=dict)


@dataclass(slots=True)
class _Budget:
    """Seconds that are left for one request; waiting for one's turn takes nothing of them."""

    seconds: float


class Network:
    """A Fetcher that asks the network; one for a run, shared by its threads, closed at its end."""

    def __init__(
        self, *, contact: str, seconds: float, clock: datetime, size: int = BODY_BYTES, pace: Pace | None = None
    ) -> None:
        """`contact` is told to servers, `seconds` may one request take, with its redirects and retries; `clock` is the run's."""
        self._agent = user_agent(contact)
        self._seconds, self._clock, self._size = seconds, clock, size
        self._pace = pace or Pace()
        self._started = self._pace.monotonic()
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}
        self._deadline = Deadline(self._pace.monotonic)
        self._transport = Transport(self._deadline)
        self._robots = Robots(self.get)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept open; a request that still runs on one ends as a FetchProblem."""
        with self._lock:
            hosts = list(self._hosts.values())
        for host in hosts:
            for session in list(host.sessions.values()):
                session.close()

    def get(self, ask: Ask) -> Answer:
        """The answer to one request, after redirects; raises FetchProblem where there is none that can be used."""
        budget, statuses, seen = _Budget(self._seconds), list[int](), set[object]()
        place = place_of(ask.address)
        while True:
            reply = self._visit(place, ask, budget)
            if reply.status not in REDIRECTS:
                return self._answer(ask, place, reply, statuses)
            statuses.append(reply.status)
            if (step := (place.address, reply.cookies)) in seen or len(statuses) > _MOST_REDIRECTS:
                raise FetchProblem("redirect-loop", f"redirects lead nowhere: {ask.address}")
            seen.add(step)
            place = _target(place, reply)

    def _answer(self, ask: Ask, place: Place, reply: Reply, statuses: list[int]) -> Answer:
        held = ask.validators
        if reply.status == 304 and held is None:
            raise FetchProblem("status-304", f"the server says unchanged, unasked: {place.address}")
        headers = (_held_headers(held) if reply.status == 304 and held else {}) | {
            name: reply.headers[name] for name in HEADERS if name in reply.headers
        }
        return Answer(
            asked=ask.address,
            address=place.address if statuses else ask.address,
            status=reply.status,
            headers=headers,
            body=reply.body,
            digest=hashlib.sha256(reply.body).hexdigest(),
            at=self._clock,
            moved_to=place.address if statuses and _PERMANENT.issuperset(statuses) else None,
        )

    def _visit(self, place: Place, ask: Ask, budget: _Budget) -> Reply:
        """Ask one address, when it is its host's turn."""
        every = max(ask.every, self._robots.delay(place, ask) if ask.kind == "page" else 0.0)
        with self._lock:
            host = self._hosts.setdefault(place.lane, _Host())
        with host.lock:
            if host.asked is not None and (early := host.asked + every - self._pace.monotonic()) > 0:
                self._pace.sleep(early)
            try:
                return self._persist(host, place, ask, every, budget)
            finally:
                host.asked = self._pace.monotonic()

    def _persist(self, host: _Host, place: Place, ask: Ask, every: float, budget: _Budget) -> Reply:
        """Ask until there is an answer, the failure is final, or the next attempt would come too late."""
        session, deadline = self._session(host, place.scheme, allow_private=ask.allow_private), self._deadline
        deadline.until = self._pace.monotonic() + budget.seconds
        try:
            for number in range(1, _ATTEMPTS + 1):
                found = self._attempt(session, place, ask)
                if isinstance(found, Reply):
                    return found
                pause = self._pause(number, found, every)
                left = deadline.until - self._pace.monotonic()
                if not (found.again and pause < left and number < _ATTEMPTS):
                    raise _problem(
                        found, place, wait=found.after if found.again and (found.after or 0.0) >= left else None
                    )
                self._pace.sleep(pause)
        finally:
            budget.seconds = max(0.0, deadline.until - self._pace.monotonic())
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, session: Session, place: Place, ask: Ask) -> Reply | Failure:
        headers = {"User-Agent": self._agent, "Accept": _ACCEPT[ask.kind], "Accept-Encoding": "gzip, deflate"}
        if ask.validators is not None and ask.validators.etag:
            headers["If-None-Match"] = ask.validators.etag
        if ask.validators is not None and ask.validators.last_modified:
            headers["If-Modified-Since"] = ask.validators.last_modified
        now = self._clock + timedelta(seconds=self._pace.monotonic() - self._started)
        return attempt(session, place.address, headers=headers, deadline=self._deadline, size=self._size, now=now)

    def _pause(self, number: int, failure: Failure, every: float) -> float:
        """Seconds before the next attempt: longer each time, half of it by chance, and no less than the server asks for."""
        backoff = _FIRST_PAUSE * (1 << (number - 1)) * (0.5 + self._pace.chance() / 2)
        return max(every, backoff, failure.after or 0.0)

    def _session(self, host: _Host, scheme: str, *, allow_private: bool) -> Session:
        """Kept apart by `allow_private`: a connection that only some may make must not be reused by others."""
        if (scheme, allow_private) not in host.sessions:
            session = self._transport.session(scheme, allow_private=allow_private)
            host.sessions[scheme, allow_private] = session
        return host.sessions[scheme, allow_private]


def open_network(settings: Settings, *, clock: datetime) -> Network:
    """The network as the settings want it; `clock` is the run's, naive UTC."""
    return Network(contact=settings.contact, seconds=settings.fetch_seconds, clock=clock)


def user_agent(contact: str) -> str:
    """How we name ourselves to servers; what a header can't hold of the contact is written as %xx."""
    name = f"{AGENT}/{__version__}"
    return f"{name} (+{quote(contact.strip(), safe=' !#$%&*+,/:;=?@[]~<>')})" if contact.strip() else name


def _target(place: Place, reply: Reply) -> Place:
    """Where a redirect leads; headers are Latin-1 to Python, while servers write UTF-8."""
    location = reply.headers["location"].encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        return place_of(urljoin(place.address, location))
    except ValueError as error:
        raise FetchProblem("address", f"the redirect from {place.address} can't be read") from error


def _held_headers(held: Validators) -> dict[str, str]:
    """A 304 need not repeat what was sent along, and it still holds."""
    pairs = {"etag": held.etag, "last-modified": held.last_modified}
    return {name: value for name, value in pairs.items() if value}


def _problem(failure: Failure, place: Place, *, wait: float | None) -> FetchProblem:
    """`wait`: the seconds that we are asked to wait, where they are more than a request may take."""
    if wait is not None:
        detail = f"{failure.what} and asks to wait {wait:.0f} s, longer than a request may take"
        return FetchProblem("busy", f"{detail}: {place.address}")
    return FetchProblem(failure.reason, f"{failure.what}: {place.address}")
