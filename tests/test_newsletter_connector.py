"""The newsletter connector: issues under the archive's ids, addresses for readers, what is no issue, what is missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from etl.catalog import load_sources
from etl.decide import decide
from etl.errors import InputError
from etl.fetch.model import FetchProblem
from etl.held import Held, HeldDocument
from etl.model import Document
from etl.sources.archive import read_archive
from etl.sources.feed_rules import IssueRules, load_feed_rules
from etl.sources.newsletter_feed import missing_issues, public_address, take_newsletter
from etl.sources.taken import State, Taken
from tests.feed_kit import CONTEXT, FEEDS, SHARED, WIRE, Recorded

RSS = "https://charonhub.deeplearning.ai/tag/the-batch/rss/"
BATCH = replace(WIRE, id="the-batch", name="The Batch", kind="newsletter", address=RSS)
HABITS = load_feed_rules(CONTEXT.seeds).newsletters["the-batch"]
RECORDED = SHARED / "the-batch" / "issues-347-363.xml"


def take(body: bytes | None = None, *, state: State | None = None, **answer: str) -> Taken:
    content = (FEEDS / "newsletter.xml").read_bytes() if body is None else body
    return take_newsletter(BATCH, Recorded(content, **answer), state or {}, CONTEXT)


@pytest.fixture(scope="module")
def taken() -> Taken:
    """A publisher's feed of two issues, a letter by itself and a teaser."""
    return take()


def test_an_issue_has_the_archives_id_and_the_readers_address(taken):
    issue = taken.documents[0]
    assert issue.document_id == "the-batch/issue-370"
    assert issue.address == "https://www.deeplearning.ai/the-batch/issue-370/"


def test_day_and_number_come_from_the_tags_else_from_date_and_address(taken):
    tagged, plain = taken.documents[:2]
    assert (tagged.day, tagged.published, tagged.issue_number) == (date(2026, 9, 11), datetime(2026, 9, 11), 370)
    assert (plain.day, plain.date_from, plain.issue_number) == (date(2026, 8, 21), "document", 367)


def test_an_issue_is_split_into_its_stories(taken):
    issue = taken.documents[0]
    assert [(piece.form, piece.title) for piece in issue.pieces][1:] == [
        ("news", "Kiln Number 370 Fires Alone"),
        ("news", "Harbour Pilots Try A Second Pair Of Eyes"),
    ]
    assert issue.pieces[0].form == "letter"
    assert issue.text_kind == "full"
    assert issue.pieces[1].url == "https://www.deeplearning.ai/the-batch/kiln-370/"


def test_what_is_no_issue_is_rejected_and_a_teaser_set_aside(taken):
    letter, teaser = taken.documents[2:]
    assert [(piece.reason, piece.text) for piece in letter.rejected] == [("no-issue", "A letter by itself")]
    assert (letter.document_id, letter.issue_number) == ("the-batch/a-letter-by-itself", None)
    assert teaser.quarantined == "no-text: the feed gives no content"
    plan = decide([("feed", d) for d in taken.documents], held=Held(), sources={"the-batch": BATCH}, today=date.max)
    ended = Counter(item.disposition for item in plan.dispositions if item.level == "document")
    assert ended == {"split": 2, "rejected:no-issue": 1, "quarantined:no-text": 1}


def test_an_issue_that_is_held_from_elsewhere_is_not_taken_again(taken):
    held = Held({"the-batch/issue-370": HeldDocument("archive", "another")})
    plan = decide([("feed", taken.documents[0])], held=held, sources={"the-batch": BATCH}, today=date.max)
    assert plan.dispositions[0].disposition == "unchanged:held"
    assert not plan.documents


@pytest.mark.parametrize(
    ("numbers", "last", "missing"),
    [
        ([], 5, []),
        ([7, 6, 5], None, []),
        ([9, 5], None, [6, 7, 8]),
        ([9, 8], 6, [7]),
        ([9, 7], 8, []),  # what is older than the last run was seen, or told, then
        ([3], 9, []),
    ],
)
def test_missing_issues_are_those_within_the_feed_and_since_the_last_run(numbers, last, missing):
    assert missing_issues(numbers, last=last) == missing


