"""Going through what came in, part by part: whether there is news, and what to store of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice

import duckdb

from etl.decide import Plan, decide, refusal
from etl.intake import Intake, reader_of
from etl.model import Document
from etl.seen import Seen
from etl.store.held import read_aside, read_held
from etl.store.ledger import Tally

# Pieces decided and stored at a time: bounds memory, whatever a source sends.
PART = 2_000

Part = tuple[list[Document], Plan, bool]


def parts(con: duckdb.DuckDBPyConnection, intake: Intake, *, all_at_once: bool = False) -> Iterator[Part]:
    """The documents in parts, each with its plan on top of this database and whether that holds news.

    `all_at_once` holds to no room; else what goes beyond it by less than a part is taken, too.
    """
    aside, taken = read_aside(con), Seen()
    before = bool(con.execute("SELECT 1 FROM document LIMIT 1").fetchall())
    intake.room.left = math.inf if all_at_once else intake.room.most
    documents = _to_come(intake, taken)
    while part := list(_of_size(documents)):
        # What the run itself has stored, `taken` knows.
        ids = [document.document_id for _, document in part] if before else []
        held = read_held(con, ids, items=aside, retold=intake.chosen.replace)
        plan = decide(
            part, held=held, sources=intake.sources, today=intake.today, taken=taken, replace=intake.chosen.replace
        )
        intake.room.left -= len(plan.stories)
        yield [document for _, document in part], plan, plan.news(held)


def _to_come(intake: Intake, taken: Seen) -> Iterator[tuple[str, Document]]:
    """The documents without those that the run before dealt with, which are only remembered: one may come again further on."""
    gathered = intake.gathered.taken.items()
    gone = {reader_of(intake.sources[source_id]): one.gone_through or 0 for source_id, one in gathered}
    for reader, document in intake.documents():
        if not gone.get(reader):
            yield reader, document
            continue
        gone[reader] -= 1
        if refusal(document, intake.sources, intake.today) is None:
            taken.add(document.document_id)


def _of_size(documents: Iterator[tuple[str, Document]]) -> Iterator[tuple[str, Document]]:
    """As many documents as hold about `PART` pieces."""
    pieces = 0
    for reader, document in islice(documents, PART):
        yield reader, document
        pieces += len(document.pieces)
        if pieces >= PART:
            return


def first_news(con: duckdb.DuckDBPyConnection, intake: Intake, *, whole: bool) -> tuple[Tally, bool]:
    """What came in by how it would end, and whether there is news; stops at the first news unless `whole`.

    What waited since the run before is news without a look.
    """
    tally, news = Tally(), any(taken.gone_through is not None for taken in intake.gathered.taken.values())
    if news and not whole:
        return tally, True
    for documents, plan, fresh in parts(con, intake, all_at_once=True):
        tally.add(documents, plan.dispositions)
        news = news or fresh
        if news and not whole:
            break
    return tally, news
