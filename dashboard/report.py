"""A report of one period: composed from a snapshot, written as a file. Runs by itself as `python -m dashboard.report`, too. Pure.

`ainews report` starts it in a process of its own, because etl imports nothing from here; the page Report calls `compose`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dashboard.audit import Audit
from dashboard.audit_files import audits_stamp, read_audits
from dashboard.desk import Entry, desk_stamp, read_entries
from dashboard.report_facts import Asked, gather, held_of
from dashboard.report_html import page
from dashboard.report_links import Links
from dashboard.report_pdf import PdfFailed, find_browser, print_pdf
from dashboard.report_period import BadPeriod
from dashboard.snapshot import (
    Snapshot,
    SnapshotMissing,
    current_name,
    data_folder,
    desk_folder,
    open_snapshot,
    run_query,
)

FAILED, WRONG_USAGE = 1, 2  # DESIGN: exit status


class ReportFailed(Exception):
    """There is no report; the message says why and holds the remedy. `status` is the exit status of the command."""

    def __init__(self, message: str, *, status: int = FAILED) -> None:
        """Keep message and status."""
        super().__init__(message)
        self.status = status


def compose(
    snapshot: Snapshot, asked: Asked, *, root: str, entries: Sequence[Entry] = (), audits: Sequence[Audit] = ()
) -> tuple[str, str]:
    """Return the report as HTML and its period as '2026-W30'; `root` is the dashboard's address, '' for no links, and `entries` are all
    of the desk folder, of which targets are told, and what was judged of `audits`.

    The same snapshot, period, sources, targets, audits and root give the same bytes: "now" is the clock of the run. Raises ReportFailed.
    """

    def ask(query: str, **parameters: Any) -> pd.DataFrame:
        return run_query(snapshot, query, parameters)

    try:
        facts = gather(held_of(ask, snapshot.name), asked, entries, audits)
    except BadPeriod as error:
        raise ReportFailed(str(error), status=WRONG_USAGE if error.asked else FAILED) from error
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise ReportFailed("this data was made before reports were there; `ainews run` brings it up to date") from error
    except duckdb.Error as error:
        said = str(error).partition("\n")[0]
        raise ReportFailed(
            f"{snapshot.name} is damaged ({said}); `ainews rollback` returns to the state before it, `ainews run` then makes a new one"
        ) from error
    return page(facts, Links(root, snapshot.name)), facts.period.written


def write(html: str, target: Path) -> None:
    """Write the file whole or not at all. Raises ReportFailed."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        partial = Path(name)
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(html)
                file.flush()
                os.fsync(file.fileno())
            partial.chmod(0o644)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise ReportFailed(
            f"{target}: can’t be written ({error.strerror}); name a file in a folder that exists and can be written"
        ) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a report as the arguments say and return the exit status; what goes wrong is one line on standard error."""
    given = _parser().parse_args(arguments)
    try:
        data = data_folder()
        snapshot = open_snapshot(data, current_name(data))
        if snapshot.fallback_for is not None:
            sys.stderr.write(f"ainews: warning: the newest data can’t be read, so {snapshot.name} is told of\n")
        entries = read_entries(desk_stamp(desk_folder())).entries
        audits = read_audits(audits_stamp(desk_folder())).audits
        html, period = compose(snapshot, _asked(given), root=given.root, entries=entries, audits=audits)
        out = Path(given.out)
        write(html, out)
        sys.stdout.write(f"{period}: {out}\n")
        if given.pdf:
            print_pdf(html, Path(given.pdf), browser=find_browser(given.browser))
            sys.stdout.write(f"{period}: {given.pdf}\n")
    except (ReportFailed, SnapshotMissing, PdfFailed) as error:
        sys.stderr.write(f"ainews: {error}\n")
        return getattr(error, "status", FAILED)
    return 0


def _asked(given: argparse.Namespace) -> Asked:
    return Asked(given.period, tuple(given.source) or Asked().sources, tuple(given.ours))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ainews report")
    parser.add_argument("--period", default="last")
    parser.add_argument("--out", required=True)
    for name in ("pdf", "root", "browser"):
        parser.add_argument(f"--{name}", default="")
    for name in ("source", "ours"):
        parser.add_argument(f"--{name}", action="append", default=[])
    return parser


if __name__ == "__main__":
    sys.exit(main())
