"""Datasette's full-text search on the rows of ``bench.search``: ``python datasette_search.py FILE ROWS``.

Prints medians as JSON. Requests go to Datasette in process, without facets and counts, which its pages add.
"""

import asyncio
import json
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from datasette.app import Datasette
from sqlite_utils import Database

_FILE, _ROWS = sys.argv[1:]
_QUERIES = {
    "a selective word, ranked": "xenon", "a phrase, ranked": '"xenon lamps"', "a prefix, ranked": "xeno*",
    "two common words, ranked": "embargo moratorium", "a common word, ranked": "embargo",
    "a word in half the statements, ranked": "moratorium", "a word that is nowhere": "zzyzx",
}  # fmt: skip
_RANKED = (
    "SELECT s.* FROM statements AS s JOIN statements_fts ON statements_fts.rowid = s.rowid "
    "WHERE statements_fts MATCH :search ORDER BY statements_fts.rank LIMIT 20"
)


def _fill() -> None:
    if Path(_FILE).exists():
        return
    database = Database(_FILE)
    with Path(_ROWS).open() as file:
        rows = (dict(zip(("name", "summary", "text"), json.loads(line), strict=True)) for line in file)
        database["statements"].insert_all(rows)
    database["statements"].enable_fts(["name", "summary", "text"], tokenize="porter")


async def _medians() -> dict[str, float]:
    datasette = Datasette([_FILE], settings={"sql_time_limit_ms": 60_000})
    name = Path(_FILE).stem
    medians = {}
    for query, text in _QUERIES.items():
        times = []
        for _ in range(6):
            began = perf_counter()
            response = await datasette.client.get(f"/{name}.json", params={"sql": _RANKED, "search": text})
            times.append((perf_counter() - began) * 1_000)
            assert response.status_code == 200, response.text
        medians[query] = median(times[1:])
    return medians


_fill()
print(json.dumps(asyncio.run(_medians())))
