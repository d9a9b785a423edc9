"""Medians of the standard reads: ``DATABASE_URL=... python -m bench.medians``.

Each read runs in this process, through Django's whole stack: once to warm up, then several times, without the response
cache.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from bench.boot import boot


def reads(runs: int, kinds: list[str]) -> Iterator[dict[str, Any]]:
    """Each question so many times: its name, kind, milliseconds, statements and bytes; or that it was refused."""
    from bench.measure import Asker
    from bench.questions import questions
    from bench.subjects import subjects

    asker = Asker()
    for question in questions(subjects()):
        if kinds and question.kind not in kinds:
            continue
        try:
            asker.ask(question)  # prepares the statements on the server; a first save also stores the version before it
            counted = asker.count(question)
            for _ in range(runs):
                read = asker.ask(question)
                milliseconds = read.pop("seconds") * 1_000
                yield {"name": question.name, "kind": question.kind, "ms": milliseconds, "statements": counted, **read}
        except RuntimeError as error:
            print(error, file=sys.stderr)
            yield {"name": question.name, "refused": True}


def medians(each: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The reads by name, of each the one in the middle; without those that were refused."""
    results: dict[str, list[dict[str, Any]]] = {}
    for read in each:
        results.setdefault(read["name"], []).append(read)
    results = {name: all_ for name, all_ in results.items() if not any("refused" in read for read in all_)}
    return {name: sorted(all_, key=lambda read: read["ms"])[len(all_) // 2] for name, all_ in results.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.medians", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=7, help="requests of each read (usual: 7)")
    parser.add_argument("--kinds", default="", help="only these, commas between: GraphQL,admin,REST list")
    parser.add_argument("--in-turn", action="store_true", help="for bench.growth: one read for each line that comes in")
    query = parser.parse_args()
    os.environ["ANSWER_CACHE_BYTES"] = "0"
    boot()
    each = reads(query.runs, [kind for kind in query.kinds.split(",") if kind])
    if query.in_turn:
        for _ in sys.stdin:
            print(json.dumps(next(each, None)), flush=True)
        return
    for read in medians(each).values():
        print(f"{read['ms']:9.2f} ms {read['statements']:3.0f} statements {read['bytes']:9,.0f} bytes  {read['name']}")


if __name__ == "__main__":
    main()
