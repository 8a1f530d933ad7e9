"""`ainews sources`: each command over small seeds, with a recording in the place of the network."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.catalog import Source, load_sources
from etl.commands import sources as commands
from etl.errors import AinewsError
from etl.fetch.model import Fetcher
from etl.settings import Settings
from tests.test_sources_discover import HOME, LINK, Recording, page, rss

SHIPPED = Path(__file__).resolve().parents[1] / "seeds"
BLOG = """
[blog]
name = "A Blog"
kind = "feed"
home = "https://blog.example/"
address = "https://www.blog.example/feed"
country = "FR"
"""
STORY = """<item><title>{title}</title><link>https://blog.example/{n}</link><pubDate>{day} Mar 2026 10:00:00 GMT</pubDate>
<description>A chatbot learns to sing and tells the world how it was taught to do so.</description></item>"""
FEED = rss(
    "Singing <![CDATA[&]]> Machines",
    "".join(STORY.format(title=f"Chatbot {n} sings", n=n, day=n) for n in range(1, 8))
    + "<item><title>Undated</title><link>https://blog.example/u</link></item>",
    "<language>en-us</language><link>https://blog.example/</link>",
)
Invoke = Callable[..., tuple[int, str]]


@pytest.fixture
def settings(empty_data: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The small seeds with a blog that ships switched off, found by the commands through the environment."""
    path = empty_data.seeds / "sources.toml"
    path.write_text(path.read_text(encoding="utf-8") + BLOG, encoding="utf-8")
    for name in ("feeds.toml", "source_words.toml"):
        shutil.copy(SHIPPED / name, empty_data.seeds / name)
    monkeypatch.setenv("AINEWS_SEEDS", str(empty_data.seeds))
    monkeypatch.setenv("AINEWS_DATA", str(empty_data.data))
    monkeypatch.delenv("AINEWS_DESK", raising=False)
    monkeypatch.setattr(commands, "_now", lambda: datetime(2026, 4, 1, 12))
    return empty_data


@pytest.fixture
def ainews(settings: Settings) -> Invoke:
    """Call `ainews sources …`: (exit status, what was printed or what the error says)."""

    def call(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["sources", *arguments], env={"COLUMNS": "200"})
        if isinstance(done.exception, AinewsError):
            return done.exception.exit_status, str(done.exception)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return call


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], Recording]:
    """Let the commands ask a recording of these answers."""

    def put(texts: dict[str, str]) -> Recording:
        recording = Recording(texts)

        @contextmanager
        def network(settings: Settings) -> Iterator[Fetcher]:
            yield recording

        monkeypatch.setattr(commands, "network", network)
        return recording

    return put


def sources(settings: Settings) -> dict[str, Source]:
    return load_sources(settings.seeds, settings.desk)


def desk_text(settings: Settings) -> str:
    return (settings.desk / "sources.toml").read_text(encoding="utf-8")


# list


def test_list_says_what_is_on_and_why(ainews: Invoke):
    status, said = ainews("list")
    rows = [line.split(maxsplit=2)[:2] for line in said.splitlines()[1:4]]
    assert (status, rows) == (0, [["on", "weekly"], ["on", "digest"], ["off", "blog"]])
    assert "can be fetched" in said
    assert "2 of 3 sources are on. `ainews sources enable ID` turns one on" in said


def test_list_as_json(ainews: Invoke, settings: Settings):
    ainews("enable", "blog")
    _, said = ainews("list", "--json")
    assert json.loads(said)[2] == {
        "id": "blog",
        "name": "A Blog",
        "kind": "feed",
        "country": "FR",
        "language": "en",
        "address": "https://www.blog.example/feed",
        "on": True,
        "why": "fetched",
        "own": False,
    }


# enable, disable, remove


def test_enable_writes_one_key_to_the_desk_folder_and_disable_turns_it(ainews: Invoke, settings: Settings):
    assert ainews("enable", "blog") == (0, "blog is on from the next run.\n")
    assert desk_text(settings).endswith("\n[blog]\nfetch = true\n")
    assert sources(settings)["blog"].live
    assert ainews("enable", "blog") == (0, "blog is on already.\n")
    assert ainews("disable", "blog") == (0, "blog is off from the next run on; its stories stay.\n")
    assert desk_text(settings).endswith("\n[blog]\nfetch = false\n")
    assert ainews("disable", "blog") == (0, "blog is off already.\n")


