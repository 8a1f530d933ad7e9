"""data/fetch/<run>.jsonl: every request of a run and what came of it, written by a Recorder and answered from by a Replay.

Addresses stand there unmasked, keys in their queries included: they are what a replay looks answers up by. So only the
owner may read the file; what is printed or reported comes from FetchProblem, which masks them.
"""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from etl.errors import InputError
from etl.fetch.masking import masked
from etl.fetch.model import Answer, Ask, Fetcher, FetchProblem
from etl.fetch.raw import keep_raw, read_raw

_OTHER_RUN = "replay it with the seeds, desk and snapshot that the run had"


def log_path(data: Path, run_id: str) -> Path:
    """Where the fetch log of a run is."""
    return data / "fetch" / f"{run_id}.jsonl"


def raw_folder(data: Path) -> Path:
    """Where the answers that logs name are kept."""
    return data / "raw"


class Recorder:
    """A Fetcher that asks another one and keeps what comes; threads may share it. The log appears with its first line."""

    def __init__(self, fetcher: Fetcher, *, raw: Path, log: Path) -> None:
        self._fetcher, self._raw, self._log = fetcher, raw, log
        self._lock = threading.Lock()
        self._given_up: dict[str, FetchProblem] = {}

    def get(self, ask: Ask) -> Answer:
        """The answer to one request, kept before it is returned; raises FetchProblem, InputError where the disk fails."""
        self._check(ask)
        try:
            answer = self._fetcher.get(ask)
        except FetchProblem as problem:
            self._add(_asked(ask) | {"problem": _problem_record(problem)}, ask=ask)
            raise
        if not answer.unchanged:
            keep_raw(self._raw, answer.body, at=answer.at)
        self._add(_asked(ask) | _answer_record(answer), ask=ask)
        return answer

    def give_up(self, source_id: str, problem: FetchProblem) -> None:
        """Note that a source was not waited for any longer: nothing that it still does is asked or recorded."""
        with self._lock:
            self._given_up[source_id] = problem
            self._write({"source_id": source_id, "given_up": _problem_record(problem)})

    def _check(self, ask: Ask) -> None:
        if problem := self._given_up.get(ask.source_id):
            raise FetchProblem(problem.reason, problem.detail)

    def _add(self, record: dict[str, Any], *, ask: Ask) -> None:
        with self._lock:
            self._check(ask)
            self._write(record)

    def _write(self, record: dict[str, Any]) -> None:
        try:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(record).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            remedy = "free space, or make the folder writable"
            raise InputError(
                f"the fetch log can't be written ({error.strerror})", file=self._log, remedy=remedy
            ) from error


@dataclass(slots=True)
class _Recorded:
    """A log as read: what came of the requests of one source to one address, in order, and who was given up."""

    answers: dict[tuple[str, str], deque[dict[str, Any]]] = field(default_factory=dict)
    given_up: dict[str, FetchProblem] = field(default_factory=dict)


class Replay:
    """A Fetcher that answers as a log says, without the network; `given_up` are the sources not waited for, and why.

    A run in which nothing was asked has no log, which is a log of no requests.
    """

    def __init__(self, log: Path, *, raw: Path) -> None:
        """Raises InputError where the log can't be read."""
        self._log, self._raw = log, raw
        self._lock = threading.Lock()
        recorded = _read(log)
        self._answers = recorded.answers
        self.given_up = recorded.given_up

    def get(self, ask: Ask) -> Answer:
        """What came of the same request then: an answer, or FetchProblem; raises InputError where it was not made."""
        with self._lock:
            left = self._answers.get((ask.source_id, ask.address))
            if not left:
                what = "no request" if left is None else "no further request"
                raise InputError(
                    f"{what} to {masked(ask.address)} was recorded",
                    file=self._log,
                    where=ask.source_id,
                    remedy=_OTHER_RUN,
                )
            record = left.popleft()
        if problem := record.get("problem"):
            raise FetchProblem(problem["reason"], problem["detail"])
        body = b"" if record["status"] == 304 else read_raw(self._raw, record["digest"])
        return _answer(record, body)


def digests(log: Path) -> frozenset[str]:
    """The bodies that a replay of this log needs; raises InputError where it can't be read."""
    records = (record for group in _read(log).answers.values() for record in group)
    return frozenset(record["digest"] for record in records if "digest" in record and record["status"] != 304)


def _asked(ask: Ask) -> dict[str, Any]:
    return {"source_id": ask.source_id, "asked": ask.address}


def _problem_record(problem: FetchProblem) -> dict[str, str]:
    return {"reason": problem.reason, "detail": problem.detail}


def _answer_record(answer: Answer) -> dict[str, Any]:
    return {
        "address": answer.address,
        "status": answer.status,
        "headers": dict(answer.headers),
        "digest": answer.digest,
        "moved_to": answer.moved_to,
        "at": answer.at.isoformat(),
    }


def _answer(record: dict[str, Any], body: bytes) -> Answer:
    return Answer(
        asked=record["asked"],
        address=record["address"],
        status=record["status"],
        headers=record["headers"],
        body=body,
        digest=record["digest"],
        at=datetime.fromisoformat(record["at"]),
        moved_to=record["moved_to"],
    )


def _read(log: Path) -> _Recorded:
    recorded = _Recorded()
    for number, record in _records(log):
        try:
            if "given_up" in record:
                recorded.given_up[record["source_id"]] = FetchProblem(**record["given_up"])
                continue
            _ = FetchProblem(**record["problem"]) if "problem" in record else _answer(record, b"")
            recorded.answers.setdefault((record["source_id"], record["asked"]), deque()).append(record)
        except (KeyError, TypeError, ValueError) as error:
            raise _malformed(log, number, f"an entry is missing or malformed ({error})") from error
    return recorded


def _records(log: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = log.read_bytes().splitlines() if log.exists() else []
    except OSError as error:
        remedy = "make it readable, or replay another run"
        raise InputError(f"the fetch log can't be read ({error.strerror})", file=log, remedy=remedy) from error
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
        except ValueError as error:
            raise _malformed(log, number, f"no JSON ({error})") from error
        if not isinstance(record, dict):
            raise _malformed(log, number, "no JSON object")
        yield number, record


def _malformed(log: Path, number: int, problem: str) -> InputError:
    return InputError(
        problem, file=log, where=str(number), remedy="restore the log from a backup, or replay another run"
    )
