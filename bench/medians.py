"""Medians of the standard reads: ``DATABASE_URL=... python -m bench.medians``.

Each read is asked in this process, through Django's whole stack: once to warm up, then several times. Answers are made
anew each time, none is given from memory.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from statistics import median
from typing import Any

from bench.boot import boot


def medians(runs: int, kinds: list[str]) -> list[dict[str, Any]]:
    """For each question its name, kind, milliseconds, statements and bytes."""
    from bench.measure import Asker
    from bench.questions import questions
    from bench.subjects import subjects

    asker, found = Asker(), []
    for question in questions(subjects()):
        if kinds and question.kind not in kinds:
            continue
        try:
            counted = asker.count(question)
            asker.ask(question)  # prepares the statements on the server
            each = [asker.ask(question) for _ in range(runs)]
        except RuntimeError as error:
            print(error, file=sys.stderr)
            continue
        middle = {what: median(one[what] for one in each) for what in each[0]}
        found.append(
            {
                "name": question.name,
                "kind": question.kind,
                "ms": middle.pop("seconds") * 1_000,
                "statements": counted,
                **middle,
            }
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.medians", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=7, help="how often each read is asked (usual: 7)")
    parser.add_argument("--kinds", default="", help="only these, commas between: GraphQL,admin,REST list")
    parser.add_argument("--json", action="store_true", help="for programs")
    asked = parser.parse_args()
    os.environ["ANSWER_CACHE_BYTES"] = "0"
    boot()
    found = medians(asked.runs, [kind for kind in asked.kinds.split(",") if kind])
    if asked.json:
        print(json.dumps(found))
        return
    for one in found:
        print(f"{one['ms']:9.2f} ms {one['statements']:3.0f} statements {one['bytes']:9,.0f} bytes  {one['name']}")


if __name__ == "__main__":
    main()
