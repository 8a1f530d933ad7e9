"""A person at the dashboard, without a browser: speaks Streamlit's protocol over a websocket, and changes controls as a browser would."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN  # another run of the script follows at once
FAILED = ForwardMsg.FINISHED_WITH_COMPILE_ERROR
CHOICES = 40  # of a long list of options a person looks at the first
MOST = 3  # options chosen together
PATIENCE = 120.0  # seconds


@dataclass(slots=True)
class Person:
    """One session. `controls` are those drawn by the last run of the script, by id; `states` what was chosen of any, as a browser sends."""

    page: str
    chance: random.Random
    states: dict[str, WidgetState] = field(default_factory=dict)
    controls: dict[str, Element] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def choose(self) -> str:
        """Choose anew in one of the controls at hand, and return its id; '' where there is none."""
        usable = sorted(key for key, drawn in self.controls.items() if not _widget(drawn).disabled)
        if not usable:
            return ""
        key = self.chance.choice(usable)
        self.states[key] = self._chosen(key, self.controls[key])
        return key

    def _chosen(self, key: str, drawn: Element) -> WidgetState:
        kind, state = drawn.WhichOneof("type"), WidgetState(id=key)
        if kind == "checkbox":
            held = self.states.get(key)
            state.bool_value = not (held.bool_value if held else drawn.checkbox.default)
            return state
        widget = _widget(drawn)
        options = [option if isinstance(option, str) else option.content for option in widget.options][:CHOICES]
        if kind == "selectbox":
            state.string_value = self.chance.choice(options)
        else:
            most = min(MOST, drawn.multiselect.max_selections or MOST) if kind == "multiselect" else 1
            state.string_array_value.data[:] = self.chance.sample(
                options, min(len(options), self.chance.randint(1, most))
            )
        return state

    def request(self) -> BackMsg:
        """The message that asks for a run of the script, with all that was chosen."""
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        return message

    def note(self, message: ForwardMsg) -> None:
        """Take in what the server draws: controls, and errors that a reader would see."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.controls = {}
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            drawn = message.delta.new_element
            if drawn.WhichOneof("type") == "exception":
                self.errors.append(f"{drawn.exception.type}: {drawn.exception.message}"[:300])
            elif drawn.WhichOneof("type") in ("multiselect", "selectbox", "button_group", "checkbox"):
                self.controls[_widget(drawn).id] = drawn


def _widget(drawn: Element):  # type: ignore[no-untyped-def]  # one of many messages, all with id and disabled
    return getattr(drawn, drawn.WhichOneof("type"))


async def visit(person: Person, address: str, *, until: float, every: float, late: float) -> list[tuple[float, float]]:
    """Open the page after `late` seconds and change a control every `every` seconds until `until` by time.monotonic.

    Returns when each change was made and the seconds until the script had finished; the first is that of opening the page.
    """
    await asyncio.sleep(late)
    found = []
    url = address.replace("http://", "ws://") + "/_stcore/stream"
    async with connect(
        url, subprotocols=[Subprotocol("streamlit")], max_size=None, open_timeout=PATIENCE, ping_interval=None
    ) as socket:
        while True:
            began = time.monotonic()
            await socket.send(person.request().SerializeToString())
            await asyncio.wait_for(finished(person, socket), PATIENCE)
            found.append((began, time.monotonic() - began))
            await asyncio.sleep(max(0.0, began + every - time.monotonic()))
            if time.monotonic() >= until:
                return found
            person.choose()


async def finished(person: Person, socket: ClientConnection) -> None:
    """Read until the script has run to its end."""
    while True:
        data = await socket.recv()
        message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
        person.note(message)
        if message.WhichOneof("type") != "script_finished" or message.script_finished == EARLY:
            continue
        if message.script_finished == FAILED:
            person.errors.append("the script did not compile")
        return
