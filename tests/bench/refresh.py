"""What a refresh costs over 40 sources that are fetched, which have 100 new stories to tell: `python -m tests.bench.refresh`.

Each source is a server of this machine that answers after 100 ms with the 15 newest entries of its feed; all were known before but
the 100. The refresh is `ainews run` in a process of its own, with the tagger, seeds and archive that ship.
"""

from __future__ import annotations

import html
import json
import os
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from tests.bench import etl_run
from tests.bench.generate.load import make_load
from tests.bench.generate.model import load_model
from tests.bench.generate.stories import make_piece
from tests.live import add_source
from tests.web import Handler, Reply, Web

SOURCES, ENTRIES, NEW = 40, 15, 100
LATENCY = 0.1  # seconds
_STEP = timedelta(minutes=5)  # between two stories


@dataclass(frozen=True, slots=True)
class Entry:
    """A story as a feed tells it."""

    title: str
    text: str
    number: int
    published: datetime

    def xml(self, address: str) -> str:
        title, text = html.escape(self.title), html.escape(self.text)
        return (
            f"<item><title>{title}</title><link>{address}/{self.number}</link><description>{text}</description>"
            f"<pubDate>{format_datetime(self.published)}</pubDate></item>"
        )


def measure(data: Path) -> dict[str, float]:
    """Seconds, those of them that a core was at work, and peak of resident memory in MB of that refresh onto `data`.

    The folder is one in which one run has published; it holds the sources afterwards. Raises RuntimeError where a run does not
    take in what it should.
    """
    environment = os.environ | {"AINEWS_DATA": str(data)}
    entries = _stories(SOURCES * ENTRIES + NEW, newest=datetime.now(UTC).replace(microsecond=0) - _STEP)
    with _servers() as servers:
        for number, server in enumerate(servers):
            add_source(
                data / "desk",
                id=f"voice-{number}",
                name=f"Voice {number}",
                address=server.url("/feed"),
                more="allow_private = true\n",
            )
        _tell(servers, entries[:-NEW])
        etl_run.timed_run(environment, "run")
        _insist(data, SOURCES * ENTRIES)
        _tell(servers, entries)
        before = _worked()
        seconds, peak = etl_run.timed_run(environment, "run")
        worked = _worked() - before
        _insist(data, NEW)
    return {"refresh_s": round(seconds, 2), "at_work_s": round(worked, 2), "peak_mb": round(peak)}


def _worked() -> float:
    """Seconds of processor that the processes started here have used: what a busy machine does not make more of."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _stories(count: int, *, newest: datetime) -> list[Entry]:
    """So many stories from the generator, oldest first, none of which repeats another."""
    load = make_load(load_model(), 2 * count)
    rows = make_piece(load, 0, 2 * count, tagged=True).select(["title", "text", "copy_of"]).to_pylist()
    told = {row["text"]: row for row in rows if row["copy_of"] is None}
    kept = list(told.values())[:count]
    return [
        Entry(row["title"], row["text"], number, newest - (count - number) * _STEP) for number, row in enumerate(kept)
    ]


@contextmanager
def _servers() -> Iterator[list[Web]]:
    servers = [Web() for _ in range(SOURCES)]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(1.0,), daemon=True).start()
    try:
        yield servers
    finally:
        for server in servers:
            server.over.set()
            server.server_close()


def _tell(servers: Sequence[Web], entries: Sequence[Entry]) -> None:
    """Each source tells its newest entries; they take turns."""
    for number, server in enumerate(servers):
        newest = entries[number::SOURCES][: -ENTRIES - 1 : -1]
        items = "".join(entry.xml(server.url()) for entry in newest)
        head = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Voice {number}</title>'
        server.on("/feed", _late(Reply(f"{head}{items}</channel></rss>", pack="gzip")))


def _late(reply: Reply) -> Callable[[Handler], None]:
    def answer(handler: Handler) -> None:
        time.sleep(LATENCY)
        reply.send(handler)

    return answer


def _insist(data: Path, new: int) -> None:
    last = json.loads((data / "runs.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    came = {name: last["dispositions"]["piece"].get(name, 0) for name in ("new", "copy")}
    failed = [name for name, told in last["sources"].items() if told["outcome"] != "ok"]
    if sum(came.values()) != new or failed:
        raise RuntimeError(f"the refresh took in {came} and not {new} new stories; sources that failed: {failed}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        etl_run.timed_run(os.environ | {"AINEWS_DATA": folder}, "run")
        print(json.dumps(measure(Path(folder))))
