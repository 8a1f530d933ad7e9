"""Several sources at once: in order, each host for itself, and nobody waits for one that hangs."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from etl.fetch.address import lane_of
from etl.fetch.client import Network
from etl.fetch.log import Recorder, Replay
from etl.fetch.many import Job, take_all
from etl.fetch.model import Ask, FetchProblem
from tests.test_fetch_client import CLOCK
from tests.web import Reply, Web, web_fixture, webs_fixture  # noqa: F401

PATIENCE = 60.0  # seconds; far beyond what any of it takes


def taking(source_id: str, what: object, *, lane: str = "") -> Job:
    return Job(source_id, lambda: what, lane)


def fail(error: BaseException):
    raise error


def test_results_come_in_the_order_of_the_jobs():
    first_may_end = threading.Event()

    def first() -> str:
        assert first_may_end.wait(PATIENCE)
        return "first"

    jobs = [Job("a", first), Job("b", lambda: first_may_end.set() or "second"), taking("c", "third")]
    assert take_all(jobs, hosts=2, seconds=PATIENCE) == ["first", "second", "third"]
    assert take_all([], hosts=2, seconds=PATIENCE) == []


def test_problems_stand_where_the_result_would():
    problem = FetchProblem("refused", "x")
    assert take_all([Job("a", lambda: fail(problem)), taking("b", 2)], hosts=1, seconds=PATIENCE) == [problem, 2]


@pytest.mark.parametrize("error", [ValueError("a fault of ours"), SystemExit(3)])
def test_other_errors_are_raised(error: BaseException):
    with pytest.raises(type(error)):
        take_all([taking("a", 1), Job("b", lambda: fail(error))], hosts=2, seconds=PATIENCE)


@pytest.mark.parametrize(("lanes", "most"), [(["x"] * 6, 1), (["x", "y"] * 3, 2), ([""] * 6, 3), (list("uvwxyz"), 3)])
def test_as_many_hosts_at_once_as_wanted_and_one_job_for_each(lanes: list[str], most: int):
    lock, running, seen = threading.Lock(), [0], [0]
    full = threading.Event()

    def take() -> None:
        with lock:
            running[0] += 1
            seen[0] = max(seen[0], running[0])
            if running[0] == most:
                full.set()
        assert full.wait(PATIENCE)  # so that as many meet as may
        with lock:
            running[0] -= 1

    take_all([Job(str(number), take, lane) for number, lane in enumerate(lanes)], hosts=3, seconds=PATIENCE)
    assert seen[0] == most


def test_sources_that_hang_hold_up_nobody():
    """More of them than places: each frees its place when it is given up."""
    over, told = threading.Event(), []
    jobs = [*(Job(f"hangs-{n}", lambda: over.wait(PATIENCE)) for n in range(3)), taking("other", "news")]
    found = take_all(jobs, hosts=2, seconds=0.5, give_up=lambda source_id, problem: told.append(source_id))
    over.set()
    assert [result.reason for result in found[:3]] == ["timeout"] * 3
    assert found[3] == "news"
    assert told == ["hangs-0", "hangs-1", "hangs-2"]


def test_server_that_never_answers_is_given_up_and_the_replay_knows(web: Web, webs, tmp_path: Path):
    silent = webs()
    silent.on("/", lambda handler: handler.drip(b"", b""))
    addresses = {"silent": silent.url("/"), "news": web.on("/", Reply("news"))}
    places = {"log": tmp_path / "log.jsonl", "raw": tmp_path / "raw"}

    def jobs(fetcher) -> list[Job[bytes]]:
        def take(source_id: str) -> bytes:
            return fetcher.get(Ask(addresses[source_id], source_id, allow_private=True)).body

        return [Job(name, lambda name=name: take(name), lane_of(address)) for name, address in addresses.items()]

    with Network(contact="", seconds=PATIENCE, clock=CLOCK) as network:
        recorder = Recorder(network, **places)
        live = take_all(jobs(recorder), hosts=2, seconds=2, give_up=recorder.give_up)
    again = Replay(places["log"], raw=places["raw"])
    replayed = take_all(jobs(again), hosts=2, seconds=PATIENCE, given_up=again.given_up)
    assert live[1] == replayed[1] == b"news"
    assert str(live[0]) == str(replayed[0]) == "timeout: it was not done within 2 s"


def test_process_does_not_wait_for_those_given_up():
    code = (
        "import threading; from etl.fetch.many import Job, take_all\n"
        "take_all([Job('a', threading.Event().wait)], hosts=1, seconds=0.05)"
    )
    root = Path(__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, timeout=PATIENCE).returncode == 0
