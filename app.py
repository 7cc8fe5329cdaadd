"""The web app: ``streamlit run app.py``, or ``uvicorn app:app --workers N``.

The script that Streamlit runs is ``pages/main.py``. It must not stand here: beside a top-level
``pages/`` Streamlit's old page discovery takes over and breaks the first deep link after a start.
"""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing is ever fetched while the site runs

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # Streamlit's own front end needs these
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss: blob: data:",
        "frame-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'self'",
    ]
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


class SecurityHeaders:
    """Add the security headers to every response: a page cannot ask another machine for anything."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; add headers where a response starts."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", []), *added]}
            await send(message)

        await self._app(scope, receive, send_with_headers)


def warm_up() -> None:
    """Import torch and load the shipped models while the first reader still reads."""
    from variants import VARIANTS

    for variant in VARIANTS:
        if variant.shipped:
            variant.part("demo").load()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the warm-up beside the server."""
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    yield


app = st.App(
    Path(__file__).parent / "pages" / "main.py", lifespan=lifespan, middleware=[Middleware(SecurityHeaders)]
)
