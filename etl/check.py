"""`ainews check`: are seeds and desk folder usable, and does the published snapshot keep its promises?"""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.catalog import load_sources
from etl.checks import insist, prepare_checks, run_checks
from etl.desk_audits import unread_audits
from etl.desk_folder import read_desk
from etl.publish import base_of, need_snapshot
from etl.reference import load_reference
from etl.settings import Settings
from etl.sources.archive import read_archive
from etl.sources.newsletters import read_newsletters
from etl.store.database import asking, connect, statement


def check_all(settings: Settings) -> list[str]:
    """Warnings from seeds, desk folder and snapshot; raises InputError, LexiconError or ChecksFailed for the first that is wrong."""
    return [*check_seeds(settings), *check_desk(settings.desk), *check_snapshot(settings)]


def check_desk(desk: Path) -> list[str]:
    """What a run would warn of in the desk folder's own files; raises InputError for a line that would stop it."""
    return [*read_desk(desk).warnings, *unread_audits(desk)]


def check_seeds(settings: Settings) -> list[str]:
    """Load every seed and the desk's sources, the examples of the lexicon included; what would be set aside is a warning."""
    from etl.tagger.pipeline import build_tagger

    seeds, sources = settings.seeds, load_sources(settings.seeds, settings.desk)
    documents = [document for source in sources.values() for document in read_archive(seeds, source)]
    documents += read_newsletters(seeds)
    load_reference(seeds)
    build_tagger(seeds, settings.recognizer_choice)
    return [f"set aside: {document.quarantined}" for document in documents if document.quarantined]


def check_snapshot(settings: Settings) -> list[str]:
    """Run the checks on the current snapshot, compared with the one that it was made from where that is still good.

    Raises InputError for a snapshot of an older version, which lacks what the checks ask for.

    A check despite which it was published is a warning with the reason that was given.
    """
    current = need_snapshot(settings)
    before = base_of(settings, current.stem)
    previous = _counts(before, settings) if before else {}
    with connect(current, settings, read_only=True) as con, asking(current):
        clock = con.execute("SELECT clock FROM run WHERE snapshot = ?", [current.stem]).fetchall()[0][0]
        prepare_checks(con, previous=previous, clock=clock, settings=settings)
        overruled, findings = _overruled(con, current.stem), run_checks(con)
    known = [
        f"{found} Published despite it: {overruled[found.check.name]}"
        for found in findings
        if found.check.name in overruled
    ]
    return [*insist(found for found in findings if found.check.name not in overruled), *known]


def _overruled(con: duckdb.DuckDBPyConnection, snapshot: str) -> dict[str, str]:
    """Check → why the snapshot was published despite it; an older snapshot has no such table."""
    try:
        return dict(con.execute(statement("store/despite"), {"snapshot": snapshot}).fetchall())
    except duckdb.CatalogException:
        return {}


def _counts(path: Path, settings: Settings) -> dict[str, int]:
    with connect(path, settings, read_only=True) as con:
        return dict(con.execute(statement("store/previous_counts")).fetchall())
