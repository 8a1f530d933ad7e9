"""Interfaces asked over real sockets: a server on loopback replays what they once answered."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from etl.fetch.client import Network
from etl.fetch.client import Pace as Time
from etl.fetch.model import FetchProblem
from etl.sources.connectors import connector_of
from etl.sources.taken import Taken
from tests.connector_kit import API, CLOCK, CONTEXT, SHARED_API, entry

Reply = tuple[int, bytes]
Round = Callable[[str, Reply], tuple[Taken, list[dict[str, list[str]]]]]
RECORDED_PAPERS = SHARED_API / "arxiv" / "q_testing_s0_m100_cfe7536492ca.json"
RECORDED_ERROR = SHARED_API / "arxiv" / "id_abc_s0_m100_b79c8dcf6bc3.json"
RECORDED_NEWS = SHARED_API / "gdelt" / "macro_gdelt_response.json"
needs_shared = [
    pytest.mark.shared,
    pytest.mark.skipif(not RECORDED_PAPERS.exists(), reason="needs ../shared/api"),
]


@pytest.fixture
def round_trip() -> Iterator[Round]:
    """Take a kind of source from a server that always replies so; gives what came and the parameters that it was asked."""
    replies: list[Reply] = []
    asked: list[dict[str, list[str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(parse_qs(urlsplit(self.path).query))
            status, body = replies[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def take(kind: str, reply: Reply) -> tuple[Taken, list[dict[str, list[str]]]]:
        replies[:] = [reply]
        address = f"http://127.0.0.1:{server.server_address[1]}/api"
        source = entry(kind, query="cs.AI", address=address, allow_private=True)
        with Network(contact="", seconds=30, clock=CLOCK, pace=Time(sleep=lambda _: None)) as network:
            return connector_of(source)(source, network, {}, CONTEXT), asked

    yield take
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("kind", "name", "count"),
    [("hackernews", "stories.json", 3), ("gdelt", "articles.json", 3), ("arxiv", "papers.xml", 3)],
)
def test_an_answer_arrives_whole(round_trip: Round, kind: str, name: str, count: int) -> None:
    taken, asked = round_trip(kind, (200, (API / kind / name).read_bytes()))
    assert len(taken.documents) == count
    assert len(asked) == 1


def test_what_is_asked_arrives_as_it_was_meant(round_trip: Round) -> None:
    _, asked = round_trip("hackernews", (200, (API / "hackernews" / "stories.json").read_bytes()))
    assert asked[0]["numericFilters"] == ["created_at_i>=1714608000,created_at_i<1717243200"]
    _, asked = round_trip("arxiv", (200, (API / "arxiv" / "papers.xml").read_bytes()))
    assert asked[-1]["search_query"] == ["(cat:cs.AI) AND submittedDate:[202405020000 TO 202406011200]"]


@pytest.mark.parametrize("kind", ["hackernews", "gdelt", "arxiv"])
def test_a_login_page_is_the_sources_problem(round_trip: Round, kind: str) -> None:
    with pytest.raises(FetchProblem):
        round_trip(kind, (200, b"<!doctype html><title>Sign in</title><form><input type=password></form>"))


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        pytest.param("gdelt", RECORDED_NEWS, marks=needs_shared),
        pytest.param("arxiv", RECORDED_PAPERS, marks=needs_shared),
    ],
)
def test_a_recorded_answer_arrives_whole(round_trip: Round, kind: str, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    body = text if kind == "gdelt" else re.sub(r"(?<=totalResults>)[0-9]+", "100", json.loads(text)["body"])
    taken, _ = round_trip(kind, (200, body.encode()))
    assert len(taken.documents) == (2 if kind == "gdelt" else 100)
    assert all(each.pieces for each in taken.documents)


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED_ERROR.exists(), reason="needs ../shared/api")
def test_a_recorded_error_is_the_sources_problem(round_trip: Round) -> None:
    recorded = json.loads(RECORDED_ERROR.read_text(encoding="utf-8"))
    with pytest.raises(FetchProblem, match="status-400"):
        round_trip("arxiv", (recorded["status_code"], recorded["body"].encode()))
