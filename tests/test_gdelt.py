"""GDELT: what an article becomes, and the ways in which its interface says that it did not answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.fetch.model import FetchProblem
from etl.identity import story_keys
from etl.model import Document
from etl.sources.gdelt import take_gdelt
from etl.sources.windows import moment, seconds
from tests.connector_kit import API, CLOCK, CONTEXT, SHARED_API, FakeInterface, always, entry

SOURCE = entry("gdelt", query='("artificial intelligence" OR chatbot)')
RECORDED = sorted((SHARED_API / "gdelt").glob("*.json"))


def _fixture(name: str) -> bytes:
    return (API / "gdelt" / name).read_bytes()


def _taken(body: str | bytes, **values: Any) -> tuple[Document, ...]:
    return take_gdelt(replace(SOURCE, **values), always(body), {}, CONTEXT).documents


def _one(**changes: object) -> str:
    article = json.loads(_fixture("articles.json"))["articles"][0] | changes
    return json.dumps({"articles": [{key: value for key, value in article.items() if value is not None}]})


def test_an_article_is_a_headline_under_its_canonical_address() -> None:
    english, french, _ = _taken(_fixture("articles.json"))
    assert english.document_id == "https://news.example/tech/farm-robots"
    assert story_keys(english) == [english.document_id]
    assert english.pieces[0].title == "Farm firm's new AI robots, explained: What growers can't see (yet)"
    assert (english.text_kind, english.pieces[0].body) == ("headline", "")
    assert (english.published, english.day) == (datetime(2024, 5, 30, 8, 15), date(2024, 5, 30))
    assert english.date_from == "fetch"
    assert (french.language, french.pieces[0].title) == ("fr", "L ' hôpital et l ' IA : qui décide ?")


def test_an_unknown_language_is_noted_and_not_guessed() -> None:
    taken = take_gdelt(SOURCE, always(_fixture("articles.json")), {}, CONTEXT)
    assert taken.documents[2].language == "und"
    assert taken.documents[2].pieces[0].title == "Neue Regeln & alte Fragen"
    assert taken.notes == ("the language 'Elvish' is not known",)


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("U . S . chip rules , at last", "U.S. chip rules, at last"),
        ("A $ 1 . 5 billion bet ?", "A $1.5 billion bet?"),
        ("Chips [ updated ] !", "Chips [updated]!"),
        ("They ' re here ; we aren ' t", "They're here; we aren't"),
        ("The S Pen ' Ultra ' returns", "The S Pen ' Ultra ' returns"),
        ("Called 'S Pen' now", "Called 'S Pen' now"),
        ("GPT - 4 - what now", "GPT - 4 - what now"),
        ("In 2025 , 300 firms", "In 2025, 300 firms"),
        ("Untouched: a plain title, with signs.", "Untouched: a plain title, with signs."),
        ("Use .NET and 3.5", "Use .NET and 3.5"),
    ],
)
def test_signs_are_joined_again_where_it_is_certain(printed: str, title: str) -> None:
    assert _taken(_one(title=printed))[0].pieces[0].title == title


def test_what_breaks_json_is_mended_and_nothing_else() -> None:
    first, second = _taken(_fixture("broken-escapes.json"))
    assert first.pieces[0].title == r"It reads C:\Users\photos \d and a tab"
    assert second.pieces[0].title == r'Quoted "well" é/ \ kept'


@pytest.mark.parametrize("body", ["{}", "{ }\n", '{"articles": []}', "\ufeff{}"])
def test_none_is_none(body: str) -> None:
    assert _taken(body) == ()


@pytest.mark.parametrize(
    ("body", "reason", "told"),
    [
        (_fixture("too-short.txt"), "api-error", "Your query was too short or too long."),
        (_fixture("busy.txt"), "rate-limit", "Please limit requests to one every 5 seconds"),
        (_fixture("error.html"), "api-error", "GDELT The specified phrase is too short."),
        (b"", "empty", "an empty answer"),
        (b"[]", "api-error", r"\[\]"),
        (b'{"articles": {}}', "malformed", "`articles` is no list"),
        (b'{"articles": [{"title": "It "is" broken"}]}', "malformed", "no JSON"),
        (b'{"articles": [', "malformed", "no JSON"),
        (b'{"a":' + b"[" * 100_000, "malformed", "no JSON"),
    ],
)
def test_what_is_no_answer_is_the_sources_problem(body: bytes, reason: str, told: str) -> None:
    with pytest.raises(FetchProblem, match=told) as problem:
        _taken(body)
    assert problem.value.reason == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"seendate": None}, "date"),
        ({"seendate": "yesterday"}, "date"),
        ({"seendate": 20240530}, "date"),
        ({"url": None}, "malformed"),
        ({"url": "ftp://news.example/"}, "malformed"),
        ({"title": ""}, "malformed"),
        ({"title": 5}, "malformed"),
    ],
)
def test_an_article_that_says_too_little_is_set_aside(changes: dict[str, object], reason: str) -> None:
    (document,) = _taken(_one(**changes))
    assert document.quarantined is not None
    assert document.quarantined.startswith(f"{reason}: wire/")


@settings(deadline=None)
@given(st.binary(max_size=60), st.text(max_size=20))
def test_no_answer_raises_anything_else(body: bytes, text: str) -> None:
    for answer in (
        body,
        b'{"articles": [' + body + b"]}",
        json.dumps({"articles": [text, {"title": text, "url": text}]}),
    ):
        try:
            _taken(answer)
        except FetchProblem:
            continue


def _news(times: list[int]) -> FakeInterface:
    """Articles 0, 1, … seen at these times (whole quarters of an hour), the first 250 of what is asked for, ends included."""

    def answer(asked: Mapping[str, str]) -> str:
        first, last = (seconds(datetime.strptime(asked[f"{end}datetime"], "%Y%m%d%H%M%S")) for end in ("start", "end"))
        found = [number for number, time in enumerate(times) if first <= time <= last][: int(asked["maxrecords"])]
        articles = [
            {
                "url": f"https://news.example/{number}",
                "title": f"Story {number}",
                "seendate": moment(times[number]).strftime("%Y%m%dT%H%M%SZ"),
                "language": "English",
            }
            for number in found
        ]
        return json.dumps({"articles": articles} if articles else {})

    return FakeInterface(answer)


def test_windows_are_split_until_none_is_full_and_asked_for_slowly() -> None:
    now = seconds(CLOCK)
    interface = _news([now - 900 * (1 + index // 40) for index in range(1500)])
    taken = take_gdelt(SOURCE, interface, {}, CONTEXT)
    assert len({each.document_id for each in taken.documents}) == len(taken.documents) == 1500
    assert {ask.every for ask in interface.asked} == {5.0}
    assert not taken.notes


def test_a_quarter_of_an_hour_that_is_too_full_is_told() -> None:
    taken = take_gdelt(SOURCE, _news([seconds(CLOCK) - 1800] * 300), {}, CONTEXT)
    assert len(taken.documents) == 250
    assert "narrow the query" in taken.notes[0]


def test_a_refusal_midway_keeps_what_came() -> None:
    news, asked = _news([seconds(CLOCK) - 900 * (1 + index // 40) for index in range(1500)]), 0

    def answer(parameters: Mapping[str, str]) -> bytes | str | FetchProblem:
        nonlocal asked
        asked += 1
        return _fixture("busy.txt") if asked == 12 else news.answer(parameters)

    taken = take_gdelt(SOURCE, FakeInterface(answer), {}, CONTEXT)
    assert taken.problem is not None
    assert taken.problem.reason == "rate-limit"
    rest = take_gdelt(SOURCE, news, taken.state, CONTEXT)
    assert len({each.document_id for each in (*taken.documents, *rest.documents)}) == 1500


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED, reason="needs ../shared/api/gdelt")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_answer_is_read_whole(path: Any) -> None:
    articles = json.loads(path.read_bytes())["articles"]
    documents = _taken(path.read_bytes())
    assert [each.address for each in documents] == [article["url"] for article in articles]
    assert all(each.quarantined is None and each.language == "en" for each in documents)
