"""Fetching: what is sent, what is tried again, what is followed, and what every failure is called."""

from __future__ import annotations

import gzip
import socket
import threading
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from etl.fetch.client import Network, Pace, open_network, user_agent
from etl.fetch.model import Answer, Ask, FetchProblem, Validators
from etl.settings import load_settings
from tests.serving import free_port
from tests.web import CERTIFICATE, Handler, Reply, Web, redirect, web_fixture, webs_fixture  # noqa: F401

CLOCK = datetime(2026, 11, 26, 7)
Fetch = Callable[..., Answer]
HEAD = b"HTTP/1.1 200 OK\r\n"


@dataclass
class Time:
    """A clock that only sleeping moves; `slept` are the seconds of each nap."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def pace(self) -> Pace:
        return Pace(sleep=self.sleep, monotonic=lambda: self.now, chance=lambda: 1.0)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def network(time: Time):
    with Network(contact="desk@news.test", seconds=30, clock=CLOCK, pace=time.pace) as client:
        yield client


@pytest.fixture
def fetch(network: Network) -> Fetch:
    def get(address: str, **options: object) -> Answer:
        return network.get(Ask(address, "s", **({"allow_private": True} | options)))

    return get


@pytest.fixture
def reason(fetch: Fetch) -> Callable[..., str]:
    def of(address: str, **options: object) -> str:
        with pytest.raises(FetchProblem) as caught:
            fetch(address, **options)
        return caught.value.reason

    return of


# What is sent and what comes


def test_answer_says_what_came_from_where_and_when(web: Web, fetch: Fetch):
    address = web.on("/feed", Reply("é", headers={"Content-Type": "text/xml; charset=utf-8", "X-Other": "1"}))
    answer = fetch(address)
    assert (answer.asked, answer.address, answer.status, answer.body) == (address, address, 200, "é".encode())
    assert (answer.at, answer.moved_to, answer.unchanged) == (CLOCK, None, False)
    assert answer.headers == {"content-type": "text/xml; charset=utf-8"}, "the charset stays, what nobody needs goes"
    assert answer.digest == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


def test_request_is_honest_about_who_asks(web: Web, fetch: Fetch):
    fetch(web.on("/feed", Reply()))
    (request,) = web.seen
    assert request.headers["user-agent"] == "AI-News-Trends/0.1.0 (+desk@news.test)"
    assert request.headers["accept-encoding"] == "gzip, deflate"
    assert request.headers["host"] == web.host


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        ("", "AI-News-Trends/0.1.0"),
        ("https://news.test/über", "AI-News-Trends/0.1.0 (+https://news.test/%C3%BCber)"),
        ("a\r\nX: (b)", "AI-News-Trends/0.1.0 (+a%0D%0AX: %28b%29)"),
    ],
)
def test_contact_can_hold_nothing_that_a_header_cannot(contact: str, agent: str):
    assert user_agent(contact) == agent


def test_settings_say_who_asks_and_how_long(web: Web):
    with open_network(replace(load_settings({}), contact="us"), clock=CLOCK) as network:
        network.get(Ask(web.on("/", Reply()), "s", allow_private=True))
    assert web.seen[0].headers["user-agent"].endswith("(+us)")


def test_what_is_held_is_not_sent_again(web: Web, fetch: Fetch):
    address = web.on("/feed", Reply("news", etag='"1"', headers={"Last-Modified": "Thu, 26 Nov 2026 06:00:00 GMT"}))
    first = fetch(address)
    second = fetch(address, validators=first.validators)
    assert first.validators == Validators('"1"', "Thu, 26 Nov 2026 06:00:00 GMT")
    assert (second.status, second.unchanged, second.body) == (304, True, b"")
    assert web.seen[1].headers["if-modified-since"] == "Thu, 26 Nov 2026 06:00:00 GMT"


def test_unchanged_answer_that_repeats_no_version_keeps_the_held_one(web: Web, fetch: Fetch):
    held = Validators(etag='"1"')
    assert fetch(web.on("/feed", Reply(status=304)), validators=held).validators == held


def test_version_on_two_lines_can_be_sent_back(web: Web, fetch: Fetch):
    address = web.on("/feed", Reply("news", headers={"ETag": '"a\r\n b"'}))
    assert fetch(address).validators == Validators(etag='"a b"')
    assert fetch(address, validators=fetch(address).validators).body == b"news"


def test_unchanged_without_a_held_version_is_a_problem(web: Web, reason):
    assert reason(web.on("/feed", Reply(status=304))) == "status-304"


@pytest.mark.parametrize("pack", ["gzip", "deflate"])
def test_packed_bodies_arrive_unpacked(pack: str, web: Web, fetch: Fetch):
    assert fetch(web.on("/", Reply("news " * 1000, pack=pack))).body == b"news " * 1000


@pytest.mark.parametrize(
    "reply",
    [Reply("x", headers={"Content-Encoding": "br"}), Reply("no gzip", headers={"Content-Encoding": "gzip"})],
    ids=["not asked for", "damaged"],
)
def test_bodies_that_cannot_be_unpacked(reply: Reply, web: Web, reason):
    assert reason(web.on("/", reply)) == "encoding"


def test_packed_body_that_ends_early_is_asked_for_again(web: Web, fetch: Fetch, reason):
    """Half a feed would be held as the whole: the server says of both that they are the same version."""
    whole = gzip.compress(b"news " * 1000)
    torn = Reply(whole[:-12], headers={"Content-Encoding": "gzip"})
    assert fetch(web.on("/", torn, replace(torn, body=whole))).body == b"news " * 1000
    assert reason(web.on("/", torn)) == "encoding"


def test_packed_body_of_several_parts_and_of_none(web: Web, fetch: Fetch):
    packed = {"Content-Encoding": "x-gzip"}
    assert fetch(web.on("/", Reply(gzip.compress(b"a") + gzip.compress(b"b"), headers=packed))).body == b"ab"
    assert fetch(web.on("/", Reply(b"", headers=packed))).body == b""


# Trying again


def test_busy_and_broken_servers_are_asked_again_ever_later(web: Web, fetch: Fetch, time: Time):
    busy = [Reply(status=429), Reply(status=500), Reply(status=503)]
    assert fetch(web.on("/", *busy, Reply("news"))).body == b"news"
    assert time.slept == [1, 2, 4]


def test_chance_shortens_a_pause_by_half_at_most(web: Web, time: Time):
    pace = Pace(sleep=time.sleep, monotonic=lambda: time.now, chance=lambda: 0.0)
    with Network(contact="", seconds=30, clock=CLOCK, pace=pace) as network:
        network.get(Ask(web.on("/", Reply(status=503), Reply()), "s", allow_private=True))
    assert time.slept == [0.5]


def test_a_server_that_stays_broken_is_left_after_four_attempts(web: Web, reason):
    assert reason(web.on("/", Reply(status=502))) == "status-502"
    assert len(web.seen) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 204])
def test_other_refusals_are_final(status: int, web: Web, reason, time: Time):
    assert reason(web.on("/", Reply(status=status))) == f"status-{status}"
    assert (len(web.seen), time.slept) == (1, [])


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "Thu, 26 Nov 2026 07:00:09 GMT"}, 9),
        ({"Retry-After": "Thu, 26 Nov 2026 07:01:00 GMT", "Date": "Thu, 26 Nov 2026 07:00:52 GMT"}, 8),
        ({"Retry-After": "Thu, 26 Nov 2020 07:00:00 GMT"}, 1),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "soon"}, 1),
        ({"Retry-After": "-5"}, 1),
        ({"Retry-After": "Thu, 99 Nov 2026 07:00:09 GMT"}, 1),
    ],
)
def test_retry_after_is_honoured(headers: dict[str, str], pause: float, web: Web, fetch: Fetch, time: Time):
    def busy(handler: Handler) -> None:
        handler.send_response_only(503)  # without the date of today that http.server adds
        for name, value in {**headers, "Content-Length": "0"}.items():
            handler.send_header(name, value)
        handler.end_headers()

    fetch(web.on("/", busy, Reply()))
    assert time.slept == [pause]


@pytest.mark.parametrize("status", [429, 503])
def test_asked_to_wait_longer_than_a_request_may_take(status: int, web: Web, reason, time: Time):
    assert reason(web.on("/", Reply(status=status, headers={"Retry-After": "3600"}))) == "busy"
    assert (len(web.seen), time.slept) == (1, [])


def test_time_that_is_up_is_not_called_a_long_wait(web: Web, reason, time: Time):
    replies = [Reply(status=503, headers={"Retry-After": after}) for after in ("29", "0")]
    assert reason(web.on("/", *replies)) == "status-503"
    assert time.slept == [29]


def test_too_many_requests_to_the_end(web: Web, reason):
    assert reason(web.on("/", Reply(status=429))) == "busy"


def test_redirects_and_retries_share_the_time_of_one_request(web: Web, reason, time: Time):
    web.on("/b", Reply(status=503, headers={"Retry-After": "20"}))
    web.on("/a", Reply(status=503, headers={"Retry-After": "20"}), redirect("/b"))
    assert reason(web.url("/a")) == "busy"
    assert time.slept == [20]


def test_connection_that_breaks_midway_is_tried_again(web: Web, fetch: Fetch):
    def torn(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        handler.reset()

    assert fetch(web.on("/", torn, Handler.reset, Reply("whole"))).body == b"whole"


@pytest.mark.parametrize(
    "start",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", b"", b"220 this is mail\r\n\r\n"],
    ids=["half a body", "nothing", "another protocol"],
)
def test_connections_that_end_early(start: bytes, web: Web, reason):
    def torn(handler: Handler) -> None:
        handler.wfile.write(start)
        handler.close_connection = True

    assert reason(web.on("/", torn)) == "reset"
    assert len(web.seen) == 4


def test_refused_connections_are_tried_again(reason, time: Time):
    assert reason(f"http://127.0.0.1:{free_port()}/") == "refused"
    assert time.slept == [1, 2, 4]


@pytest.mark.parametrize(("code", "naps"), [(socket.EAI_NONAME, 0), (socket.EAI_AGAIN, 3)])
def test_names_that_nobody_knows(code: int, naps: int, reason, time: Time, monkeypatch):
    def unknown(*_: object, **__: object):
        raise socket.gaierror(code, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert reason("http://nowhere.test/") == "name"
    assert len(time.slept) == naps


# Limits


def asking(**limits: float):
    with Network(contact="", clock=CLOCK, **limits) as network:
        yield lambda address: network.get(Ask(address, "s", allow_private=True))


@pytest.fixture
def small():
    """Asks for at most 2,000 bytes."""
    yield from asking(seconds=60, size=2000)


@pytest.fixture
def hurried():
    """Asks for as long as a third of a second, on the machine's own clock."""
    yield from asking(seconds=0.35)