def test_enable_all_live(ainews: Invoke, settings: Settings):
    assert ainews("enable", "--all-live") == (0, "blog is on from the next run.\n")
    assert ainews("enable", "--all-live") == (0, "")
    assert [source.id for source in sources(settings).values() if source.live] == ["blog"]


@pytest.mark.parametrize("arguments", [(), ("blog", "--all-live")])
def test_enable_wants_either_names_or_all(ainews: Invoke, arguments: tuple[str, ...]):
    status, said = ainews("enable", *arguments)
    assert status == 2
    assert "name sources, or give --all-live" in said


def test_one_unknown_source_leaves_all_as_they_were(ainews: Invoke, settings: Settings):
    assert ainews("enable", "blog", "blgo") == (1, "there is no source 'blgo'; did you mean blog?")
    assert ainews("disable", "x") == (1, "there is no source 'x'; `ainews sources list` names them")
    assert not (settings.desk / "sources.toml").exists()


def test_an_archive_is_switched_off_and_on_as_a_whole(ainews: Invoke, settings: Settings):
    assert ainews("enable", "weekly") == (1, "weekly has an archive, which is read, and no address to fetch")
    assert ainews("disable", "weekly") == (0, "weekly is off from the next run on; its stories stay.\n")
    assert not sources(settings)["weekly"].active
    assert ainews("enable", "weekly") == (0, "weekly is on from the next run.\n")
    assert sources(settings)["weekly"].active


def test_a_source_with_an_archive_that_is_fetched_too_keeps_its_archive(ainews: Invoke, settings: Settings):
    settings.desk.mkdir(parents=True)
    (settings.desk / "sources.toml").write_text('[weekly]\naddress = "https://weekly.example/feed"\nfetch = true\n')
    status, said = ainews("disable", "weekly")
    assert (status, said.strip()) == (
        0,
        "weekly is not fetched from the next run on; its archive is still read, its stories stay.",
    )
    assert sources(settings)["weekly"].active


def test_a_source_without_an_address_can_not_be_enabled(ainews: Invoke, settings: Settings):
    settings.desk.mkdir(parents=True)
    (settings.desk / "sources.toml").write_text('[x]\nname = "X"\nkind = "feed"\nhome = "https://x.example/"\n')
    assert ainews("enable", "x") == (1, "x has no address to fetch; give its entry one")


def test_remove_takes_out_ones_own_and_switches_off_what_ships(ainews: Invoke, settings: Settings, answers):
    answers({HOME: FEED})
    ainews("add", HOME, "--id", "mine")
    assert ainews("remove", "mine") == (0, "mine is removed from the list. Its stories stay in the data.\n")
    assert "mine" not in sources(settings)
    said = "blog ships with the project, so it is switched off. Its stories stay in the data.\n"
    assert ainews("remove", "blog") == (0, said)
    assert not sources(settings)["blog"].enabled
    assert ainews("enable", "blog") == (0, "blog is on from the next run.\n")
    assert ainews("remove", "nobody")[0] == 1


# add


def test_add_finds_the_feed_of_a_page_and_writes_a_whole_entry(ainews: Invoke, settings: Settings, answers):
    links = LINK.format(rel="alternate", type="application/rss+xml", href="/a.xml")
    links += LINK.format(rel="alternate", type="application/rss+xml", href="/comments.xml")
    answers({HOME: page(links), "https://blog.example/a.xml": FEED, "https://blog.example/comments.xml": FEED})
    status, said = ainews("add", HOME, "--country", "FR")
    assert status == 0
    assert "Found https://blog.example/a.xml: Singing & Machines, 8 entries" in said
    assert "The first is taken; another one by its own address." in said
    assert f"Added singing-machines to {settings.desk / 'sources.toml'}" in said
    added = sources(settings)["singing-machines"]
    assert (added.name, added.address, added.home) == (
        "Singing & Machines",
        "https://blog.example/a.xml",
        "https://blog.example/",
    )
    assert (added.country, added.language, added.live, added.scope) == ("FR", "en", True, "ai")


