"""`ainews sources`: the list of sources, and the desk folder's changes to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl.errors import AinewsError
from etl.settings import Settings, load_settings

if TYPE_CHECKING:
    from etl.catalog import Source
    from etl.discover import FoundFeed
    from etl.fetch.model import Fetcher

app = typer.Typer(
    name="sources",
    help="List the sources, turn them on and off, add some, try them out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Ids as `ainews sources list` prints them.")]
Private = Annotated[
    bool, typer.Option("--allow-private", help="The address may lead to this machine or a private network.")
]


class FeedKind(StrEnum):
    """What an entry of a feed is."""

    feed = "feed"
    newsletter = "newsletter"


@app.command("list")
def list_sources(json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False) -> None:
    """Every source: whether a run takes from it, and why or why not."""
    settings = load_settings()
    from etl.catalog import load_sources, shipped_ids
    from etl.source_list import as_json, as_text, rows_of

    rows = rows_of(load_sources(settings.seeds, settings.desk).values(), shipped=shipped_ids(settings.seeds))
    typer.echo(as_json(rows) if json else as_text(rows), nl=False)


@app.command()
def add(
    address: Annotated[str, typer.Argument(metavar="URL", help="A feed, or a page that has one.")],
    id: Annotated[str, typer.Option("--id", help="Its id; made of its name by default.")] = "",
    name: Annotated[str, typer.Option(help="Its name; the feed's title by default.")] = "",
    country: Annotated[str, typer.Option(help="Where its publisher is: two letters, GB for instance.")] = "",
    language: Annotated[str, typer.Option(help="Its language, en for instance; what the feed says by default.")] = "",
    kind: Annotated[
        FeedKind, typer.Option(help="feed: an entry is a story; newsletter: an entry holds many.")
    ] = FeedKind.feed,
    must_match: Annotated[
        list[str] | None,
        typer.Option(help="For one that writes of other things too: a word that a story must hold; may be repeated."),
    ] = None,
    allow_private: Private = False,
) -> None:
    """Find the feed of a page and add it to the desk folder's sources; the next run fetches it."""
    settings = load_settings()
    _check_country(settings, country)
    language = _language(language)
    from etl.catalog import SOURCES
    from etl.source_changes import add_entry
    from etl.source_list import entry_of

    with network(settings) as fetcher:
        feed = _found(settings, address, fetcher, allow_private=allow_private)
    entry = entry_of(
        feed.address,
        name=name or feed.title,
        home=feed.home or address,
        language=language or feed.language,
        kind=kind.value,
        country=country or None,
        must_match=must_match or (),
        allow_private=allow_private,
    )
    added = add_entry(settings.seeds, settings.desk, entry, id=id)
    typer.echo(f"Added {added} to {settings.desk / SOURCES}; the next run fetches it. Its entry may be changed there.")


@app.command()
def enable(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID…", help="Ids as `ainews sources list` prints them.")
    ] = None,
    all_live: Annotated[bool, typer.Option("--all-live", help="All that can be fetched.")] = False,
) -> None:
    """Turn sources on: the next run fetches them."""
    if bool(ids) == all_live:
        raise typer.BadParameter("name sources, or give --all-live")
    settings = load_settings()
    from etl.source_changes import enable as turn_on

    for line in turn_on(settings.seeds, settings.desk, ids or (), all_live=all_live):
        typer.echo(line)


@app.command()
def disable(ids: Ids) -> None:
    """Turn sources off: no run takes from them; the stories that are there stay."""
    settings = load_settings()
    from etl.source_changes import disable as turn_off

    for line in turn_off(settings.seeds, settings.desk, ids):
        typer.echo(line)


@app.command()
def remove(
    id: Annotated[str, typer.Argument(metavar="ID", help="An id as `ainews sources list` prints it.")],
) -> None:
    """Take a source of one's own out of the list, or switch off one that ships; the stories that are there stay."""
    settings = load_settings()
    from etl.source_changes import remove as take_out

    typer.echo(take_out(settings.seeds, settings.desk, id))


@app.command("test")
def try_out(
    what: Annotated[
        str, typer.Argument(metavar="ID|URL", help="A source of the list, or the address of a feed or page.")
    ],
    allow_private: Private = False,
) -> None:
    """Show what would be taken in, and what would be set aside and why, without storing anything."""
    settings, clock = load_settings(), _now()
    from etl.settings import day_in_zone
    from etl.source_trial import as_text, try_source
    from etl.sources.taken import Context

    context = Context(clock=clock, seeds=settings.seeds, desk=settings.desk)
    with network(settings) as fetcher:
        source = _source(settings, what, fetcher, allow_private=allow_private)
        trial = try_source(source, fetcher, context, today=day_in_zone(clock, settings.time_zone))
    typer.echo(as_text(trial), nl=False)