def test_bodies_up_to_the_limit_arrive(web: Web, small):
    assert len(small(web.on("/", Reply(b"x" * 2000, pack="gzip"))).body) == 2000


@pytest.mark.parametrize("pack", [None, "gzip", "deflate"])
def test_bigger_bodies_do_not(pack: str | None, web: Web, small):
    with pytest.raises(FetchProblem, match="too-big"):
        small(web.on("/", Reply(b"x" * 2001, pack=pack)))


def test_body_without_end_is_not_read_to_its_end(web: Web, small):
    with pytest.raises(FetchProblem, match="too-big"):
        small(web.on("/", lambda handler: handler.drip(HEAD + b"\r\n", b"x" * 500)))


def test_redirect_is_followed_without_its_endless_body(web: Web, small):
    web.on("/", lambda handler: handler.drip(b"HTTP/1.1 302 Found\r\nLocation: /news\r\n\r\n", b"x" * 500))
    web.on("/news", Reply("news"))
    assert small(web.url("/")).body == b"news"


def test_error_page_without_end_is_not_read_at_all(web: Web, reason):
    web.on("/", lambda handler: handler.drip(b"HTTP/1.1 404 Not Found\r\n\r\n", b"x" * 500))
    assert reason(web.url("/")) == "status-404"


def test_bomb_is_not_unpacked_to_its_end(web: Web, fetch: Fetch):
    """100 MB in 100 kB; what is unpacked of it stays near the limit of 20 MB."""
    web.on("/", Reply(gzip.compress(b"\0" * 100_000_000), headers={"Content-Encoding": "gzip"}))
    tracemalloc.start()
    try:
        with pytest.raises(FetchProblem, match="too-big"):
            fetch(web.url("/"))
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (HEAD + b"\r\n", b"x"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (HEAD + b"X-Endless: ", b"x"),
        (b"", b""),
    ],
    ids=["body", "chunks", "header", "silence"],
)
def test_answers_that_drip_without_end(start: bytes, piece: bytes, web: Web, hurried):
    with pytest.raises(FetchProblem, match="timeout"):
        hurried(web.on("/", lambda handler: handler.drip(start, piece)))


