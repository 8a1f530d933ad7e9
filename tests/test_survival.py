"""A refresh over real connections, whatever servers do: it says what happened, loses and doubles nothing, and goes on."""

from __future__ import annotations

import gzip
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from etl.fetch import guard
from etl.run_log import RunReport
from tests.live import feed
from tests.small_seeds import write_seeds
from tests.survival_kit import Row, World, hang, outcomes, small_world, told, world_fixture  # noqa: F401
from tests.web import Handler, Reply, redirect

LOGIN = "<!doctype html><html><head><title>Log in</title></head><body><form>Password <input></form></body></html>"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><rss version="2.0"><channel><item><title>&c;</title></item></channel></rss>'
)
HUGE = 21_000_000  # bytes


def cut(handler: Handler) -> None:
    """Promise a body and break the connection in the middle of it."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(told("cut", "first", "second")[:300])
    handler.wfile.flush()
    handler.reset()


def endless_redirect(handler: Handler) -> None:
    redirect(handler.path).send(handler)


# What each source does instead of answering as before, and the reason that must be told.
TROUBLES = {
    "vanished": (None, "refused"),  # its server is stopped
    "cut": (cut, "reset"),
    "hanging": (hang, "timeout"),
    "blank": (Reply(b""), "empty"),
    "entryless": (Reply(feed()), "empty"),
    "login": (Reply(LOGIN, headers={"Content-Type": "text/html"}), "login-page"),
    "broken": (Reply(b"oops", status=500), "status-500"),
    "busy": (Reply(b"", status=429), "busy"),
    "lost": (Reply(b"", status=404), "status-404"),
    "garbage": (Reply(bytes(range(256)) * 40), "no-feed"),
    "object": (Reply(b'{"error": "quota"}', headers={"Content-Type": "application/json"}), "no-feed"),
    "entities": (Reply(BOMB), "entities"),
    "unpacking": (Reply(bytes(HUGE), pack="gzip"), "too-big"),
    "huge": (Reply(bytes(HUGE)), "too-big"),
    "mispacked": (Reply(gzip.compress(b"x" * 999)[:20], headers={"Content-Encoding": "gzip"}), "encoding"),
    "turning": (endless_redirect, "redirect-loop"),
}
CALM = ("quiet", "restless", "moved")


@dataclass(frozen=True)
class Story:
    """Three runs: all sources are well, then those of TROUBLES in trouble, then all well with one more story each."""

    well: RunReport
    troubled: RunReport
    again: RunReport
    stories: tuple[list[Row], list[Row], list[Row]]
    names: tuple[str | None, str | None, str | None]


@pytest.fixture(scope="module")
def told_story(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    root = tmp_path_factory.mktemp("survival")
    shutil.copytree(small_data, root / "data")
    with small_world(write_seeds(root / "seeds"), root / "data", seconds=8) as world:
        for source in (*TROUBLES, *CALM):
            world.source(source, Reply(told(source, "first", "second")))
        well, first = world.run(), (world.stories(), world.current)
        for source, (script, _) in TROUBLES.items():
            world.says(source, *([script] if script else []))
        world.stop("vanished")
        restless = told("restless", "first", "second").replace(b"<channel>", b"<channel><ttl>99</ttl>")
        world.says("restless", Reply(restless))
        world.says("moved", redirect(world.webs["moved"].url("/new"), status=301))
        world.webs["moved"].on("/new", Reply(told("moved", "first", "second")))
        troubled, second = world.run(), (world.stories(), world.current)
        back = world.serve()
        for source in (*TROUBLES, *CALM):
            world.says(source, Reply(told(source, "third", "first", "second")))
        _point(world, "vanished", back.on("/vanished", Reply(told("vanished", "third", "first", "second"))))
        again, third = world.run(), (world.stories(), world.current)
        yield Story(well, troubled, again, (first[0], second[0], third[0]), (first[1], second[1], third[1]))


def _point(world: World, source: str, address: str) -> None:
    path = world.settings.desk / "sources.toml"
    path.write_text(path.read_text().replace(world.webs[source].url(f"/{source}"), address))


def test_all_sources_are_taken_in_over_real_connections(told_story):
    assert {o.outcome for o in told_story.well.outcomes} == {"ok"}
    assert told_story.well.dispositions["piece"]["new"] == 2 * len({*TROUBLES, *CALM})


@pytest.mark.parametrize("source", TROUBLES)
def test_source_in_trouble_is_told_with_its_reason_and_keeps_its_stories(told_story, source: str):
    outcome = outcomes(told_story.troubled)[source]
    assert (outcome.outcome, outcome.reason) == ("failed", TROUBLES[source][1]), outcome.detail
    assert outcome.detail is not None
    assert "http://127.0.0.1:" in outcome.detail, "the operator should see where"
    own = [[row for row in rows if row[0] == source] for rows in told_story.stories]
    assert len(own[0]) == 2
    assert own[1] == own[0]


@pytest.mark.parametrize("source", TROUBLES)
def test_source_that_is_back_gives_what_it_has_to_tell_once(told_story, source: str):
    assert outcomes(told_story.again)[source].outcome == "ok"
    titles = sorted(row[2] for row in told_story.stories[2] if row[0] == source)
    assert titles == [f"{name} is what {source} tells" for name in ("First", "Second", "Third")]


def test_troubles_alone_publish_nothing_and_shrink_nothing(told_story):
    assert (told_story.troubled.published, told_story.names[1]) == (False, told_story.names[0])
    assert told_story.stories[1] == told_story.stories[0]
    assert told_story.troubled.down == ()
    assert set(told_story.stories[0]) < set(told_story.stories[2])


def test_feed_whose_bytes_change_without_news_publishes_nothing(told_story):
    assert outcomes(told_story.troubled)["restless"].outcome == "ok"
    assert not told_story.troubled.published


def test_feed_that_moved_for_good_is_read_where_it_is_and_told(told_story):
    moved = outcomes(told_story.troubled)["moved"]
    assert (moved.outcome, moved.reason) == ("ok", None)
    assert "moved for good" in moved.notes[0]
    assert "/new" in moved.notes[0]


def test_news_of_a_source_is_published_although_another_hangs_for_ever(world: World, monkeypatch):
    """What hangs is the look-up of a name, which no deadline of a socket ends."""
    world.source("well", Reply(told("well", "first")))
    world.source("hanging", Reply(told("hanging", "first")))
    path = world.settings.desk / "sources.toml"
    path.write_text(path.read_text().replace(world.webs["hanging"].host, "hanging.example"))
    look_up = socket.getaddrinfo

    def slow(host: str, *arguments: object, **options: object) -> object:
        if host == "hanging.example":
            world.webs["hanging"].over.wait(60)
        return look_up("127.0.0.1" if host == "hanging.example" else host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    monkeypatch.setattr("etl.intake._REQUESTS", 0.1)
    done = world.run()
    assert (done.published, done.dispositions["piece"]["new"]) == (True, 1)
    assert (outcomes(done)["hanging"].outcome, outcomes(done)["hanging"].reason) == ("failed", "timeout")
    log = (world.settings.data / "fetch" / f"{done.run_id}.jsonl").read_text()
    assert '"given_up"' in log, "a replay must not wait for it either"


def test_redirect_to_a_private_address_is_not_followed(world: World, monkeypatch):
    """127.0.0.1 plays a public server here; what it redirects to is the address of clouds' secrets."""
    refusal = guard.refusal
    monkeypatch.setattr(guard, "refusal", lambda ip: None if ip == ip_address("127.0.0.1") else refusal(ip))
    world.source("press", redirect("http://169.254.169.254/latest/meta-data/"))
    path = world.settings.desk / "sources.toml"
    path.write_text(path.read_text().replace("allow_private = true", ""))
    done = world.run()
    assert (outcomes(done)["press"].reason, world.webs["press"].paths) == ("private", ["/press"])
    assert "169.254.169.254" in outcomes(done)["press"].detail


