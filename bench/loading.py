"""Loading against its peers, in one run: ``DATABASE_URL=... python -m bench.loading --events 10000``.

Makes databases of its own beside the one that the address names (on SQLite: files), and drops them. Prints seconds,
rows per second, peak memory, and the ratios: ``load`` against Django's own ``loaddata`` (measured on a share, scaled by
rows: it needs about a minute for 5,000) and, on PostgreSQL, against raw COPY of ready files: the same rows, revisions
included, their ids known before.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Measured:
    """One program's run."""

    name: str
    seconds: float
    rows: int
    megabytes: float = 0.0

    @property
    def rate(self) -> float:
        return self.rows / self.seconds

    def line(self) -> str:
        memory = f"{self.megabytes:8.0f} MB" if self.megabytes else ""
        return f"{self.name:32}{self.seconds:10.1f} s{self.rate:12,.0f} rows/s{memory}"


def run(address: str, *words: str) -> tuple[float, float, str]:
    """Seconds, peak memory in MB and output of a program that works on a database. Exits where it fails."""
    environment = {**os.environ, "DATABASE_URL": address, "DEBUG": "false", "LOG_LEVEL": "ERROR"}
    environment.setdefault("SECRET_KEY", "for-measurements-only-" + "k" * 40)
    environment.setdefault("ALLOWED_HOSTS", "127.0.0.1")
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as program:
        message = program.stdout.read() if program.stdout else ""
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode:
        raise SystemExit(f"{' '.join(words)}: {message[-2_000:]}")
    return time.perf_counter() - began, used.ru_maxrss / 1_024, message


class Databases:
    """Fresh, migrated databases, made and dropped."""

    def __init__(self, address: str) -> None:
        self.address, self._made, self._number = urlsplit(address), [], 0
        self.is_postgresql = not self.address.scheme.startswith("sqlite")
        self._template = ""

    def new(self) -> str:
        """The address of one more; the first is migrated, the others are its copies."""
        self._number += 1
        path = f"{self.address.path}_load{self._number}"
        # Of a path that begins with two slashes urlunsplit makes a host.
        databases_made = urlunsplit(self.address._replace(path=path)) if self.is_postgresql else f"sqlite:///{path[1:]}"
        if self.is_postgresql:
            name, copied = path.lstrip("/"), f' TEMPLATE "{self._template}"' if self._template else ""
            self._server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            self._server(f'CREATE DATABASE "{name}"{copied}')
        else:
            name = path[1:]
            Path(name).unlink(missing_ok=True)
            if self._template:
                Path(name).write_bytes(Path(self._template).read_bytes())
        self._made.append(name)
        if not self._template:
            run(databases_made, "manage.py", "migrate", "-v0")
            self._template = name
            return self.new()
        return databases_made

    def _server(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(urlunsplit(self.address._replace(path="/postgres")), autocommit=True) as connection:
            connection.execute(sql)

    def drop(self) -> None:
        for name in reversed(self._made):
            if self.is_postgresql:
                self._server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            else:
                for suffix in ("", "-wal", "-shm"):
                    Path(name + suffix).unlink(missing_ok=True)


@contextmanager
def databases(address: str) -> Iterator[Databases]:
    databases_made = Databases(address)
    try:
        yield databases_made
    finally:
        databases_made.drop()


def copied(source: str, target: str, directory: Path) -> Measured:
    """The rows of one database by COPY into another, from files made ready before the clock starts."""
    import psycopg

    with psycopg.connect(source) as connection:
        tables = [name for (name,) in connection.execute(_TABLES)]
        for table in tables:
            with (directory / table).open("wb") as file, connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
                file.writelines(copy)
    rows = 0
    with psycopg.connect(target) as connection:
        connection.execute("TRUNCATE {} CASCADE".format(", ".join(f'"{table}"' for table in tables)))
        connection.commit()
        began = time.perf_counter()
        for table in tables:
            cursor = connection.cursor()
            with (directory / table).open("rb") as file, cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                while data := file.read(1 << 16):
                    copy.write(data)
            rows += max(cursor.rowcount, 0)
        connection.commit()
    return Measured("COPY of ready files", time.perf_counter() - began, rows)


#: Tables of records, links and revisions, records first; triggers write the others, here as in a load.
_TABLES = """
    SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'archive\\_%'
    AND relname NOT IN ('archive_publicversion', 'archive_addresseeindex')
    AND relnamespace = current_schema()::regnamespace ORDER BY oid
"""


#: Django's own command: the archive's gives better errors for more queries.
_LOADDATA = """
import sys
from bench.boot import boot
boot()
from django.core.management import call_command
from django.core.management.commands.loaddata import Command
call_command(Command(), sys.argv[1], verbosity=0)
"""


def measure(address: str, events: int, share: int, directory: Path) -> Iterator[Measured]:
    """Each program's run."""
    with databases(address) as databases_made:
        first, sample, other = databases_made.new(), databases_made.new(), databases_made.new()
        complete, part = directory / "whole", directory / "share"
        count = int(run(first, "-m", "bench.dataset", str(complete), "--events", str(events))[2].split()[0])
        fewer = int(
            run(first, "-m", "bench.dataset", str(part), "--events", str(max(1, events // share)))[2].split()[0]
        )
        seconds, memory, _ = run(first, "manage.py", "load", str(complete))
        yield Measured("load", seconds, count, memory)
        seconds, memory, message = run(first, "manage.py", "load", str(complete))
        if "Nothing to do" not in message:
            raise SystemExit(f"load, again: {message[-500:]}")
        yield Measured("load again, nothing changed", seconds, count, memory)
        if databases_made.is_postgresql:
            (directory / "ready").mkdir()
            yield copied(first, databases_made.new(), directory / "ready")
        run(sample, "manage.py", "load", str(part))
        fixture = str(directory / "share.json")
        keys = ("--natural-foreign", "--natural-primary")
        run(sample, "manage.py", "dumpdata", *_records(), *keys, "-o", fixture)
        seconds, memory, _ = run(other, "-c", _LOADDATA, fixture)
        yield Measured("loaddata (a share, scaled)", seconds * count / fewer, count, memory)


def _records() -> list[str]:
    from archive.datasets.schema import record_types

    return [record_type.model._meta.label for record_type in record_types().values()]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.loading", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=10_000, help="how many events; statements are five times as many")
    parser.add_argument("--share", type=int, default=10, help="loaddata loads one in so many of them (usual: 10)")
    query = parser.parse_args()
    from bench.boot import boot

    boot()
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        parser.error("DATABASE_URL: got nothing, expected the address of a database beside which others may be made")
    with tempfile.TemporaryDirectory() as directory:
        results = []
        for item in measure(address, query.events, query.share, Path(directory)):
            print(item.line(), flush=True)
            results.append(item)
    load, again, *copy, loaddata = results
    print(f"load : loaddata              {loaddata.seconds / load.seconds:8.1f} times as fast")
    print(f"load again : load            {load.seconds / again.seconds:8.1f} times as fast")
    for item in copy:
        print(f"load : COPY                  {item.seconds / load.seconds:8.2f} of its speed ({item.rows:,} rows)")


if __name__ == "__main__":
    main()
