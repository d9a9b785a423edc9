"""Published events for the measurement of timelines, written by SQL on PostgreSQL.

The days are spread over 1900 to 2025; one date in twelve is known to the month, one in twenty to the year. One event in
five is linked to an earlier one, and each has a state that takes part in it.
"""

from __future__ import annotations

import argparse

from bench.boot import boot

_KINDS = (
    "announcement", "decision", "ruling", "agreement", "meeting", "summit", "visit", "consultation", "request",
    "proposal", "notification", "incident",
)  # fmt: skip
_WORDS = (
    "export", "tariff", "embassy", "fishing", "border", "pension", "treaty", "radar", "steel", "court", "islands",
    "labour", "shipping", "trade", "visa", "energy", "loan", "railway", "rice", "telegraph", "textile", "quarantine",
)  # fmt: skip
#: WIDTH of ``archive.dates.value``, and the ordinals of 1900-01-01 and of the day after 2025-12-31.
_WIDTH, _FIRST, _END = 10_000_000, 693_596, 739_617

_EVENTS = """
INSERT INTO archive_event (id, version, created_at, updated_at, public_version, slug, status, name, summary,
    classification, date, date_earliest, date_latest, date_ends, date_precision, date_sort, date_display, place,
    filing_key, sequence)
SELECT n, 1, now(), now(), 1, 'event-' || n || '-' || word, 'published', heading, repeat(heading || '. ', 4),
    kind, text, earliest, latest, 'known/known', vague,
    (earliest - date '0001-01-01' + 1)::bigint * {width} + {width} - 1 - (latest - earliest), text, 'Tokyo',
    lower(heading), 0
FROM (
    SELECT n, kind, word, vague, earliest,
        CASE vague WHEN 'day' THEN day WHEN 'month' THEN (earliest + interval '1 month - 1 day')::date
            ELSE (earliest + interval '1 year - 1 day')::date END AS latest,
        to_char(day, CASE vague WHEN 'day' THEN 'YYYY-MM-DD' WHEN 'month' THEN 'YYYY-MM' ELSE 'YYYY' END) AS text,
        initcap(word) || ' ' || other || ' ' || kind || ' no. ' || n AS heading
    FROM (
        SELECT *, date_trunc(vague, day)::date AS earliest FROM (
            SELECT n, date '0001-01-01' - 1 + {first} + (hashint8(n) & 2147483647) % ({end} - {first}) AS day,
                CASE WHEN n % 20 = 7 THEN 'year' WHEN n % 12 = 5 THEN 'month' ELSE 'day' END AS vague,
                ({kinds})[1 + (hashint8(n + 11) & 2147483647) % {kind_count}] AS kind,
                ({words})[1 + (hashint8(n + 23) & 2147483647) % {word_count}] AS word,
                ({words})[1 + (hashint8(n + 37) & 2147483647) % {word_count}] AS other
            FROM generate_series(1, {count}) AS n
        ) AS days
    ) AS dates
) AS rows
"""
_RELATIONS = """
INSERT INTO archive_relation (version, created_at, updated_at, kind, note, from_event_id, to_event_id)
SELECT 1, now(), now(), 'refers_to', '', n, 1 + (hashint8(n) & 2147483647) % (n - 1)
FROM generate_series(5, {count}, 5) AS n
"""
_PARTICIPATIONS = """
INSERT INTO archive_participation (version, created_at, updated_at, role, body_id, event_id)
SELECT 1, now(), now(), 'actor', (states.ids)[1 + (hashint8(n + 5) & 2147483647) % 30], n
FROM generate_series(1, {count}) AS n,
    (SELECT array_agg(id ORDER BY slug) AS ids FROM archive_body WHERE kind = 'state') AS states
"""


def fill(events: int) -> None:
    """Write so many events into a fresh database."""
    from django.db import connection

    from bench.write_postgresql import loading

    names = {
        "count": events, "width": _WIDTH, "first": _FIRST, "end": _END,
        "kinds": f"ARRAY[{_quoted(_KINDS)}]", "kind_count": len(_KINDS),
        "words": f"ARRAY[{_quoted(_WORDS)}]", "word_count": len(_WORDS),
    }  # fmt: skip
    with loading(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the archive's triggers write row by row
        for sql in (_EVENTS, _RELATIONS, _PARTICIPATIONS):
            cursor.execute(sql.format(**names))
        cursor.execute("SET session_replication_role = origin")


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.timeline_rows", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, required=True)
    events = parser.parse_args().events
    boot()
    from django.core.management import call_command

    from archive.models import Event

    call_command("migrate", verbosity=0)
    if not Event.objects.exists():
        fill(events)
        call_command("timeline_summary", rebuild=True, verbosity=0)


if __name__ == "__main__":
    main()
