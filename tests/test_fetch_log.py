"""A run that was recorded is replayed: the same answers and the same problems, without the network."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import InputError
from etl.fetch.client import Network
from etl.fetch.log import Recorder, Replay, digests, log_path, raw_folder
from etl.fetch.model import Answer, Ask, Fetcher, FetchProblem, Validators
from tests.test_fetch_client import CLOCK, Time
from tests.web import Reply, Web, redirect, web_fixture, webs_fixture  # noqa: F401


class Canned:
    """A Fetcher that gives what it was given, in order."""

    def __init__(self, results: Iterable[Answer | FetchProblem]) -> None:
        self._results = iter(results)

    def get(self, ask: Ask) -> Answer:
        result = next(self._results)
        if isinstance(result, FetchProblem):
            raise FetchProblem(result.reason, result.detail)
        return result


def outcome(fetcher: Fetcher, ask: Ask) -> Answer | tuple[str, str]:
    try:
        return fetcher.get(ask)
    except FetchProblem as problem:
        return problem.reason, problem.detail


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    return {"raw": raw_folder(tmp_path), "log": log_path(tmp_path, "run-1")}


def replay(places: dict[str, Path]) -> Replay:
    return Replay(places["log"], raw=places["raw"])


ADDRESSES = st.sampled_from(["http://a.test/", "http://a.test/?key=1", "http://b.test/é", "http://\ud800/"])
HEADERS = st.dictionaries(
    st.sampled_from(["etag", "last-modified", "link"]), st.text(st.characters(max_codepoint=255), max_size=9)
)


@st.composite
def exchanges(draw: st.DrawFn) -> tuple[Ask, Answer | FetchProblem]:
    ask = Ask(draw(ADDRESSES), draw(st.sampled_from(["one", "other"])))
    if draw(st.booleans()):
        return ask, FetchProblem(draw(st.text(max_size=9)), draw(st.text(max_size=30)))
    status = draw(st.sampled_from([200, 304]))
    body = draw(st.binary(max_size=40)) if status == 200 else b""
    return ask, Answer(
        asked=ask.address,
        address=draw(ADDRESSES),
        status=status,
        headers=draw(HEADERS),
        body=body,
        digest=sha256(body).hexdigest(),
        at=draw(st.datetimes()),
        moved_to=draw(st.none() | ADDRESSES),
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(exchanges(), max_size=8))
def test_replay_gives_what_was_recorded(tmp_path_factory, exchanged: list[tuple[Ask, Answer | FetchProblem]]):
    folder = tmp_path_factory.mktemp("run")
    places = {"raw": raw_folder(folder), "log": log_path(folder, "run")}
    recorder = Recorder(Canned([result for _, result in exchanged]), **places)
    recorded = [outcome(recorder, ask) for ask, _ in exchanged]
    again = replay(places)
    assert [outcome(again, ask) for ask, _ in exchanged] == recorded
    needed = {result.digest for _, result in exchanged if isinstance(result, Answer) and result.status == 200}
    assert digests(places["log"]) == needed


def test_run_over_the_network_is_replayed_without_it(web: Web, webs, places: dict[str, Path]):
    moved = webs()
    moved.on("/feed", Reply("news", etag='"1"'))
    web.on("/feed", redirect(moved.url("/feed"), status=301))
    web.on("/twice", Reply("first"), Reply("second"))
    held = Validators(etag='"1"')
    asks = [
        *(Ask(web.url("/feed"), "one"), Ask(web.url("/twice"), "one"), Ask(web.url("/twice"), "one")),
        *(Ask(web.url("/gone"), "one"), Ask(moved.url("/feed"), "one", validators=held), Ask("http://", "one")),
    ]
    asks = [replace(ask, allow_private=True) for ask in asks]
    with Network(contact="", seconds=30, clock=CLOCK, pace=Time().pace) as network:
        recorder = Recorder(network, **places)
        live = [outcome(recorder, ask) for ask in asks]
    asked = len(web.seen)
    again = replay(places)
    assert [outcome(again, ask) for ask in asks] == live
    assert [part.body if isinstance(part, Answer) else part[0] for part in live] == [
        *(b"news", b"first", b"second", "status-404", b"", "address"),
    ]
    assert (len(web.seen), asked) == (5 - 1, 4)


def test_log_can_be_read_by_people_and_by_its_owner_alone(places: dict[str, Path]):
    answer = Answer("http://a.test/", "http://a.test/", 200, {"etag": "1"}, b"x", sha256(b"x").hexdigest(), CLOCK)
    recorder = Recorder(Canned([answer, FetchProblem("refused", "a.test refuses")]), **places)
    for _ in range(2):
        outcome(recorder, Ask("http://a.test/", "one"))
    lines = [json.loads(line) for line in places["log"].read_text().splitlines()]
    assert lines == [
        {
            **{"source_id": "one", "asked": "http://a.test/", "address": "http://a.test/", "status": 200},
            **{"headers": {"etag": "1"}, "digest": answer.digest, "moved_to": None, "at": "2026-11-26T07:00:00"},
        },
        {
            **{"source_id": "one", "asked": "http://a.test/"},
            "problem": {"reason": "refused", "detail": "a.test refuses"},
        },
    ]
    assert places["log"].stat().st_mode & 0o077 == 0


def test_request_that_was_not_made_is_named(places: dict[str, Path]):
    Recorder(Canned([FetchProblem("name", "x")]), **places)
    with pytest.raises(InputError, match=r"run-1.jsonl:one: no request to http://a.test/ was recorded; replay it with"):
        replay(places).get(Ask("http://a.test/", "one"))


def test_request_that_was_made_less_often_is_named(places: dict[str, Path]):
    ask = Ask("http://a.test/", "one")
    outcome(Recorder(Canned([FetchProblem("name", "x")]), **places), ask)
    again = replay(places)
    assert outcome(again, ask) == ("name", "x")
    with pytest.raises(InputError, match="no further request"):
        again.get(ask)


def test_missing_answer_is_named(places: dict[str, Path]):
    answer = Answer("http://a.test/", "http://a.test/", 200, {}, b"x", sha256(b"x").hexdigest(), CLOCK)
    Recorder(Canned([answer]), **places).get(Ask("http://a.test/", "one"))
    (path,) = places["raw"].rglob("*.gz")
    path.unlink()
    with pytest.raises(InputError, match="the answer is not kept"):
        replay(places).get(Ask("http://a.test/", "one"))


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"source_id": "one", "asked": "x", "status": 200}',
        b'{"source_id": "one", "given_up": 1}',
        b"\xff",
    ],
)
def test_torn_log_is_named_with_its_line(line: bytes, places: dict[str, Path]):
    outcome(Recorder(Canned([FetchProblem("name", "x")]), **places), Ask("http://a.test/", "one"))
    with places["log"].open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(InputError, match=r"run-1.jsonl:2: "):
        replay(places)


def test_source_that_was_given_up_is_neither_asked_nor_recorded_any_more(places: dict[str, Path]):
    answer = Answer("http://a.test/", "http://a.test/", 200, {}, b"", sha256(b"").hexdigest(), CLOCK)
    late = Canned([answer])
    recorder = Recorder(late, **places)
    recorder.give_up("one", FetchProblem("timeout", "too slow"))
    assert outcome(recorder, Ask("http://a.test/", "one")) == ("timeout", "too slow")
    assert late.get(Ask("http://a.test/", "one")) == answer, "it was not asked before"
    problem = replay(places).given_up["one"]
    assert (problem.reason, problem.detail) == ("timeout", "too slow")


def test_answer_that_comes_after_giving_up_is_not_recorded(places: dict[str, Path]):
    class Late:
        def get(self, ask: Ask) -> Answer:
            recorder.give_up("one", FetchProblem("timeout", "too slow"))
            return Answer(ask.address, ask.address, 200, {}, b"", sha256(b"").hexdigest(), CLOCK)

    recorder = Recorder(Late(), **places)
    assert outcome(recorder, Ask("http://a.test/", "one")) == ("timeout", "too slow")
    assert len(places["log"].read_text().splitlines()) == 1


def test_disk_that_is_full_is_named(places: dict[str, Path]):
    places["log"].parent.parent.mkdir(exist_ok=True)
    places["log"].parent.write_text("a file where the folder should be")
    with pytest.raises(InputError, match="the fetch log can't be written"):
        Recorder(Canned([FetchProblem("name", "x")]), **places).get(Ask("http://a.test/", "one"))


def test_clock_is_the_runs(places: dict[str, Path], web: Web):
    clock = datetime(2020, 2, 2)
    with Network(contact="", seconds=30, clock=clock) as network:
        ask = Ask(web.on("/", Reply("news")), "one", allow_private=True)
        assert Recorder(network, **places).get(ask).at == replay(places).get(ask).at == clock
