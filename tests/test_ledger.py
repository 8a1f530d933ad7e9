"""Two sums: every document and every piece that came in ends in exactly one disposition (contract 3)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.decide import Plan, decide
from etl.errors import AinewsError
from etl.held import Held, HeldDocument, HeldStory
from etl.model import Disposition, Document, Piece, RejectedPiece
from etl.rhythm import Rhythm
from etl.store.ledger import Tally, check_sums
from tests.some_source import some_source

TODAY = date(2024, 6, 1)
SOURCE = some_source(id="weekly", kind="newsletter", exists_from=date(2024, 1, 3), rhythm=Rhythm("issue", None))


def issue(number: int = 1, *titles: str, **fields: object) -> Document:
    values = {"source_id": "weekly", "document_id": f"weekly/issue-{number}", "address": None, "published": None}
    values |= {"day": date(2024, 1, 10), "date_from": "document", "text_kind": "full"}
    values |= {"pieces": tuple(Piece(title, f"About {title}.") for title in titles)}
    return Document(**(values | fields))


def decided(*documents: Document, held: Held | None = None, reader: str = "archive") -> Plan:
    return decide([(reader, d) for d in documents], held=held or Held(), sources={"weekly": SOURCE}, today=TODAY)


def held_after(plan: Plan) -> Held:
    """What a store that applied the plan would answer."""
    stories: dict[str, list[HeldStory]] = {}
    for number, (story, _) in enumerate(((d.story, d.story_no) for d in plan.stories), 1):
        body = hashlib.md5(story.body.encode()).hexdigest()
        row = HeldStory(number, story.story_id, story.external_id, story.content_hash, body)
        stories.setdefault(story.document_id, []).append(row)
    documents = {d.document.document_id: HeldDocument(d.input, d.content_hash) for d in plan.documents}
    aside = (i for i in plan.dispositions if i.disposition.startswith(("quarantined:", "rejected:")))
    return Held(documents, {key: tuple(rows) for key, rows in stories.items()}, frozenset(aside))


def told(dispositions: Iterable[Disposition]) -> dict[str, dict[str, int]]:
    tally = Tally()
    tally.counts.update((item.source_id, item.level, item.disposition) for item in dispositions)
    return tally.summary()


def ended(plan: Plan) -> dict[str, dict[str, int]]:
    return told(plan.dispositions)


def test_new_issue_is_split_and_its_pieces_are_new_or_rejected():
    plan = decided(issue(1, "A", "B", rejected=(RejectedPiece("promotion", "Buy this course", 30),)))
    assert ended(plan) == {"document": {"split": 1}, "piece": {"new": 2, "rejected:promotion": 1}}


def test_same_issue_again_is_unchanged_and_no_news():
    first = decided(issue(1, "A", "B", rejected=(RejectedPiece("footer", "Bye", 9),)))
    held = held_after(first)
    again = decided(issue(1, "A", "B", rejected=(RejectedPiece("footer", "Bye", 9),)), held=held)
    assert ended(again) == {"document": {"unchanged": 1}, "piece": {"unchanged": 2, "rejected:footer": 1}}
    assert (first.news(Held()), again.news(held)) == (True, False)


def test_issue_held_from_another_reader_is_not_taken():
    held = held_after(decided(issue(1, "A")))
    plan = decided(issue(1, "A", "B"), held=held, reader="newsletters")
    assert ended(plan) == {"document": {"unchanged:held": 1}, "piece": {"unchanged": 2}}
    assert (plan.documents, plan.stories) == ((), ())


def test_issue_that_comes_twice_in_a_run_is_taken_once():
    assert ended(decided(issue(1, "A"), issue(1, "A")))["document"] == {"split": 1, "unchanged:held": 1}


@pytest.mark.parametrize(
    ("fields", "disposition"),
    [
        ({"day": TODAY + timedelta(days=1)}, "quarantined:date"),
        ({"day": date(2024, 1, 2)}, "quarantined:date"),
        ({"day": None}, "quarantined:date"),
        ({"source_id": "unknown"}, "quarantined:source"),
        ({"pieces": ()}, "quarantined:no-story"),
        ({"quarantined": "malformed: line 7: no JSON"}, "quarantined:malformed"),
        ({"quarantined": "no-story"}, "quarantined:no-story"),
    ],
)
def test_unfit_document_is_set_aside_with_its_pieces(fields: dict[str, object], disposition: str):
    plan = decided(issue(1, "A", **fields))
    assert set(ended(plan)["document"]) == {disposition}
    assert set(ended(plan)["piece"]) <= {disposition}
    assert plan.stories == ()


@pytest.mark.parametrize("day", [TODAY, date(2024, 1, 3)], ids=["the run's day", "the source's first day"])
def test_dates_on_the_edge_are_good(day: date):
    assert ended(decided(issue(1, "A", day=day)))["document"] == {"split": 1}


def test_changed_body_is_updated_under_its_id():
    first = decided(issue(1, "A"))
    plan = decided(issue(1, pieces=(Piece("A", "Rewritten."),)), held=held_after(first))
    assert ended(plan)["piece"] == {"updated": 1}
    assert (plan.stories[0].story.story_id, plan.stories[0].story_no) == (first.stories[0].story.story_id, 1)


def test_new_title_over_the_same_text_is_an_update():
    first = decided(issue(1, "A", "B"))
    pieces = (Piece("A, corrected", "About A."), Piece("B", "About B."))
    plan = decided(issue(1, pieces=pieces), held=held_after(first))
    assert ended(plan)["piece"] == {"updated": 1, "unchanged": 1}
    assert plan.stories[0].story.story_id == first.stories[0].story.story_id


def test_external_id_ties_a_wholly_rewritten_story_to_its_id():
    first = decided(issue(1, "A", external_ids=("x#1",)))
    plan = decided(issue(1, pieces=(Piece("Z", "All else."),), external_ids=("x#1",)), held=held_after(first))
    assert plan.stories[0].story.story_id == first.stories[0].story.story_id


def test_title_that_another_story_had_before_does_not_take_its_id():
    first = decided(issue(1, "A", external_ids=("x#1",)))
    pieces = (Piece("Z", "About A."), Piece("A", "A newcomer under the old title."))
    plan = decided(issue(1, pieces=pieces, external_ids=("x#1", "x#2")), held=held_after(first))
    old, new = (decided.story.story_id for decided in plan.stories)
    assert old == first.stories[0].story.story_id
    assert new != old
    assert ended(plan)["piece"] == {"updated": 1, "new": 1}


def test_piece_that_left_an_issue_keeps_its_story():
    first = decided(issue(1, "A", "B"))
    assert ended(decided(issue(1, "B"), held=held_after(first))) == {
        "document": {"split": 1},
        "piece": {"unchanged": 1},
    }


def test_moment_with_a_zone_is_stored_in_utc():
    plan = decided(issue(1, "A", published=datetime(2024, 1, 10, 1, tzinfo=timezone(timedelta(hours=2)))))
    assert plan.stories[0].story.published == datetime(2024, 1, 9, 23)


_DOCUMENTS = st.builds(
    issue,
    st.integers(1, 3),
    st.sampled_from(["A", "B"]),
    day=st.sampled_from([None, date(2023, 1, 1), date(2024, 1, 10), date(2025, 1, 1)]),
    quarantined=st.sampled_from([None, None, None, "malformed: x"]),
    rejected=st.lists(
        st.builds(RejectedPiece, st.just("footer"), st.text(max_size=3), st.integers(1, 9)), max_size=2
    ).map(tuple),
)


@given(st.lists(_DOCUMENTS, max_size=6), st.lists(_DOCUMENTS, max_size=6))
def test_both_sums_come_out_whatever_comes_in(first: list[Document], second: list[Document]):
    held = held_after(decided(*first))
    plan = decided(*second, held=held)
    taken = check_sums(second, plan.dispositions)
    assert taken == (len(second), sum(len(d.pieces) + len(d.rejected) for d in second))
    assert not decided(*first, held=held).news(held)


@given(st.lists(_DOCUMENTS, max_size=6))
def test_ids_within_a_run_are_never_given_twice(documents: list[Document]):
    counts = Counter(decided.story.story_id for decided in decided(*documents).stories)
    assert [key for key, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("level", ["document", "piece"])
def test_run_that_lost_something_fails(level: str):
    documents = [issue(1, "A")]
    complete = list(decided(*documents).dispositions)
    lost = [item for item in complete if item.level != level]
    with pytest.raises(AinewsError, match=rf"does not add up: 1 {level}s came in, 0 ended in it"):
        check_sums(documents, lost)
    doubled = [*complete, *(item for item in complete if item.level == level)]
    with pytest.raises(AinewsError, match=rf"1 {level}s came in, 2 ended in it"):
        check_sums(documents, doubled)


def test_copies_are_counted_instead_of_new_stories():
    tally = Tally()
    tally.counts.update({("weekly", "piece", "new"): 3, ("weekly", "piece", "unchanged"): 1})
    tally.copies({"weekly": 3})
    assert tally.summary() == {"document": {}, "piece": {"unchanged": 1, "copy": 3}}


def test_summary_counts_by_level_and_disposition():
    item = Disposition("weekly", "piece", "weekly/issue-1", "A", "new")
    assert told([item, replace(item, key="B")]) == {"document": {}, "piece": {"new": 2}}


def test_ledger_of_a_run_holds_counts_of_all_and_rows_of_what_changed(published_snapshot, snapshot_rows):
    counts = snapshot_rows("SELECT source_id, level, disposition, n FROM ledger ORDER BY ALL")
    assert counts == [
        ("digest", "document", "split", 2),
        ("digest", "piece", "new", 2),
        ("weekly", "document", "split", 2),
        ("weekly", "piece", "new", 3),
    ]
    assert snapshot_rows("SELECT level, count(*) FROM ledger_item GROUP BY level ORDER BY level") == [
        ("document", 4),
        ("piece", 5),
    ]
    assert snapshot_rows("SELECT documents, pieces FROM run") == [(4, 5)]
