"""Memory of one more session: the server's resident set with 1 and with 20 sessions.

Each session opens the BERT page and changes a control; all stay open. The server loads every model in
the background after its start: what that takes is not a session's.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

from tests.benchmarks.learner import learner
from tests.benchmarks.row import Goal, Row
from tests.server import Server, running

SESSIONS = 20
REST = 4.0  # seconds without growth, longer than one model takes to load


def measure(*, quick: bool) -> list[Row]:
    """Return the megabytes that a session adds."""
    sessions = 5 if quick else SESSIONS
    with running() as server:
        wait_for_models(server)
        alone, together = asyncio.run(megabytes(server, sessions))
    return [
        Row(
            what="memory of one more session",
            ours=f"{sessions} sessions {together:.0f} MB",
            beside=f"1 session {alone:.0f} MB",
            value=(together - alone) / (sessions - 1),
            unit="MB",
            goal=Goal(2),
        )
    ]


async def megabytes(server: Server, sessions: int) -> tuple[float, float]:
    """Return the server's memory with one session and with all of them."""
    alone = 0.0
    async with AsyncExitStack() as stack:
        for number in range(sessions):
            visitor = await stack.enter_async_context(learner(server, "bert"))
            await visitor.see({})
            await visitor.see({"top_k": str(1 + number)})
            alone = alone or resident_megabytes(server.pid)
        return alone, resident_megabytes(server.pid)


def wait_for_models(server: Server) -> None:
    """Wait until the server has loaded its models: until its memory no longer grows."""
    before = 0.0
    while (now := resident_megabytes(server.pid)) > before + 1:
        before = now
        time.sleep(REST)


def resident_megabytes(pid: int) -> float:
    """Return the resident set of a process, as Linux counts it."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS:"))
    return int(kilobytes) / 1024
