"""The web app: ``streamlit run app.py``, or ``uvicorn app:app --workers N``.

The script that Streamlit runs is ``pages/main.py``. It must not stand here: beside a top-level
``pages/`` Streamlit's old page discovery takes over and breaks the first deep link after a start.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
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
Header = tuple[bytes, bytes]
HEADERS: list[Header] = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]


# Without it the front end of a deep link first looks for the server below the page's own path, which
# leaves two "not found" errors in the browser's console.
SERVER_ADDRESS = b"<script>window.__streamlit = { BACKEND_BASE_URL: window.location.origin };</script>"


class PageHead:
    """Add the security headers to every response, and the server's address to every page's head."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; change where a response starts, and the one body that is a page."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_page = "." not in scope["path"] and not scope["path"].startswith("/_stcore")
        if is_page:  # a compressed page could not be added to
            scope = {**scope, "headers": _without(scope["headers"], b"accept-encoding")}

        async def send_changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = _without(message["headers"], b"content-length") if is_page else message["headers"]
                message = {**message, "headers": [*headers, *HEADERS]}
            elif is_page:
                body = message.get("body", b"").replace(b"<head>", b"<head>" + SERVER_ADDRESS, 1)
                message = {**message, "body": body}
            await send(message)

        await self._app(scope, receive, send_changed)


def _without(headers: Iterable[Header], dropped: bytes) -> list[Header]:
    return [(name, value) for name, value in headers if name != dropped]


PAUSE = 0.5  # seconds; a lock is not fair, and a page that waits for its model would get no turn


def warm_up() -> None:
    """Import torch and load the shipped models while the first reader still reads."""
    from variants import VARIANTS
    from variants.core.importing import TURN

    gc.disable()  # a million new objects, nearly all of which stay
    try:
        for variant in VARIANTS:
            if variant.shipped:
                with TURN:
                    variant.part("demo").load()
                time.sleep(PAUSE)
    finally:
        gc.enable()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncGenerator[None]:
    """Start the warm-up beside the server."""
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    yield


ROOT = Path(__file__).parent
app = st.App(
    ROOT / "pages" / "main.py",
    lifespan=lifespan,
    routes=[Mount("/vendor", StaticFiles(directory=ROOT / "assets" / "js" / "vendor"))],  # for bertviz's frames
    middleware=[Middleware(PageHead)],
)
