"""robots.txt: asked once, obeyed for pages, and for pages only."""

from __future__ import annotations

import pytest

from etl.fetch.client import Network
from etl.fetch.model import Answer, Ask, FetchProblem
from tests.test_fetch_client import CLOCK, Time
from tests.web import Reply, Web, redirect, web_fixture, webs_fixture  # noqa: F401

CLOSED = Reply("User-agent: *\nDisallow: /private")


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def page(time: Time):
    with Network(contact="", seconds=30, clock=CLOCK, pace=time.pace) as network:

        def get(address: str, *, allow_private: bool = True) -> Answer:
            return network.get(Ask(address, "s", kind="page", allow_private=allow_private))

        yield get


def test_pages_that_are_closed_to_robots_are_not_asked_for(web: Web, page):
    web.on("/robots.txt", CLOSED)
    web.on("/open", Reply("news"))
    assert page(web.url("/open")).body == b"news"
    with pytest.raises(FetchProblem, match="robots"):
        page(web.url("/private/x"))
    assert web.paths == ["/robots.txt", "/open"], "asked once, and never for what is closed"


def test_rules_for_us_by_name(web: Web, page):
    web.on("/robots.txt", Reply("User-agent: *\nDisallow:\n\nUser-agent: ai-news-trends\nDisallow: /"))
    with pytest.raises(FetchProblem, match="robots"):
        page(web.url("/open"))


@pytest.mark.parametrize("kind", ["feed", "api"])
def test_feeds_and_interfaces_are_there_to_be_asked(kind, web: Web, time: Time):
    web.on("/robots.txt", Reply("User-agent: *\nDisallow: /"))
    with Network(contact="", seconds=30, clock=CLOCK, pace=time.pace) as network:
        assert network.get(Ask(web.on("/", Reply("news")), "s", kind=kind, allow_private=True)).body == b"news"
    assert web.paths == ["/"]


@pytest.mark.parametrize(
    "reply", [Reply(status=404), Reply(status=403), redirect("/robots.txt"), Reply(b"\xff\0<html>")]
)
def test_servers_without_rules_allow_everything(reply: Reply, web: Web, page):
    web.on("/robots.txt", reply)
    web.on("/open", Reply("news"))
    assert page(web.url("/open")).body == b"news"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_servers_that_cannot_tell_their_rules_allow_nothing(status: int, web: Web, page):
    web.on("/robots.txt", Reply(status=status))
    for _ in range(2):
        with pytest.raises(FetchProblem, match="robots"):
            page(web.on("/open", Reply("news")))
    assert web.paths == ["/robots.txt"] * 4, "attempts of one request; its failure is remembered"


def test_redirect_to_a_closed_page_is_not_followed(web: Web, webs, page):
    other = webs()
    other.on("/robots.txt", CLOSED)
    web.on("/open", redirect(other.url("/private/x")))
    with pytest.raises(FetchProblem, match="robots"):
        page(web.url("/open"))
    assert other.paths == ["/robots.txt"]


def test_delay_that_a_server_wants_is_kept_within_reason(web: Web, webs, page, time: Time):
    slow = webs()
    for server, delay in ((web, 3), (slow, 3600)):
        server.on("/robots.txt", Reply(f"User-agent: *\nCrawl-delay: {delay}"))
        server.on("/open", Reply("news"))
    page(web.url("/open"))
    page(slow.url("/open"))
    assert time.slept == [3, 10]


def test_private_server_stays_private_behind_its_rules(web: Web, page):
    """Rules read by a source that may ask a private server open it to no other."""
    web.on("/robots.txt", Reply("User-agent: *\nDisallow:"))
    web.on("/open", Reply("news"))
    page(web.url("/open"))
    with pytest.raises(FetchProblem, match="private"):
        page(web.url("/open"), allow_private=False)
