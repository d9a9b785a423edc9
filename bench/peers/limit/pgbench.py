"""The same statements by pgbench: what the database alone can do, without any server before it."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from typing import Any

from bench.peers.limit.statements import STATEMENTS

_OPTIONS = ("-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", "4")


def pgbench(database: str, values: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, float]]:
    """Question and transactions a second; nothing where pgbench is not installed."""
    if not shutil.which("pgbench"):
        return
    for question, each in values.items():
        sql, names = STATEMENTS[question]
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(" ".join(_filled(sql, [each[0][name] for name in names]).split()) + ";\n")
            file.flush()
            command = ["pgbench", *_OPTIONS, "-f", file.name, database]
            ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if match := re.search(r"tps = ([\d.]+)", ran.stdout):
            yield question, float(match[1])


def _filled(sql: str, values: list[Any]) -> str:
    for number, value in enumerate(values, start=1):
        message = str(value).replace("'", "''")
        sql = sql.replace(f"${number}::", f"'{message}'::")
    return sql
