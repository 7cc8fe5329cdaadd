"""A learner without a browser: a WebSocket that speaks Streamlit's own messages.

Opening a page asks for all of it. Typing a text or moving a slider sends what the browser sends then:
the new value, and the fragment of the page that the control stands in.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from time import perf_counter
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import DoubleArray
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.server import Server

DRAWN = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class Learner:
    """One session on one page."""

    def __init__(self, socket: ClientConnection, page: str) -> None:
        self._socket = socket
        self._page = page
        self._address = ""
        self._controls: dict[str, tuple[str, str]] = {}  # label -> ids of the control and of the fragment around it

    async def see(self, address: Mapping[str, str]) -> float:
        """Open the page with ``address`` as its query; return the seconds until all of it has come."""
        self._address = urlencode(address)
        return await self._ask(BackMsg())

    async def type(self, text: str) -> float:
        """Type a text into the page's box; return the seconds until everything that follows has come."""
        box, fragment = self._controls["Your text"]
        return await self._change(fragment, WidgetState(id=box, string_value=text))

    async def slide(self, label: str, value: float) -> float:
        """Move a slider; return the seconds until everything that follows has come."""
        handle, fragment = self._controls[label]
        return await self._change(fragment, WidgetState(id=handle, double_array_value=DoubleArray(data=[value])))

    async def press(self, label: str) -> float:
        """Press a button; return the seconds until everything that follows has come."""
        button, fragment = self._controls[label]
        return await self._change(fragment, WidgetState(id=button, trigger_value=True))

    async def _change(self, fragment: str, state: WidgetState) -> float:
        asked = BackMsg()
        asked.rerun_script.fragment_id = fragment
        asked.rerun_script.widget_states.widgets.append(state)
        return await self._ask(asked)

    async def _ask(self, asked: BackMsg) -> float:
        asked.rerun_script.page_name = self._page
        asked.rerun_script.query_string = self._address
        asked.rerun_script.context_info.color_scheme = "light"
        began = perf_counter()
        await self._socket.send(asked.SerializeToString())
        while not self._is_last(ForwardMsg.FromString(await self._socket.recv(decode=False))):
            pass
        return perf_counter() - began

    def _is_last(self, message: ForwardMsg) -> bool:
        element = message.delta.new_element
        for control in (element.text_area, element.slider, element.button):
            if control.label:
                self._controls[control.label] = control.id, message.delta.fragment_id
        if element.WhichOneof("type") == "exception":
            raise RuntimeError(f"The page failed: {element.exception.message}")
        if message.WhichOneof("type") != "script_finished":
            return False
        if message.script_finished not in DRAWN:
            raise RuntimeError("The page was not drawn to its end.")
        return True


@asynccontextmanager
async def learner(server: Server, page: str) -> AsyncGenerator[Learner]:
    """Open a session; it ends with the block."""
    url = server.url.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(url, subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
        yield Learner(socket, page)
