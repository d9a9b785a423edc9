"""What each piece of speed machinery saves: ``DATABASE_URL=postgresql://... python -m bench.weigh``.

Runs the WSGI application in this process, with and without each piece in turn, round after round, and compares the
processor time of a request: this process's plus that of its PostgreSQL backend. Wall time varies more on a machine with
other work. The result is ``bench/results/weigh.md``; what follows from it is in ADR 40.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from io import BytesIO
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from bench.boot import boot
from bench.load import Request

_TICKS = os.sysconf("SC_CLK_TCK")
Toggle = Callable[[], AbstractContextManager[Any]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.weigh", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="runs of each; the median counts (default 9)")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long each run lasts (default 0.5)")
    parser.add_argument("--only", default="", help="part of the name of a piece")
    options = parser.parse_args()
    os.environ["ANSWER_CACHE_BYTES"] = "0"
    boot()
    import config.wsgi  # noqa: F401 (as a service does: it prepares the connection and the garbage collector)
    from bench.facts import facts
    from bench.values import publish_records

    publish_records()
    lines = ["# Speed machinery, weighed", "",
             "Processor time of a request without the piece, divided by that with it. 1.10: the piece saves a tenth.",
             "", "| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in facts().items()), "",
             f"| piece | {' | '.join(QUESTIONS)} |", f"|---|{'--:|' * len(QUESTIONS)}"]  # fmt: skip
    for name, (is_cold, toggles) in _pieces().items():
        if options.only in name:
            ratios = [_ratio(question, is_cold, *toggles, options) for question in QUESTIONS]
            lines.append(f"| {name} | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} |")
            print(lines[-1], flush=True)
    page = "\n".join(lines) + "\n"
    if not options.only:
        name = "weigh_sqlite.md" if os.environ["DATABASE_URL"].startswith("sqlite") else "weigh.md"
        Path(__file__).with_name("results").joinpath(name).write_text(page)


QUESTIONS = [f"{question} {door}" for door in ("GraphQL", "REST") for question in ("Q1", "Q2", "Q3", "Q4", "Q5")]


def _ratio(question: str, is_cold: bool, base: Toggle, without: Toggle, options: argparse.Namespace) -> float:
    """The median of the ratios of neighbouring runs, which share what else the machine does."""
    requests = _requests(question)
    if is_cold and "GraphQL" not in question:
        return 1.0
    ratios = []
    for _ in range(options.rounds):
        with base():
            _cost(requests, is_cold, 0.1)
            with_it = _cost(requests, is_cold, options.seconds)
        with without():
            _cost(requests, is_cold, 0.1)
            ratios.append(_cost(requests, is_cold, options.seconds) / with_it)
    return median(ratios)


def _requests(question: str) -> list[Request]:
    from bench.contestants import CONTESTANTS, OURS, OURS_REST
    from bench.values import values

    name, door = question.split()
    contestant = next(entry for entry in CONTESTANTS if entry.name == (OURS if door == "GraphQL" else OURS_REST))
    return [contestant.ask(name, entry) for entry in values()[name]]


def _cost(requests: list[Request], is_cold: bool, seconds: float) -> float:
    """Processor seconds of a request, of this process and of its database backend."""
    from django.db import connection

    _send(requests[0], is_cold)
    backend = connection.connection.info.backend_pid if connection.vendor == "postgresql" else None
    end = time.perf_counter() + seconds
    began, number = time.process_time() + _backend_seconds(backend), 0
    while time.perf_counter() < end:
        for request in requests:
            _send(request, is_cold)
            number += 1
    if backend is not None and connection.connection.info.backend_pid != backend:
        return _cost(requests, is_cold, seconds)  # the connection was too old and was opened again
    return (time.process_time() + _backend_seconds(backend) - began) / number


def _backend_seconds(pid: int | None) -> float:
    """User and system time of a process so far (proc(5), fields 14 and 15)."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


_unique = count()


def _send(request: Request, is_cold: bool) -> None:
    import config.wsgi

    method, address, body = request
    if is_cold:
        # A field under a new key: neither the document nor its SQL was seen before.
        body = body.replace("{\\n", f"{{ key{next(_unique)}: __typename \\n", 1)
    path, _, query = address.partition("?")
    content = body.encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
        "HTTP_HOST": "testserver", "SERVER_NAME": "testserver",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http", "wsgi.input": BytesIO(content), "wsgi.errors": BytesIO(), "wsgi.version": (1, 0),
        "wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.run_once": False, "HTTP_ACCEPT": "*/*",
    }  # fmt: skip
    if content:
        environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(content))}
    statuses: list[str] = []
    response = config.wsgi.application(environ, lambda status, headers, *_: statuses.append(status))
    result = b"".join(response)
    if not statuses[0].startswith("200") or b'"errors"' in result[:100]:
        raise RuntimeError(f"{method} {address}: got {statuses[0]} {result[:300]!r}")


