"""How soon a correction counts on a large snapshot: `BENCH_DATA=FOLDER python -m tests.bench.correction_pace [TIMES]`.

An editor takes a topic from a story, on its page, and looks at the topic on Coverage and on Topics, whose pages are open: seconds from the
click, or from the look at a page, until the script that draws the changed numbers has ended, and seconds of processor of the server
meanwhile, which other work on the machine doesn't change. Once with nothing else pending, once with 49 corrections of other stories.
The desk folder is a new one; the snapshot stays as it is. Without BENCH_DATA it is the world of `tests.bench.dashboard`.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from dashboard.desk import Entry, append
from tests.bench.dashboard import brought_up, data_folder
from tests.bench.dashboard_client import PATIENCE, Person, finished
from tests.bench.dashboard_load import QUIET, pid_of
from tests.bench.dashboard_queries import percentile
from tests.serving import free_port, serving

PROJECT = Path(__file__).resolve().parents[2]
KEPT = PROJECT / "data" / "bench"
TIMES, PENDING = 10, (1, 50)
SAVE, UNDO, TAG, WHY = "correct_save", "undo_last", "correct_tag_", "correct_why_"
SAYS = {"coverage": r"with {} pending correction.* stories of \d+ sources", "topics": "with {} pending correction"}
TICK = os.sysconf("SC_CLK_TCK")
# The topic of most stories, and stories of sources that are there from the first month on, which have it and no other.
STORIES = """
WITH early AS (SELECT source_no FROM story_fact GROUP BY source_no
               HAVING date_trunc('month', min(day)) = (SELECT date_trunc('month', min(day)) FROM story_fact)),
     alone AS (SELECT story_no, any_value(topic_no) AS topic_no FROM topic_fact SEMI JOIN early USING (source_no)
               WHERE is_lead GROUP BY story_no HAVING count(*) = 1),
     most AS (SELECT topic_no FROM alone GROUP BY topic_no ORDER BY count(*) DESC, topic_no LIMIT 1)
SELECT t.id, s.story_id
FROM alone JOIN most USING (topic_no) JOIN topic AS t USING (topic_no) JOIN story_fact AS s USING (story_no)
WHERE s.form = 'news' AND s.language = 'en' ORDER BY hash(s.story_no) LIMIT $most
"""


@dataclass(slots=True)
class Editor(Person):
    """A session at one address, that knows its buttons and what it was told in words."""

    query: str = ""
    buttons: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def asked(self, press: str = "") -> bytes:
        """The message that asks for a run of the script, pressing the button of this key."""
        message = self.request()
        message.rerun_script.query_string = self.query
        if press:
            message.rerun_script.widget_states.widgets.append(WidgetState(id=self.buttons[press], trigger_value=True))
        return message.SerializeToString()

    def note(self, message: ForwardMsg) -> None:
        """Take in what is drawn: buttons and texts, too."""
        Person.note(self, message)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.told = []
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            drawn = message.delta.new_element
            if (
                drawn.WhichOneof("type") == "selectbox" and TAG in drawn.selectbox.id
            ):  # a browser says what stands in it
                self._fill(drawn.selectbox.id, drawn.selectbox.options[0])
            elif drawn.WhichOneof("type") == "text_input" and WHY in drawn.text_input.id:
                self._fill(drawn.text_input.id, "The text says so")
            elif drawn.WhichOneof("type") == "button":
                self.buttons.update({key: drawn.button.id for key in (SAVE, UNDO) if drawn.button.id.endswith(key)})
            elif drawn.WhichOneof("type") in ("alert", "checkbox"):
                self.told.append(drawn.alert.body or drawn.checkbox.label)
            elif drawn.WhichOneof("type") in ("html", "markdown"):
                text = drawn.html.body or drawn.markdown.body
                self.told += [] if text.startswith("<style>") else [re.sub(r"<[^>]*>", " ", text)]

    def _fill(self, key: str, text: str) -> None:
        self.states[key] = WidgetState(id=key, string_value=text)

    def said(self, pattern: str) -> str:
        """What the page says in these words; raises RuntimeError where it does not."""
        found = re.search(pattern, " ".join(self.told))
        if found is None or self.errors:
            raise RuntimeError(f"the page {self.page!r} does not say {pattern!r}: {self.errors} {self.told}")
        return found.group()

    def counted(self) -> int:
        """Of how many stories the page of a topic is."""
        return int(self.said(r"[\d,]+ of [\d,]+ stories").partition(" ")[0].replace(",", ""))


@dataclass(slots=True)
class Seat:
    """An open page, and the server's process."""

    editor: Editor
    socket: ClientConnection
    pid: int

    async def run(self, press: str = "") -> tuple[float, float]:
        """Seconds until the script has run to its end, and of the server's processor meanwhile."""
        began, used = time.perf_counter(), processor(self.pid)
        await self.socket.send(self.editor.asked(press))
        await asyncio.wait_for(finished(self.editor, self.socket), PATIENCE)
        return time.perf_counter() - began, processor(self.pid) - used