@app.command("import-opml")
def import_opml(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list of feeds that another reader exported.")],
    off: Annotated[bool, typer.Option("--off", help="Add them without turning them on.")] = False,
) -> None:
    """Add the feeds of an OPML file that are not listed yet."""
    settings = load_settings()
    from etl.opml import read_opml
    from etl.source_changes import import_feeds

    try:
        data = file.read_bytes()
    except OSError as error:
        raise AinewsError(f"{file} can't be read ({error.strerror})") from error
    read = read_opml(data, file=file)
    done = import_feeds(settings.seeds, settings.desk, read.feeds, fetch=not off)
    for line in read.unusable:
        typer.echo(f"ainews: not taken: {line}", err=True)
    typer.echo(f"{len(done.new)} new, {len(done.known)} listed already, {len(read.unusable)} unusable.")


@app.command("export-opml")
def export_opml(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the list; - for standard output.")],
    every: Annotated[bool, typer.Option("--all", help="Also the feeds that are off.")] = False,
) -> None:
    """Write the feeds that are fetched as an OPML file, for another reader."""
    settings = load_settings()
    from etl.catalog import load_sources
    from etl.opml import feeds_of, write_opml

    feeds = feeds_of(load_sources(settings.seeds, settings.desk).values(), every=every)
    written = write_opml(feeds, title="AI News Trends")
    if str(file) == "-":
        typer.echo(written.decode("utf-8"), nl=False)
        return
    try:
        file.write_bytes(written)
    except OSError as error:
        raise AinewsError(f"{file} can't be written ({error.strerror})") from error
    typer.echo(f"{len(feeds)} feeds written to {file}.")


@contextmanager
def network(settings: Settings) -> Iterator[Fetcher]:
    """The network, of which nothing is kept; a test puts a recording in its place."""
    from etl.fetch.client import open_network

    with open_network(settings, clock=_now()) as opened:
        yield opened


def _source(settings: Settings, what: str, fetcher: Fetcher, *, allow_private: bool) -> Source:
    """The source of the list, or one made for the occasion of the feed at an address."""
    from etl.catalog import SOURCES, load_sources, overlaid
    from etl.catalog_entry import is_address
    from etl.source_list import entry_of, need

    if not is_address(what):
        source = need(load_sources(settings.seeds, settings.desk), what)
        if not source.fetchable:
            raise AinewsError(f"{what} has no address to fetch; what its archive holds is taken in by every run")
        return replace(source, allow_private=source.allow_private or allow_private)
    feed = _found(settings, what, fetcher, allow_private=allow_private)
    entry = entry_of(feed.address, name=feed.title, home=feed.home, language=feed.language, allow_private=allow_private)
    return overlaid(settings.seeds, {"tried": entry}, file=settings.desk / SOURCES)["tried"]


def _found(settings: Settings, address: str, fetcher: Fetcher, *, allow_private: bool) -> FoundFeed:
    """The feed to take of those that an address has; says which there are."""
    from etl.catalog_entry import is_address
    from etl.discover import find_feeds
    from etl.fetch.model import FetchProblem
    from etl.sources.feed_rules import load_feed_rules

    if not is_address(address):
        raise AinewsError(f"{address!r} is no web address; give one with https://")
    rules = load_feed_rules(settings.seeds)
    try:
        feeds = find_feeds(address, fetcher=fetcher, rules=rules, allow_private=allow_private)
    except FetchProblem as problem:
        hint = "; --allow-private permits it" if problem.reason == "private" else ""
        raise AinewsError(f"{problem}{hint}") from problem
    for feed in feeds:
        typer.echo(f"Found {feed.address}: {feed.title or 'without a title'}, {feed.entries} entries", err=True)
    if len(feeds) > 1:
        typer.echo("The first is taken; another one by its own address.", err=True)
    return feeds[0]


def _check_country(settings: Settings, country: str) -> None:
    from etl.toml_entries import read_tables

    known = read_tables(settings.seeds / "regions.toml")
    if country and known.get(country, {}).get("kind") != "country":
        raise typer.BadParameter(f"{country!r} is no country of seeds/regions.toml; give two letters such as GB or IN")


def _language(given: str) -> str:
    """What is found of a feed's language may be nonsense and is passed over; what somebody says may not."""
    from etl.source_list import LANGUAGE

    spoken = given.strip().lower()
    if spoken and not LANGUAGE.fullmatch(spoken):
        raise typer.BadParameter(f"{given!r} is no code of a language; give one of ISO 639 such as en or fr")
    return spoken


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