def test_add_takes_what_is_said_over_what_is_found(ainews: Invoke, settings: Settings, answers):
    recording = answers({HOME: rss("", "", "")})
    words = ("--must-match", "AI", "--must-match", "chatbot")
    more = ("--id", "mine", "--name", 'My "own"', "--language", "FR", "--kind", "newsletter", "--allow-private")
    assert ainews("add", HOME, *words, *more)[0] == 0
    mine = sources(settings)["mine"]
    assert (mine.name, mine.language, mine.kind, mine.home) == ('My "own"', "fr", "newsletter", HOME)
    assert (mine.scope, mine.must_match, mine.allow_private) == ("general", ("AI", "chatbot"), True)
    assert all(ask.allow_private for ask in recording.asked)


def test_add_makes_an_id_that_is_free(ainews: Invoke, settings: Settings, answers):
    answers({HOME: rss("Blog"), HOME + "2": rss("日本", more="")})
    ainews("add", HOME)
    ainews("add", HOME + "2")
    assert list(sources(settings)) == ["weekly", "digest", "blog", "blog-2", "source"]


@pytest.mark.parametrize(
    ("arguments", "status", "problem"),
    [
        (("http://blog.example/feed/",), 1, "is listed already as blog; `ainews sources enable blog` turns it on"),
        ((HOME, "--id", "weekly"), 1, "there is a source 'weekly' already; give another --id"),
        ((HOME, "--id", "My Feed"), 1, "the id 'My Feed' is malformed; use lower-case letters"),
        ((HOME, "--language", "english"), 2, "'english' is no code of a language"),
        ((HOME, "--country", "UK"), 2, "'UK' is no country of seeds/regions.toml"),
        (("blog.example",), 1, "'blog.example' is no web address; give one with https://"),
        (("https://nobody.example/",), 1, "status-404: https://nobody.example/ is not there"),
        (("https://empty.example/",), 1, "no-feed: https://empty.example/ is no feed, links to none"),
    ],
)
def test_what_can_not_be_added_is_said_and_changes_nothing(
    ainews: Invoke, settings: Settings, answers, arguments: tuple[str, ...], status: int, problem: str
):
    answers({HOME: FEED, "http://blog.example/feed/": FEED, "https://empty.example/": page()})
    ended, said = ainews("add", *arguments)
    assert ended == status
    assert problem in said
    assert not (settings.desk / "sources.toml").exists()


def test_a_private_address_that_is_refused_says_what_permits_it(ainews: Invoke, settings: Settings):
    """The network itself refuses, before it opens a connection."""
    status, said = ainews("add", "http://127.0.0.1:9/feed.xml")
    assert status == 1
    assert said.startswith("private: ")
    assert said.endswith("; --allow-private permits it")


def test_a_feed_that_is_on_already_is_said_to_be(ainews: Invoke, answers):
    answers({"https://blog.example/feed": FEED})
    ainews("enable", "blog")
    assert "is listed already as blog; it is on" in ainews("add", "https://blog.example/feed")[1]


# test


@pytest.mark.parametrize("what", ["blog", HOME])
def test_test_shows_what_would_come_and_stores_nothing(ainews: Invoke, settings: Settings, answers, what: str):
    answers({HOME: FEED, "https://www.blog.example/feed": FEED})
    status, said = ainews("test", what)
    assert status == 0
    assert ": 8 documents, 8 stories (7 digest, 1 headline)\nFrom 2026-03-01 to 2026-04-01. The newest:\n" in said
    assert said.endswith(
        "  2026-04-01  Undated  (headline, dated by fetch)\n"
        "  2026-03-07  Chatbot 7 sings  (digest)\n"
        "  2026-03-06  Chatbot 6 sings  (digest)\n"
        "  2026-03-05  Chatbot 5 sings  (digest)\n"
        "  2026-03-04  Chatbot 4 sings  (digest)\n"
    )
    assert not settings.data.exists()