def _pieces() -> dict[str, tuple[bool, tuple[Toggle, Toggle]]]:
    """By name: whether the piece is for documents never seen only, and context managers of the two sides."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return {
            "vocabulary values as literals": (False, (nullcontext, _no_inlined_words)),
            "a page's rows as a CTE that is read twice": (False, (nullcontext, _no_materialised_rows)),
            "placeholders converted once": (False, (nullcontext, _no_converted_placeholders)),
            "a test for the slug before the links": (False, (nullcontext, _no_slug_test)),
        }
    return {
        "header templates and the two fast paths": (False, (nullcontext, _no_fast_path)),
        "the public-read middleware, without those": (False, (_no_fast_path, _no_public_lane)),
        "parsed REST addresses": (False, (nullcontext, _no_parsed_addresses)),
        "own prepared statements, beside psycopg's": (False, (nullcontext, _psycopg_statements)),
        "JSON-safe columns": (False, (nullcontext, _no_json_safe_columns)),
        "validation in one traversal (cold)": (True, (nullcontext, _no_simple_validation)),
        "SQL fragments of relations and pages (cold)": (True, (nullcontext, _no_fragments)),
    }


@contextmanager
def _no_fast_path() -> Iterator[None]:
    with patch("archive.middleware.fast_path._is_eligible", lambda environ: False):
        yield


@contextmanager
def _no_public_lane() -> Iterator[None]:
    with _no_fast_path(), patch("archive.middleware.public_reads._is_public_read", lambda request: False):
        yield


@contextmanager
def _no_parsed_addresses() -> Iterator[None]:
    with patch("archive.rest.fast_path._PARSED.get", lambda key: None):
        yield


@contextmanager
def _psycopg_statements() -> Iterator[None]:
    import psycopg

    from archive.sql import postgresql

    def fetch(connection: Any, sql: str, params: Any) -> bytes | None:
        connection.ensure_connection()
        connection.connection.prepare_threshold = 0  # Django switches psycopg's prepared statements off
        cursor = psycopg.Cursor(connection.connection)
        cursor.adapters.register_loader("text", postgresql._Bytes)
        row = cursor.execute(sql, params, prepare=True).fetchone()
        return None if row is None else row[0]

    with patch("archive.sql.postgresql.fetch", fetch):
        yield


def _no_json_safe_columns() -> AbstractContextManager[None]:
    return _recompiled(patch("archive.sql.compiler.is_json_safe", lambda model, path: False))


@contextmanager
def _recompiled(patcher: Any) -> Iterator[None]:
    """A patch of the compiler, with no compiled query of the other side in the caches."""
    from archive.lru import clear_caches

    with patcher:
        clear_caches()
        yield
    clear_caches()


def _no_inlined_words() -> AbstractContextManager[None]:
    return _recompiled(patch("archive.sql.dialects.SQLite.constant", lambda self, value: None))


def _no_materialised_rows() -> AbstractContextManager[None]:
    return _recompiled(patch("archive.sql.dialects.SQLite.copies", False))


def _no_slug_test() -> AbstractContextManager[None]:
    from archive.sql.references import RecordRefs, RefsBySlug

    return _recompiled(patch.object(RefsBySlug, "exists_in", RecordRefs.exists_in))


@contextmanager
def _no_converted_placeholders() -> Iterator[None]:
    from archive.sql import query

    with patch("archive.sql.query._qmark", query._qmark.__wrapped__):
        yield


@contextmanager
def _no_simple_validation() -> Iterator[None]:
    with patch("archive.graphql.executor.is_valid_simple_query", lambda schema, document: False):
        yield


@contextmanager
def _no_fragments() -> Iterator[None]:
    from archive.sql import pages, row_sources

    with ExitStack() as stack:
        for module in (pages, row_sources):
            stack.enter_context(patch.object(module._SQL_CACHE, "get", lambda key: None))
        yield


if __name__ == "__main__":
    main()
