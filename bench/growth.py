"""What grows with the archive: ``python -m bench.growth SMALL_URL LARGE_URL`` compares medians of the standard reads.

Exits with 1 where a page of the admin, a REST list or a GraphQL query takes more than half as long again. Listed apart
are lists by a filter, since few matches take longer to find among many rows, and reads with a longer response, since a
month of the small archive may hold three events, and one of the large archive a full page.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bench.boot import boot
from bench.facts import facts
from bench.medians import medians

#: How much longer a read may take in the large archive; milliseconds below which no ratio means anything.
_MOST, _LEAST_MS = 1.5, 2.0
_MEASURED = ("admin", "admin save", "page", "REST list", "GraphQL")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.growth", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("small", help="the small archive's DATABASE_URL")
    parser.add_argument("large", help="the large archive's DATABASE_URL")
    parser.add_argument("--runs", type=int, default=7, help="requests of each read in a round (usual: 7)")
    parser.add_argument("--rounds", type=int, default=3, help="the least median of so many counts (usual: 3)")
    parser.add_argument("--kinds", default="", help="only these, commas between: GraphQL,admin,REST list")
    parser.add_argument("--name", default="growth", help="the result's name in bench/results/ (usual: growth)")
    query = parser.parse_args()
    small, large = _both(query)
    os.environ["DATABASE_URL"] = query.large
    boot()
    from bench.questions import FILTERED

    rows = [(read, small[name]) for name, read in large.items() if name in small]
    slower = [(read, before) for read, before in rows if _grew(read["ms"], before["ms"])]
    longer = [read for read, before in slower if _gives_more(read, before)]
    alike = [read for read, before in slower if not _gives_more(read, before)]
    grown = [read["name"] for read in alike if read["kind"] in _MEASURED]
    filtered = [read["name"] for read in alike if read["kind"] in FILTERED.values()]
    fuller = [read["name"] for read in longer if read["kind"] in (*_MEASURED, *FILTERED.values())]
    page = "\n".join(_page(rows, (grown, filtered, fuller), facts())) + "\n"
    path = Path(__file__).with_name("results") / f"{query.name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(page)
    print(page)
    sys.exit(1 if grown else 0)


def _both(options: Any) -> list[dict[str, dict[str, Any]]]:
    """Medians of each archive's reads by name: the smallest of several rounds.

    The archives answer in turn, round after round, so that a change of the machine's speed concerns both.
    """
    results: list[dict[str, dict[str, Any]]] = [{}, {}]
    for _ in range(options.rounds):
        pairs = zip_longest(*(_reads(url, options) for url in (options.small, options.large)), fillvalue={})
        for each, best in zip(zip(*pairs, strict=True), results, strict=False):
            for name, read in medians(read for read in each if read).items():
                best[name] = min(read, best.get(name, read), key=lambda read: read["ms"])
    return results


def _reads(url: str, options: Any) -> Iterator[dict[str, Any]]:
    """The reads of one archive, each measured when the iterator reaches it."""
    command = [
        sys.executable,
        "-m",
        "bench.medians",
        "--in-turn",
        "--runs",
        str(options.runs),
        "--kinds",
        options.kinds,
    ]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}, **pipes) as running:
        while True:
            running.stdin.write("\n")  # type: ignore[union-attr]
            if not (line := running.stdout.readline()):  # type: ignore[union-attr]
                raise SystemExit(f"bench.medians ended early: see above what {url} answered.")
            if (read := json.loads(line)) is None:
                running.stdin.close()  # type: ignore[union-attr]
                return
            yield read


def _grew(large: float, small: float) -> bool:
    return large > _MOST * max(small, _LEAST_MS)


def _gives_more(large: dict[str, Any], small: dict[str, Any]) -> bool:
    """Whether the response is longer in at least the proportion of the time."""
    share = large["bytes"] / max(small["bytes"], 1)  # the answer of a save is empty
    return bool(share > _MOST and large["ms"] <= _MOST * max(small["ms"], _LEAST_MS) * share)


def _page(rows: list[tuple[Any, Any]], slower: tuple[list[str], ...], expected: dict[str, str]) -> list[str]:
    grown, filtered, fuller = slower
    lines = ["# Growth", "", "Medians in milliseconds, in process; facts are those of the large archive.", "",
             "| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in expected.items()), "",
             f"{len(rows)} reads; {len(grown)} of the admin's pages, REST lists and GraphQL queries take more than "
             "half as long again.", "", *(f"- {name}" for name in grown), "",
             f"Of the lists by a filter {len(filtered)} do.", "", *(f"- `{name}`" for name in filtered), "",
             f"{len(fuller)} more do whose answer is longer by as much or more.", "",
             *(f"- `{name}`" for name in fuller), "",
             "| read | kind | small | large | times | bytes small | bytes large | statements |",
             "|---|---|--:|--:|--:|--:|--:|--:|"]  # fmt: skip
    for read, before in rows:
        ratio = read["ms"] / before["ms"]
        lines.append(
            f"| `{read['name']}` | {read['kind']} | {before['ms']:.2f} | {read['ms']:.2f} | {ratio:.2f} | "
            f"{before['bytes']:.0f} | {read['bytes']:.0f} | {read['statements']:.0f} |"
        )
    return lines


if __name__ == "__main__":
    main()
