"""Everything that a run changes in a snapshot, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import duckdb

from etl.catalog import Source, listed
from etl.decide import SEEDS, DecidedStory, Plan
from etl.desk_folder import in_force
from etl.held import Replaced
from etl.intake import Intake
from etl.label_ids import label_prefixes
from etl.plan import parts
from etl.publish import Step
from etl.reference import Reference
from etl.store.clusters import join_clusters
from etl.store.database import Settling, insert, limit_memory, memory_limit
from etl.store.decisions import correct_stories, correct_tags, note_decisions, take_back
from etl.store.gaps import LISTS, met_again, note_gaps
from etl.store.held import Made
from etl.store.ledger import Tally, mark_copies, write_counts, write_items
from etl.store.marts import update_marts
from etl.store.postings import update_postings
from etl.store.reference import sync_coverage, sync_reference, write_digests
from etl.store.states import write_outcomes, write_states
from etl.store.stories import forget, store_plan
from etl.store.tags import Progress, Tagger, tag_stale
from etl.store.untagged import pass_over_untagged

# New and changed stories from which on they are a backlog. Several processes tag it: each takes seconds to start and has a lexicon of its
# own in memory, so the database gets by with half of what it may use otherwise, but for `_LEAST`; what is beyond goes to disk, so that a
# later part takes no more than the first.
BACKLOG = 4_000
_LEAST = 190.0  # MiB


@dataclass(frozen=True, slots=True)
class Tools:
    """What a test replaces: the tagger, where progress goes, where to be stopped; `budget` are seconds for tagging again.

    `tagger` opens a tagger for that many stories.
    """

    tagger: Callable[[int], AbstractContextManager[Tagger]]
    progress: Progress | None
    step: Step
    budget: float


@dataclass(frozen=True, slots=True)
class Applied:
    """What a run changed. `left` stories wait to be tagged again; `warnings` name decisions that could not be applied; `forgotten` counts
    by source what a replacement removed."""

    tally: Tally
    tagged: int = 0
    left: int = 0
    warnings: tuple[str, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    forgotten: Mapping[str, int] = field(default_factory=dict)


def apply(
    con: duckdb.DuckDBPyConnection,
    intake: Intake,
    tools: Tools,
    *,
    made: Made,
    reference: Reference,
    snapshot: str,
) -> Applied:
    """Store, join copies, tag, and write the ledger: in one transaction, or in several where very much came (`Settling`)."""
    run_id, settling = intake.moment.run_id, Settling(con)
    con.execute("BEGIN TRANSACTION")
    sources = _listed(con, intake)
    sync_reference(con, reference, sources=sources)
    take_back(con)
    applied, met = _store(con, intake, settling)
    note_gaps(con, run_id, _moved_on(intake, met))
    settling.next_step()
    tools.step("stored")
    if join_clusters(con, run_id=run_id):
        mark_copies(con, run_id, applied.tally)
    decided = in_force(intake.decided.decisions)
    warnings = note_decisions(con, decided, read=intake.desk, clock=intake.moment.clock)
    correct_stories(con)
    sync_coverage(con, sources, today=intake.today)
    settling.next_step()
    tools.step("clustered")
    update_postings(con, run_id=run_id)
    settling.next_step()
    tools.step("indexed")
    pass_over_untagged(con, version=made.tagger)
    given = _given(con, intake, tools, settling, version=made.tagger)
    prefixes = label_prefixes(intake.sources.values())
    tagged = tag_stale(
        con,
        tools.tagger,
        version=made.tagger,
        prefixes=prefixes,
        progress=tools.progress,
        budget=tools.budget,
    )
    correct_tags(con)
    settling.next_step()
    tools.step("tagged")
    update_marts(con, settling)
    tools.step("gathered")
    write_counts(con, run_id, applied.tally)
    insert(con, "run", [_run_row(intake, made, applied.tally, snapshot)])
    write_outcomes(con, run_id, intake.gathered.outcomes)
    write_states(con, intake.gathered.states)
    write_digests(con, reference=made.reference, schema=made.schema, desk=made.desk)
    con.execute("COMMIT")
    tools.step("committed")
    said = (*intake.decided.warnings, *warnings, *_not_given(intake, tagged.done))
    return Applied(applied.tally, given + tagged.done, tagged.left, said, applied.replaced, applied.forgotten)


def _given(con: duckdb.DuckDBPyConnection, intake: Intake, tools: Tools, settling: Settling, *, version: str) -> int:
    """How many stories got the tags that the pieces have for them."""
    if intake.chosen.pieces is None:
        return 0
    from etl.store.given import take_given

    files = intake.chosen.pieces.files
    return take_given(con, files, version=version, progress=tools.progress, settling=settling)


def _not_given(intake: Intake, tagged: int) -> Iterator[str]:
    """Why stories of pieces were tagged here."""
    if intake.chosen.pieces is not None and tagged:
        yield f"{tagged:,} stories had to be tagged here: no piece holds tags for their title and text as they are stored, without markup"


def _store(con: duckdb.DuckDBPyConnection, intake: Intake, settling: Settling) -> tuple[Applied, set[str]]:
    """All documents and stories, part by part, with the ledger's rows; and of which sources something was held before."""
    tally, replaced, forgotten, met = Tally(), list[Replaced](), dict[str, int](), set[str]()
    stored, limit = 0, memory_limit(con)
    for documents, plan, _ in parts(con, intake):
        tally.add(documents, plan.dispositions)
        store_plan(con, _in_own_language(plan), run_id=intake.moment.run_id)
        stored += len(plan.stories)
        if stored >= BACKLOG:
            limit_memory(con, _for_backlog(limit))
        for source_id, n in forget(con, plan.replaced).items():
            forgotten[source_id] = forgotten.get(source_id, 0) + n
        write_items(con, intake.moment.run_id, plan.dispositions)
        replaced += plan.replaced
        met |= met_again(documents, plan)
        settling.changed(len(plan.stories))
    return Applied(tally, replaced=tuple(replaced), forgotten=forgotten), met


