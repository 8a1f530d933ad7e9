"""A load as a published snapshot, without tagging: the rows that a run would write, inserted in bulk."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import duckdb

from etl.catalog import load_sources
from etl.checks import insist, prepare_checks, run_checks
from etl.publish import new_name, partial_copy, publish
from etl.reference import load_reference, reference_digest
from etl.settings import Settings, day_in_zone
from etl.store.database import connect
from etl.store.marts import update_marts
from etl.store.migrations import migrate, schema_digest
from etl.store.postings import update_postings
from etl.store.reference import sync_coverage, sync_reference, write_digests
from etl.story_decisions import decisions_digest
from etl.tagger.version import tagger_version
from tests.bench.generate.files import Progress
from tests.bench.generate.load import END, Load
from tests.bench.generate.stories import pieces

FILL = Path(__file__).with_name("fill")
RUN = "0" * 8
CLOCK = datetime.combine(END, time(12))
MEMORY = "4GB"  # what the database may use, whatever a run's setting: one piece and one statement fill what runs fill day by day


def fill_snapshot(
    load: Load,
    settings: Settings,
    *,
    clock: datetime = CLOCK,
    on_progress: Progress | None = None,
) -> Path:
    """Publish the load into an empty data folder; the seeds of `settings` must be those that `write_seeds` made of it.

    Stories carry the tagger's present version and a run's own digests, so `ainews run` finds nothing new, and after stories
    were added to the archive takes those only. Raises ChecksFailed where a run's checks would.
    """
    name = new_name(settings, run_id=RUN, now=clock)
    tagger = tagger_version(settings.seeds, recognizer=settings.recognizer_choice)
    today = day_in_zone(clock, settings.time_zone)
    with partial_copy(settings, name, None) as partial:
        with connect(partial, settings.with_memory(MEMORY), read_only=False) as con:
            migrate(con, at=clock)
            sources = list(load_sources(settings.seeds).values())
            sync_reference(con, load_reference(settings.seeds), sources=sources)
            _stories(con, load, tagger=tagger, on_progress=on_progress)
            sync_coverage(con, sources, today=today)
            update_postings(con, run_id=RUN)
            update_marts(con)
            values = {"run_id": RUN, "snapshot": name, "clock": clock, "tagger": tagger}
            con.execute(_sql("run"), values)
            reference = reference_digest(settings.seeds, desk=settings.desk, today=today)
            write_digests(con, reference=reference, schema=schema_digest(), desk=decisions_digest(()))
            prepare_checks(con, previous={}, clock=clock, settings=settings)
            insist(run_checks(con))
            con.execute("CHECKPOINT")
        return publish(settings, partial, base=None, step=lambda _: None)


def _stories(con: duckdb.DuckDBPyConnection, load: Load, *, tagger: str, on_progress: Progress | None) -> None:
    """Stories, facts and evidence a piece at a time, then what is known only when all are there."""
    con.execute(_sql("macro"))
    done = 0
    for table in pieces(load, tagged=True, numbered=True, tagger=tagger):
        con.register("piece", table)
        con.execute(_sql("stage"))
        for path in sorted(FILL.glob("[0-9]*.sql")):
            text = path.read_text(encoding="utf-8")
            con.execute(text, {"run_id": RUN} if "$run_id" in text else None)
        con.unregister("piece")
        done += len(table)
        if on_progress is not None:
            on_progress(done, load.stories)
    con.execute(_sql("document"), {"run_id": RUN})
    for statement in _sql("ledger").split(";\n"):
        if statement.strip():
            con.execute(statement, {"run_id": RUN} if "$run_id" in statement else None)


def _sql(name: str) -> str:
    return (FILL / f"{name}.sql").read_text(encoding="utf-8")
