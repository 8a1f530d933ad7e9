"""The editors' page Corrections and the corrections of a story: what is written, what it changes at once, what is refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

import dashboard.corrections_write
from dashboard.corrections import Refused
from dashboard.corrections_write import decide, undo
from dashboard.desk import Desk, Entry, append, desk_stamp, in_force, read_entries
from dashboard.editor import NotAllowed
from etl import desk_folder
from tests.test_desk_folder import entry, write
from tests.worlds import Publisher, Story, World, publish

DAY = date(2024, 5, 6)
HOSTILE = "<script>alert(1)</script> **bold** [x](javascript:alert(1))"
STORIES = [
    Story(
        DAY,
        ["agents"],
        title="Near",
        near=[("robots", 0.38, 0.4, False)],
        organizations={"acme": "focus"},
        regions=["FR"],
    ),
    Story(DAY, ["agents"], title="Lead"),
    Story(DAY, ["robots"], title="Copy", copy_of=2, source="digest"),
    Story(DAY, title="Bare", near=[("healthcare", 0.1, 0.5, False)]),
    Story(DAY, ["robots"], title=HOSTILE, organizations={"x:forms": "focus"}),
    Story(DAY, ["robots"], title="Rising", organizations={"x:forms": "focus"}),
]
WORLD = World(
    STORIES, (Publisher("weekly", "The Weekly"), Publisher("digest", "The Digest")),
    organizations={"acme": "Acme", "nord": "Nord Labs", "x:forms": "Forms"},
)  # fmt: skip
NEAR, BARE = f"{1:016x}", f"{4:016x}"

PAGE = "corrections"
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(WORLD, tmp_path_factory.mktemp("corrections"))


def desk(folder: Path) -> Desk:
    return read_entries(desk_stamp(folder))


def text_of(app: AppTest) -> str:
    html = "".join(part.value for part in app.get("html") if not part.value.startswith("<style>"))
    return re.sub(r"[ \n]+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert [error.value for error in app.exception] == []
    return app


def test_the_queue_goes_a_key_at_a_time_and_the_last_can_be_undone(open_page: Open, folder: Path) -> None:
    app = open_page(since="all")
    keys = {b.key: b.proto.shortcut for b in app.button}
    assert keys.items() >= {
        "desk_accept": "a", "desk_turn": "w", "desk_void": "n", "desk_skip": "s", "desk_undo": "u",
    }.items()  # fmt: skip
    assert "Robots was not given: score 0.38, needs 0.40" in text_of(app)
    assert app.button(key="desk_undo").disabled
    options = [option.content for option in app.button_group(key="desk_reason").proto.options]
    assert options == ["Lowest confidence · 1", "Copies that disagree · 1", "Unlisted and rising · 1", "No topic · 1"]
    press(app, "desk_accept")
    (judged,) = in_force(desk(folder).entries)
    assert (judged.kind, judged.story_id, judged.tag_id, judged.value, judged.by) == (
        "judgement",
        NEAR,
        "robots",
        False,
        "Ada",
    )
    assert "2 stories tell it in nearly the same words" in text_of(app)
    assert app.toggle == [], "a judgement changes no number"
    press(app, "desk_skip")
    press(app, "desk_undo")
    assert in_force(desk(folder).entries) == ()
    assert "Robots was not given" in text_of(app)
    app.text_input(key="desk_why").set_value(HOSTILE)
    press(app, "desk_turn")
    (turned,) = in_force(desk(folder).entries)
    assert (turned.kind, turned.action, turned.tag_id, turned.why) == ("topic", "add", "robots", HOSTILE)
    assert app.toggle[0].label == "Numbers with 1 pending correction"
    assert "1 story looked at today · 3 waiting" in app.get("progress")[0].proto.text
    app.button_group(key="desk_reason").set_value("untagged").run()
    assert "No topic was given. Healthcare came nearest" in text_of(app)
    press(app, "desk_void")
    assert "Nothing of this waits" in app.info[0].value
    app.button_group(key="desk_part").set_value("decided").run()
    (shown,) = app.dataframe
    assert shown.value["What"].tolist()[:2] == ["said that this is no story", "added the topic Robots"]
    assert shown.value["State"].tolist() == [
        "pending: the next run applies it",
        "pending: the next run applies it",
        "taken back by Ada",
    ]
    assert desk_folder.read_desk(folder).warnings == ()


def test_after_a_topic_is_given_the_list_of_topics_is_another_so_that_keys_decide_again(
    open_page: Open, folder: Path
) -> None:
    app = open_page(since="all")
    assert "Robots was not given" in text_of(app)
    (give,) = [box for box in app.selectbox if str(box.key).startswith("desk_give_")]
    app.text_input(key="desk_why").set_value("It says so")
    give.set_value("healthcare").run()
    (given,) = in_force(desk(folder).entries)
    assert (given.tag_id, given.action, given.why) == ("healthcare", "add", "It says so")
    assert "Robots was not given" in text_of(app), "the tag in question is still open"
    (now,) = [box for box in app.selectbox if str(box.key).startswith("desk_give_")]
    assert (now.key == give.key, now.value) == (False, None)


def test_what_no_run_reads_or_applies_breaks_no_page_counts_for_nothing_and_is_said(
    open_page: Open, folder: Path
) -> None:
    write(
        folder,
        entry("a", story_id={"a": 1}),
        entry("b", story_id=NEAR, tag_id=["agents"]),
        entry("c", "story", story_id=NEAR, tag_id=None, action="set", value="soon"),
        entry("d", "role", story_id=NEAR, tag_id="organization:acme", action="set", value="boss"),
        entry("e", "topic", story_id=NEAR, action="toggle"),
        entry("f", story_id=NEAR, at="0001-01-01T00:00:00+09:00"),
        entry("g", story_id=NEAR, tag_id="<b>flying</b>"),
        entry("h", "story", story_id=NEAR, tag_id=None, action="set", value="2031-01-01"),
        entry("i", "cluster", story_id=NEAR, tag_id=None, value="f" * 16),
        entry("j", story_id="e" * 16, tag_id="robots"),
    )
    with (folder / "decisions.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"v": 1, "id": "cut')
    app = open_page(part="decided")
    refused, cut = (warning.value for warning in app.warning)
    assert (
        "6 lines of the desk folder can’t be read and count for nothing, and no run goes through until they are mended"
        in refused
    )
    assert "`decisions.jsonl:5` and 1 more. `ainews run` says what is wrong" in refused
    assert "The last line of `decisions.jsonl` was cut off" in cut
    assert app.dataframe[0].value["State"].tolist() == [
        "kept and not applied: this data has no such story",
        f"kept and not applied: this data has no story {'f' * 16}, of which it would be a copy",
        "kept and not applied: the day is later than 2024-07-02, when the story was read",
        "kept and not applied: this data has no topic <b>flying</b>",
    ]
    assert app.toggle == [], "none of it waits for a run"
    story = open_page("story", story=NEAR)
    assert "6 May 2024 · The Weekly" in text_of(story)
    assert "kept and not applied: this data has no topic <b>flying</b>" in text_of(story)


def test_a_correction_counts_at_once_says_so_and_can_be_left_out(open_page: Open, folder: Path) -> None:
    append(
        folder,
        [
            Entry("topic", "add", "bo", NEAR, "healthcare", None, HOSTILE),
            Entry("topic", "remove", "bo", NEAR, "agents", None, "a pun"),
        ],
    )
    app = open_page("story", editor="", story=NEAR, back="page=corrections&since=all")
    assert '<a class="back" href="./corrections?since=all">← Back to the list</a>' in "".join(
        part.value for part in app.get("html")
    )
    said = text_of(app)
    assert "Healthcare Added by bo" in said
    assert "AI agents Taken away by bo" in said
    assert HOSTILE in said
    assert "<script" not in "".join(part.value for part in app.get("html"))
    assert "bo took the topic AI agents away · “a pun”" in said
    assert not [b for b in app.button if b.key in ("undo_last", "correct_save")], "a reader may look and not write"
    assert app.toggle[0].label == "Numbers with 2 pending corrections"
    app.toggle[0].set_value(False).run()
    assert "AI agents score 0.90" in text_of(app)
    coverage = open_page("coverage", editor="", show="topic:healthcare", sources="weekly")
    assert coverage.toggle[0].label == "Numbers with 2 pending corrections"
    code = " ".join(part.value for part in coverage.get("code"))
    assert "with+2+pending+corrections" in code, "a link says which data it was made from"


def test_an_editor_corrects_on_the_page_of_a_story(open_page: Open, folder: Path) -> None:
    app = open_page("story", story=NEAR)
    app.selectbox(key=f"correct_tag_{NEAR}").set_value("organization:acme")
    press(app, "correct_save")
    assert "Say why" in app.error[0].value
    assert desk(folder).entries == ()
    app.text_input(key=f"correct_why_{NEAR}").set_value("only the paper's name")
    press(app, "correct_save")
    assert "Ada took the organization Acme away" in text_of(app)
    app.button_group(key=f"correct_way_{NEAR}").set_value("add").run()
    app.button_group(key=f"correct_kind_{NEAR}").set_value("organization").run()
    app.text_input(key=f"correct_find_organization_{NEAR}").set_value("nord").run()
    assert app.selectbox(key=f"correct_new_organization_{NEAR}").options == ["Nord Labs"]
    app.text_input(key=f"correct_why_{NEAR}").set_value("it built it")
    press(app, "correct_save")
    assert "Nord Labs the story is about it · no words of the text Added by Ada" in text_of(app)
    app.button_group(key=f"correct_way_{NEAR}").set_value("role").run()
    app.text_input(key=f"correct_why_{NEAR}").set_value("named in passing")
    app.selectbox(key=f"correct_become_{NEAR}").set_value("mention")
    press(app, "correct_save")
    app.button_group(key=f"correct_way_{NEAR}").set_value("day").run()
    app.date_input(key=f"correct_day_{NEAR}").set_value(date(2024, 5, 1))
    app.text_input(key=f"correct_why_{NEAR}").set_value("a reprint")
    press(app, "correct_save")
    assert "1 May 2024 · The Weekly" in text_of(app)
    app.button_group(key=f"correct_way_{NEAR}").set_value("copy").run()
    app.text_input(key=f"correct_other_{NEAR}").set_value("x4")
    app.text_input(key=f"correct_why_{NEAR}").set_value("told again")
    press(app, "correct_save")
    assert [(e.kind, e.action, e.value) for e in in_force(desk(folder).entries)] == [
        ("organization", "remove", None), ("organization", "add", "focus"), ("role", "set", "mention"), ("story", "set", "2024-05-01"),
        ("cluster", "add", BARE),
    ]  # fmt: skip
    assert "Told in nearly the same words by" in [h.value for h in app.header]
    press(app, "undo_last")
    assert len(in_force(desk(folder).entries)) == 4
    assert len(desk_folder.read_desk(folder).decisions) == 6


def test_two_editors_at_once_lose_nothing(open_page: Open, folder: Path) -> None:
    ada, bo = open_page(since="all"), open_page(since="all")
    press(ada, "desk_accept")
    press(bo, "desk_turn")
    assert len(desk(folder).entries) == 1, "what another has settled meanwhile is not decided again by a key"
    press(ada, "desk_void")
    press(bo, "desk_skip")
    press(bo, "desk_accept")
    assert [entry.kind for entry in in_force(desk(folder).entries)] == ["judgement", "story", "judgement"]
    assert desk_folder.read_desk(folder).warnings == ()


def test_every_write_is_checked_on_the_server(open_page: Open, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_page(editor="")
    with pytest.raises(NotAllowed):
        decide([Entry("topic", "remove", "", NEAR, "agents", None, "x")])
    monkeypatch.setattr(dashboard.corrections_write, "need_editor", lambda: "Ada")
    with pytest.raises(Refused, match="no such topic"):
        decide([Entry("topic", "add", "", NEAR, "bogus'; DROP TABLE story_fact", None, "x")])
    with pytest.raises(Refused, match="no such story"):
        decide([Entry("topic", "remove", "Eve", "f" * 16, "agents", None, "x")])
    with pytest.raises(Refused, match="no such story"):
        decide([Entry("cluster", "add", "", NEAR, None, "nope", "x")])
    with pytest.raises(Refused, match="no such topic"):
        decide([Entry("judgement", "set", "", NEAR, "organization:nobody", True, "x")])
    with pytest.raises(Refused, match="no such decision"):
        undo(["0000"])
    assert desk(folder).entries == ()
    with pytest.raises(Refused, match="does not have"):
        decide(
            [
                Entry("topic", "remove", "", NEAR, "agents", None, "x"),
                Entry("topic", "remove", "", NEAR, "robots", None, "x"),
            ]
        )
    assert desk(folder).entries == (), "all or none"
    (kept,) = decide(
        [Entry("topic", "remove", "Eve", NEAR, "agents", None, "x", id="chosen", at="1999-01-01T00:00:00Z")]
    )
    assert (kept.by, kept.id == "chosen", kept.at[:4] == "1999") == ("Ada", False, False)
    undo([kept.id])
    with pytest.raises(Refused, match="taken back already"):
        undo([kept.id])


def test_an_organization_becomes_a_proposal(open_page: Open, folder: Path) -> None:
    app = open_page()
    app.session_state["propose_which"] = "x:gone"  # a correction took it from its last story meanwhile
    app.button_group(key="desk_part").set_value("proposals").run()
    assert [error.value for error in app.exception] == []
    assert app.selectbox(key="propose_which").options == ["Forms · 2 stories"]
    submit = next(b for b in app.button if b.label == "Write the proposal")
    submit.click().run()
    assert "Say why" in app.error[0].value
    app.text_input(key="propose_why").set_value(HOSTILE)
    app.selectbox(key="propose_country").set_value("FR")
    next(b for b in app.button if b.label == "Write the proposal").click().run()
    assert [error.value for error in app.exception] == []
    (path,) = (folder / "proposals").glob("*.toml")
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {
        "forms": {"name": "Forms", "type": "company", "country": "FR"}
    }
    assert HOSTILE in app.code[0].value
    assert [h.value for h in app.header] == ["1 proposal"]


def test_only_editors_see_the_desk_and_an_address_asks_for_a_part_in_vain_aloud(open_page: Open) -> None:
    app = open_page(part="bogus", reason="nope")
    assert sum("which this page does not have" in caption.value for caption in app.caption) == 2
    config.set_option("server.address", "0.0.0.0")
    refused = open_page("methods")
    assert any("nobody may write" in warning.value.replace("\\", "") for warning in refused.warning)