def test_headers_without_end(web: Web, reason):
    web.on("/", lambda handler: handler.drip(HEAD, b"X-More: 1\r\n" * 101))
    assert reason(web.url("/")) == "reset"


# Redirects


@pytest.mark.parametrize(
    ("statuses", "moved"), [((301,), True), ((308, 301), True), ((302,), False), ((301, 307), False), ((303,), False)]
)
def test_permanent_redirects_are_reported(statuses: tuple[int, ...], moved: bool, web: Web, fetch: Fetch):
    for number, status in enumerate(statuses):
        web.on(f"/{number}", redirect(f"/{number + 1}", status=status))
    web.on(f"/{len(statuses)}", Reply("news"))
    answer = fetch(web.url("/0"))
    assert (answer.asked, answer.address) == (web.url("/0"), web.url(f"/{len(statuses)}"))
    assert answer.moved_to == (answer.address if moved else None)


def test_redirect_to_another_server_and_address_in_other_letters(web: Web, webs, fetch: Fetch):
    other = webs()
    other.on("/n%C3%A4he?q=1", Reply("news"))
    address = web.on("/", redirect(f"{other.url('/nähe?q=1')}#part".encode().decode("latin-1")))
    assert fetch(address).address == other.url("/n%C3%A4he?q=1")


