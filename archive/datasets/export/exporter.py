"""An export: a consistent snapshot of the archive, written as a dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from archive.csv_dialect import BOM
from archive.datasets.export.attachments import ATTACHMENTS_FILE, attachments_file, attachments_resource
from archive.datasets.export.data_package import DATA_PACKAGE_FILE, ResourceFile, data_package
from archive.datasets.export.directory import ExportError, atomic_directory
from archive.datasets.export.metadata import (
    ExportMetadata,
    checksums_file,
    citation_file,
    data_dictionary,
    metadata_file,
)
from archive.datasets.export.pages import all_pages, selected_pages
from archive.datasets.export.redirects import redirect_lines
from archive.datasets.export.selection import SelectedIds, count_incomplete, select
from archive.datasets.export.writers import hashed_file, writer_class
from archive.datasets.schema import METADATA_FILE, REDIRECTS, record_types
from archive.models import Source
from archive.visibility import Viewer, sees_drafts

#: Each page is some thousand rows and what they refer to, found by index: 3 times as fast as by default, when
#: PostgreSQL hashes whole tables, and plans the forty joins of citations for each page, which takes half a second.
_POSTGRESQL_SETTINGS = (
    "jit = off", "enable_hashjoin = off", "enable_mergejoin = off", "max_parallel_workers_per_gather = 0",
    "plan_cache_mode = force_generic_plan",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The options of an export: records, user and format."""

    metadata: ExportMetadata
    #: jsonl, csv or parquet.
    file_format: str = "jsonl"
    #: REST filters; none: the whole archive.
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: The collections to filter; none: all that have the filters.
    collections: tuple[str, ...] = ()
    #: None is the public.
    user: Viewer = None
    using: str = "default"
    #: Whether CSV files begin with a byte order mark, by which Excel detects UTF-8.
    bom: bool = False


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of records, its number of records and its size in bytes."""

    name: str
    records: int
    size: int


def export(options: ExportOptions, target: Path, on_file: Callable[[WrittenFile], None]) -> int:
    """Write the dataset to a directory; return how many visible statements are left out, see :func:`exported`.

    Raises ExportError where nothing was written, FilterError for invalid filters.
    """
    try:
        writer_type = writer_class(options.file_format)
    except ImportError as error:
        raise ExportError(
            f"--format parquet: got no pyarrow ({error}), expected it installed. "
            "Run: .venv/bin/pip install -r requirements-parquet.txt"
        ) from error
    with atomic_directory(target) as directory, _snapshot(options.using):
        ids: SelectedIds | None = None
        if options.filters or options.collections:
            ids = select(options.filters, options.user, options.collections)
        checksums: dict[str, str] = {}
        files: list[ResourceFile] = []
        types = sorted(record_types().values(), key=lambda record_type: record_type.name)
        for record_type in types:
            if ids is None:
                pages = all_pages(record_type, options.user, options.using)
            else:
                pages = selected_pages(record_type, options.user, options.using, ids[record_type.model])
            first = next(pages, None)
            if first is None:
                continue  # a file without records cannot be loaded
            with hashed_file(directory / f"{record_type.name}{writer_type.suffix}") as file:
                if options.bom and writer_type.suffix == ".csv":
                    file.write(BOM)
                records = _write_pages(writer_type(record_type, file), first, pages)
            checksums[file.name] = file.checksum
            files.append(ResourceFile(record_type, file.name, file.size, file.checksum))
            on_file(WrittenFile(file.name, records, file.size))
        if not checksums:
            raise ExportError(
                f"{target}: got a selection without any record, expected at least one. Nothing was written: "
                "check the filters, or export drafts too with --all."
            )
        if redirects := redirect_lines(ids, options.user, options.using):
            with hashed_file(directory / f"{REDIRECTS.name}{writer_type.suffix}") as file:
                if options.bom and writer_type.suffix == ".csv":
                    file.write(BOM)
                records = _write_pages(writer_type(REDIRECTS, file), b"\n".join(redirects), iter(()))
            checksums[file.name] = file.checksum
            files.append(ResourceFile(REDIRECTS, file.name, file.size, file.checksum))
            on_file(WrittenFile(file.name, records, file.size))
        resources = []
        if sees_drafts(options.user) and (
            listed := attachments_file(ids[Source] if ids is not None else None, options.using)
        ):
            with hashed_file(directory / ATTACHMENTS_FILE) as file:
                file.write(listed)
            checksums[ATTACHMENTS_FILE] = file.checksum
            resources.append(attachments_resource(file.size, file.checksum))
        for name, content in (
            ("CITATION.cff", citation_file(options.metadata)),
            ("data_dictionary.csv", data_dictionary([*types, REDIRECTS])),
            (DATA_PACKAGE_FILE, data_package(options.metadata, files, resources)),
            (METADATA_FILE, metadata_file(options.metadata)),
        ):
            with hashed_file(directory / name) as file:
                file.write(content)
            checksums[name] = file.checksum
        (directory / "SHA256SUMS").write_bytes(checksums_file(checksums))
        return count_incomplete(options.user)


def _write_pages(writer: Any, first: bytes, pages: Iterator[bytes]) -> int:
    """Write pages of lines; return the number of records."""
    records = 0
    page: bytes | None = first
    while page is not None:
        writer.write(page)
        records += page.count(b"\n") + 1
        page = next(pages, None)
    writer.close()
    return records


@contextmanager
def _snapshot(using: str) -> Iterator[None]:
    """A transaction in which all statements see the archive as the first one does."""
    connection = connections[using]
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(using=using):
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                for setting in _POSTGRESQL_SETTINGS:
                    cursor.execute(f"SET LOCAL {setting}")
        yield
