"""A Streamlit server of its own for whoever needs one: browser tests and benchmarks."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
APP = ROOT / "app.py"


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str  # without a slash at the end
    pid: int
    started: float  # when its process was spawned, in seconds of time.perf_counter


@contextmanager
def running(script: Path = APP, *, patience: float = 120.0) -> Generator[Server]:
    """Start ``streamlit run`` on a free port with the project's settings; stop it at the end."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.port", str(port), "--server.headless", "true"]
    with TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        try:
            url = f"http://localhost:{port}"
            _wait_until_healthy(process, url, started + patience)
            yield Server(url, process.pid, started)
        except Exception as error:
            error.add_note(f"The server said:\n{_written(output)}")
            raise
        finally:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return listener.getsockname()[1]


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, deadline: float) -> None:
    while not _is_healthy(url):
        if process.poll() is not None or time.perf_counter() > deadline:
            raise RuntimeError("The server did not start.")
        time.sleep(0.02)


def _is_healthy(url: str) -> bool:
    try:
        with urlopen(f"{url}/_stcore/health", timeout=5) as answer:
            return answer.status == 200
    except (URLError, TimeoutError, ConnectionError):
        return False


def _written(output: IO[bytes]) -> str:
    output.seek(0)
    return output.read().decode(errors="replace")
