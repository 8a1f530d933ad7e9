"""Commands that show what the current snapshot holds."""

from __future__ import annotations

import sys
from ipaddress import ip_address
from typing import Annotated

import typer

from etl.commands.shared import length_of, moment_of, now_utc
from etl.settings import load_settings


def serve_app(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen; the next free port if taken.")] = 8501,
    address: Annotated[
        str, typer.Option(help="The address to listen on; the default is reachable from this machine only.")
    ] = "127.0.0.1",
    editor: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Let whoever uses this machine write to the desk folder, under this name; on a loopback address only.",
        ),
    ] = None,
) -> None:
    """Open the dashboard on the current snapshot."""
    name = editor_of(editor, address=address)
    settings = load_settings()
    from etl.publish import need_any_snapshot
    from etl.serve import serve

    warning = need_any_snapshot(settings)
    if warning:
        typer.echo(f"ainews: warning: {warning}", err=True)
    raise typer.Exit(serve(settings, address=address, port=port, say=typer.echo, editor=name))


def editor_of(name: str | None, *, address: str) -> str | None:
    """The name of the editor. Raises BadParameter for one without letters, and on an address that others can reach."""
    if name is None:
        return None
    if not name.strip() or not name.isprintable() or len(name) > 100:
        raise typer.BadParameter(
            "give a name of at most 100 letters, which stands beside what is decided", param_hint="--editor"
        )
    if not _is_loopback(address):
        raise typer.BadParameter(
            f"whoever can reach {address} could write under that name; leave out --address, or let editors sign in (README)",
            param_hint="--editor",
        )
    return " ".join(name.split())


def _is_loopback(address: str) -> bool:
    try:
        return address == "localhost" or ip_address(address).is_loopback
    except ValueError:
        return False


def status(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    max_age: Annotated[
        str | None,
        typer.Option(
            help="For a monitor: exit with 1 where the last good run is older (26h, 90m, 2d), a source is silent, or one keeps failing."
        ),
    ] = None,
    clock: Annotated[
        str | None, typer.Option(help="The moment that counts as now, ISO 8601; default: the real one.")
    ] = None,
) -> None:
    """How fresh the data is, when each source last sent something, what is due, and what is wrong."""
    limit, now = length_of(max_age), moment_of(clock) or now_utc()
    settings = load_settings()
    from etl.publish import need_snapshot
    from etl.status import as_json, as_text, read_status

    found = read_status(need_snapshot(settings), settings, now=now, max_age=limit)
    typer.echo(as_json(found) if json else as_text(found), nl=False)
    if limit is not None and not found.ok:
        raise typer.Exit(1)


def explain(
    story: Annotated[str, typer.Argument(help="A story_id, or an external id such as issue-40#5.")],
) -> None:
    """Why a story has its tags and not others: the words, their weights, near misses."""
    settings = load_settings()
    from etl.explain import explain as explain_text
    from etl.explain import read_story
    from etl.publish import need_snapshot

    found = read_story(need_snapshot(settings), settings, story)
    typer.echo(explain_text(found, mark=_highlight if sys.stdout.isatty() else str), nl=False)


def _highlight(text: str) -> str:
    return typer.style(text, bold=True, underline=True)


def candidates(
    least: Annotated[int, typer.Option(min=1, help="How many stories must name it, at least.")] = 2,
    toml: Annotated[bool, typer.Option("--toml", help="Print entries to paste into seeds/organizations.toml.")] = False,
) -> None:
    """Organizations that stories name and the seeds do not list, the most named first."""
    settings = load_settings()
    from etl.candidates import as_text, as_toml, read_candidates
    from etl.lexicon.load import load_lexicon
    from etl.publish import need_snapshot

    found = read_candidates(need_snapshot(settings), settings, least=least)
    listed = load_lexicon(settings.seeds).organizations if toml else ()
    typer.echo(as_toml(found, taken=listed) if toml else as_text(found, least=least), nl=False)