def test_missing_issues_are_named_with_the_remedy(taken):
    assert taken.state["issue"] == "370"
    assert taken.notes == ("issues 368–369 are missing; import them with `ainews import FILE`",)
    assert take(state={"issue": "363", "entries": "4"}).notes == (
        "issues 364–365, 368–369 are missing; import them with `ainews import FILE`",
    )
    assert take(state={"issue": "368"}).notes == ("issue 369 is missing; import it with `ainews import FILE`",)
    assert take(state={"issue": "400"}).state["issue"] == "400"


def test_an_unchanged_feed_takes_nothing_and_forgets_nothing(taken):
    unchanged = take_newsletter(BATCH, Recorded(status=304), taken.state, CONTEXT)
    assert (unchanged.documents, unchanged.state) == ((), taken.state)


def test_a_login_page_instead_of_the_feed_is_a_problem():
    with pytest.raises(FetchProblem, match="login-page"):
        take((FEEDS / "login.html").read_bytes())


def test_the_issue_in_which_the_feed_breaks_off_is_set_aside():
    whole = (FEEDS / "newsletter.xml").read_bytes()
    torn = take(whole[: whole.index(b"issue-367") + 1200])
    assert [(document.issue_number, (document.quarantined or "")[:4]) for document in torn.documents] == [
        (370, ""),
        (367, "torn"),
    ]


def test_a_newsletter_without_habits_takes_every_entry_for_an_issue():
    plain = replace(BATCH, id="kilns")
    taken = take_newsletter(plain, Recorded((FEEDS / "newsletter.xml").read_bytes()), {}, CONTEXT)
    assert [document.document_id for document in taken.documents][::2] == [
        "kilns/issue-370",
        "kilns/a-letter-by-itself",
    ]
    assert taken.documents[0].address == "https://charonhub.deeplearning.ai/issue-370/"
    assert "issue" not in taken.state


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://charonhub.deeplearning.ai/issue-5/?ref=x", "https://www.deeplearning.ai/the-batch/issue-5/"),
        ("https://dl-staging-website.ghost.io/a-story/", "https://www.deeplearning.ai/the-batch/a-story/"),
        ("https://charonhub.deeplearning.ai/content/a.png", "https://charonhub.deeplearning.ai/content/a.png"),
        ("https://www.deeplearning.ai/courses/x/?ref=y&id=1", "https://www.deeplearning.ai/courses/x/?id=1"),
        ("https://arxiv.example/abs/1?ref=dl-staging-website.ghost.io", "https://arxiv.example/abs/1"),
        ("https://[half", "https://[half"),
    ],
)
def test_addresses_of_the_workshop_become_the_readers(address: str, public: str):
    assert public_address(address, HABITS) == public


# feeds.toml


def write_rules(folder: Path, newsletter: str) -> Path:
    text = f"[text]\nboilerplate = []\ncut_off = []\n[login]\nwords = []\n[newsletter.kilns]\n{newsletter}\n"
    (folder / "feeds.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_newsletter_needs_to_say_nothing(tmp_path: Path):
    assert load_feed_rules(write_rules(tmp_path, "")).newsletters["kilns"] == IssueRules()


@pytest.mark.parametrize(
    ("newsletter", "problem"),
    [
        ('address = "https://x.example/"', "{slug}"),
        ("issue = '('", "no regular expression"),
        ("number = 'issue-9'", "brackets"),
        ('dates = ["%d %b"]', "day, month and year"),
        ("hosts = [1]", "list of texts"),
        ("host = []", "unknown key"),
    ],
)
def test_a_wrong_rule_is_named(tmp_path: Path, newsletter: str, problem: str):
    with pytest.raises(InputError, match=r"feeds\.toml:.*kilns") as refused:
        load_feed_rules(write_rules(tmp_path, newsletter))
    assert problem in str(refused.value)


# The publisher's own feed


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED.exists(), reason=f"needs {RECORDED.name} in ../shared/feeds/the-batch")
def test_the_publishers_issues_are_those_of_the_archive():
    batch = load_sources(CONTEXT.seeds)["the-batch"]
    held: dict[str, Document] = {document.document_id: document for document in read_archive(CONTEXT.seeds, batch)}
    recorded = take_newsletter(replace(batch, address=RSS), Recorded(RECORDED.read_bytes()), {}, CONTEXT)
    assert len(recorded.documents) == 15
    for issue in recorded.documents:
        archived = held[issue.document_id]
        assert (issue.address, issue.day) == (archived.address, archived.day)
        assert [piece.form for piece in issue.pieces] == ["letter", *["news"] * 4]
        assert issue.quarantined is None
    assert recorded.state["issue"] == "363"