def processor(pid: int) -> float:
    """Seconds of processor that a process has used with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


@asynccontextmanager
async def seated(address: str, pid: int, page: str, query: str) -> AsyncIterator[Seat]:
    """A page that is to be opened."""
    url = address.replace("http://", "ws://") + "/_stcore/stream"
    async with connect(
        url, subprotocols=[Subprotocol("streamlit")], max_size=None, open_timeout=PATIENCE, ping_interval=None
    ) as socket:
        yield Seat(Editor(page, random.Random(0), query=query), socket, pid)


async def opened(address: str, pid: int, page: str, query: str) -> tuple[Editor, tuple[float, float]]:
    """What a page shows that is opened, and the seconds that it took."""
    async with seated(address, pid, page, query) as seat:
        return seat.editor, await seat.run()


async def corrected(address: str, pid: int, topic: str, stories: list[str], pending: int) -> dict[str, object]:
    """Correct each of these stories, look, and take it back; `pending` corrections wait when one is made."""
    found: dict[str, list[tuple[float, float]]] = {"story": [], "coverage": [], "topics": []}
    looks = {"coverage": ("", f"show=topic:{topic}"), "topics": ("topics", f"topic={topic}")}
    before = (await opened(address, pid, *looks["topics"]))[0].counted()
    for story in stories:
        async with seated(address, pid, "story", f"story={story}") as page:
            await page.run()
            found["story"].append(await page.run(SAVE))
            page.editor.said("Taken away by Ada")
            for name, where in looks.items():
                editor, spent = await opened(address, pid, *where)
                editor.said(SAYS[name].format(pending))
                found[name].append(spent)
            if editor.counted() != before - 1:
                raise RuntimeError(f"one story fewer than {before:,} should be on {topic}")
            await page.run(UNDO)
    return {name: figures(times) for name, times in found.items()}


def figures(times: list[tuple[float, float]]) -> dict[str, float]:
    """Median and 95th percentile of seconds and of seconds of processor."""
    spent = {"": [seconds for seconds, _ in times], "processor_": [used for _, used in times]}
    return {
        f"{of}{name}_s": round(value, 3)
        for of, seconds in spent.items()
        for name, value in (("median", statistics.median(seconds)), ("p95", percentile(seconds, 0.95)))
    }


def measure(data: Path, *, times: int) -> dict[str, object]:
    """Serve the data folder with an empty desk folder and correct; seconds by how many corrections wait, and by page."""
    path = brought_up(data)
    with duckdb.connect(str(path), read_only=True) as con:
        rows = con.execute(STORIES, {"most": times + max(PENDING)}).fetchall()
    topic, ids = rows[0][0], [story for _, story in rows]
    port, found = free_port(), dict[str, object]()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port), *QUIET]
    with tempfile.TemporaryDirectory() as folder:
        desk, held = Path(folder) / "desk", 0
        env = os.environ | {"AINEWS_DATA": str(data), "AINEWS_DESK": str(desk), "AINEWS_EDITOR": "Ada"}
        with serving(command, port=port, log=Path(folder) / "server.txt", env=env, cwd=PROJECT) as address:
            for pending in PENDING:
                others = [
                    Entry("topic", "remove", "Bo", story, topic) for story in ids[times + held :][: pending - 1 - held]
                ]
                append(desk, others)
                held += len(others)
                found[str(pending)] = asyncio.run(corrected(address, pid_of(port), topic, ids[:times], pending))
    return {"topic": topic, "times": times, "waiting": round(os.getloadavg()[0], 1), "pending": found}


def main() -> None:
    """Measure, print and keep the figures."""
    found = measure(data_folder(), times=int(sys.argv[1]) if len(sys.argv) > 1 else TIMES)
    print(json.dumps(found, indent=1))
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "correction_pace.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
