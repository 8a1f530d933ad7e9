"""What people decide on stories, in the snapshot: applied by each run, outliving every tagging, and gone without a trace when undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dashboard.desk import desk_stamp, read_entries
from dashboard.pending import pending_of, show_pending
from dashboard.reads import definitions_of
from dashboard.snapshot import Snapshot, run_on, run_query
from etl.publish import rollback
from etl.settings import Settings
from tests.conftest import RunSmall
from tests.decision_kit import COPY, DECISIONS, LATER, LEAD, NAMES, OTHER, Desk
from tests.decision_oracle import expected, held
from tests.test_desk_folder import Entry, entry, undo, write


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_topic_can_be_taken_away_and_given_by_its_former_name_too(desk: Desk) -> None:
    assert (
        desk.decided(
            entry("a", story_id=LEAD, tag_id="generative", action="remove"),
            entry("b", story_id=LATER, tag_id="machines"),
        )
        == []
    )
    assert (desk.topics(LEAD), desk.topics(LATER), desk.topics(OTHER)) == (set(), {"robots"}, {"robots"})
    assert desk.rows("SELECT key FROM story_line WHERE story_no = 1 AND key LIKE 'topic:%'") == [("topic:untagged",)]


def test_a_decision_outlives_tagging_by_another_version(desk: Desk) -> None:
    desk.decided(entry("a", story_id=LEAD, tag_id="healthcare", action="remove"))
    desk.lexicon = desk.lexicon.newer()
    desk.run()
    assert (desk.topics(LEAD), desk.topics(OTHER)) == ({"generative"}, {"healthcare", "robots"})


def test_organizations_regions_and_roles_can_be_set(desk: Desk) -> None:
    warnings = desk.decided(
        entry("a", "organization", story_id=OTHER, tag_id="nord", action="add", value="mention"),
        entry("b", "region", story_id=LEAD, tag_id="FR", action="remove"),
        entry("c", "role", story_id=LEAD, tag_id="organization:acme", action="set", value="source"),
    )
    assert warnings == []
    assert desk.rows("SELECT story_id, organization_id, role FROM story_organization ORDER BY ALL") == [
        (LEAD, "acme", "source"), (COPY, "acme", "focus"), (OTHER, "nord", "mention")
    ]  # fmt: skip
    assert desk.rows("SELECT story_id FROM story_region") == [(COPY,)]


def test_what_is_no_story_counts_nowhere_nor_do_its_copies(desk: Desk) -> None:
    assert desk.counted() == 3
    desk.decided(entry("a", "story", story_id=COPY, tag_id=None, action="remove"))
    assert desk.counted() == 2
    assert set(desk.rows("SELECT story_no FROM story_fact WHERE form = 'void'")) == {(1,), (2,)}


def test_another_date_moves_a_story_its_tags_and_the_lead_of_its_cluster(desk: Desk) -> None:
    desk.decided(entry("a", "story", story_id=COPY, tag_id=None, action="set", value="2024-03-01"))
    assert desk.rows("SELECT day, is_lead, date_from FROM story_fact WHERE story_no = 2") == [
        (date(2024, 3, 1), True, "desk")
    ]
    assert desk.rows("SELECT is_lead FROM story_fact WHERE story_no = 1") == [(False,)]
    assert set(desk.rows("SELECT day, is_lead FROM topic_fact WHERE story_no = 2")) == {(date(2024, 3, 1), True)}


def test_a_wrong_copy_stands_alone_and_a_missed_one_joins(desk: Desk) -> None:
    desk.decided(
        entry("a", "cluster", story_id=LEAD, tag_id=None, action="remove"),
        entry("b", "cluster", story_id=LATER, tag_id=None, action="add", value=OTHER),
    )
    assert desk.rows("SELECT story_no, cluster_no, is_lead FROM story_fact ORDER BY 1") == [
        (1, 1, True), (2, 2, True), (3, 3, True), (4, 3, False)
    ]  # fmt: skip
    ((similarity,),) = desk.rows("SELECT similarity FROM cluster_join WHERE story_no = 4")
    assert 0 <= similarity < 0.5, "said as it is: they are not alike"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"story_id": "f" * 16}, "no story of this data has the id ffffffffffffffff"),
        ({"tag_id": "flying"}, "the topic `flying` is not in this data"),
        ({"kind": "region", "tag_id": "ZZ"}, "the region `ZZ` is not in this data"),
        ({"kind": "role", "tag_id": "organization:no", "action": "set", "value": "focus"}, "the organization `no` is not"),
        ({"kind": "story", "tag_id": None, "action": "set", "value": "2031-01-01"}, "later than 2024-07-02, when the story was"),
        ({"kind": "story", "tag_id": None, "action": "set", "value": "1949-12-31"}, "is before 1950-01-01"),
        ({"kind": "cluster", "tag_id": None, "value": "e" * 16}, "has the id eeeeeeeeeeeeeeee, of which it would be a copy"),
    ],
)  # fmt: skip
def test_what_cannot_be_applied_is_kept_and_named_with_its_line(desk: Desk, wrong: dict[str, Any], said: str) -> None:
    before = desk.state()
    (warning,) = desk.decided(entry("a", **{"story_id": LEAD} | wrong))
    assert said in warning
    assert warning.endswith("it is kept and not applied")
    assert ".jsonl:1: " in warning
    assert desk.state() == before


@pytest.mark.parametrize("last", ["add", "remove"])
def test_the_last_word_on_a_topic_counts_under_its_former_id_too(desk: Desk, last: str) -> None:
    first = "remove" if last == "add" else "add"
    desk.decided(
        entry("a", story_id=LEAD, tag_id="robots", action=first),
        entry("b", story_id=LEAD, tag_id="machines", action=last),
    )
    assert ("robots" in desk.topics(LEAD)) is (last == "add")
    assert desk.rows("SELECT decision_id, tag_id, action FROM decision") == [("b", "robots", last)]


def test_a_new_day_counts_once_whatever_stands_beside_it(desk: Desk) -> None:
    days = [("a", "2024-03-01"), ("b", "2024-03-02"), ("c", "2024-03-03")]
    desk.decided(*(entry(id, "story", story_id=LEAD, tag_id=id, action="set", value=day) for id, day in days))
    assert desk.rows("SELECT decision_id, tag_id FROM decision") == [("c", None)]
    assert desk.rows("SELECT day FROM story_fact WHERE story_no = 1") == [(date(2024, 3, 3),)]


_NOWHERE = "f" * 16
_STEP = st.sampled_from(["correct"] * 3 + ["undo", "retag", "rename", "run", "back"]).flatmap(
    lambda what: st.tuples(
        st.just(what),
        {"correct": DECISIONS, "rename": st.sampled_from(sorted(NAMES))}.get(what, st.integers(0, 9)),
    )
)
_STEPS = st.tuples(st.tuples(st.just("correct"), DECISIONS), st.lists(_STEP, min_size=3, max_size=9)).map(
    lambda steps: [steps[0], *steps[1]]
)
_RENAMED_AND_BACK = [
    ("correct", {"kind": "topic", "story_id": OTHER, "tag_id": "robots", "action": "remove"}),
    ("correct", {"kind": "topic", "story_id": LATER, "tag_id": "automata", "action": "add"}),  # nobody knows it yet
    ("run", 0), ("rename", "robots"), ("retag", 0), ("undo", 0), ("back", 0), ("rename", "robots"), ("undo", 2), ("back", 2),
]  # fmt: skip


def check_sequence(folder: Path, steps: Sequence[tuple[str, Any]]) -> None:
    """However decisions came, were undone, tagged over, renamed and rolled back: each run makes of them what the oracle says, and the
    whole state is in the end that of those in force, applied once."""
    desk, entries = Desk(folder), list[Entry]()
    snapshots = [desk.copied()]
    for number, (what, value) in enumerate(steps):
        if what == "correct":
            entries.append(entry(f"d{number}", **value))
        elif what == "undo":
            entries.append(undo(f"d{number}", entries[value % len(entries)]["id"]))
        write(folder, *entries)
        if what in ("correct", "undo"):
            continue
        lexicon = desk.lexicon
        if what == "retag":
            desk.lexicon = lexicon.newer()
        elif what == "rename":
            desk.lexicon = lexicon.renamed(value)
        elif what == "back":  # seeds and desk stay as they are
            desk.con.close()
            desk = Desk(folder, lexicon, snapshot=snapshots[value % len(snapshots)])
        desk.run()
        assert held(desk) == expected(desk.lexicon, entries), (number, what)
        snapshots.append(desk.copied())
    desk.run()
    assert held(desk) == expected(desk.lexicon, entries)
    assert desk.state() == Desk(folder, desk.lexicon).state()


@pytest.mark.soak
def test_any_sequence_of_decisions_ends_in_what_is_in_force(rounds: Callable[[int, int], int]) -> None:
    """Each step is taken in many of them, a hand-made one takes all."""
    taken: Counter[str] = Counter()

    def in_a_folder(steps: list[tuple[str, Any]]) -> None:
        taken.update({what for what, _ in steps}, sequences=1)
        with TemporaryDirectory() as folder:
            check_sequence(Path(folder), steps)

    sequences = rounds(8, 1_000)
    settings(max_examples=sequences)(given(_STEPS)(example(_RENAMED_AND_BACK)(in_a_folder)))()
    assert taken.pop("sequences") > sequences
    assert taken.keys() == {"correct", "undo", "retag", "rename", "run", "back"}
    assert min(taken.values()) >= rounds(1, 300), taken


_KEPT = st.sampled_from(
    [
        {"story_id": _NOWHERE}, {"kind": "topic", "tag_id": "flying"}, {"kind": "organization", "tag_id": "machines"},
        {"kind": "region", "tag_id": "ZZ"}, {"kind": "role", "tag_id": "organization:no", "action": "set", "value": "focus"},
        {"kind": "role", "tag_id": "region:ZZ", "action": "set", "value": "focus"},
        {"kind": "story", "tag_id": None, "action": "set", "value": "2024-07-02T12:00:00-23:00"},
        {"kind": "story", "tag_id": None, "action": "set", "value": "1949-12-31"},
        {"kind": "cluster", "tag_id": None, "value": _NOWHERE},
        {"kind": "cluster", "story_id": _NOWHERE, "tag_id": None, "action": "remove"},
    ]
).map(lambda fields: {"story_id": LEAD} | fields)  # fmt: skip

_SHOWN = {
    "story": "SELECT story_no, form, published, day, date_from, cluster_no, is_lead FROM story_fact",
    "topic": "SELECT story_no, topic_no, day, source_no, is_lead, round(score, 2) FROM topic_fact",
    "organization": "SELECT * FROM organization_fact",
    "region": "SELECT * FROM region_fact",
    "line": "SELECT key, story_no FROM story_line",
    "day": "FROM source_day",
    "counted": "SELECT story_no, day FROM base_story(NULL, NULL, NULL, false, 'story', NULL, NULL, NULL)",
}


def _shown(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(con.execute(query).fetchall(), key=repr) for name, query in _SHOWN.items()}


_COUNTED: dict[str, Any] = {"sources": None, "from_day": None, "to_day": None, "letters": False, "unit": "story"}
_ABOUT: dict[str, Any] = {"about_any": None, "about_all": None, "about_none": None}
_SPAN: dict[str, Any] = {**_COUNTED, "from_day": date(2024, 1, 1), "to_day": date(2024, 6, 30)}
_ASKED: list[tuple[str, dict[str, Any]]] = [
    ("freshness", {}), ("sources", {}), ("untagged_language", _COUNTED), ("base_count", _COUNTED | _ABOUT),
    ("base_count", _COUNTED | _ABOUT | {"about_none": ["region:FR"]}), ("text_kind", _COUNTED | _ABOUT),
    ("grain_fit", _SPAN | _ABOUT | {"grains": ["day", "week"]}), ("seams", _SPAN | _ABOUT),
    ("topic_share", _COUNTED | _ABOUT | {"keys": ["topic:robots", "desk:health"]}), ("story", {"story": OTHER}),
    ("coverage", _COUNTED | _ABOUT | {"keys": ["topic:robots", "region:FR"], "grain": "month"}),
    ("story_topics", {"story_no": 3, "tagger": ""}), ("story_names", {"story_no": 1}),
    ("topic_names", _COUNTED | _ABOUT | {"kind": "region", "at_most": 5}),
]  # fmt: skip


def _check_what_corrections_leave(
    changed: frozenset[str], snapshot: Snapshot, cursor: duckdb.DuckDBPyConnection
) -> None:
    """A question that reads nothing of what decisions change has the answer of the snapshot."""
    definitions = definitions_of(snapshot)
    for query, parameters in _ASKED:
        if changed.isdisjoint(definitions.read(query, parameters)):
            assert run_on(cursor, query, parameters).equals(run_query(snapshot, query, parameters)), query


_CHANGE_OF_MIND = [
    {"story_id": LEAD, "tag_id": "machines", "action": "add"},
    {"story_id": LEAD, "tag_id": "robots", "action": "remove"},
    {"kind": "cluster", "story_id": LATER, "tag_id": None, "value": OTHER},
    {"kind": "cluster", "story_id": OTHER, "tag_id": None, "action": "remove"},
]


@given(st.lists(st.one_of(DECISIONS, _KEPT), min_size=1, max_size=6))
@example(_CHANGE_OF_MIND)
@example(_CHANGE_OF_MIND[::-1])
@settings(max_examples=12)
def test_what_is_pending_is_shown_as_the_next_run_will_have_it(decided: list[dict[str, Any]]) -> None:
    """All of one moment, so that their place in the file decides; what the run keeps and does not apply waits for nothing."""
    with TemporaryDirectory() as name:
        desk = Desk(Path(name))
        write(Path(name), *(entry(f"d{9 - number}", **fields) for number, fields in enumerate(decided)))
        waiting = pending_of(read_entries(desk_stamp(Path(name))).entries, Snapshot("world", desk.con))
        with desk.con.cursor() as cursor:
            show_pending(cursor, waiting)
            before = _shown(cursor)
            _check_what_corrections_leave(waiting.tables, Snapshot("world", desk.con), cursor)
        warnings = desk.run()
        assert before == _shown(desk.con)
        assert [(one.id, one.tag_id) for one in waiting.wanted] == desk.rows(
            "SELECT decision_id, tag_id FROM decision ORDER BY rowid"
        )
        assert (waiting.fresh, len(waiting.kept)) == (len(waiting.wanted), len(warnings))
        after = pending_of(read_entries(desk_stamp(Path(name))).entries, Snapshot("world", desk.con))
        assert (len(after), after.wanted, after.kept) == (0, waiting.wanted, waiting.kept)


def test_an_undone_decision_is_shown_as_gone_before_the_next_run(desk: Desk) -> None:
    first = _shown(desk.con)
    entries = [
        entry("a", story_id=LEAD, tag_id="agents"),
        entry("b", "story", story_id=COPY, tag_id=None, action="set", value="2024-03-01"),
        entry("c", "cluster", story_id=LATER, tag_id=None, action="add", value=LEAD),
        entry("d", "story", story_id=OTHER, tag_id=None, action="remove"),
    ]
    desk.decided(*entries)
    write(desk.folder, *entries, *(undo(f"no-{one['id']}", one["id"]) for one in entries))
    waiting = pending_of(read_entries(desk_stamp(desk.folder)).entries, Snapshot("world", desk.con))
    assert (waiting.fresh, waiting.undone, len(waiting)) == (0, 4, 4)
    with desk.con.cursor() as cursor:
        show_pending(cursor, waiting)
        assert _shown(cursor) == first


def test_undone_decisions_leave_no_trace(desk: Desk) -> None:
    before = desk.state()
    entries = [
        entry("a", story_id=LEAD, tag_id="generative", action="remove"),
        entry("b", "story", story_id=COPY, tag_id=None, action="set", value="2024-03-01"),
        entry("c", "cluster", story_id=LATER, tag_id=None, action="add", value=LEAD),
        entry("d", "story", story_id=OTHER, tag_id=None, action="remove"),
    ]
    desk.decided(*entries)
    assert desk.state() != before
    desk.decided(*entries, *(undo(f"no-{one['id']}", one["id"]) for one in entries))
    assert desk.state() == before


def _song(rows: Callable[[str], list[tuple[Any, ...]]]) -> str:
    ((story,),) = rows("SELECT story_id FROM story WHERE title = 'Chatbots learn to sing'")
    return str(story)


def test_a_run_publishes_a_correction_alone_once_and_again_after_a_rollback(
    published_snapshot: Settings, run_small: RunSmall, snapshot_rows: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    story = _song(snapshot_rows)
    tagged = f"SELECT topic_id FROM story_topic WHERE story_id = '{story}'"
    assert snapshot_rows(tagged) == [("chat",)]
    published_snapshot.desk.mkdir(exist_ok=True)
    write(published_snapshot.desk, entry("a", story_id=story, tag_id="chat", action="remove"))
    assert run_small().published
    assert snapshot_rows(tagged) == []
    assert snapshot_rows("SELECT decision_id, maker FROM decision") == [("a", "ada")]
    assert snapshot_rows("SELECT file, bytes > 0 FROM desk_offset") == [("decisions.jsonl", True)]
    assert not run_small().published, "nothing new"
    rollback(published_snapshot)
    assert snapshot_rows(tagged) == [("chat",)]
    assert run_small().published
    assert snapshot_rows(tagged) == []


def test_every_kind_of_decision_passes_the_checks_of_a_run(
    published_snapshot: Settings, run_small: RunSmall, snapshot_rows: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    (first,), (second,), (third,), *_ = snapshot_rows("SELECT story_id FROM story ORDER BY day, story_id")
    published_snapshot.desk.mkdir(exist_ok=True)
    write(
        published_snapshot.desk,
        entry("a", "story", story_id=first, tag_id=None, action="remove"),
        entry("b", "story", story_id=second, tag_id=None, action="set", value="2024-01-10"),
        entry("c", "cluster", story_id=third, tag_id=None, action="add", value=second),
        entry("d", story_id=second, tag_id="vision"),
        entry("e", "organization", story_id=second, tag_id="acme", value="focus"),
        entry("f", "region", story_id=second, tag_id="FR", value="mention"),
        entry("g", "role", story_id=second, tag_id="organization:acme", action="set", value="source"),
    )
    report = run_small()
    assert (report.published, report.warnings) == (True, ())
    assert snapshot_rows("SELECT count(*) FROM decision") == [(7,)]


def test_a_decision_that_cannot_be_applied_is_a_warning_of_the_run(
    published_snapshot: Settings, run_small: RunSmall
) -> None:
    published_snapshot.desk.mkdir(exist_ok=True)
    write(published_snapshot.desk, entry("a", story_id="f" * 16))
    assert (
        "decisions.jsonl:1: no story of this data has the id ffffffffffffffff; it is kept and not applied"
        in run_small().warnings
    )
