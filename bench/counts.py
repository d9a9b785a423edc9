"""Counts compared with handwritten GROUP BY statements: ``DATABASE_URL=postgresql://... python -m bench.counts``.

Both count the same events, about 100,000 in a range of dates, in turn and in one process; the medians of the runs and
their ratio are printed. The handwritten statements count dates by their first day only, without shares, names or JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from statistics import median
from time import perf_counter
from typing import Any

from bench.boot import boot

_LAST_DAY = "2030-12-31"
#: Dimensions -> the handwritten statement; {0} is the condition on events e.
_STATEMENTS = {
    "year": "SELECT date_part('year', e.date_earliest), count(*) FROM archive_event e WHERE {0} GROUP BY 1",
    "month": "SELECT date_trunc('month', e.date_earliest), count(*) FROM archive_event e WHERE {0} GROUP BY 1",
    "classification": "SELECT e.classification, count(*) FROM archive_event e WHERE {0} GROUP BY 1 ORDER BY 2 DESC",
    "year,classification": "SELECT date_part('year', e.date_earliest), e.classification, count(*)"
    " FROM archive_event e WHERE {0} GROUP BY 1, 2",
    "topic": "WITH RECURSIVE tree(node, top) AS (SELECT id, id FROM archive_topic WHERE status = 'published' UNION"
    " SELECT tree.node, up.id FROM tree JOIN archive_topic own ON own.id = tree.top"
    " JOIN archive_topic up ON up.id = own.parent_id AND up.status = 'published')"
    " SELECT tree.top, count(DISTINCT e.id) FROM archive_event e JOIN archive_event_topics l ON l.event_id = e.id"
    " JOIN tree ON tree.node = l.topic_id WHERE {0} GROUP BY 1 ORDER BY 2 DESC LIMIT 20",
    "participant": "SELECT p.body_id, p.official_id, count(DISTINCT e.id) FROM archive_event e"
    " LEFT JOIN archive_participation p ON p.event_id = e.id WHERE {0} GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 20",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.counts", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="runs of each; the median counts (default: 15)")
    parser.add_argument("--records", type=int, default=100_000, help="events to count (default: 100,000)")
    options = parser.parse_args()
    boot()
    from django.db import connection

    from archive.models import Event

    days = Event.objects.visible_to(None).filter(date_earliest__isnull=False).order_by("-date_sort")
    first = days.values_list("date_earliest", flat=True)[min(options.records, days.count()) - 1]
    condition = (
        f"e.status = 'published' AND e.date IS NOT NULL AND (e.date_latest >= DATE '{first}' OR e.date_latest IS NULL)"
        f" AND (e.date_earliest <= DATE '{_LAST_DAY}' OR e.date_earliest IS NULL)"
    )
    print("| counted by | handwritten, ms | counts, ms | ratio |\n|---|---|---|---|")
    for by, handwritten in _STATEMENTS.items():
        counts = _counts({"by": [by], "date": [f"{first}/{_LAST_DAY}"]})
        times: tuple[list[float], list[float]] = [], []
        for _ in range(options.rounds):
            times[0].append(_time(lambda sql=handwritten: _execute(connection, sql.format(condition))))  # type: ignore[misc]
            times[1].append(_time(counts))
        by_hand, counted = (median(runs) * 1000 for runs in times)
        print(f"| {by} | {by_hand:.1f} | {counted:.1f} | {counted / by_hand:.2f} |")


def _counts(params: dict[str, list[str]]) -> Any:
    from django.contrib.auth.models import AnonymousUser

    from archive.rest.counts import counts_json

    total = json.loads(counts_json("events", params, AnonymousUser()))["total"]
    print(f"{params}: {total} records", file=sys.stderr)
    return lambda: counts_json("events", params, AnonymousUser())


def _execute(connection: Any, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.fetchall()


def _time(run: Any) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


if __name__ == "__main__":
    main()
