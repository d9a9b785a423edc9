"""The machine and the versions that a figure was measured with."""

from __future__ import annotations

import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("Django", "graphene-django", "graphql-core", "psycopg", "granian")


def facts(database: str = "") -> dict[str, str]:
    """What to write above a table."""
    from django.db import connection

    results = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": _memory(),
        "system": platform.system(),
    }
    results["Python"] = platform.python_version()
    for name in _PACKAGES:
        try:
            results[name] = version(name)
        except PackageNotFoundError:
            continue
    results |= _pinned()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            results["PostgreSQL"] = cursor.fetchone()[0]
            cursor.execute(
                "SELECT string_agg(name || '=' || current_setting(name), ' ' ORDER BY name) FROM pg_settings "
                "WHERE name IN ('shared_buffers', 'jit', 'random_page_cost', 'work_mem')"
            )
            results["its settings"] = cursor.fetchone()[0]
        else:
            cursor.execute("SELECT sqlite_version()")
            results["SQLite"] = cursor.fetchone()[0]
        for table in ("event", "statement", "speechact"):
            cursor.execute(f"SELECT count(*) FROM archive_{table}")
            results[f"{table}s"] = f"{cursor.fetchone()[0]:,}"
    return results


def _pinned() -> dict[str, str]:
    """The peers' versions, from what pins them."""
    results = {}
    for path in sorted(Path(__file__).parent.glob("peers/*/package.json")):
        packages = json.loads(path.read_text())["dependencies"]
        if "postgraphile" not in packages:
            continue
        results[f"PostGraphile {packages['postgraphile'][0]}"] = packages["postgraphile"]
        if "node" in packages:
            results["Node for PostGraphile 5"] = packages["node"]
    for line in (Path(__file__).parent / "peers/strawberry/requirements.txt").read_text().splitlines():
        if line.startswith("strawberry-graphql-django=="):
            results["strawberry-django"] = line.partition("==")[2]
    return results


def _processor() -> str:
    lines = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return lines[0].partition(":")[2].strip() if lines else platform.processor()


def _memory() -> str:
    lines = [line for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    return f"{int(lines[0].split()[1]) / 1_048_576:.0f} GiB" if lines else ""


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []
