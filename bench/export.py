"""``export`` beside ``dumpdata``, in one run: ``DATABASE_URL=... python -m bench.export``, after ``bench.fill``.

Both write all records to the disk; ``dumpdata`` by natural keys, and on a share of the records, scaled: it takes a
query for each link of each record. Prints records a second, peak memory of the export, and the ratio.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from bench.boot import boot


def _export(folder: Path) -> tuple[int, float]:
    from archive.datasets.export.exporter import ExportOptions, WrittenFile, export
    from archive.datasets.export.metadata import ExportMetadata
    from archive.datasets.export.selection import SystemUser

    files: list[WrittenFile] = []
    began = time.perf_counter()
    export(ExportOptions(ExportMetadata(), user=SystemUser()), folder, files.append)
    return sum(file.records for file in files), time.perf_counter() - began


def _dumpdata(path: Path, share: int) -> tuple[int, float]:
    """Every n-th record of each kind, as ``dumpdata --natural-foreign --natural-primary --format jsonl`` writes it."""
    from django.core import serializers

    from archive.datasets.schema import record_types

    written, seconds = 0, 0.0
    with path.open("w", encoding="utf-8") as stream:
        for record_type in record_types().values():
            ids = list(record_type.model.objects.order_by("pk").values_list("pk", flat=True)[::share])
            began = time.perf_counter()
            for start in range(0, len(ids), 2_000):
                rows = record_type.model.objects.filter(pk__in=ids[start : start + 2_000]).order_by("pk").iterator()
                serializers.serialize(
                    "jsonl", rows, stream=stream, use_natural_foreign_keys=True, use_natural_primary_keys=True
                )
            seconds += time.perf_counter() - began
            written += len(ids)
    return written, seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.export", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--share", type=int, default=20, help="dumpdata writes every n-th record (usual: 20)")
    query = parser.parse_args()
    boot()
    with tempfile.TemporaryDirectory() as folder:
        records, seconds = _export(Path(folder) / "out")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
        dumped, dumping = _dumpdata(Path(folder) / "dump.jsonl", query.share)
    ratio = (records / seconds) / (dumped / dumping)
    print(f"export   {records} records in {seconds:.1f} s, peak memory {peak:.0f} MB", file=sys.stderr)
    print(f"dumpdata {dumped} records in {dumping:.1f} s", file=sys.stderr)
    print(json.dumps({"export_to_dumpdata": round(ratio, 1)}))


if __name__ == "__main__":
    main()
