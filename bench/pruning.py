"""Removing beside loading, in one run: ``DATABASE_URL=... python -m bench.pruning --events 12000``.

Loads a made-up dataset into a database of its own, as ``bench.loading`` does, then loads with ``--prune`` a release of
it that has nothing left. Prints seconds, records per second and peak memory of both, and the ratio of their rates.
Exits with 1 where a record is left, or a removed one has no revision that says so.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from pathlib import Path

from bench.boot import boot
from bench.loading import Measured, databases, run

#: Wanted: at least so much of the load's rate, and at most so many MB.
RATE, MEMORY = 0.5, 300

_LEFT = """
import django; django.setup()
from archive.datasets.schema import record_types
models = [record_type.model for record_type in record_types().values()]
reason = "No longer in the dataset. Loaded from"
removals = [model.history.filter(history_type="-", history_change_reason__startswith=reason) for model in models]
ids = [model.history.filter(history_change_reason__startswith="Loaded from").values("id") for model in models]
print(sum(model.objects.filter(pk__in=those).count() for model, those in zip(models, ids)),
      sum(rows.count() for rows in removals),
      len({date for rows in removals for date in rows.values_list("history_date", flat=True).distinct()}))
"""


def measure(address: str, events: int, directory: Path) -> tuple[Measured, Measured]:
    """The load, and the load of the next release, which has nothing left."""
    with databases(address) as created:
        first, complete, empty = created.new(), directory / "whole", directory / "empty"
        count = int(run(first, "-m", "bench.dataset", str(complete), "--events", str(events))[2].split()[0])
        empty.mkdir()
        (empty / "dataset.yaml").write_bytes((complete / "dataset.yaml").read_bytes())
        (empty / "topics.csv").write_text("slug,name\n", encoding="utf-8")
        seconds, memory, _ = run(first, "manage.py", "load", str(complete))
        loading = Measured("load", seconds, count, memory)
        print(loading.line(), flush=True)
        seconds, memory, report = run(first, "manage.py", "load", str(empty), "--prune")
        removed = sum(int(number.replace(",", "")) for number in re.findall(r"([\d,]+) removed", report))
        left, revisions, moments = map(int, run(first, "-c", _LEFT)[2].split())
        if (removed, left, revisions, moments) != (count, 0, count, 1):
            raise SystemExit(f"got {removed:,} removed, {left:,} left, {revisions:,} revisions of {moments} moments, "
                             f"expected {count:,} removed, none left, as many revisions of one moment")  # fmt: skip
        pruning = Measured("load --prune, nothing left", seconds, count, memory)
        print(pruning.line(), flush=True)
    return loading, pruning


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.pruning", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=12_000, help="how many events; records are 25 times as many")
    options = parser.parse_args()
    boot()
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        parser.error("DATABASE_URL: got nothing, expected the address of a database beside which others may be made")
    with tempfile.TemporaryDirectory() as directory:
        loading, pruning = measure(address, options.events, Path(directory))
    print(f"prune : load, records a second {pruning.rate / loading.rate:8.2f} (wanted: {RATE} or more)")
    print(f"prune, peak memory             {pruning.megabytes:8.0f} MB (wanted: {MEMORY} or less)")


if __name__ == "__main__":
    main()
