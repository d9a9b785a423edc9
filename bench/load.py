"""How many requests a server answers in a second: ``wrk`` asks, on so many connections for so many seconds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("wrk.lua")

#: Method, path and body of a request.
Request = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run gave: requests a second, and milliseconds in which half and 99 of 100 were answered."""

    rate: float
    p50: float
    p99: float
    failed: int


def load(port: int, requests: list[Request], seconds: float, connections: int) -> Measured:
    """Ask the requests in turn. Raises RuntimeError where wrk says something else than expected."""
    with tempfile.NamedTemporaryFile("w", suffix=".requests") as file:
        file.writelines("\t".join(request) + "\n" for request in requests)
        file.flush()
        command = [
            shutil.which("wrk") or "wrk", "--threads", "1", "--connections", str(connections),
            "--duration", f"{seconds:.0f}s", "--timeout", "30s", "--script", str(_SCRIPT), f"http://127.0.0.1:{port}",
        ]  # fmt: skip
        ran = subprocess.run(
            command, env={**os.environ, "REQUESTS": file.name}, capture_output=True, text=True, check=False
        )
    lines = [line for line in ran.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise RuntimeError(f"wrk: got {ran.stdout[-300:]} {ran.stderr[-300:]}, expected a line of JSON.")
    data = json.loads(lines[-1])
    return Measured(data["requests"] / data["seconds"], data["p50"], data["p99"], data["failed"])
