"""Addresses, taken apart before anything is asked (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl.fetch.model import FetchProblem

_PORTS = {"http": 80, "https": 443}
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\]")  # a backslash is a slash to some parsers and none to others


@dataclass(frozen=True, slots=True)
class Place:
    """An address that can be asked, without its fragment; `host` has no brackets."""

    address: str
    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """What one robots.txt is for."""
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def lane(self) -> str:
        """What gets one request at a time: a host, on whichever of the usual ports; another port is another server."""
        return self.host if self.port in _PORTS.values() else f"{self.host}:{self.port}"


def place_of(address: str) -> Place:
    """Take an address apart; raises FetchProblem `address` where it is none with http or https and a host."""
    from urllib3.exceptions import LocationParseError  # here, since lanes of sources are wanted where nothing is asked
    from urllib3.util import parse_url

    text = address.strip()
    try:
        url = parse_url(text)
    except (LocationParseError, UnicodeError) as error:
        raise _unfit(address, "can't be read") from error
    if url.scheme not in _PORTS or not url.host or _UNFIT.search(text):
        raise _unfit(address, "is no web address with http:// or https:// and a host")
    if url.auth is not None:
        raise _unfit(address, "holds a user name or password, which are not sent")
    if url.port == 0:
        raise _unfit(address, "has port 0")
    plain = url._replace(fragment=None).url
    return Place(plain, url.scheme, url.host.strip("[]").rstrip("."), url.port or _PORTS[url.scheme])


def lane_of(address: str) -> str:
    """The host that an address leads to, as requests are spaced by it; '' for what is no address."""
    try:
        return place_of(address).lane
    except FetchProblem:
        return ""


def _unfit(address: str, problem: str) -> FetchProblem:
    return FetchProblem("address", f"{address!r} {problem}")
