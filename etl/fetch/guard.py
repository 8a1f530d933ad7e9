"""Connections to public addresses only, and to exactly the address that was checked.

A name is resolved once, here, what it resolves to is checked, and the connection is made to that number. Nothing
resolves it again, so a name that says something else a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

CONNECT_SECONDS = 10.0  # for one address of a host, which may have others that do answer

# IANA's special-purpose registries. Python's own `is_global` differs between its releases, and lets some of them pass.
_SPECIAL = tuple(
    (ip_network(network), what)
    for network, what in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a provider's customers"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "special"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::1/128", "loopback"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
        ("2001::/23", "special"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
    )
)
_GLOBAL = ip_network("2000::/3")  # the only part of IPv6 that is given out
_CARRIERS = (ip_network("::ffff:0:0/96"), ip_network("64:ff9b::/96"))  # an IPv4 address in its last 32 bits


class NoConnection(Exception):
    """No connection was made; `again` says whether it is worth another attempt. `reason` as in FetchProblem."""

    def __init__(self, reason: str, what: str, *, again: bool) -> None:
        super().__init__(what)
        self.reason, self.what, self.again = reason, what, again


class Deadline(threading.local):
    """Until when, on the clock `monotonic`, the request may take that the calling thread is at."""

    def __init__(self, monotonic: Callable[[], float], *, until: float = 0.0) -> None:
        self.monotonic, self.until = monotonic, until

    def left(self) -> float:
        """Seconds that are left; raises TimeoutError where none are."""
        seconds = self.until - self.monotonic()
        if seconds <= 0:
            raise TimeoutError("the time limit is reached")
        return seconds


class DeadlineSocket(socket.socket):
    """A socket whose every read ends at the deadline, so that a server can't spin out an answer byte by byte."""

    deadline: Deadline

    def recv_into(self, *arguments: object) -> int:
        """Read as `socket.recv_into` does; raises TimeoutError at the deadline."""
        self.settimeout(self.deadline.left())
        return super().recv_into(*arguments)  # type: ignore[arg-type]


def refusal(address: IPv4Address | IPv6Address) -> str | None:
    """What kind of address it is, where it is none of the public internet; None where it may be asked."""
    if isinstance(address, IPv6Address):
        if any(address in carrier for carrier in _CARRIERS):
            return refusal(IPv4Address(int(address) & 0xFFFFFFFF))
        address = IPv6Address(int(address))  # a scope (%eth0) would keep it out of every network
    for network, what in _SPECIAL:
        if address in network:
            return what
    return None if isinstance(address, IPv4Address) or address in _GLOBAL else "reserved"


def connect(host: str, port: int, *, allow_private: bool, deadline: Deadline) -> DeadlineSocket:
    """Connect to the first address of a host that answers, of those that may be asked; raises NoConnection."""
    found = _resolve(host, port)
    kinds = [None if allow_private else refusal(ip_address(place[0])) for _, place in found]
    fit = [candidate for candidate, kind in zip(found, kinds, strict=True) if kind is None]
    if not fit:
        what = f"{host} leads to {found[0][1][0]} ({kinds[0]}), no address of the public internet"
        raise NoConnection("private", what, again=False)
    problem: OSError = OSError()
    for family, place in fit:
        try:
            return _connect(family, place, deadline)
        except OSError as error:
            problem = error
    raise _failed(problem, f"{host}:{port}")


def _resolve(host: str, port: int) -> list[tuple[int, tuple[str, int]]]:
    """Address families and socket addresses of a host, in the system's order."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        again = error.errno == socket.EAI_AGAIN
        raise NoConnection("name", f"the name {host} can't be resolved ({error.strerror})", again=again) from error
    except UnicodeError as error:
        raise NoConnection("address", f"{host!r} is no name of a host", again=False) from error
    return [(family, place) for family, _, _, _, place in found]  # type: ignore[misc]


def _connect(family: int, place: tuple[str, int], deadline: Deadline) -> DeadlineSocket:
    connection = DeadlineSocket(family, socket.SOCK_STREAM)
    connection.deadline = deadline
    try:
        connection.settimeout(min(CONNECT_SECONDS, deadline.left()))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.connect(place)
        connection.settimeout(deadline.left())
    except OSError:
        connection.close()
        raise
    return connection


def _failed(error: OSError, place: str) -> NoConnection:
    if isinstance(error, TimeoutError):
        return NoConnection("timeout", f"{place} does not answer", again=True)
    if isinstance(error, ConnectionRefusedError):
        return NoConnection("refused", f"{place} refuses the connection", again=True)
    return NoConnection("unreachable", f"{place} can't be reached ({error.strerror})", again=True)