def test_ten_redirects_are_followed_and_no_more(web: Web, fetch: Fetch, reason):
    for number in range(11):
        web.on(f"/{number}", redirect(f"/{number + 1}"))
    web.on("/11", Reply("news"))
    assert fetch(web.url("/1")).body == b"news"
    assert reason(web.url("/0")) == "redirect-loop"


def test_loop_is_noticed_at_once(web: Web, reason):
    web.on("/a", redirect("/b"))
    web.on("/b", redirect("/a"))
    assert reason(web.url("/a")) == "redirect-loop"
    assert web.paths == ["/a", "/b", "/a"]


def test_redirect_to_itself_that_sets_a_cookie_is_no_loop(web: Web, fetch: Fetch):
    web.on("/", replace(redirect("/"), headers={"Location": "/", "Set-Cookie": "seen=1"}), Reply("news"))
    assert fetch(web.url("/")).body == b"news"
    assert web.seen[1].headers["cookie"] == "seen=1"


@pytest.mark.parametrize("location", ["ftp://news.test/", "http://[half/", "file:///etc/passwd", "http://a:b@c/"])
def test_redirect_to_what_is_no_web_address(location: str, web: Web, reason):
    assert reason(web.on("/", redirect(location))) == "address"


def test_redirect_without_a_target(web: Web, reason):
    assert reason(web.on("/", Reply(status=301))) == "status-301"


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        *("", "news", "//news.test/", "ftp://news.test/", "http://", "http:///feed", "http://news.test:99999/"),
        *("http://user:secret@news.test/", "http://news.test:0/", "http://[::1/", "http://news.test\\@127.0.0.1/"),
        *("http://ne\nws.test/", "http://\ud800.test/", f"http://{'a' * 64}.test/", "http://a..b/", "javascript:1"),
    ],
)
def test_malformed_addresses(address: str, reason):
    assert reason(address) in {"address", "name"}


def test_secrets_of_addresses_do_not_reach_reports(web: Web, fetch: Fetch):
    for address in (web.url("/x?api_key=S3CRET&q=1"), "http://me:S3CRET@news.test/", web.url("/x?q=1&Token=S3CRET")):
        with pytest.raises(FetchProblem) as caught:
            fetch(address)
        assert "S3CRET" not in str(caught.value)
        assert "***" in str(caught.value)


