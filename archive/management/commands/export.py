"""Write the archive, or the records that filters select, as a dataset that ``load`` reads back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive.datasets.export.directory import ExportError
from archive.datasets.export.exporter import ExportOptions, WrittenFile, export
from archive.datasets.export.metadata import ExportMetadata
from archive.datasets.export.selection import SystemUser
from archive.exceptions import FilterError
from archive.filters import FILTERSETS
from archive.management.arguments import add_database_option

_FILTERS = sorted({name for filterset in FILTERSETS.values() for name in filterset.base_filters if name != "order_by"})
_METADATA_OPTIONS = {
    "title": "What the dataset is called.",
    "licence": "SPDX identifier or words.",
    "publisher": "Who publishes it.",
    "version": "Which version of it this is.",
    "description": "What it holds.",
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR", help="A new or an empty directory.")
        parser.add_argument("--format", choices=["jsonl", "csv", "parquet"], default="jsonl")
        parser.add_argument("--bom", action="store_true", help="CSV with a byte order mark, for Excel.")
        parser.add_argument("--all", action="store_true", help="Drafts too: for backups, not for publication.")
        parser.add_argument("--only", action="append", choices=list(FILTERSETS), help="Select from these collections.")
        for name, text in _METADATA_OPTIONS.items():
            parser.add_argument(f"--dataset-{name}", help=text)
        add_database_option(parser, "Which database to read.")
        filters = parser.add_argument_group("filters, as in REST; each may be repeated (any of the values)")
        for name in _FILTERS:
            flags = dict.fromkeys((f"--{name.replace('_', '-')}", f"--{name}"))
            filters.add_argument(*flags, dest=f"filter_{name}", action="append", metavar="VALUE")

    def handle(self, *args: object, **options: Any) -> None:
        if options["bom"] and options["format"] != "csv":
            raise CommandError(f"--bom: got --format {options['format']}, expected --format csv with it.")
        if collections := [name for name in options.get("filter_kind") or () if name in FILTERSETS]:
            expected = f"a kind of body or speech act; --only {collections[0]} exports that collection"
            raise CommandError(f"--kind: got {collections[0]}, expected {expected}.", returncode=2)
        filters = {name: values for name in _FILTERS if (values := options.get(f"filter_{name}"))}
        export_options = ExportOptions(
            metadata=_metadata(options, filters),
            file_format=options["format"],
            filters=filters,
            collections=tuple(options["only"] or ()),
            user=SystemUser() if options["all"] else None,
            using=options["database"],
            bom=options["bom"],
        )
        try:
            incomplete = export(export_options, options["directory"], self._print_file)
        except (ExportError, FilterError) as error:
            raise CommandError(str(error)) from error
        if incomplete:
            self.stderr.write(
                f"{incomplete} published statements are not in it: whom they name is not published. See check_archive."
            )
        self.stdout.write(f"Wrote {options['directory']}.")

    def _print_file(self, file: WrittenFile) -> None:
        self.stdout.write(f"{file.name:<24} {file.records:>10,} records {file.size:>14,} bytes")


def _metadata(options: dict[str, Any], filters: dict[str, list[str]]) -> ExportMetadata:
    values = {name: value for name in _METADATA_OPTIONS if (value := options[f"dataset_{name}"])}
    if filters:
        texts = ", ".join(f"{name}={value}" for name, filter_values in filters.items() for value in filter_values)
        values.setdefault("description", f"Selected by {texts}, with what it refers to.")
    return ExportMetadata(**values)
