"""A worker's memory over many mixed requests: ``DATABASE_URL=... python -m bench.worker --requests 100000``.

Serves the archive as production does, sends the requests of ``bench.contestants`` in turn, with and without the
response cache, and prints the memory of each worker after every tenth of the requests.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from bench.boot import boot
from bench.contestants import CONNECTIONS, CONTESTANTS, OURS, OURS_REST, environment
from bench.load import load
from bench.served import served

_PORT = 8_290


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.worker", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=100_000)
    query = parser.parse_args()
    database = os.environ["DATABASE_URL"]
    boot()
    from bench.values import values

    own = [contestant for contestant in CONTESTANTS if contestant.name in (f"{OURS}, cached", f"{OURS_REST}, cached")]
    requests = [item.ask(question, each) for question, value in values().items() for each in value for item in own]
    server, answered, shown = own[0].server, 0, 0
    command = [part.format(port=_PORT) for part in server.command]
    variables = {**server.environment, **environment(database)}
    lines = ["# Worker", "", "Resident memory of each worker, in MB.", "", "| requests | workers |", "|--:|---|"]
    with served(command, variables, server.folder, _PORT, 60) as process:
        while answered < query.requests:
            measured = load(_PORT, requests, 3, CONNECTIONS)
            answered += round(measured.rate * 3)
            if measured.failed:
                raise SystemExit(f"{measured.failed} requests failed")
            if answered >= shown:
                lines.append(f"| {answered:,} | {', '.join(f'{size:.0f}' for size in _sizes(process))} |")
                print(lines[-1], flush=True)
                shown = answered + query.requests // 10
    path = Path(__file__).with_name("results") / "worker.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def _sizes(parent: int) -> list[float]:
    """Megabytes that the process's children hold."""
    results = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            items = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue  # it ended meanwhile
        if items.get("PPid", "").strip() == str(parent) and "VmRSS" in items:
            results.append(int(items["VmRSS"].split()[0]) / 1_024)
    return sorted(results)


if __name__ == "__main__":
    main()