def test_test_says_what_is_set_aside_and_why(ainews: Invoke, settings: Settings, answers):
    settings.desk.mkdir(parents=True)
    (settings.desk / "sources.toml").write_text('[blog]\nscope = "general"\nmust_match = ["camera"]\n')
    answers({"https://www.blog.example/feed": FEED})
    _, said = ainews("test", "blog")
    assert "0 stories" in said
    assert "8 rejected:off-topic" in said
    answers({"https://www.blog.example/feed": FEED.replace("7 Mar 2026", "7 May 2026")})
    (settings.desk / "sources.toml").write_text("")
    _, said = ainews("test", "blog")
    assert "7 stories" in said
    assert (
        "Set aside: 1 quarantined:date\n  quarantined:date  https://blog.example/7  (2026-05-07 is after the run's"
        in said
    )


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ("weekly", "weekly has no address to fetch; what its archive holds is taken in by every run"),
        ("nobody", "there is no source 'nobody'"),
        ("blog", "status-404"),
    ],
)
def test_what_can_not_be_tested_is_said(ainews: Invoke, answers, what: str, problem: str):
    answers({})
    status, said = ainews("test", what)
    assert status == 1
    assert problem in said


# import-opml, export-opml


def test_a_list_of_feeds_is_taken_over_and_given_back(ainews: Invoke, settings: Settings, tmp_path: Path):
    body = '<outline text="AI"><outline text="New" xmlUrl="https://new.example/rss" language="fr-FR"/></outline>'
    body += '<outline text="Known" xmlUrl="http://blog.example/feed/"/><outline text="L" xmlUrl="file:///x"/>'
    body += '<outline text="New" xmlUrl="https://other.example/rss"/>'
    (tmp_path / "in.opml").write_text(f'<opml version="2.0"><body>{body}</body></opml>')
    status, said = ainews("import-opml", str(tmp_path / "in.opml"))
    assert status == 0
    assert "not taken: L: 'file:///x' is no web address" in said
    assert said.endswith("2 new, 1 listed already, 1 unusable.\n")
    assert list(sources(settings)) == ["weekly", "digest", "blog", "new", "new-2"]
    assert (sources(settings)["new"].language, sources(settings)["new"].live) == ("fr", True)
    assert "# AI\n[new]\n" in desk_text(settings)
    assert ainews("import-opml", str(tmp_path / "in.opml"))[1].endswith("0 new, 3 listed already, 1 unusable.\n")
    assert ainews("export-opml", str(tmp_path / "out.opml")) == (0, f"2 feeds written to {tmp_path / 'out.opml'}.\n")
    assert ainews("import-opml", str(tmp_path / "out.opml"))[1] == "0 new, 2 listed already, 0 unusable.\n"
    assert ainews("export-opml", "-", "--all")[1].count("<outline") == 3


def test_a_list_can_be_taken_over_switched_off(ainews: Invoke, settings: Settings, tmp_path: Path):
    (tmp_path / "in.opml").write_text('<opml><body><outline text="X" xmlUrl="https://x.example/"/></body></opml>')
    assert ainews("import-opml", "--off", str(tmp_path / "in.opml"))[0] == 0
    assert not sources(settings)["x"].live


def test_a_feed_that_a_list_names_twice_in_two_ways_is_taken_once(ainews: Invoke, settings: Settings, tmp_path: Path):
    body = '<outline text="X" xmlUrl="http://www.x.example/rss" htmlUrl="javascript:alert(1)"/>'
    body += '<outline text="X again" xmlUrl="https://x.example/rss/"/>'
    (tmp_path / "in.opml").write_text(f"<opml><body>{body}</body></opml>")
    assert ainews("import-opml", str(tmp_path / "in.opml"))[1].endswith("1 new, 1 listed already, 0 unusable.\n")
    assert sources(settings)["x"].home == "http://www.x.example/"
    assert "x-again" not in sources(settings)


def test_files_that_can_not_be_read_or_written_are_named(ainews: Invoke, tmp_path: Path):
    assert ainews("import-opml", str(tmp_path / "none.opml")) == (
        1,
        f"{tmp_path / 'none.opml'} can't be read (No such file or directory)",
    )
    assert ainews("export-opml", str(tmp_path)) == (1, f"{tmp_path} can't be written (Is a directory)")


@pytest.mark.parametrize("name", ["list", "add", "enable", "disable", "remove", "test", "import-opml", "export-opml"])
def test_every_command_says_what_it_does(ainews: Invoke, name: str):
    status, said = ainews(name, "--help")
    assert status == 0
    assert f"ainews sources {name}" in said or f"sources {name}" in said
