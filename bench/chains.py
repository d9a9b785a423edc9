"""Chains through 100,000 relations: ``python -m bench.chains`` in the fresh database of ``DATABASE_URL``.

Each shape has events of its own: a hub that all others respond to, a line, layers of which each event responds to all
of the layer before, and events of which each responds to all earlier ones, which has the most links between few
records. The deepest chain of one record of each is read, and its milliseconds and size are printed.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Iterator
from statistics import median
from time import perf_counter

from bench.boot import boot

_ROUNDS = 3


def _hub(count: int) -> Iterator[tuple[int, int]]:
    return ((number, 0) for number in range(1, count + 1))


def _line(count: int) -> Iterator[tuple[int, int]]:
    return ((number + 1, number) for number in range(count))


def _layers(count: int) -> Iterator[tuple[int, int]]:
    width = round((count / 10) ** 0.5)
    for layer in range(10):
        for later, earlier in itertools.product(range(width), repeat=2):
            yield (layer + 1) * width + later, layer * width + earlier


def _dense(count: int) -> Iterator[tuple[int, int]]:
    size = round((2 * count) ** 0.5)
    return ((later, earlier) for later in range(size) for earlier in range(later))


#: Shape -> its links as later and earlier event, and the event whose chain is read, as a share of all.
_SHAPES = {"hub": (_hub, 0.0), "line": (_line, 0.5), "layers": (_layers, 0.5), "dense": (_dense, 0.5)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.chains", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--relations", type=int, default=100_000, help="of each shape")
    relations = parser.parse_args().relations
    boot()
    from django.core.management import call_command
    from django.db import connection

    from archive.chains import read_chain
    from archive.models import Event
    from archive.sql.chains import MAX_DEPTH

    call_command("migrate", verbosity=0)
    _drop_triggers()
    print(f"{connection.vendor}, {relations:,} relations of each shape: median milliseconds, records, links, truncated")
    for shape, (links, share) in _SHAPES.items():
        count = _fill(shape, list(links(relations)))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        slug = f"{shape}-{int(count * share):06}"
        times = []
        for _ in range(_ROUNDS):
            began = perf_counter()
            content = read_chain(Event, slug, None, depth=MAX_DEPTH)
            times.append((perf_counter() - began) * 1_000)
        assert content is not None
        chain = json.loads(content)
        size = f"{len(chain['nodes']):4} {len(chain['edges']):5} {chain['truncated']}"
        print(f"{shape:8} {median(times):9.1f} {size}", flush=True)


def _drop_triggers() -> None:
    """Chains read nothing that triggers write, and the rows are written sooner without."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def _fill(shape: str, links: list[tuple[int, int]]) -> int:
    """Write the events and links of a shape, once; return the number of its events."""
    from django.db import transaction

    from archive.dates import PartialDate
    from archive.models import Event, Relation

    count = max(map(max, links)) + 1
    if Event.objects.filter(slug=f"{shape}-000000").exists():
        return count
    day = PartialDate.parse("2019-07-04")
    with transaction.atomic():
        events = Event.objects.bulk_create(
            (
                Event(slug=f"{shape}-{number:06}", status="published", name=shape, classification="visit", date=day)
                for number in range(count)
            ),
            batch_size=1_000,
        )
        Relation.objects.bulk_create(
            (
                Relation(from_event=events[later], to_event=events[earlier], kind="responds_to")
                for later, earlier in links
            ),
            batch_size=1_000,
        )
    return count


if __name__ == "__main__":
    main()
