"""The archive beside itself: an unknown document, a deep page: ``DATABASE_URL=... python -m bench.own``.

Cold is a document that this process has not seen, though it has seen others that ask for the same relations: it is
parsed, validated and compiled, and its statement, which is another one too, is planned by the database. A deep page is
compared with the first one.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.boot import boot

_ALIKE = 15


def main() -> None:
    argparse.ArgumentParser(prog="bench.own", description=(__doc__ or "").splitlines()[0]).parse_args()
    os.environ["ANSWER_CACHE_BYTES"] = "0"
    boot()
    import config.wsgi  # noqa: F401 (as a service does: what was loaded is no longer looked through for garbage)
    from bench.facts import facts

    lines = ["# Cold documents and deep pages", "", "Medians in milliseconds, in process.", "",
             "| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in facts().items()), "",
             "| question | warm | cold | cold - warm |", "|---|--:|--:|--:|"]  # fmt: skip
    for question, warm, cold in _cold():
        lines.append(f"| {question} | {warm:.2f} | {cold:.2f} | {cold - warm:.2f} |")
    first, deep = _pages()
    lines += ["", f"First page of all statements {first:.2f}, page 2,000 {deep:.2f}: {deep / first:.2f} times as long."]
    page = "\n".join(lines) + "\n"
    path = Path(__file__).with_name("results") / "own.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(page)
    print(page)


def _cold() -> Any:
    from bench.contestants import CONTESTANTS, OURS
    from bench.values import values

    own = next(measured for measured in CONTESTANTS if measured.name == OURS)
    ask = _asker()
    for question, value in values().items():
        _, path, body = own.ask(question, value[0])
        data = json.loads(body)
        warm = median([ask(path, data) for _ in range(_ALIKE)][_ALIKE // 3 :])
        # Under a key of its own, so that neither the document nor its SQL was seen before.
        documents = [
            {**data, "query": data["query"].replace("{", f"{{ key{number}: __typename ", 1)} for number in range(_ALIKE)
        ]
        yield question, warm, median([ask(path, document) for document in documents])


def _pages() -> tuple[float, float]:
    from bench.contestants import PEERS
    from bench.values import values

    ask, query = _asker(), (PEERS / "ours" / "Q4.graphql").read_text()
    after = values()["Q4"][0]["after"]
    first = {"query": query.replace("($after: String!)", "").replace(", after: $after", "")}
    deep = {"query": query, "variables": {"after": after}}
    for measured in (first, deep):
        for _ in range(_ALIKE):
            ask("/graphql/", measured)
    pairs = [(ask("/graphql/", first), ask("/graphql/", deep)) for _ in range(_ALIKE * 4)]
    return median(measured for measured, _ in pairs), median(other for _, other in pairs)


def _asker() -> Any:
    from django.test import Client

    client = Client()

    def ask(path: str, payload: dict[str, Any]) -> float:
        began = time.perf_counter()
        response = client.post(path, payload, content_type="application/json")
        milliseconds = (time.perf_counter() - began) * 1_000
        if response.status_code != 200 or b'"errors"' in response.content[:100]:
            raise RuntimeError(f"{path}: got {response.status_code} {response.content[:300]!r}")
        return milliseconds

    return ask


if __name__ == "__main__":
    main()
