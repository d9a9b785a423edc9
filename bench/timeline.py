"""Timelines of 20,000 and of 1,000,000 events compared: ``python -m bench.timeline``.

Makes and fills two databases on the PostgreSQL server of ``POSTGRES_URL`` once (``bench.timeline_rows``), asks each
question of both in turns in two processes without the response cache, and writes the medians and their ratio.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import time
from getpass import getuser
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from psycopg import sql

_SIZES = (20_000, 1_000_000)
_QUESTIONS = {
    "all, one lane": "lanes=none", "1900 to 2025, one lane": "from=1900&to=2025",
    "1900 to 2025 by classification": "from=1900&to=2025&lanes=classification",
    "a decade": "from=1950&to=1959", "a decade by classification": "from=1950&to=1959&lanes=classification",
    "a month": "from=1950-05&to=1950-05", "a day": "from=1950-05-05&to=1950-05-05",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.timeline", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--serve", action="store_true", help="answer questions from standard input (used by itself)")
    arguments = parser.parse_args()
    if arguments.serve:
        _serve()
        return
    workers = [_worker(database(size)) for size in _SIZES]
    lines = ["# Timelines of 20,000 and of 1,000,000 events", "",
             "Medians in milliseconds, in process; bytes of the larger response, compressed by gzip.", "",
             "| question | 20,000 | 1,000,000 | ratio | bytes |", "|---|--:|--:|--:|--:|"]  # fmt: skip
    for name, question in _QUESTIONS.items():
        rounds = [[_ask(worker, question) for worker in workers] for _ in range(arguments.rounds)]
        times = [median(answers[number][0] for answers in rounds[1:]) for number in (0, 1)]
        size = max(answer[1] for answer in rounds[-1])
        lines.append(f"| {name} | {times[0]:.1f} | {times[1]:.1f} | {times[1] / times[0]:.1f} | {size:,} |")
        print(lines[-1], file=sys.stderr)
    for worker in workers:
        worker.stdin.close()
        worker.wait()
    page = "\n".join(lines) + "\n"
    Path(__file__).with_name("results").joinpath("timeline.md").write_text(page)
    print(page)


def database(events: int) -> str:
    """The URL of a database with so many events, made and filled if it is missing."""
    server = os.environ.get("POSTGRES_URL") or f"postgresql://{getuser()}@127.0.0.1:5432/postgres"
    name = f"chancery_timeline_{events}"
    url = server.rpartition("/")[0] + "/" + name
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    command = [sys.executable, "-m", "bench.timeline_rows", "--events", str(events)]
    subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, stdout=sys.stderr, check=True)
    return url


def _worker(url: str) -> Any:
    command = [sys.executable, "-m", "bench.timeline", "--serve"]
    environ = {**os.environ, "DATABASE_URL": url, "ANSWER_CACHE_BYTES": "0"}
    return subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _ask(worker: Any, question: str) -> tuple[float, int]:
    print(question, file=worker.stdin, flush=True)
    milliseconds, size = json.loads(worker.stdout.readline())
    return milliseconds, size


def _serve() -> None:
    """Answer each line, a query string, with the milliseconds and the compressed bytes."""
    from urllib.parse import parse_qs

    from bench.boot import boot

    boot()
    from archive.rest.timeline import timeline_json

    for line in sys.stdin:
        params = parse_qs(line.strip())
        began = time.perf_counter()
        content = timeline_json(params, None)
        milliseconds = (time.perf_counter() - began) * 1_000
        print(json.dumps([milliseconds, len(gzip.compress(content))]), flush=True)


if __name__ == "__main__":
    main()
