"""A web server on loopback that answers as a test scripts it, for whoever fetches.

from tests.web import Reply, web_fixture, webs_fixture  # noqa: F401  (fixtures, by the names `web` and `webs`)

def test_something(web):
    web.on("/feed", Reply(FEED, etag='"1"'))       # 304 where the request says it holds that version
    web.on("/busy", Reply(status=503), Reply(b"")) # one after the other; the last one stays
    ... web.url("/feed") ... web.paths ...
"""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest

CERTIFICATE = Path(__file__).parent / "golden" / "localhost.pem"  # for localhost, not for 127.0.0.1; signed by itself


@dataclass(frozen=True)
class Reply:
    """What the server answers; a `body` of text is sent as UTF-8. `pack` is gzip or deflate."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    pack: str | None = None

    def send(self, handler: Handler) -> None:
        """Send all but the last byte, be done with the request, send that byte: whoever has the whole answer may ask again at once."""
        out, handler.wfile = handler.wfile, BytesIO()
        self._write(handler)
        said, handler.wfile = handler.wfile.getvalue(), out
        out.write(said[:-1])
        handler.server.done(handler)
        out.write(said[-1:])

    def _write(self, handler: Handler) -> None:
        headers = {"Content-Type": "text/plain", **({"ETag": self.etag} if self.etag else {}), **self.headers}
        unchanged = self.etag is not None and handler.headers["If-None-Match"] == self.etag
        handler.send_response(304 if unchanged else self.status)
        body = b"" if unchanged else self._packed()
        if self.pack and not unchanged:
            headers["Content-Encoding"] = self.pack
        for name, value in headers.items():
            handler.send_header(name, value)
        if not unchanged and "Transfer-Encoding" not in headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _packed(self) -> bytes:
        body = self.body.encode() if isinstance(self.body, str) else self.body
        return {"gzip": gzip.compress, "deflate": zlib.compress, None: bytes}[self.pack](body)


def redirect(address: str, *, status: int = 302) -> Reply:
    """Another address, for good with status 301 or 308."""
    return Reply(status=status, headers={"Location": address})


Script = Reply | Callable[["Handler"], None]


@dataclass(frozen=True)
class Seen:
    """A request that arrived; names of headers are in lower case."""

    path: str
    headers: Mapping[str, str]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # it would hold the last byte back
    server: Web

    def do_GET(self) -> None:
        self.server.answer(self)

    def log_message(self, *arguments: object) -> None:
        pass

    def reset(self) -> None:
        """Break the connection as a crashed server does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def drip(self, start: bytes, piece: bytes) -> None:
        """Send bit by bit until the other side has had enough or the test is over."""
        self.close_connection = True
        self.wfile.write(start)
        while not self.server.over.wait(0.01):
            self.wfile.write(piece)


class Web(ThreadingHTTPServer):
    """The server; `most` is how many requests it ever had at once, `over` is set when the test ends."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, *, tls: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "https" if tls else "http"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.over = threading.Event()
        self.seen: list[Seen] = []
        self.most = 0
        self._asked: set[Handler] = set()  # by requests that have no whole answer yet
        self._scripts: dict[str, list[Script]] = {}
        self._guard = threading.Lock()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.path for request in self.seen]

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.host}{path}"

    def on(self, path: str, *scripts: Script) -> str:
        """Answer requests to `path` (with its query) so, one after the other, the last for ever; return its address."""
        self._scripts[path] = list(scripts)
        return self.url(path)

    def answer(self, handler: Handler) -> None:
        with self._guard:
            self._asked.add(handler)
            self.most = max(self.most, len(self._asked))
            self.seen.append(Seen(handler.path, {name.lower(): value for name, value in handler.headers.items()}))
            scripts = self._scripts.get(handler.path) or [Reply(status=404)]
            script = scripts.pop(0) if len(scripts) > 1 else scripts[0]
        try:
            script.send(handler) if isinstance(script, Reply) else script(handler)
        finally:
            self.done(handler)

    def done(self, handler: Handler) -> None:
        """A request is over; said more than once it stays over."""
        with self._guard:
            self._asked.discard(handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what many a test is about."""


@pytest.fixture(name="webs")
def webs_fixture() -> Iterator[Callable[..., Web]]:
    """Start as many servers as wanted: `webs()`, `webs(tls=True)`."""
    started: list[Web] = []

    def start(*, tls: bool = False) -> Web:
        server = Web(tls=tls)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.over.set()
        server.shutdown()
        server.server_close()


@pytest.fixture(name="web")
def web_fixture(webs: Callable[..., Web]) -> Web:
    """One server that answers 404 until it is told otherwise."""
    return webs()
