"""A filled database of so many events on the PostgreSQL server: ``python -m bench.prepare --events N`` prints its URL.

Made once: a database that is there and filled is left as it is.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from getpass import getuser

import psycopg
from psycopg import sql

from config.env import POSTGRES_PLANNER_OPTIONS


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.prepare", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, required=True)
    query = parser.parse_args()
    server = os.environ.get("POSTGRES_URL") or f"postgresql://{getuser()}@127.0.0.1:5432/postgres"
    name = f"chancery_bench_{query.events}"
    url = server.rpartition("/")[0] + "/" + name
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        for setting in POSTGRES_PLANNER_OPTIONS:  # the archive asks for this itself; here its peers have the same
            key, _, value = setting.partition("=")
            connection.execute(
                sql.SQL("ALTER DATABASE {} SET {} = {}").format(sql.Identifier(name), sql.Identifier(key), value)
            )
    if not _filled(url):
        command = [sys.executable, "-m", "bench.fill", "--events", str(query.events)]
        subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, stdout=sys.stderr, check=True)
    print(url)


def _filled(url: str) -> bool:
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('archive_event')").fetchone() == (None,):
            return False
        return connection.execute("SELECT EXISTS(SELECT FROM archive_event)").fetchone() == (True,)


if __name__ == "__main__":
    main()
