"""A draft before it is sent: read by contract 1 in a process of its own, held against targets and the last issues, stored nowhere."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import draft
from dashboard.balance import Publisher as Whose
from dashboard.draft import Draft, DraftProblem, fingerprint, keys_of, kind_of, read_draft, uploaded
from dashboard.draft_words import (
    Compared,
    balance_table,
    change_words,
    headline,
    of_words,
    story_card,
    target_sentence,
    targets_table,
    would_be,
)
from dashboard.editor import Access
from dashboard.filters import Known, from_query
from dashboard.scope import build_scope
from tests.worlds import Asking, Publisher, Story, World, many, publish, weekly

APP = Path(__file__).resolve().parents[1] / "dashboard" / "app.py"
DAYS = weekly(date(2024, 3, 6), 14)
WEEKLY = Publisher("weekly", "The Weekly", expected=DAYS)
HOSTILE = "<script>alert(1)</script>"
MARKDOWN = f"""# Our week

## A hospital lets a program read its scans

Doctors at a hospital in France use a medical model to diagnose lung disease on chest X-rays. Patients get their results the same day, and
nurses check each diagnosis before treatment begins.

## Agents learn to book trains {HOSTILE}

A new AI agent books trains and hotels by itself. The autonomous agent plans, calls other programs as tools and asks before it pays.
"""


def stories() -> list[Story]:
    """14 issues of The Weekly with 5 stories each: one on agents, every second one also on healthcare; The Digest has 3 a week."""
    found = []
    for number, day in enumerate(DAYS):
        found += [
            Story(day, ("agents",)),
            *many(1, day, *(("healthcare",) if number % 2 else ())),
            *many(3, day, "generative"),
        ]
        found += many(3, day, "healthcare", source="digest")
    return found


WORLD = World(stories(), (WEEKLY, Publisher("digest", "The Digest", expected=DAYS)))


@pytest.fixture(scope="module")
def asking() -> Asking:
    return Asking(WORLD)


def asked(**changed: object) -> dict[str, object]:
    plain = {"names": ["a", "b", "c"], "keys": ["topic:agents", "desk:health", "topic:robots"], "leasts": [20.0, None, 10.0],
             "mosts": [25.0, 12.0, None], "source": "weekly", "size": 12, "clock": WORLD.clock}  # fmt: skip
    return plain | changed


def test_a_draft_counts_as_the_newest_of_the_last_issues_25(asking):
    rows = asking("draft_targets", mine=[0, 2, 1], in_draft=5, **asked()).to_dict("records")
    agents, health, robots = rows
    assert [agents[name] for name in ("k_draft", "n_draft", "k", "n", "least", "most", "side")] == [
        0,
        5,
        11,
        60,
        12,
        15,
        "below",
    ]
    assert [agents[name] for name in ("draft_least", "draft_most", "draft_side")] == [1, 1, "below"]
    assert (agents["verdict"], bool(agents["chance"])) == ("below", True)  # 11 of 60 may well be 20 %
    # The last 11 issues hold 6 with a story on healthcare.
    assert [health[name] for name in ("k", "n", "most", "side", "draft_side")] == [8, 60, 7, "above", "above"]
    assert [robots[name] for name in ("k", "least", "verdict", "draft_side")] == [1, 6, "below", "within"]
    few = asking("draft_targets", mine=[1, 0, 0], in_draft=2, **asked(size=2)).to_dict("records")[0]
    assert (few["n"], few["verdict"], few["because"]) == (7, "cannot tell", "few")


def test_without_a_story_the_draft_changes_no_verdict_of_the_issues_before_it(asking):
    """27: the same numbers as on Balance."""
    mine = asking("draft_targets", mine=[0, 0, 0], in_draft=0, **asked(size=12)).to_dict("records")
    plain = asked(size=11) | {"many": 1}
    theirs = {row["name"]: row for row in asking("balance_targets", **plain).to_dict("records")}
    for row in mine:
        for name in ("k", "n", "least", "most", "side", "verdict", "chance", "low", "high"):
            assert row[name] == theirs[row["name"]][name] or row[name] != row[name]


def tagged(title: str = "T", **changed: object) -> dict[str, object]:
    nothing = {name: [] for name in ("topics", "topics_near", "organizations", "regions")}
    plain: dict[str, object] = {"title": title, "text": "", "form": "news", "section": "", "tagger": "t", **nothing}
    return plain | changed


def test_a_story_of_a_draft_is_on_the_lines_that_a_snapshot_would_have_it_on():
    story = tagged(
        topics=[{"id": "healthcare", "evidence": []}], regions=[{"code": "FR", "name": "France", "role": "mention"}],
        organizations=[{"id": "acme", "role": "focus"}, {"id": "nord", "role": "mention"}, {"id": "x:new", "role": "focus"}],
    )  # fmt: skip
    groups = [
        ("desk:health", "topic", "healthcare"),
        ("desk:models", "topic", "agents"),
        ("region:europe", "region", "FR"),
    ]
    assert keys_of(story, groups, {"acme": "company", "nord": "university"}) == {
        "topic:healthcare", "desk:health", "region:FR", "region:europe", "organization:acme", "organization:x:new", "type:company",
        "type:unlisted",
    }  # fmt: skip
    assert keys_of(tagged(), groups, {}) == {"topic:untagged"}


def row(k: int, n: int, usual: tuple[int, int] = (30, 60), key: str = "desk:d") -> Compared:
    share = usual[0] / usual[1] if usual[1] else 0.0
    return Compared(
        key,
        "Health",
        k,
        n,
        {"k": usual[0], "n": usual[1], "share": share, "low": share - 0.1, "high": share + 0.1},
        None,
    )


def test_words_of_a_draft_follow_its_numbers_8_9_25():
    assert would_be(row(1, 8)) == "4.0 (3–5)"
    assert would_be(row(1, 8, (0, 0))) == "no stories"
    assert change_words(row(0, 19), {"low": -0.6, "high": -0.4}) == "too few to say"
    assert change_words(row(0, 30), {"low": -0.6, "high": -0.4}) == "less than usual"
    assert change_words(row(29, 30), {"low": 0.2, "high": 0.6}) == "more than usual"
    assert change_words(row(14, 30), {"low": -0.2, "high": 0.2}) == "no clear difference"
    assert of_words({"k": 3, "n": 20, "share": 0.15, "low": 0.052, "high": 0.36}) == "3 of 20 = 15\u00a0% (5–36\u00a0%)"
    held = Draft((tagged(), tagged(form="letter")), "", "t")
    assert headline(held, [row(1, 1), row(1, 1, key="topic:t")]) == "1 story (1 editors’ letter beside): 1 on Health."
    whose = Whose("w", "The Weekly", True, "issue")
    assert balance_table([row(1, 8)], {}, whose, 12).iloc[0].tolist() == [
        "Health", "1 of 8", "4.0 (3–5)", "30 of 60 = 50\u00a0% (40–60\u00a0%)", "no stories", "too few to say",
    ]  # fmt: skip


def test_a_target_states_the_fact_first_25(asking):
    rows = asking("draft_targets", mine=[0, 2, 1], in_draft=5, **asked()).to_dict("records")
    whose = Whose("weekly", "The Weekly", False, "issue")
    assert target_sentence(rows[0], "AI agents", whose, 12) == (
        "AI agents: 0 of 5 stories here; with it 11 of 60 in the last 12 issues; the band asks 12 to 15; 1 short. Below, could be chance."
    )
    table = targets_table(rows, {"topic:agents": "AI agents"}, whose, 12)
    assert table.iloc[0].tolist() == [
        "AI agents",
        "0 of 5",
        "11 of 60",
        "12 to 15",
        "1 short",
        "Below, could be chance",
    ]


def test_a_story_shows_its_tags_and_evidence_and_nothing_of_it_runs():
    span = {"field": "title", "start": 0, "end": 5, "text": "Agent", "weight": 1.0}
    story = tagged(
        f"Agent {HOSTILE}", section=HOSTILE, topics=[{"id": "agents", "evidence": [span]}],
        topics_near=[{"id": "robots", "score": 0.4, "threshold": 0.5}],
        organizations=[{"id": "x:b", "name": HOSTILE, "role": "mention", "known": False, "spans": []}],
    )  # fmt: skip
    shown = story_card(1, story, {})
    assert "<script" not in shown
    assert '<mark title="agents">Agent</mark>' in shown
    assert "(named, not listed)" in shown
    assert "Nearly: robots (0.40, needs 0.50)" in shown


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<p>Hello</p>", "html"),
        ("# A title\n\nText.", "markdown"),
        ("See [it](https://a.example).", "markdown"),
        ("3 < 4 and 5 > 2", "text"),
    ],
)
def test_how_a_pasted_draft_is_written_is_seen(text, kind):
    assert kind_of(text) == kind
    assert fingerprint(text, kind) != fingerprint(text, "other")


def test_files_that_cannot_be_read_say_what_to_do():
    assert uploaded("A.MD", "\ufeffé".encode()) == ("é", "markdown")
    for name, content, said in (
        ("a.docx", b"PK", "neither text"),
        ("a.txt", b"\xff\xfe", "no UTF-8"),
        ("a.txt", b"x" * 500_001, "too big"),
    ):
        with pytest.raises(DraftProblem, match=said):
            uploaded(name, content)


def answer(
    monkeypatch: pytest.MonkeyPatch, *, pieces: str = "{}\n", tags: str = "", status: int = 0, said: str = ""
) -> list[Path]:
    """Let contract 1 answer this; returns the folders that it worked in."""
    folders: list[Path] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        folders.append(Path(command[-1]).parent)
        Path(command[-1]).write_text(pieces if command[3] == "split" else tags, encoding="utf-8")
        return subprocess.CompletedProcess(command, status, "", said)

    monkeypatch.setattr(draft.subprocess, "run", run)
    return folders


def test_what_goes_wrong_is_said_and_nothing_is_left_behind(monkeypatch):
    with pytest.raises(DraftProblem, match="nothing to check"):
        read_draft(" \n", "text")
    with pytest.raises(DraftProblem, match="too big"):
        read_draft("x" * 500_001, "text")
    for answered, said in (
        ({"pieces": ""}, "does not look like a newsletter"), ({"pieces": "{}\n" * 301}, "301 stories, where 300"),
        ({"status": 1, "said": "first\nainews: the weights are gone\n"}, "ainews: the weights are gone"), ({}, "could tag none"),
    ):  # fmt: skip
        folders = answer(monkeypatch, **answered)
        with pytest.raises(DraftProblem, match=said):
            read_draft("A draft", "text")
        assert folders
        assert not any(folder.exists() for folder in folders)

    def slow(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("etl", 1)

    monkeypatch.setattr(draft.subprocess, "run", slow)
    with pytest.raises(DraftProblem, match="took longer than 120 seconds"):
        read_draft("A draft", "text")
    monkeypatch.setattr(draft, "PATIENCE", 0.01)
    with draft._ONE_AT_A_TIME, pytest.raises(DraftProblem, match="Try again"):
        read_draft("A draft", "text")


def test_a_draft_is_read_once_shown_with_its_balance_and_stored_nowhere(tmp_path, monkeypatch):
    """The real tagger, once; the page from nothing pasted to stories, targets, balance, and back to an error."""
    data = publish(WORLD, tmp_path / "data")
    with duckdb.connect(str(next((data / "snapshots").glob("*.duckdb")))) as con:
        con.execute("INSERT INTO example_target BY NAME SELECT 'a' AS name, 1 AS position, 'topic:agents' AS key, 'weekly' AS source_id, "
                    "50.0 AS at_least, 90.0 AS at_most, 'more' AS why")  # fmt: skip
    monkeypatch.setenv("AINEWS_DATA", str(data))
    monkeypatch.setattr("dashboard.editor.access", lambda: Access("Ada"))
    before = {path for path in data.rglob("*") if path.is_file()}
    app = AppTest.from_file(str(APP), default_timeout=180)
    app.query_params["of"] = "weekly"
    app.switch_page("app_pages/draft.py").run()
    assert not app.exception
    assert not app.dataframe
    app.text_area(key="draft_text").set_value(MARKDOWN).run()
    app.button(key="draft_check").click().run()
    assert not app.exception
    assert not app.warning
    html = " ".join(block.proto.body for block in app.get("html"))
    assert "2 stories: 1 on Health desk and 1 on Models desk." in html
    assert HOSTILE not in html
    assert '<mark title="Healthcare' in html or "Healthcare</span>" in html
    assert (
        "AI agents: 1 of 2 stories here; with it 12 of 57 in the last 12 issues; the band asks 29 to 51; 17 short. Below."
        in html
    )
    targets, balance = (app.dataframe[at].value for at in (0, 1))
    assert targets.iloc[0].tolist()[1:3] == ["1 of 2", "12 of 57"]
    agents = next(line for line in balance.to_dict("records") if line["Desk or topic"].strip() == "AI agents")
    assert agents["The Weekly, last 12 issues"].startswith("12 of 60 = 20")
    assert agents["The field, same days"].startswith("0 of 36")
    assert_opens(agents["Open The Weekly"], 12)
    assert read_once(monkeypatch, app)
    app.text_area(key="draft_text").set_value("Hello.").run()
    monkeypatch.setattr(draft.subprocess, "run", lambda *_, **__: pytest.fail("an empty draft needs no tagger"))
    app.text_area(key="draft_text").set_value("  ").run()
    app.button(key="draft_check").click().run()
    assert "nothing to check" in app.warning[0].value
    assert {path for path in data.rglob("*") if path.is_file()} == before
    assert not list(Path(gettempdir()).glob("ainews-draft-*"))


def read_once(monkeypatch: pytest.MonkeyPatch, app: AppTest) -> bool:
    """Whether the same draft, asked for again and against another source, is not read again."""
    with monkeypatch.context() as patched:
        patched.setattr(draft.subprocess, "run", lambda *_, **__: pytest.fail("read twice"))
        app.button(key="draft_check").click().run()
        app.selectbox(key="draft_source").set_value("digest").run()
    return not app.exception and app.dataframe[0].value["The Digest, last 12 issues"].str.contains("of 36").any()


def assert_opens(address: str, number: int) -> None:
    """26: as many stories as the number says."""
    asking = Asking(WORLD)
    catalog, sources = asking.catalog(), asking.sources()
    filters, problems = from_query(
        parse_qs(urlsplit(address).query), Known(frozenset(catalog), frozenset(s.id for s in sources))
    )
    assert not problems
    scope = build_scope(asking, filters, sources=sources, catalog=catalog, clock=WORLD.clock)
    rows = asking(
        "story_list", key=filters.open_key, grain=scope.grain, period=None, at_most=999, skip=0, **scope.parameters()
    )
    assert len(rows) == number
