"""Statements with made-up texts for the measurement of searches; the same number gives the same rows.

A text has about 100 words of a vocabulary of 20,000, the frequent ones often. ``COMMON`` is in a fifth of the rows,
``HALF`` in half of them, ``RARE`` in forty.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import accumulate, islice
from random import Random

from bench.boot import boot

COMMON, HALF, RARE, PHRASE, NOWHERE = "embargo", "moratorium", "xenon", "xenon lamps", "zzyzx"
_SYLLABLES = "ba co du fen gor hil jas kem lo mur nat pel qui ros san tor ulm vek wen yar zil bri cla dro fro gri"
_WORDS, _CHUNK, _RARE_ROWS = 20_000, 20_000, 40


def texts(count: int) -> Iterator[tuple[str, str, str]]:
    """The name, the summary and the text of so many statements."""
    random = Random(16)
    words = ["".join(random.choices(_SYLLABLES.split(), k=2 + number % 3)) for number in range(_WORDS)]
    weights = [*accumulate(1 / (rank + 10) for rank in range(_WORDS))]
    every = max(count // _RARE_ROWS, 1)
    for number in range(count):
        drawn = random.choices(words, cum_weights=weights, k=108)
        if number % 5 == 0:
            drawn[random.randrange(108)] = COMMON
        if number % 2 == 0:
            drawn[random.randrange(8, 108)] = HALF
        if number % every == 0:
            drawn[50:52] = PHRASE.split()
        yield " ".join(drawn[:8]).capitalize(), " ".join(drawn[8:28]), " ".join(drawn[28:])


def fill(count: int) -> None:
    """Write the statements into a fresh database, and index them with the triggers' functions at the end."""
    from django.db import connection

    from archive.cache.triggers.install import install_after_migrate, remove
    from archive.models import Body, Statement
    from bench import write_postgresql, write_sqlite
    from bench.world.tables import Table

    writer = write_postgresql if connection.vendor == "postgresql" else write_sqlite
    states = list(Body.objects.filter(kind="state").order_by("slug").values_list("pk", flat=True))
    table, rows = Table(Statement), enumerate(texts(count))
    with ExitStack() as stack:
        stack.enter_context(writer.loading())
        remove()
        while chunk := list(islice(rows, _CHUNK)):
            for number, (name, summary, text) in chunk:
                table.add(
                    slug=f"statement-{number}", status="published", name=name, filing_key=name.lower(),
                    summary=summary, text=text, language="en",
                    classification=("note", "briefing", "press_statement")[number % 3],
                    date=f"{1950 + number * 31 % 71}-{1 + number % 12:02}-{1 + number % 28:02}",
                    attribution=("anonymous", "collective")[number % 2], body_id=states[number % len(states)],
                )  # fmt: skip
            with writer.chunk():
                writer.write(table, table.take())
        install_after_migrate()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            sequence = "pg_get_serial_sequence('archive_statement', 'id')"
            cursor.execute(f"SELECT setval({sequence}, max(id)) FROM archive_statement")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.search_rows", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--statements", type=int, required=True)
    count = parser.parse_args().statements
    boot()
    from django.core.management import call_command

    from archive.models import Statement

    call_command("migrate", verbosity=0)
    if not Statement.objects.exists():
        fill(count)


if __name__ == "__main__":
    main()
