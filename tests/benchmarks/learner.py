"""A learner without a browser: a WebSocket that speaks Streamlit's own messages.

A page's state stands in its address, so asking for a page anew with another query string is what a
learner does who changes a text or a control.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from time import perf_counter
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.server import Server


class Learner:
    """One session on one page."""

    def __init__(self, socket: ClientConnection, page: str) -> None:
        self._socket = socket
        self._page = page

    async def see(self, address: Mapping[str, str]) -> float:
        """Ask for the page with ``address`` as its query; return the seconds until all of it has come."""
        asked = BackMsg()
        asked.rerun_script.page_name = self._page
        asked.rerun_script.query_string = urlencode(address)
        asked.rerun_script.context_info.color_scheme = "light"
        began = perf_counter()
        await self._socket.send(asked.SerializeToString())
        while not self._is_last(await self._socket.recv(decode=False)):
            pass
        return perf_counter() - began

    @staticmethod
    def _is_last(data: bytes) -> bool:
        message = ForwardMsg.FromString(data)
        if message.delta.new_element.WhichOneof("type") == "exception":
            raise RuntimeError(f"The page failed: {message.delta.new_element.exception.message}")
        if message.WhichOneof("type") != "script_finished":
            return False
        if message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
            raise RuntimeError("The page was not drawn to its end.")
        return True


@asynccontextmanager
async def learner(server: Server, page: str) -> AsyncGenerator[Learner]:
    """Open a session; it ends with the block."""
    url = server.url.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(url, subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
        yield Learner(socket, page)
