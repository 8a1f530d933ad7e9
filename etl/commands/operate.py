"""Commands for whoever keeps a system running: publish despite a check, back up, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.commands.shared import now_utc
from etl.settings import load_settings


def publish(
    despite: Annotated[
        list[str],
        typer.Option(metavar="CHECK", help="A check that failed and is overruled; may be given several times."),
    ],
    why: Annotated[str, typer.Option(help="Why the data is right all the same; it is kept with the snapshot.")],
) -> None:
    """Publish what the last run left because checks failed, where you know that the data is right."""
    settings = load_settings()
    from etl.despite import note_of, publish_despite

    done = publish_despite(settings, note_of(despite, why=why, at=now_utc()))
    for line in done.warnings:
        typer.echo(f"ainews: warning: {line}", err=True)
    for line in done.overruled:
        typer.echo(f"ainews: overruled: {line}", err=True)
    typer.echo(f"Published {done.snapshot} despite {', '.join(despite)}")


def backup(
    target: Annotated[
        Path,
        typer.Argument(metavar="TARGET", help="The archive (.tar, or .tar.gz to pack it), or a folder to put it into."),
    ],
) -> None:
    """Write the current snapshot, the log of runs and the desk folder into one archive; a run may go on meanwhile."""
    settings = load_settings()
    from etl.backup import back_up

    done = back_up(settings, target, at=now_utc())
    typer.echo(f"Backed up snapshot {done.snapshot} and {done.desk_files} files of the desk folder to {done.file}")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An archive that `ainews backup` wrote.")],
    replace_desk: Annotated[
        bool,
        typer.Option(
            "--replace-desk", help="Move a desk folder that holds something aside, and put the archive's there."
        ),
    ] = False,
) -> None:
    """Verify a backup, then put its snapshot and desk folder back and make the snapshot the current one."""
    settings = load_settings()
    from etl.restore import restore as put_back

    done = put_back(settings, file, replace_desk=replace_desk, at=now_utc())
    if done.moved_to is not None:
        typer.echo(f"The former desk folder is now {done.moved_to}", err=True)
    typer.echo(f"Snapshot {done.snapshot} is the current one; {done.desk_files} files of the desk folder are back.")
