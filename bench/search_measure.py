"""Medians of searches and of what the index costs, in the database of ``DATABASE_URL``, as JSON (for ``bench.search``).

The handwritten statements use the same index, and return the columns that the archive's answer shows.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench.boot import boot
from bench.search_rows import COMMON, HALF, NOWHERE, PHRASE, RARE, texts

_ROUNDS, _SAVES, _LOADS, _LOADED = 15, 60, 4, 3_000
_FILTERS = {"attribution": ["anonymous"], "date": ["1950/1999"]}
_CONDITION = (
    "s.status = 'published' AND s.attribution = 'anonymous' AND s.date_latest >= '1950-01-01' "
    "AND s.date_earliest <= '1999-12-31'"
)
_COLUMNS = "s.slug, s.name, s.date_display, s.summary"


def main() -> None:
    boot()
    print(json.dumps({"queries": _queries(), "costs": {**_size(), **_write_costs()}}))


def _queries() -> dict[str, dict[str, float]]:
    results: dict[str, dict[str, float]] = {}
    for name, runs in _runs().items():
        times: dict[str, list[float]] = {who: [] for who in runs}
        for _ in range(_ROUNDS + 1):
            for who, run in runs.items():
                times[who].append(_time(run))
        results[name] = {who: median(own[1:]) for who, own in times.items()}
    return results


def _runs() -> dict[str, dict[str, Callable[[], Any]]]:
    listed = {"limit": ["20"], "fields": ["slug,name,date,summary"], "order_by": ["-date"]}
    by_classification = {"by": ["classification"], "q": [HALF]}
    return {
        "a selective word with filters": {
            "Chancery": _list({"q": [RARE], **_FILTERS, **listed}),
            "by hand": _by_hand(_COLUMNS, RARE, f"{_CONDITION} ORDER BY s.date_sort DESC, s.slug DESC LIMIT 20"),
        },
        "a selective word, ranked": {"Chancery": _search(RARE)},
        "a phrase, ranked": {"Chancery": _search(f'"{PHRASE}"')},
        "a prefix, ranked": {"Chancery": _search("xeno*")},
        "two common words, ranked": {"Chancery": _search(f"{COMMON} {HALF}")},
        "a common word, ranked": {"Chancery": _search(COMMON)},
        "a word in half the statements, ranked": {"Chancery": _search(HALF)},
        "a word that is nowhere": {"Chancery": _search(NOWHERE)},
        "a suggestion for a word that is nowhere": {"Chancery": _suggest(NOWHERE)},
        "counts of half the statements": {
            "Chancery": _counts(by_classification),
            "by hand": _by_hand("s.classification, count(*)", HALF, "s.status = 'published' GROUP BY 1 ORDER BY 2"),
        },
        "total of a filtered list": {
            "Chancery": _list({"q": [COMMON], **_FILTERS, **listed, "limit": ["1"], "count": ["true"]}),
            "by hand": _by_hand("count(*)", COMMON, _CONDITION),
        },
    }


def _list(params: dict[str, list[str]]) -> Callable[[], Any]:
    from archive.rest.query_params import parse_selection
    from archive.rest.reads import list_json, parse_list_query
    from archive.rest.serializers import SERIALIZERS

    filters = {name: values for name, values in params.items() if name != "fields"}

    def run() -> bytes:
        selection = parse_selection(SERIALIZERS["statements"], params["fields"][0], "")
        return list_json(parse_list_query("statements", filters, selection, "/"), None)

    return run


def _search(text: str) -> Callable[[], Any]:
    from archive.search.ranking import parse_search
    from archive.search.results import result_page

    return lambda: result_page(parse_search([text]), None, 20)


def _suggest(text: str) -> Callable[[], Any]:
    from archive.search.ranking import parse_search
    from archive.search.suggestions import suggestion

    return lambda: suggestion(parse_search([text]), None)


def _counts(params: dict[str, list[str]]) -> Callable[[], Any]:
    from archive.rest.counts import counts_json

    return lambda: counts_json("statements", params, None)


def _by_hand(columns: str, word: str, rest: str) -> Callable[[], Any]:
    from django.db import connection

    from archive.search_index.postgresql_functions import all_texts

    if connection.vendor == "postgresql":
        matches = f"{all_texts('e')} @@ to_tsquery('archive_english', %s)"
    else:
        matches = "e.id IN (SELECT rowid FROM archive_search_words WHERE archive_search_words MATCH %s)"
    statement = (
        f"SELECT {columns} FROM archive_searchentry AS e JOIN archive_statement AS s ON s.id = e.record_id "
        f"WHERE e.kind = 'statements' AND {matches} AND {rest}"
    )

    def run() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement, [word])
            return list(cursor.fetchall())

    return run


def _time(run: Callable[[], Any]) -> float:
    began = perf_counter()
    run()
    return (perf_counter() - began) * 1_000


def _size() -> dict[str, tuple[str, str]]:
    from django.db import connection

    with connection.cursor() as cursor:
        length = "octet_length" if connection.vendor == "postgresql" else "length"
        cursor.execute(f"SELECT sum({length}(name) + {length}(summary) + {length}(text)) FROM archive_statement")
        characters = cursor.fetchone()[0]
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('archive_searchentry')")
        else:
            cursor.execute(
                "SELECT sum(length(block)) FROM (SELECT block FROM archive_search_words_data "
                "UNION ALL SELECT block FROM archive_search_substrings_data)"
            )
        size = cursor.fetchone()[0]
    return {"size, to that of the texts": (f"{size / characters:.1f}x", "1x")}


def _write_costs() -> dict[str, tuple[str, str]]:
    """Loads and saves with the triggers of the index, and without them; nothing stays.

    Loads are rolled back, the least time counts: each finds the same tables. The first save of a record takes longer,
    because it also writes the version before it.
    """
    from django.db import transaction

    with transaction.atomic():
        _save()
        with_index = _load(), _save()
        _drop_triggers()
        without = _load(), _save()
        transaction.set_rollback(True)
    load = with_index[0] / without[0] - 1
    return {
        f"load of {_LOADED:,} statements": (f"+{load:.0%} of {without[0] / 1_000:.1f} s", "+30%"),
        "save of a statement": (f"+{with_index[1] - without[1]:.1f} ms of {without[1]:.1f} ms", "+5 ms"),
    }


def _load() -> float:
    from django.core.management import call_command
    from django.db import transaction

    times = []
    with tempfile.TemporaryDirectory() as directory:
        with Path(directory, "statements.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            fields = ("classification", "date", "attribution", "body", "summary", "text")
            writer.writerow(("slug", "status", "name", *fields))
            for number, (name, summary, text) in enumerate(texts(_LOADED)):
                row = (name, "note", "2020", "anonymous", "south-korea", summary, text)
                writer.writerow((f"loaded-{number}", "published", *row))
        for _ in range(_LOADS):
            with transaction.atomic():
                times.append(_time(lambda: call_command("load", directory, verbosity=0, stdout=io.StringIO())))
                transaction.set_rollback(True)
    return min(times)


def _save() -> float:
    from archive.models import Statement

    times = []
    for statement in Statement.objects.order_by("pk")[:_SAVES]:
        statement.summary += "."
        times.append(_time(statement.save))
    return median(times)


def _drop_triggers() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'archive_search_%'"
            )
            for name, table in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name} ON {table}")
        else:
            # That of the view stays: a load's end inserts what it has queued there, which is nothing then.
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'archive_search_%' "
                "AND name <> 'archive_search_write'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")


if __name__ == "__main__":
    main()
