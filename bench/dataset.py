"""The made-up archive as a dataset: ``DATABASE_URL=... python -m bench.dataset DIR --events 2000``.

The database is read for the seeded states only. Tests of size and speed load what this writes.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.boot import boot


class Sink:
    """Writes rows with ids as lines with natural keys, one CSV file per record type."""

    def __init__(self, directory: Path, slugs: dict[str, dict[int, str]], stack: ExitStack) -> None:
        from archive import csv_dialect
        from archive.datasets.schema import record_types

        self._dialect, self._slugs = csv_dialect, slugs
        self._types = {record_type.model: record_type for record_type in record_types().values()}
        self._writers: dict[str, Any] = {}
        self._directory, self._stack = directory, stack

    def write(self, chunk: list[Any]) -> int:
        """One chunk of the archive; how many records it had."""
        links: dict[Any, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for table, rows in chunk:
            if table.model._meta.auto_created:
                owner, target = table.columns[1:3]
                at_owner, at_target = table.columns.index(owner), table.columns.index(target)
                for row in rows:
                    links[table.model][row[at_owner]].append(row[at_target])
            elif "slug" in table.columns:
                at = table.columns.index("slug")
                self._slugs[table.model._meta.label].update((row[0], row[at]) for row in rows)
        written = 0
        for table, rows in chunk:
            if not table.model._meta.auto_created:
                self._table(self._types[table.model], table, rows, links)
                written += len(rows)
        return written

    def _table(self, record_type: Any, table: Any, rows: list[Any], links: Any) -> None:
        at = {column: place for place, column in enumerate(table.columns)}
        writer = self._writer(record_type)
        for row in rows:
            cells = []
            for column in record_type.columns:
                if column.data_type == "relations":
                    keys = links[column.field.remote_field.through][row[at["id"]]]
                    expected = self._slugs[column.field.related_model._meta.label]
                    cells.append(self._dialect.join_values(expected[key] for key in keys))
                    continue
                value = row[at[column.field.column]]
                if column.data_type == "relation" and value is not None:
                    value = self._slugs[column.field.related_model._meta.label][value]
                cells.append(self._dialect.guard("" if value is None else str(value)))
            writer.writerow(cells)

    def _writer(self, record_type: Any) -> Any:
        if record_type.name not in self._writers:
            path = self._directory / f"{record_type.name}.csv"
            file = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            self._writers[record_type.name] = self._dialect.csv_writer(file)
            self._writers[record_type.name].writerow(column.name for column in record_type.columns)
        return self._writers[record_type.name]


def write(directory: Path, events: int, seed: int) -> int:
    """Write the dataset into a new directory; how many records it has."""
    from archive.models import Body
    from bench.world.archive import chunks
    from bench.world.tables import Tables

    directory.mkdir(parents=True)
    title = f"title: A made-up archive of {events} events\nlicence: CC0-1.0\n"
    (directory / "dataset.yaml").write_text(title, encoding="utf-8")
    slugs: dict[str, dict[int, str]] = defaultdict(dict)
    slugs["archive.Body"] = dict(Body.objects.values_list("pk", "slug"))
    states = Body.objects.exclude(iso3166=None)
    seeded = {code: (key, slug, name) for code, key, slug, name in states.values_list("iso3166", "pk", "slug", "name")}
    tables = Tables(max(slugs["archive.Body"]))
    with ExitStack() as stack:
        sink = Sink(directory, slugs, stack)
        return sum(sink.write(chunk) for chunk in chunks(events, seed, tables, seeded))


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.dataset", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("directory", type=Path, help="a directory to make")
    parser.add_argument("--events", type=int, required=True, help="how many events; statements are five times as many")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other records (usual: 1)")
    query = parser.parse_args()
    boot()
    print(write(query.directory, query.events, query.seed), "records")


if __name__ == "__main__":
    main()
