"""Hacker News: what a hit becomes, and how its search is asked so that it gives all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.fetch.model import FetchProblem
from etl.identity import document_hash
from etl.model import Document
from etl.sources.hackernews import take_hackernews
from etl.sources.taken import State, Taken
from etl.sources.windows import Pace, seconds
from tests.connector_kit import API, CLOCK, CONTEXT, SHARED_API, FakeInterface, always, entry

STORIES = (API / "hackernews" / "stories.json").read_text(encoding="utf-8")
RECORDED = SHARED_API / "hackernews" / "hn_algolia_response.json"
SOURCE = entry("hackernews", query="AI")


def _taken(body: str | bytes, **values: Any) -> tuple[Document, ...]:
    return take_hackernews(replace(SOURCE, **values), always(body), {}, CONTEXT).documents


def _one(**changes: object) -> str:
    """The fixture with its first hit only, changed; None takes a field out."""
    answer = json.loads(STORIES)
    hit = {key: value for key, value in (answer["hits"][0] | changes).items() if value is not None}
    return json.dumps(answer | {"hits": [hit], "nbHits": 1})


def test_a_hit_is_a_document_of_its_own_page_that_links_the_article() -> None:
    article, question, shown = _taken(STORIES)
    assert article.document_id == article.address == "https://news.ycombinator.com/item?id=40500001"
    assert (article.pieces[0].title, article.pieces[0].body) == ("A farm that AI weeds", "")
    assert article.pieces[0].url == "https://farm.example/weeds?utm_source=hn"
    assert (article.published, article.day) == (datetime(2024, 5, 30, 8, 15), date(2024, 5, 30))
    assert (article.date_from, article.text_kind, article.language) == ("document", "headline", "en")
    assert question.text_kind == "full"
    assert question.pieces[0].url is None
    assert question.pieces[0].body == (
        "We try to label our photos.\n\nIs there a model that runs on a small board? It's for school."
    )
    assert (shown.text_kind, shown.pieces[0].body) == ("digest", "It reads a menu aloud.")


def test_counters_do_not_change_a_document() -> None:
    (before,), (after,) = _taken(_one()), _taken(_one(points=999, num_comments=400, updated_at="2024-06-02T00:00:00Z"))
    assert document_hash(before) == document_hash(after)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"created_at_i": None}, "date"),
        ({"created_at_i": "soon"}, "date"),
        ({"created_at_i": 10**30}, "date"),
        ({"objectID": None}, "malformed"),
        ({"objectID": "../x"}, "malformed"),
        ({"title": None}, "malformed"),
        ({"title": " "}, "malformed"),
        ({"title": ["a"]}, "malformed"),
    ],
)
def test_a_hit_that_says_too_little_is_set_aside(changes: dict[str, object], reason: str) -> None:
    (document,) = _taken(_one(**changes))
    assert document.quarantined is not None
    assert document.quarantined.startswith(f"{reason}: wire/")
    assert not document.pieces


def test_half_a_character_can_be_stored() -> None:
    (document,) = _taken(_one(title="A torn \ud83d title\u0000"))
    assert document.pieces[0].title == "A torn \ufffd title"


def test_a_link_that_is_no_web_address_is_none() -> None:
    (document,) = _taken(_one(url="javascript:alert(1)"))
    assert document.pieces[0].url is None


def test_off_topic_is_told_where_the_scope_is_general() -> None:
    article, question, _ = _taken(STORIES, scope="general", must_match=("AI",))
    assert article.pieces
    assert (question.pieces, question.rejected[0].reason) == ((), "off-topic")


def test_what_is_asked() -> None:
    interface = always(STORIES)
    take_hackernews(replace(SOURCE, query="language model"), interface, {}, CONTEXT)
    (ask,) = interface.asked
    assert ask.address.startswith("https://api.example/search?query=language%20model&tags=story&numericFilters=")
    assert (ask.kind, ask.source_id, ask.allow_private) == ("api", "wire", False)


def test_an_entry_without_address_is_named() -> None:
    with pytest.raises(FetchProblem, match="`wire` names no `address`"):
        _taken(STORIES, address=None)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html><body>Too many requests</body></html>",
        "[]",
        "{}",
        '{"message":"invalid numeric attribute","status":400}',
        '{"hits": {}, "nbHits": 1, "nbPages": 1}',
        '{"hits": [], "nbPages": 1}',
        '{"hits": [], "nbHits": "many", "nbPages": 1}',
        '{"hits": [], "nbHits": -1, "nbPages": 1}',
        '{"hits": ' + "[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_an_answer_that_is_none_is_a_problem_of_the_source(body: str | bytes) -> None:
    with pytest.raises(FetchProblem):
        _taken(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["objectID", "title", "url", "story_text", "created_at_i"]), json_values),
    json_values,
)
def test_no_hit_however_strange_raises_or_is_lost(hit: dict[str, object], other: object) -> None:
    body = json.dumps({"hits": [hit, other], "nbHits": 2, "nbPages": 1})
    assert len(_taken(body)) == 2


# A search of many hits


def _search(times: list[int], *, page: int = 1000) -> FakeInterface:
    """Stories 1, 2, … at these times, newest first, in pages, never more than 1,000 of one search."""

    def answer(asked: Mapping[str, str]) -> str:
        first, last = map(int, re.findall(r"[0-9]+", asked["numericFilters"].replace("created_at_i", "")))
        found = [number for number, time in enumerate(times, 1) if first <= time < last][::-1]
        size = min(int(asked["hitsPerPage"]), page)
        start = int(asked.get("page", 0)) * size
        hits = [
            {"objectID": str(number), "title": f"Story {number}", "created_at_i": times[number - 1]}
            for number in found[:1000][start : start + size]
        ]
        return json.dumps({"hits": hits, "nbHits": len(found), "nbPages": -(-min(len(found), 1000) // size)})

    return FakeInterface(answer)


def _all(interface: FakeInterface, state: State, runs: int = 1, **values: Any) -> tuple[list[str], Taken]:
    ids: list[str] = []
    for _ in range(runs):
        taken = take_hackernews(replace(SOURCE, **values), interface, state, CONTEXT)
        ids += [each.document_id for each in taken.documents]
        state = taken.state
    return ids, taken


def test_more_than_a_thousand_hits_are_all_taken_once() -> None:
    now = seconds(CLOCK)
    times = [now - 3600 * 24 * 20 + index * 300 for index in range(4000)] + [now - 60] * 900
    ids, taken = _all(_search(times), {})
    assert len(ids) == len(set(ids)) == 4900
    assert not taken.notes


def test_smaller_pages_than_asked_for_are_read_to_the_end() -> None:
    now = seconds(CLOCK)
    interface = _search([now - 1000 - index for index in range(950)], page=100)
    ids, _ = _all(interface, {})
    assert len(set(ids)) == 950
    assert len(interface.asked) == 10


def test_history_of_many_years_is_taken_over_several_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.sources.hackernews._PACE", Pace(unit=1, limit=1000, requests=14, overlap=2 * 86_400))
    source_from = entry("hackernews", since=date(2007, 2, 19)).coverage
    first, now = seconds(datetime(2007, 2, 19)), seconds(CLOCK)
    step = (now - first) // 15_000
    interface = _search([first + index * step for index in range(15_000)])
    ids, taken = _all(interface, {}, coverage=source_from)
    assert taken.notes[0].endswith("the rest follows in the next runs")
    assert len(interface.asked) == 14
    more, taken = _all(interface, taken.state, runs=3, coverage=source_from)
    assert len(ids + more) - 2000 < len(set(ids + more)) == 15_000
    assert not taken.notes


def test_a_story_that_is_listed_late_is_still_taken() -> None:
    now = seconds(CLOCK)
    _, taken = _all(_search([now - 600]), {})
    ids, _ = _all(_search([now - 600, now - 86_400]), taken.state)
    assert "https://news.ycombinator.com/item?id=2" in ids


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED.exists(), reason=f"needs {RECORDED.name} in ../shared/api/hackernews")
def test_a_recorded_answer_has_the_shape_that_is_read() -> None:
    answer = json.loads(RECORDED.read_text(encoding="utf-8"))
    documents = _taken(json.dumps(answer | {"nbHits": len(answer["hits"]), "nbPages": 1}))
    # Its hits are comments, which have no title of their own: they are told apart and set aside, one by one.
    assert [each.quarantined for each in documents] == [
        f"malformed: wire/{hit['objectID']}: it has no number or no title" for hit in answer["hits"]
    ]
