"""One request and its answer, or what came instead: no retry, no redirect, within limits of time and size."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from gzip import BadGzipFile, GzipFile
from typing import BinaryIO, cast

import requests
from requests.cookies import extract_cookies_to_jar
from urllib3 import exceptions as urllib3

from etl.fetch.guard import Deadline, NoConnection

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY, _BROKEN = 429, 500
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_CHUNK = 1 << 16
_LINE_END = re.compile(r"\s*[\r\n]\s*")


@dataclass(frozen=True, slots=True)
class Reply:
    """Status 200, 304 or a redirect. `cookies` are those held after it: with other ones, the same address is another."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    cookies: frozenset[tuple[str, str | None]] = frozenset()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer; `after` is for how many seconds the server asks to be left alone."""

    reason: str
    what: str
    again: bool = False
    after: float | None = None


def attempt(
    session: requests.Session, address: str, *, headers: Mapping[str, str], deadline: Deadline, size: int, now: datetime
) -> Reply | Failure:
    """Ask once. `size` is the most bytes that a body may have, decompressed; `now` is naive UTC."""
    try:
        with _send(session, address, headers, deadline) as response:
            return _reply(session, response, size=size, now=now)
    except NoConnection as error:
        return Failure(error.reason, error.what, error.again)
    except (requests.Timeout, urllib3.ReadTimeoutError, TimeoutError):
        return Failure("timeout", "no whole answer came in time")
    except requests.exceptions.SSLError as error:
        return Failure("tls", f"no secure connection ({_innermost(error)})")
    except (requests.exceptions.InvalidURL, urllib3.LocationValueError, UnicodeError):
        return Failure("address", "it is no address that can be asked")
    except EOFError:
        return Failure("encoding", "the body ends before its compression does", again=True)
    except (urllib3.DecodeError, BadGzipFile, zlib.error):
        return Failure("encoding", "the body can't be decompressed")
    except (requests.RequestException, urllib3.HTTPError):
        return Failure("reset", "the connection broke before the answer was whole", again=True)


def _send(session: requests.Session, address: str, headers: Mapping[str, str], deadline: Deadline) -> requests.Response:
    """Send past `Session.get`, which reads the body of a redirect, however long, before it hands it on."""
    request = session.prepare_request(requests.Request("GET", address, headers=dict(headers)))
    adapter = session.get_adapter(address)
    response = adapter.send(request, stream=True, timeout=deadline.left(), verify=True, proxies={})
    extract_cookies_to_jar(session.cookies, request, response.raw)
    return response


def _reply(session: requests.Session, response: requests.Response, *, size: int, now: datetime) -> Reply | Failure:
    status = response.status_code
    # A value on several lines, which old servers send, could not be sent back.
    headers = {name.lower(): _LINE_END.sub(" ", value) for name, value in response.headers.items()}
    if status == 304 or (status in REDIRECTS and "location" in headers):
        cookies = frozenset((cookie.name, cookie.value) for cookie in session.cookies)
        return Reply(status, headers, cookies=cookies)
    if status != 200:
        return _refused(status, headers, now)
    encodings = {token.strip().lower() for token in headers.get("content-encoding", "").split(",")}
    if not encodings <= _ENCODINGS:
        return Failure("encoding", f"the body is compressed as {', '.join(sorted(encodings))}, which was not asked for")
    body = _body(response, headers, size)
    return Failure("too-big", f"it has more than {size:,} bytes") if body is None else Reply(status, headers, body)


def _refused(status: int, headers: Mapping[str, str], now: datetime) -> Failure:
    after = _retry_after(headers, now)
    if status == _BUSY:
        return Failure("busy", "the server answers with status 429, too many requests", again=True, after=after)
    return Failure(f"status-{status}", f"the server answers with status {status}", again=status >= _BROKEN, after=after)


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds, from either form; a date is read against the server's own clock where it tells it."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    moment = _date(value)
    return None if moment is None else max(0.0, (moment - (_date(headers.get("date", "")) or now)).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _body(response: requests.Response, headers: Mapping[str, str], size: int) -> bytes | None:
    """The body, decompressed piece by piece; None as soon as it is too big."""
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > size:
        return None
    read, pieces, held = _reader(response, headers), [], 0
    while piece := read(min(_CHUNK, size + 1 - held)):
        held += len(piece)
        if held > size:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _reader(response: requests.Response, headers: Mapping[str, str]) -> Callable[[int], bytes]:
    """Reads so many decompressed bytes. Gzip is left to Python, which notices an end that comes too early; urllib3 does not,
    and half a feed would be held as the whole until it changes."""
    if headers.get("content-encoding", "").strip().lower() in ("gzip", "x-gzip"):
        return GzipFile(fileobj=cast(BinaryIO, response.raw)).read
    return partial(response.raw.read, decode_content=True)


def _innermost(error: BaseException) -> str:
    """What OpenSSL says, without the address that the layers around it repeat."""
    while True:
        inner = getattr(error, "reason", None)
        inner = (
            inner
            if isinstance(inner, BaseException)
            else next((part for part in error.args if isinstance(part, BaseException)), None)
        )
        if inner is None:
            return str(getattr(error, "verify_message", "") or getattr(error, "reason", "") or "refused")
        error = inner
