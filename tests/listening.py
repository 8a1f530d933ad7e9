"""A web server and a mail server on loopback that keep what they are sent, and can be told to refuse it."""

from __future__ import annotations

import email
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Hook:
    """What was posted; `status` is what it answers."""

    address: str = ""
    status: int = 200
    posted: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def webhook() -> Iterator[Hook]:
    """A server that takes posted JSON."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/json"
            if hook.status < 400:
                hook.posted.append(json.loads(body))
            self.send_response(hook.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        hook.address = f"http://127.0.0.1:{port}/hook"
        yield hook


@dataclass
class Mailbox:
    """What was mailed; `refuses` is the reply to a message that is not taken."""

    server: str = ""
    refuses: str = ""
    logins: list[str] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)
    mails: list[Message] = field(default_factory=list)


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """As much of SMTP as a client needs to hand over a message."""
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            envelope: list[str] = []
            while line := self.rfile.readline().decode().strip():
                verb = line.partition(" ")[0].upper()
                if verb == "EHLO":
                    self._say("250-here\r\n250 AUTH PLAIN")
                elif verb == "AUTH":
                    box.logins.append(line.split()[-1])
                    self._say("235 welcome")
                elif verb == "DATA" and not box.refuses:
                    self._say("354 go on")
                    box.envelopes.append(envelope)
                    box.mails.append(email.message_from_bytes(self._body(), policy=default))
                    self._say("250 taken")
                elif verb == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    envelope.extend([line] if verb in ("MAIL", "RCPT") else [])
                    self._say(box.refuses if verb == "DATA" else "250 fine")

        def _body(self) -> bytes:
            lines = list(iter(self.rfile.readline, b".\r\n"))
            return b"".join(line[1:] if line.startswith(b"..") else line for line in lines)

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with _serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        box.server = f"127.0.0.1:{port}"
        yield box


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[int]:
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
