"""arXiv: what a paper becomes, and how its interface is asked so that it gives all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.fetch.model import FetchProblem
from etl.identity import document_hash
from etl.model import Document
from etl.sources.arxiv import take_arxiv
from etl.sources.windows import moment, seconds
from tests.connector_kit import API, CLOCK, CONTEXT, SHARED_API, FakeInterface, always, entry

SOURCE = entry("arxiv", query="cs.AI cs.CL", since=date(2024, 5, 1))
PAPERS = (API / "arxiv" / "papers.xml").read_text(encoding="utf-8")
ERROR = (API / "arxiv" / "error.xml").read_text(encoding="utf-8")
RECORDED = sorted((SHARED_API / "arxiv").glob("*.json"))


def _taken(body: str | bytes, **values: Any) -> tuple[Document, ...]:
    return take_arxiv(replace(SOURCE, **values), always(body), {}, CONTEXT).documents


def test_a_paper_is_its_abstract_page_without_version() -> None:
    new, old, undated = _taken(PAPERS)
    assert new.document_id == new.address == "https://arxiv.org/abs/2405.10001"
    assert new.pieces[0].title == "Weeding robots that ask first"
    assert new.pieces[0].body == (
        "We let a robot ask before it weeds, where its confidence is below $p < 0.3$ or a > b. "
        "Growers corrected it 4--16% of the time."
    )
    assert (new.text_kind, new.published) == ("abstract", datetime(2024, 5, 28, 17, 59, 46))
    assert old.document_id == "https://arxiv.org/abs/cs/0503050"
    assert undated.quarantined == "date: wire/http://arxiv.org/abs/2405.10003: `published` is no time"


@pytest.mark.parametrize("moment", ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2024-02-30T00:00:00Z"])
def test_a_moment_that_no_calendar_has_is_no_time(moment: str) -> None:
    new, _, _ = _taken(PAPERS.replace("2024-05-28T17:59:46Z", moment))
    assert new.quarantined == "date: wire/http://arxiv.org/abs/2405.10001: `published` is no time"


def test_a_later_version_changes_a_document_only_by_its_text() -> None:
    before = document_hash(_taken(PAPERS)[0])
    later = PAPERS.replace("10001v2", "10001v3").replace("2024-05-31T08:00:00Z", "2024-06-01T08:00:00Z")
    assert document_hash(_taken(later.replace("9 pages", "10 pages"))[0]) == before
    assert document_hash(_taken(later.replace("4--16%", "5%"))[0]) != before


def test_off_topic_is_told_where_the_scope_is_general() -> None:
    new, old, _ = _taken(PAPERS, scope="general", must_match=("robot",))
    assert new.pieces
    assert (old.pieces, old.rejected[0].reason) == ((), "off-topic")


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("cs.AI", "(cat:cs.AI)"),
        ("cs.AI, cs.CL stat.ML quant-ph", "(cat:cs.AI OR cat:cs.CL OR cat:stat.ML OR cat:quant-ph)"),
        ("cat:cs.AI AND abs:agent", "(cat:cs.AI AND abs:agent)"),
        ("machine learning", "(machine learning)"),
    ],
)
def test_what_is_asked(query: str, asked: str) -> None:
    interface = always(PAPERS)
    take_arxiv(replace(SOURCE, query=query), interface, {}, CONTEXT)
    (ask,) = interface.asked
    parameters = parse_qs(urlsplit(ask.address).query)
    assert parameters["search_query"] == [f"{asked} AND submittedDate:[202405010000 TO 202406011200]"]
    assert (ask.every, ask.kind) == (3.0, "api")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (ERROR, "api-error"),
        (ERROR.replace("http://arxiv.org/api", "https://arxiv.org/api"), "api-error"),
        ("", "no-feed"),
        ("Rate exceeded.", "no-feed"),
        ("<html><body><h1>503 Service Unavailable</h1></body></html>", "no-feed"),
        (PAPERS.replace("totalResults>3<", "totalResults>many<"), "no-feed"),
        (re.sub("<entry>.*</entry>", "", PAPERS, flags=re.DOTALL), "empty"),
        (b"\xff\xfe\x00\x00", "no-feed"),
    ],
)
def test_what_is_no_answer_is_the_sources_problem(body: str | bytes, reason: str) -> None:
    with pytest.raises(FetchProblem) as problem:
        _taken(body)
    assert problem.value.reason == reason


def test_an_error_is_told_in_its_own_words() -> None:
    with pytest.raises(FetchProblem, match="max_results must be an integer"):
        _taken(ERROR)


@settings(deadline=None)
@given(st.binary(max_size=80), st.integers(0, len(PAPERS)), st.text(alphabet="<>&/![]-\"' a", max_size=6))
def test_no_answer_raises_anything_else(body: bytes, at: int, torn: str) -> None:
    for answer in (body, PAPERS[:at], PAPERS[:at] + torn + PAPERS[at:]):
        try:
            _taken(answer)
        except FetchProblem:
            continue


HEAD = """<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns="http://www.w3.org/2005/Atom">
<opensearch:totalResults>{total}</opensearch:totalResults>{entries}</feed>"""
ENTRY = """<entry><id>http://arxiv.org/abs/2405.{number:05}v1</id><title>Paper {number}</title><summary>Text.</summary>
<published>{at:%Y-%m-%dT%H:%M:%SZ}</published></entry>"""


def _papers(times: list[int], *, lost_page: int | None = None) -> FakeInterface:
    """Papers 0, 1, … submitted at these times, in pages, minutes included on both sides."""

    def answer(asked: Mapping[str, str]) -> str:
        ends = re.findall(r"[0-9]{12}", asked["search_query"])
        first, last = (seconds(datetime.strptime(end, "%Y%m%d%H%M")) for end in ends)
        found = [number for number, time in enumerate(times) if first <= time < last + 60]
        start = int(asked["start"])
        page = [] if start == lost_page else found[start : start + int(asked["max_results"])]
        entries = "".join(ENTRY.format(number=number, at=moment(times[number])) for number in page)
        return HEAD.format(total=len(found), entries=entries)

    return FakeInterface(answer)


def test_pages_are_read_and_windows_split() -> None:
    now = seconds(CLOCK)
    interface = _papers([now - 86_400 * 20 + index * 400 for index in range(2600)])
    taken = take_arxiv(SOURCE, interface, {}, CONTEXT)
    assert len({each.document_id for each in taken.documents}) == len(taken.documents) == 2600
    assert any("start=500" in ask.address for ask in interface.asked)
    assert not taken.notes


def test_an_empty_page_where_more_are_due_is_a_problem_that_loses_nothing() -> None:
    times = [seconds(CLOCK) - 86_400 * 20 + index * 1000 for index in range(900)]
    with pytest.raises(FetchProblem, match="900 papers are counted, but the page is empty"):
        take_arxiv(SOURCE, _papers(times, lost_page=500), {}, CONTEXT)


def test_a_paper_that_is_announced_days_later_is_still_taken() -> None:
    now = seconds(CLOCK)
    state = take_arxiv(SOURCE, _papers([now - 600]), {}, CONTEXT).state
    later = replace(CONTEXT, clock=CLOCK + timedelta(days=1))
    taken = take_arxiv(SOURCE, _papers([now - 600, now - 86_400 * 6]), state, later)
    assert len(taken.documents) == 2


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED, reason="needs ../shared/api/arxiv")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_answer_is_read_whole(path: Any) -> None:
    recorded = json.loads(path.read_text(encoding="utf-8"))
    body = recorded["body"]
    count = body.count("<entry>")
    whole = re.sub(r"(?<=totalResults>)[0-9]+", str(count), body)
    if recorded["status_code"] != 200:
        with pytest.raises(FetchProblem, match="api-error"):
            _taken(whole)
        return
    documents = _taken(whole)
    addresses = re.findall(r"<id>http://(arxiv\.org/abs/\S+?)v[0-9]+</id>", body)
    assert [each.document_id for each in documents] == [f"https://{address}" for address in addresses]
    assert len(documents) == count
    assert all(each.quarantined is None and each.pieces[0].body for each in documents)
