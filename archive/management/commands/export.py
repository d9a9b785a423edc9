"""Write the archive, or what filters select, as a dataset that ``load`` takes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive.datasets.export.directory import ExportError
from archive.datasets.export.exporter import Order, Written, export
from archive.datasets.export.metadata import About
from archive.datasets.export.scope import Operator
from archive.exceptions import FilterError
from archive.filters import FILTERSETS

_FILTERS = sorted({name for one in FILTERSETS.values() for name in one.base_filters if name != "order_by"})
_ABOUT = ("title", "licence", "publisher", "version", "description")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR", help="A new or an empty directory.")
        parser.add_argument("--format", choices=["jsonl", "csv", "parquet"], default="jsonl")
        parser.add_argument("--bom", action="store_true", help="CSV with a byte order mark, for Excel.")
        parser.add_argument("--all", action="store_true", help="Drafts too: for backups, not for publication.")
        parser.add_argument("--only", action="append", choices=list(FILTERSETS), help="Select from these collections.")
        parser.add_argument("--dataset-title", help="What the dataset is called.")
        parser.add_argument("--dataset-licence", help="SPDX identifier or words.")
        parser.add_argument("--dataset-publisher", help="Who publishes it.")
        parser.add_argument("--dataset-version", help="Which version of it this is.")
        parser.add_argument("--dataset-description", help="What it holds.")
        parser.add_argument("--database", default="default", help="Which database to read.")
        filters = parser.add_argument_group("filters, as in REST; each may be repeated (any of the values)")
        for name in _FILTERS:
            words = dict.fromkeys((f"--{name.replace('_', '-')}", f"--{name}"))
            filters.add_argument(*words, dest=f"filter_{name}", action="append", metavar="VALUE")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = {name: options[f"filter_{name}"] for name in _FILTERS if options.get(f"filter_{name}")}
        order = Order(
            about=_about(options, asked),
            form=options["format"],
            filters=asked,
            only=tuple(options["only"] or ()),
            asker=Operator() if options["all"] else None,
            using=options["database"],
            bom=options["bom"],
        )
        if options["bom"] and options["format"] != "csv":
            raise CommandError(f"--bom: got --format {options['format']}, expected --format csv with it.")
        try:
            left_out = export(order, options["directory"], self.told)
        except (ExportError, FilterError) as error:
            raise CommandError(str(error)) from error
        if left_out:
            self.stderr.write(
                f"{left_out} published statements are not in it: whom they name is not published. See check_archive."
            )
        self.stdout.write(f"Wrote {options['directory']}.")

    def told(self, written: Written) -> None:
        self.stdout.write(f"{written.name:<24} {written.records:>10,} records {written.size:>14,} bytes")


def _about(options: dict[str, Any], asked: dict[str, list[str]]) -> About:
    given = {name: told for name in _ABOUT if (told := options[f"dataset_{name}"])}
    if asked:
        told = ", ".join(f"{name}={value}" for name, values in asked.items() for value in values)
        given.setdefault("description", f"Selected by {told}, with what it refers to.")
    return About(**given)
