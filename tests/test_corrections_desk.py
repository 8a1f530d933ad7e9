"""What an editor may decide, checked before it is written: nothing that a run could not read, nothing that is not so. Pure, but for SQL."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.corrections import Now, Refused, checked, undoing
from dashboard.corrections_queue import accepted, is_settled, items_of, merged, settled, turned, why_here
from dashboard.corrections_words import Decided, decided, line, notes_of, what
from dashboard.desk import Entry, append
from dashboard.pending import Pending, as_named_now
from dashboard.proposals import (
    Organization,
    Spelling,
    checked_organization,
    checked_spelling,
    proposals,
    save,
    written,
)
from etl import desk_folder
from tests.worlds import Asking, Publisher, Story, World

SONG, OTHER = "0000000000000001", "0000000000000002"
HOSTILE = "<script>alert(1)</script> **b** [x](javascript:y)"
NOW = Now(
    SONG, date(2024, 5, 6), date(2024, 6, 2), "news", SONG, 2,
    {"topic": {"agents": ""}, "organization": {"acme": "focus"}, "region": {"FR": "mention"}},
)  # fmt: skip
APART = Now(OTHER, date(2024, 5, 6), date(2024, 6, 2), "news", OTHER, 1)


def wish(kind: str, action: str, **fields: Any) -> Entry:
    return Entry(**({"kind": kind, "action": action, "by": "ada", "story_id": SONG, "why": "a pun"} | fields))


@pytest.mark.parametrize(
    ("entry", "other"),
    [
        (wish("topic", "remove", tag_id="agents"), None),
        (wish("topic", "add", tag_id="robots", value="rubbish"), None),
        (wish("organization", "add", tag_id="nord", value="product"), None),
        (wish("region", "add", tag_id="DE", value="mention"), None),
        (wish("role", "set", tag_id="organization:acme", value="source"), None),
        (wish("role", "set", tag_id="region:FR", value="focus"), None),
        (wish("story", "remove"), None),
        (wish("story", "set", value="2024-05-01"), None),
        (wish("cluster", "remove"), None),
        (wish("cluster", "add", value="x2"), APART),
        (wish("judgement", "set", tag_id="agents", value=True), None),
    ],
)
def test_what_may_be_decided_is_written_so_that_runs_read_it(tmp_path: Path, entry: Entry, other: Now | None) -> None:
    (kept,) = append(tmp_path, [checked(entry, NOW, other=other)])
    (read,) = desk_folder.read_desk(tmp_path).decisions
    assert (read.kind, read.action, read.tag_id, read.why) == (entry.kind, entry.action, entry.tag_id, "a pun")
    append(tmp_path, [undoing(kept, by="bo")])
    assert desk_folder.in_force(desk_folder.read_desk(tmp_path).decisions) == ()


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (wish("topic", "remove", tag_id="robots"), "does not have that tag"),
        (wish("topic", "add", tag_id="agents"), "has that tag already"),
        (wish("topic", "add"), "no such topic"),
        (wish("topic", "set", tag_id="agents"), "nothing that can be decided"),
        (wish("target", "set", tag_id="agents"), "nothing that can be decided"),
        (wish("topic", "remove", tag_id="agents", undoes="x"), "nothing that can be decided"),
        (wish("topic", "remove", tag_id="agents", story_id=OTHER), "another story"),
        (wish("organization", "add", tag_id="nord", value="boss"), "one of focus, mention, source, product"),
        (wish("organization", "add", tag_id="nord", value=None), "one of focus"),
        (wish("region", "add", tag_id="DE", value="source"), "one of focus, mention"),
        (wish("role", "set", tag_id="organization:nord", value="focus"), "has no role"),
        (wish("role", "set", tag_id="topic:agents", value="focus"), "has no role"),
        (wish("role", "set", tag_id="organization:acme", value="focus"), "already"),
        (wish("role", "set", tag_id="organization:acme", value=["focus"]), "one of"),
        (wish("story", "set", value="2024-06-03"), "nor after 2024-06-02"),
        (wish("story", "set", value="1949-01-01"), "before 1950"),
        (wish("story", "set", value="2024-05-06"), "already"),
        (wish("story", "set", value="2024-02-30"), "no such day"),
        (wish("story", "set", value="2024-05-01T00:00:00+99:00"), "as 2026-01-31"),
        (wish("story", "set", value=None), "as 2026-01-31"),
        (wish("cluster", "add", value="x"), "no such story"),
        (wish("judgement", "set", tag_id="agents", value="true"), "yes or no"),
        (wish("judgement", "set", value=True), "no such topic"),
        (wish("story", "remove", why=" \n\t\x00 "), "Say why"),
        (wish("story", "remove", why=None), "Say why"),
        (wish("story", "remove", why="x" * 501), "at most 500"),
    ],
)
def test_what_is_not_so_or_could_not_be_read_is_refused(entry: Entry, says: str) -> None:
    with pytest.raises(Refused, match=says):
        checked(entry, NOW)


def test_what_names_a_tag_that_the_data_lacks_is_refused_but_can_be_taken_away() -> None:
    with pytest.raises(Refused, match="no such topic"):
        checked(wish("topic", "add", tag_id="bogus"), NOW, known=False)
    assert checked(wish("topic", "remove", tag_id="agents"), NOW, known=False)
    with pytest.raises(Refused, match="same already"):
        checked(wish("cluster", "add", value=OTHER), NOW, other=Now(OTHER, *NOW_REST))


NOW_REST = (NOW.day, NOW.last_day, "news", SONG, 2)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda x: st.lists(x, max_size=2), max_leaves=3
)


@given(
    st.sampled_from([*desk_folder.get_args(desk_folder.Kind), "bogus"]), st.sampled_from(["add", "remove", "set", "x"]),
    st.sampled_from([None, "", "agents", "robots", "acme", "organization:acme", "region:FR", "role:x"]),
    st.sampled_from([True, "focus", "mention", "2024-05-01", "2024-05-01T99", OTHER, None]) | _JSON, st.text(max_size=20),
)  # fmt: skip
@settings(max_examples=150)
def test_whatever_comes_back_from_a_browser_is_refused_or_read_by_runs(
    kind: str, action: str, tag: Any, value: Any, why: str
) -> None:
    try:
        entry = checked(Entry(kind, action, "ada", SONG, tag, value, why), NOW, other=APART)
    except Refused:
        return
    fields = {
        name: getattr(entry, name) for name in ("kind", "story_id", "tag_id", "action", "value", "why", "undoes", "by")
    }
    assert desk_folder._fault(fields | {"v": 1, "id": "x", "at": "2024-06-01T00:00:00Z"}) == ("", "")


def test_what_was_taken_back_is_another_state_than_nothing() -> None:
    assert Pending((), undone=1).key != Pending().key == ()


# In words


def at(entry: Entry, id: str, second: int) -> Entry:
    return replace(entry, id=id, at=f"2024-06-01T00:00:{second:02d}Z")


def test_each_decision_has_its_state_and_its_words() -> None:
    entries = [
        at(wish("topic", "remove", tag_id="agents"), "a", 1),
        at(wish("topic", "add", tag_id="machines", why=HOSTILE), "b", 2),  # the former id of robots
        at(wish("organization", "add", tag_id="nord", value="product"), "c", 3),
        at(undoing(wish("organization", "add", tag_id="nord"), by="bo"), "d", 4),
        at(wish("topic", "remove", tag_id="robots"), "e", 5),
        at(wish("story", "set", value="2024-05-01", story_id="f" * 16), "f", 6),
        at(wish("judgement", "set", tag_id="untagged", value=True), "g", 7),
        at(wish("target", "set", tag_id="x", story_id=None), "h", 8),
    ]
    entries[3] = replace(entries[3], undoes="c")
    found = decided(
        as_named_now(entries, {"machines": "robots"}), applied={"a"}, kept={"f": "this data has no such <story>"}
    )
    assert [(one.entry.id, one.state, one.undone_by) for one in found] == [
        ("g", "judged", ""), ("f", "kept", ""), ("e", "pending", ""), ("c", "undone", "bo"), ("b", "replaced", ""), ("a", "applied", ""),
    ]  # fmt: skip
    assert [one.said for one in found[:4]] == [
        "kept as a judgement", "kept and not applied: this data has no such <story>", "pending: the next run applies it",
        "taken back by bo",
    ]  # fmt: skip
    names = {"topic:agents": "AI agents", "topic:robots": "<Robots>", "organization:nord": "Nord"}
    assert [what(one.entry, names) for one in found] == [
        "judged that it rightly has no topic", "set the day to 1 May 2024", "took the topic <Robots> away",
        "added the organization Nord (only its product is named)", "added the topic <Robots>", "took the topic AI agents away",
    ]  # fmt: skip
    html = "".join(line(one, names) for one in found)
    assert "<script" not in html
    assert "&lt;Robots&gt;" in html
    assert "no such &lt;story&gt;" in html
    assert "taken back by bo" in html
    assert notes_of(found, names) == {
        "topic:robots": "Taken away by ada, 1 Jun 2024, 00:00 UTC (pending): a pun",
        "topic:agents": "Taken away by ada, 1 Jun 2024, 00:00 UTC: a pun",
    }


# The queue

DAY = date(2024, 5, 6)
WORLD = World(
    [
        Story(DAY, ["agents"], title="Near", near=[("robots", 0.38, 0.4, False), ("generative", 0.9, 0.3, True)]),
        Story(DAY, ["agents"], title="Lead"),
        Story(DAY, ["robots"], title="Copy", copy_of=2, source="digest"),
        Story(DAY, title="Bare", near=[("healthcare", 0.1, 0.5, False)]),
        Story(DAY, title="Empty"),
        Story(DAY, ["robots"], title="Void", form="void", near=[("agents", 0.39, 0.4, False)]),
        Story(date(2024, 6, 10), ["robots"], title="Rising", organizations={"x:forms": "focus"}),
        Story(date(2024, 6, 11), ["robots"], title="Rising 2", organizations={"x:forms": "mention", "acme": "focus"}),
    ],
    (Publisher("weekly", "The Weekly"), Publisher("digest", "The Digest")),
    organizations={"acme": "Acme", "x:forms": "Forms"},
)  # fmt: skip
NAMES = {"topic:robots": "Robots", "topic:agents": "AI agents", "topic:healthcare": "Healthcare"}


@pytest.fixture(scope="module")
def ask() -> Asking:
    return Asking(WORLD)


def queue(ask: Asking) -> dict[str, list[Any]]:
    asked: Mapping[str, dict[str, Any]] = {
        "doubt": {"from_day": None}, "copies": {"from_day": None}, "untagged": {"from_day": None}, "rising": {"days": 30},
    }  # fmt: skip
    return {
        reason: items_of(reason, ask(f"correction_{reason}", at_most=1000, **values).to_dict("records"))
        for reason, values in asked.items()
    }


def test_the_queue_holds_each_reason_with_its_numbers_and_nothing_that_counts_nowhere(ask: Asking) -> None:
    found = queue(ask)
    assert [(item.title, item.tags, item.has) for item in found["doubt"]] == [("Near", ("robots",), False)]
    assert [(item.title, item.tags, item.told) for item in found["copies"]] == [("Lead", ("agents", "robots"), 2)]
    assert [(item.title, item.tags) for item in found["untagged"]] == [("Bare", ("healthcare",)), ("Empty", ())]
    (rising,) = found["rising"]
    assert (rising.title, rising.tags, rising.named) == ("Rising", ("x:forms",), (0, 4, 2, 2))
    assert [why_here(item, NAMES) for item in merged(found)] == [
        "Robots was not given: score 0.38, needs 0.40. Such a score is right about 4 times in 10.",
        "2 stories tell it in nearly the same words; only some have AI agents and Robots.",
        "Forms is on no word list. 2 of 2 stories name it lately, 0 of 4 in as long a time before.",
        "No topic was given. Healthcare came nearest: score 0.10, needs 0.50.",
        "No topic was given. None came near.",
    ]


def test_days_narrow_the_queue(ask: Asking) -> None:
    late = date(2024, 6, 1)
    assert [ask(f"correction_{name}", from_day=late, at_most=9).empty for name in ("doubt", "copies", "untagged")] == [
        True
    ] * 3


def test_what_was_decided_leaves_the_queue_and_comes_back_when_that_is_undone(ask: Asking) -> None:
    found = queue(ask)
    for item in merged(found):
        now = Now(item.story_id, DAY, DAY, "news", item.story_id, 2, {"topic": {"agents": ""}})
        entries = [at(entry, f"e{n}", n) for n, entry in enumerate(accepted(item, now))]
        assert not is_settled(item, settled([]))
        assert is_settled(item, settled(entries))
        back = [at(undoing(entry, by="bo"), f"u{n}", n + 20) for n, entry in enumerate(entries)]
        assert not is_settled(item, settled([*entries, *back]))
        assert is_settled(item, settled([at(wish("story", "remove", story_id=item.story_id), "v", 1)]))
    copies = found["copies"][0]
    assert is_settled(copies, settled([at(wish("cluster", "remove", story_id=copies.members[-1]), "c", 1)]))


def test_what_is_wrong_is_turned_round(ask: Asking) -> None:
    found = queue(ask)
    near, rising, copies, bare = (found[reason][0] for reason in ("doubt", "rising", "copies", "untagged"))
    now = Now(near.story_id, DAY, DAY, "news", near.story_id, 1, {"topic": {"agents": ""}})
    assert [(e.kind, e.action, e.tag_id) for e in turned(near, now, "w")] == [("topic", "add", "robots")]
    assert [(e.kind, e.action, e.tag_id) for e in turned(rising, now, "w")] == [("organization", "remove", "x:forms")]
    assert [(e.kind, e.action, e.tag_id) for e in turned(bare, now, "w")] == [("topic", "add", "healthcare")]
    assert turned(copies, now, "w") == []


# Proposals


def test_whom_a_key_proposes_is_offered_however_rarely_it_is_named() -> None:
    named = {"x:often": "focus"}
    stories = [Story(DAY, organizations=named), Story(DAY, organizations=named | {"x:forms": "focus"})]
    ask = Asking(World(stories, organizations={"x:often": "Often", "x:forms": "Forms"}))
    offered = [ask("proposal_candidates", also=also, at_most=1)["id"].tolist() for also in ("", "x:forms", "x:gone")]
    assert offered == [["x:often"], ["x:forms"], ["x:often"]]


WHEN = datetime(2024, 6, 1, 9, tzinfo=UTC)


def test_a_proposal_is_an_entry_of_the_word_list(tmp_path: Path) -> None:
    asked = Organization("forms-inc", ' Forms "Inc" \\ ', "company", "FR", ("Forms", "Forms", " ", "Forms\nInc"))
    one = checked_organization(asked, taken={"acme"}, countries={"FR"})
    path = save(tmp_path, one, written(one, by="ada\n[x]", why=HOSTILE, now=WHEN, examples=[SONG]), now=WHEN)
    entry = {"name": 'Forms "Inc" \\', "type": "company", "country": "FR", "aliases": ["Forms", "Forms Inc"]}
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {"forms-inc": entry}
    spelling = checked_spelling(Spelling("acme", ("ACME Ltd",)), taken={"acme"})
    save(tmp_path, spelling, written(spelling, by="bo", why="so spelt", now=WHEN), now=WHEN)
    made = proposals(tmp_path)
    assert {frozenset(tomllib.loads(one.text)) for one in made} == {frozenset({"forms-inc"}), frozenset({"acme"})}
    (tmp_path / "proposals" / "z.toml").write_text("= broken")
    assert proposals(tmp_path)[0].problem
    assert not list((tmp_path / "proposals").glob(".*")), "no half-written file stays"


def test_the_seeds_load_with_a_merged_proposal(small_seeds: Path) -> None:
    from etl.lexicon.load import load_lexicon

    one = checked_organization(
        Organization("forms-inc", "Forms Incorporated", "company", "", ("Forms Inc",)), taken=(), countries=()
    )
    path = small_seeds / "organizations.toml"
    text = written(one, by="ada", why="named often", now=WHEN)
    path.write_text(text + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert "forms-inc" in load_lexicon(small_seeds).organizations


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (Organization("acme", "Acme", "company"), "listed already"),
        (Organization("../acme", "Acme", "company"), "joined by hyphens"),
        (Organization("a" * 200, "Acme", "company"), "joined by hyphens"),
        (Organization("forms", "Forms", "spaceship"), "type is one of"),
        (Organization("forms", "Forms", "company", "XX"), "country"),
        (Organization("forms", "\n", "company"), "1 to 120"),
        (Organization("forms", "Forms", "company", "", tuple(f"f{n}" for n in range(21))), "at most 20"),
        (Spelling("nobody", ("x",)), "No listed"),
        (Spelling("acme", (" ",)), "Give a spelling"),
    ],
)  # fmt: skip
def test_a_proposal_that_could_not_be_merged_is_refused(one: Organization | Spelling, says: str) -> None:
    def check() -> None:
        if isinstance(one, Spelling):
            checked_spelling(one, taken={"acme"})
        else:
            checked_organization(one, taken={"acme"}, countries={"FR"})

    with pytest.raises(Refused, match=says):
        check()


def test_a_copy_is_named_by_what_it_is_a_copy_of() -> None:
    assert line(Decided(at(wish("cluster", "add", value=OTHER), "a", 1), "pending"), {}).startswith(
        "<li><b>ada</b> said that it is a copy of 0"
    )
