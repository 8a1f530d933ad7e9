"""Sessions of requests whose connections are guarded: the few hooks into urllib3 stand here and nowhere else."""

from __future__ import annotations

import ssl
from functools import cached_property
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

from etl.fetch.guard import Deadline, DeadlineSocket, connect


class Transport:
    """Makes sessions, each for one host and one request at a time; every request ends at its thread's deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def session(self, scheme: str, *, allow_private: bool) -> Session:
        """A session for addresses of one scheme.

        It ignores proxies and .netrc of the environment: a proxy would resolve names itself, past the guard.
        """
        session = Session()
        session.trust_env = False
        adapter = _Adapter()
        options: dict[str, Any] = {"ssl_context": self._tls} if scheme == "https" else {}
        adapter.init_poolmanager(1, 1, block=False, **options)
        adapter.poolmanager.pool_classes_by_scheme = _pools(allow_private=allow_private, deadline=self._deadline)
        session.mount(f"{scheme}://", adapter)
        return session

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Verifies names and certificates, by the system's bundle (OpenSSL's SSL_CERT_FILE holds) and that of requests.

        One for all sessions and their connections, since reading the bundles takes a fifth of a second.
        """
        deadline = self._deadline

        class DeadlineTLS(ssl.SSLSocket):
            def recv_into(self, *arguments: object) -> int:
                self.settimeout(deadline.left())
                return super().recv_into(*arguments)  # type: ignore[arg-type]

        context = create_urllib3_context()
        context.load_default_certs()
        context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
        context.sslsocket_class = DeadlineTLS
        return context


class _Adapter(HTTPAdapter):
    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Always verify, by what the context holds; requests would read its bundle again for each connection."""
        conn.cert_reqs = "CERT_REQUIRED"


def _pools(*, allow_private: bool, deadline: Deadline) -> dict[str, type[HTTPConnectionPool]]:
    """Classes made here, for urllib3 makes the connections itself and hands nothing of ours on to them."""

    def opened(connection: HTTPConnection) -> DeadlineSocket:
        return connect(connection.host, connection.port, allow_private=allow_private, deadline=deadline)

    class Plain(HTTPConnection):
        _new_conn = opened

    class Secure(HTTPSConnection):
        _new_conn = opened

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