def test_server_of_this_machine_is_not_asked_unless_the_entry_allows_it(world: World):
    world.source("press", Reply(told("press", "first")))
    path = world.settings.desk / "sources.toml"
    path.write_text(path.read_text().replace("allow_private = true", ""))
    assert (outcomes(world.run())["press"].reason, world.webs["press"].paths) == ("private", [])


def test_dates_that_cannot_be_are_set_aside_and_taken_once_their_day_has_come(world: World):
    tomorrow = world.clock + timedelta(days=1)
    dates = {
        "past": "Fri, 24 May 2024 09:00:00 GMT",
        "early": "Tue, 07 Mar 1995 09:00:00 GMT",
        "soon": tomorrow.strftime("%a, %d %b %Y 09:00:00 GMT"),
        "never": "Mon, 01 Jan 2125 09:00:00 GMT",
        "impossible": "Sat, 31 Feb 2024 25:61:00 GMT",
        "zero": "Thu, 01 Jan 1970 00:00:00 GMT",
    }
    items = feed(*((name, f"A story that is {name}", date) for name, date in dates.items()))
    world.source("press", Reply(items))
    done = world.run()
    assert done.dispositions["document"]["quarantined:date"] == 3
    days = {title: (str(day), how) for title, day, how in world.rows(PRESS)}
    assert days == {
        "A story that is past": ("2024-05-24", "document"),
        "A story that is impossible": (str(world.clock.date()), "fetch"),
        "A story that is zero": (str(world.clock.date()), "fetch"),
    }
    later = world.run(clock=tomorrow + timedelta(hours=1))
    assert later.dispositions["piece"]["new"] == 1
    assert {title: (str(day), how) for title, day, how in world.rows(PRESS)} == days | {
        "A story that is soon": (str(tomorrow.date()), "document")
    }