def _for_backlog(limit: float) -> float:
    """What the database may use, in MiB, while a backlog is taken in: no more where more is stored, so that parts take the same."""
    return min(limit, max(_LEAST, limit / 2))


def _moved_on(intake: Intake, met: set[str]) -> set[str]:
    """The lists that answered, and with nothing that was held: entries between may be lost."""
    answered = {ended.source_id for ended in intake.gathered.outcomes if ended.outcome == "ok"}
    return {key for key in answered - met if intake.sources[key].kind in LISTS}


def _in_own_language(plan: Plan) -> Plan:
    """The stories of what was fetched or imported with the language that they are written in; what ships was read by people."""
    shipped = {document.document.document_id for document in plan.documents if document.input in SEEDS}
    if all(decided.story.document_id in shipped for decided in plan.stories):
        return plan
    from etl.language import with_language

    def read(decided: DecidedStory) -> DecidedStory:
        story = with_language(decided.story)
        return decided if story is decided.story else replace(decided, story=story)

    stories = (decided if decided.story.document_id in shipped else read(decided) for decided in plan.stories)
    return replace(plan, stories=tuple(stories))


def _listed(con: duckdb.DuckDBPyConnection, intake: Intake) -> list[Source]:
    """The sources that a reader meets: one that is only offered would be an empty line in every list."""
    held = {row[0] for row in con.execute("SELECT id FROM source").fetchall()}
    return list(listed(intake.sources, held | intake.named).values())


def _run_row(intake: Intake, made: Made, tally: Tally, snapshot: str) -> dict[str, Any]:
    moment = intake.moment
    return {
        **asdict(moment),
        "snapshot": snapshot,
        "finished": datetime.now(UTC).replace(tzinfo=None),
        "tagger": made.tagger,
        "documents": tally.documents,
        "pieces": tally.pieces,
    }
