"""Searches compared with handwritten statements and with peers: ``python -m bench.search``.

Makes and fills a database with ``--postgresql`` statements on the server of ``POSTGRES_URL`` and one with ``--sqlite``
statements in ``--directory``, once (``bench.search_rows``), measures each in a process of its own, and writes
``results/search.md``. ``--peers`` is a Python with modelsearch, datasette, sqlite-utils and psycopg:

    python3 -m venv peers && peers/bin/pip install "django==5.2.*" modelsearch "psycopg[binary]" datasette sqlite-utils
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from getpass import getuser
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

#: Row -> its bound: the key of another row, the factor to it, and the most milliseconds.
_BOUNDS: dict[str, tuple[str, float, float]] = {
    "a selective word with filters": ("by hand", 1.3, 0),
    "a common word, ranked": ("a selective word, ranked", 10, 100),
    "a word that is nowhere": ("", 0, 5),
    "counts of half the statements": ("by hand", 1.5, 0),
    "total of a filtered list": ("by hand", 1.5, 0),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.search", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--postgresql", type=int, default=1_000_000, help="statements there; 0 leaves it out")
    parser.add_argument("--sqlite", type=int, default=200_000, help="statements there; 0 leaves it out")
    parser.add_argument(
        "--directory", type=Path, default=Path(tempfile.gettempdir(), "search_bench"), help="of the SQLite files"
    )
    parser.add_argument("--peers", type=Path, help="a Python with the peers; without it they are left out")
    options = parser.parse_args()
    options.directory.mkdir(exist_ok=True)
    page = ["# Searches", "", "Medians in milliseconds, in process. A page has 20 records.", ""]
    databases = []
    if options.postgresql:
        title = f"PostgreSQL, {options.postgresql:,} statements"
        databases.append((title, _server(options.postgresql), options.postgresql))
    if options.sqlite:
        url = f"sqlite:///{options.directory.resolve()}/{options.sqlite}.sqlite3"
        databases.append((f"SQLite, {options.sqlite:,} statements", url, options.sqlite))
    for title, url, count in databases:
        _run("bench.search_rows", url, "--statements", str(count))
        measured = json.loads(_run("bench.search_measure", url))
        peers = _peers(options.peers, url, count, options.directory) if options.peers else {}
        page += [f"## {title}", "", *_table(measured["queries"], peers), "", *_costs(measured["costs"]), ""]
    text = "\n".join(page)
    Path(__file__).with_name("results").joinpath("search.md").write_text(text)
    print(text)


def _server(count: int) -> str:
    """The URL of a database on PostgreSQL, made if it is missing."""
    server = os.environ.get("POSTGRES_URL") or f"postgresql://{getuser()}@127.0.0.1:5432/postgres"
    name = f"chancery_search_{count}"
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.rpartition("/")[0] + "/" + name


def _run(module: str, url: str, *arguments: str) -> str:
    environ = {**os.environ, "DATABASE_URL": url, "ANSWER_CACHE_BYTES": "0"}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True, text=True).stdout


def _peers(python: Path, url: str, count: int, directory: Path) -> dict[str, dict[str, float]]:
    """The medians of the peers on the same rows, by peer and query; a peer that fails is reported and left out."""
    rows = directory / f"{count}.jsonl"
    if not rows.exists():
        from bench.search_rows import texts

        with rows.open("w") as file:
            file.writelines(json.dumps(row) + "\n" for row in texts(count))
    peers = {"modelsearch": ("modelsearch_search.py", url)}
    if url.startswith("sqlite"):
        peers["Datasette"] = ("datasette_search.py", str(directory / f"datasette_{count}.db"))
    results = {}
    for name, (script, place) in peers.items():
        path = Path(__file__).parent / "peers" / script
        run = subprocess.run([str(python), str(path), place, str(rows)], stdout=subprocess.PIPE, text=True, check=False)
        if run.returncode:
            print(f"{name} failed on {url}", file=sys.stderr)
            continue
        results[name] = json.loads(run.stdout)
    return results


def _table(queries: dict[str, dict[str, float]], peers: dict[str, dict[str, float]]) -> list[str]:
    header = ["query", "Chancery", "by hand", *peers, "bound", "met"]
    lines = [f"| {' | '.join(header)} |", "|---" + "|--:" * (len(header) - 1) + "|"]
    for name, times in queries.items():
        by_peer = [f"{peers[peer][name]:.2f}" if name in peers[peer] else "" for peer in peers]
        by_hand = f"{times['by hand']:.2f}" if "by hand" in times else ""
        bound, is_met = _bound(name, queries)
        cells = [name, f"{times['Chancery']:.2f}", by_hand, *by_peer, bound, is_met]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _bound(name: str, queries: dict[str, dict[str, float]]) -> tuple[str, str]:
    """The bound of a query in words, and whether it is met."""
    if name not in _BOUNDS:
        return "", ""
    other, factor, most = _BOUNDS[name]
    own = queries[name]["Chancery"]
    bounds, is_met = [], True
    if factor:
        reference = queries[name]["by hand"] if other == "by hand" else queries[other]["Chancery"]
        bounds.append(f"{factor:g}x of {other}, is {own / reference:.2f}x")
        is_met = own <= factor * reference
    if most:
        bounds.append(f"{most:g} ms")
        is_met = is_met and own <= most
    return ", ".join(bounds), "yes" if is_met else "no"


def _costs(costs: dict[str, Any]) -> list[str]:
    return ["| what the index costs | measured | bound |", "|---|--:|--:|",
            *(f"| {name} | {value} | {bound} |" for name, (value, bound) in costs.items())]  # fmt: skip


if __name__ == "__main__":
    main()
