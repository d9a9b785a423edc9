"""Fill a fresh database with a made-up archive: ``DATABASE_URL=... python -m bench.fill --events 2000``.

Five statements an event, one to three speech acts a statement, an official for every 25 statements, and what belongs to
them, spread over 1945 to 2025. The same seed gives the same rows. Revisions are not made: an archive loaded in bulk has
none either, and no measured page reads more than one record's.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from importlib import import_module

from bench.boot import boot


def fill(events: int, seed: int) -> int:
    """Write the rows into the migrated database of Django's default connection; how many."""
    from django.core.management.color import no_style
    from django.db import connection

    from archive.models import Body, Event
    from bench.world.archive import chunks
    from bench.world.tables import Tables

    if Event.objects.exists():
        raise SystemExit("DATABASE_URL: got a database with events in it, expected a fresh one.")
    writer = import_module(f"bench.write_{connection.vendor}")
    states = Body.objects.exclude(iso3166=None)
    seeded = {code: (key, slug, name) for code, key, slug, name in states.values_list("iso3166", "pk", "slug", "name")}
    tables = Tables(Body.objects.order_by("-pk").values_list("pk", flat=True)[0])
    written = 0
    for chunk in chunks(events, seed, tables, seeded):
        with writer.chunk():
            for table, rows in chunk:
                writer.write(table, rows)
                written += len(rows)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [table.model for table in tables.all()]):
            cursor.execute(statement)
    return written


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.fill", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, required=True, help="how many events; statements are five times as many")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other rows (usual: 1)")
    query = parser.parse_args()
    if query.events < 1:
        parser.error(f"--events: got {query.events}, expected 1 or more")
    boot()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    with import_module(f"bench.write_{connection.vendor}").loading():
        rows = fill(query.events, query.seed)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    print(f"{rows} rows in {seconds:.0f} s, {rows / seconds:.0f} rows/s, peak memory {peak:.0f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
