"""What grows with the archive: ``python -m bench.growth SMALL_URL LARGE_URL`` compares medians of the standard reads.

Exits with 1 where a page of the admin, a REST list or a GraphQL query takes more than half as long again. Lists by a
filter are told apart: what few records answer to takes longer to find among many.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.boot import boot
from bench.facts import facts

#: How much longer a read may take in the large archive; milliseconds below which no ratio means anything.
_MOST, _LEAST_MS = 1.5, 2.0
_MEASURED = ("admin", "REST list", "GraphQL")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.growth", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("small", help="the small archive's DATABASE_URL")
    parser.add_argument("large", help="the large archive's DATABASE_URL")
    parser.add_argument("--runs", type=int, default=7, help="how often each read is asked in a round (usual: 7)")
    parser.add_argument("--rounds", type=int, default=3, help="the least median of so many counts (usual: 3)")
    parser.add_argument("--kinds", default="", help="only these, commas between: GraphQL,admin,REST list")
    parser.add_argument("--name", default="growth", help="the result's name in bench/results/ (usual: growth)")
    asked = parser.parse_args()
    small, large = _both(asked)
    os.environ["DATABASE_URL"] = asked.large
    boot()
    from bench.questions import FILTERED

    rows = [(one, small[name]) for name, one in large.items() if name in small]
    slower = [one for one, before in rows if _grew(one["ms"], before["ms"])]
    grown = [one["name"] for one in slower if one["kind"] in _MEASURED]
    filtered = [one["name"] for one in slower if one["kind"] in FILTERED.values()]
    page = "\n".join(_page(rows, grown, filtered, facts())) + "\n"
    path = Path(__file__).with_name("results") / f"{asked.name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(page)
    print(page)
    sys.exit(1 if grown else 0)


def _both(asked: Any) -> list[dict[str, dict[str, Any]]]:
    """The reads of each archive by name, measured in turn: what else the machine does only makes them slower."""
    found: list[dict[str, dict[str, Any]]] = [{}, {}]
    for _ in range(asked.rounds):
        for url, best in zip((asked.small, asked.large), found, strict=True):
            for one in _medians(url, asked):
                best[one["name"]] = min(one, best.get(one["name"], one), key=lambda read: read["ms"])
    return found


def _medians(url: str, asked: Any) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bench.medians", "--json", "--runs", str(asked.runs), "--kinds", asked.kinds]
    ran = subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, check=True)
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


def _grew(large: float, small: float) -> bool:
    return large > _MOST * max(small, _LEAST_MS)


def _page(rows: list[tuple[Any, Any]], grown: list[str], filtered: list[str], told: dict[str, str]) -> list[str]:
    lines = ["# Growth", "", "Medians in milliseconds, in process; facts are those of the large archive.", "",
             "| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in told.items()), "",
             f"{len(rows)} reads; {len(grown)} of the admin's pages, REST lists and GraphQL queries take more than "
             "half as long again.", "", *(f"- {name}" for name in grown), "",
             f"Of the lists by a filter {len(filtered)} do.", "", *(f"- `{name}`" for name in filtered), "",
             "| read | kind | small | large | times | statements |", "|---|---|--:|--:|--:|--:|"]  # fmt: skip
    for one, before in rows:
        ratio = one["ms"] / before["ms"]
        lines.append(
            f"| `{one['name']}` | {one['kind']} | {before['ms']:.2f} | {one['ms']:.2f} | {ratio:.2f} | "
            f"{one['statements']:.0f} |"
        )
    return lines


if __name__ == "__main__":
    main()