def test_entry_of_days_to_come_is_no_news_until_its_day_has_come(world: World):
    world.source("press", Reply(feed(("far", "A story of days to come", "Mon, 01 Jan 2125 09:00:00 GMT"))))
    world.run()
    assert [world.run(clock=world.clock + timedelta(days=day)).published for day in (1, 2)] == [False, False]


PRESS = "SELECT title, day, date_from FROM story WHERE source_id = 'press'"


def test_clock_that_jumps_back_loses_and_doubles_nothing(world: World):
    world.source("press", Reply(told("press", "first", "second")))
    undated = feed(("x", "A story without a date", "")).replace(b"<pubDate></pubDate>", b"")
    world.source("wire", Reply(undated))
    world.run()
    before, name = world.stories(), world.current
    world.says("press", Reply(told("press", "third", "first", "second")))
    back = world.run(clock=world.clock - timedelta(days=2))
    assert (back.published, back.dispositions["piece"]["new"]) == (True, 1)
    assert set(before) < set(world.stories())
    assert len(world.stories()) == len(before) + 1
    assert str(world.current) > str(name)
    assert not world.run().published


def test_clock_that_jumps_back_before_all_stories_loses_and_doubles_nothing(world: World):
    world.source("press", Reply(told("press", "first", "second")))
    world.run()
    before = world.stories()
    world.run(clock=world.clock.replace(year=2022))
    assert world.stories() == before
    world.run(clock=world.clock + timedelta(days=1))
    assert world.stories() == before


def test_clock_that_jumps_ahead_for_a_run_loses_and_doubles_nothing(world: World):
    world.source("press", Reply(told("press", "first")))
    world.run()
    before = world.stories()
    world.says("press", Reply(told("press", "second", "first")))
    assert world.run(clock=world.clock.replace(year=2060)).published
    world.says("press", Reply(told("press", "third", "second", "first")))
    assert world.run().published
    assert set(before) < set(world.stories())
    assert len(world.stories()) == len(before) + 2
    assert not world.run().published


def test_wall_clock_before_the_newest_snapshot_publishes_under_a_later_name(world: World, monkeypatch):
    world.source("press", Reply(told("press", "first")))
    world.run()
    name, before = world.current, world.stories()
    world.says("press", Reply(told("press", "second", "first")))
    monkeypatch.setattr("etl.run._now", lambda: world.clock - timedelta(days=4000))
    assert world.run().published
    assert (world.current > name, len(world.stories())) == (True, len(before) + 1)


def test_forty_sources_are_asked_and_one_that_is_down_is_named(world: World):
    servers = [world.serve() for _ in range(10)]
    for number in range(40):
        source = f"voice-{number}"
        world.source(source, Reply(told(source, "first", "second")), web=servers[number % 10])
    world.says("voice-7", Reply(b"", status=503))
    done = world.run()
    assert [o.source_id for o in done.outcomes if o.outcome != "ok"] == ["voice-7"]
    assert (len(done.outcomes), done.dispositions["piece"]["new"], done.down) == (40, 78, ())
    assert {web.most for web in servers} == {1}, "one request at a time to each host"
    line = world.log[-1]
    assert (len(line["sources"]), line["sources"]["voice-7"]["reason"]) == (40, "status-503")
    assert not world.run().published