def test_secrets_of_addresses_do_not_reach_what_connectors_say():
    problem = FetchProblem(
        "no-feed", "https://news.test/f?key=S3CRET: 'https://me:S3CRET@news.test/?token=S3CRET' is a page"
    )
    assert problem.detail == "https://news.test/f?key=***: 'https://***@news.test/?token=***' is a page"
    assert str(problem) == f"no-feed: {problem.detail}"
    assert FetchProblem(problem.reason, problem.detail).detail == problem.detail


# Encrypted


@pytest.fixture
def tls_web(webs, monkeypatch) -> Web:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    return webs(tls=True)


def test_certificate_is_checked_by_name(tls_web: Web, fetch: Fetch, reason, time: Time):
    tls_web.on("/", Reply("news"))
    port = tls_web.server_address[1]
    assert fetch(f"https://localhost:{port}/").body == b"news"
    assert reason(f"https://127.0.0.1:{port}/") == "tls"
    assert time.slept == []


def test_certificate_that_nobody_vouches_for(webs, reason):
    server = webs(tls=True)
    assert reason(f"https://localhost:{server.server_address[1]}/") == "tls"


def test_encrypted_answer_without_end(tls_web: Web, hurried):
    tls_web.on("/", lambda handler: handler.drip(HEAD + b"X-Endless: ", b"x"))
    with pytest.raises(FetchProblem, match="timeout"):
        hurried(f"https://localhost:{tls_web.server_address[1]}/")


def test_plain_server_where_an_encrypted_one_is_asked_for(web: Web, reason):
    assert reason(f"https://localhost:{web.server_address[1]}/") in {"tls", "reset"}


def test_silence_where_encryption_should_begin(hurried):
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(FetchProblem, match="timeout"):
        hurried(f"https://127.0.0.1:{silent.getsockname()[1]}/")


# Manners


def test_requests_to_one_host_keep_their_distance(web: Web, fetch: Fetch, time: Time):
    web.on("/", Reply())
    fetch(web.url("/"), every=5.0)
    time.now += 2
    fetch(web.url("/"), every=5.0)
    fetch(web.url("/"))
    assert time.slept == [3]


def test_one_request_at_a_time_to_each_host_and_several_hosts_at_once(webs, time: Time):
    servers = [webs() for _ in range(3)]
    together = threading.Barrier(3, timeout=30)

    def meet(handler: Handler) -> None:
        together.wait()  # passes only while all three servers are asked at the same time
        Reply("news").send(handler)

    addresses = [server.on("/", meet) for server in servers for _ in range(4)]
    with (
        Network(contact="", seconds=30, clock=CLOCK) as network,
        ThreadPoolExecutor(len(addresses)) as pool,
    ):
        bodies = pool.map(lambda address: network.get(Ask(address, "s", allow_private=True)).body, addresses)
        assert list(bodies) == [b"news"] * 12
    assert [server.most for server in servers] == [1, 1, 1]


def test_request_is_over_once_its_answer_is_whole_however_late_the_server_notices(web: Web, fetch: Fetch):
    """What counts `most`: a server's thread that gets no turn after its last byte must not look like a second request at once."""

    def busy(handler: Handler) -> None:
        Reply(status=503, headers={"Connection": "close"}).send(handler)
        web.over.wait()

    assert fetch(web.on("/", busy, Reply("news"))).body == b"news"
    assert (web.paths, web.most) == (["/", "/"], 1)


def test_servers_that_redirect_to_each_other_do_not_block(webs):
    """Each holds its own turn while asking for the other's: whoever kept the first turn would wait for ever."""
    one, other = webs(), webs()
    for here, there in ((one, other), (other, one)):
        here.on("/away", redirect(there.url("/news")))
        here.on("/news", Reply("news"))
    with Network(contact="", seconds=30, clock=CLOCK) as network, ThreadPoolExecutor(8) as pool:
        addresses = [one.url("/away"), other.url("/away")] * 10
        answers = pool.map(lambda address: network.get(Ask(address, "s", allow_private=True)), addresses)
        assert {answer.body for answer in answers} == {b"news"}


def test_proxies_of_the_environment_are_not_used(web: Web, fetch: Fetch, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    assert fetch(web.on("/", Reply("news"))).body == b"news"
