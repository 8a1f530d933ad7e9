"""Going through what came in, part by part: whether there is news, and what to store of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import duckdb

from etl.decide import Plan, decide
from etl.intake import Intake
from etl.model import Document
from etl.seen import Seen
from etl.store.held import read_aside, read_held
from etl.store.ledger import Tally

# Pieces decided and stored at a time: bounds memory, whatever a source sends.
PART = 2_000

Part = tuple[list[Document], Plan, bool]


def parts(con: duckdb.DuckDBPyConnection, intake: Intake) -> Iterator[Part]:
    """The documents in parts, each with its plan on top of this database and whether that holds news."""
    aside, taken = read_aside(con), Seen()
    before = bool(con.execute("SELECT 1 FROM document LIMIT 1").fetchall())
    documents = intake.documents()
    while part := list(_of_size(documents)):
        # What the run itself has stored, `taken` knows.
        ids = [document.document_id for _, document in part] if before else []
        held = read_held(con, ids, items=aside, retold=intake.chosen.replace)
        plan = decide(
            part, held=held, sources=intake.sources, today=intake.today, taken=taken, replace=intake.chosen.replace
        )
        yield [document for _, document in part], plan, plan.news(held)


def _of_size(documents: Iterator[tuple[str, Document]]) -> Iterator[tuple[str, Document]]:
    """As many documents as hold about `PART` pieces."""
    pieces = 0
    for reader, document in islice(documents, PART):
        yield reader, document
        pieces += len(document.pieces)
        if pieces >= PART:
            return


def first_news(con: duckdb.DuckDBPyConnection, intake: Intake, *, whole: bool) -> tuple[Tally, bool]:
    """What came in by how it would end, and whether there is news; stops at the first news unless `whole`."""
    tally, news = Tally(), False
    for documents, plan, fresh in parts(con, intake):
        tally.add(documents, plan.dispositions)
        news = news or fresh
        if news and not whole:
            break
    return tally, news
