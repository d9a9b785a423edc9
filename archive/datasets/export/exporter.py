"""One export from beginning to end, as the archive was at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from archive.csv_dialect import BOM
from archive.datasets import schema
from archive.datasets.export import metadata, pages, scope
from archive.datasets.export.directory import ExportError, appearing
from archive.datasets.export.selection import Chosen, select
from archive.datasets.export.writers import Summed, summed, writer_of

#: Each page is some thousand rows and their kin, found by index. The planner would hash whole tables for that, and take
#: half a second to plan the citations' forty joins, which is done once and not for each page: 3 times as fast.
_PLANS = (
    "jit = off", "enable_hashjoin = off", "enable_mergejoin = off", "max_parallel_workers_per_gather = 0",
    "plan_cache_mode = force_generic_plan",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported: by which filters (none: all), for whose eyes, and in which form."""

    about: metadata.About
    form: str = "jsonl"
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    #: Who may see it; None is the public.
    asker: Any = None
    using: str = "default"
    #: Whether CSV files begin with a byte order mark, by which Excel knows UTF-8.
    bom: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A file of records that was written."""

    name: str
    records: int
    size: int


def export(order: Order, target: Path, told: Callable[[Written], None]) -> int:
    """Write the dataset to the directory; how many statements stay out because whom they name is hidden.

    Raises ExportError where nothing was written, FilterError for filters that are wrong.
    """
    try:
        writer = writer_of(order.form)
    except ImportError as error:
        raise ExportError(
            f"--format parquet: got no pyarrow ({error}), expected it installed. "
            "Run: pip install -r requirements-parquet.txt"
        ) from error
    with appearing(target) as folder, _one_moment(order.using):
        chosen = select(order.filters, order.asker, order.only) if order.filters or order.only else None
        sums: dict[str, str] = {}
        kinds = sorted(schema.kinds().values(), key=lambda kind: kind.name)
        for kind in kinds:
            pages = _pages(kind, order, chosen)
            first = next(pages, None)
            if first is None:
                continue  # an empty file of records is an error when it is loaded
            with summed(folder / f"{kind.name}{writer.suffix}") as file:
                if order.bom and writer.suffix == ".csv":
                    file.write(BOM)
                records = _write(writer(kind, file), first, pages)
            sums[file.name] = file.sum
            told(Written(file.name, records, file.size))
        if not sums:
            raise ExportError(
                f"{target}: got a selection without any record, expected at least one. Nothing was written: "
                "check the filters, or export drafts too with --all."
            )
        _beside(folder, order.about, sums, kinds)
        return scope.left_out(order.asker)


def _write(writer: Any, first: bytes, pages: Iterator[bytes]) -> int:
    records = 0
    page: bytes | None = first
    while page is not None:
        writer.write(page)
        records += page.count(b"\n") + 1
        page = next(pages, None)
    writer.end()
    return records


def _pages(kind: schema.Kind, order: Order, chosen: Chosen | None) -> Iterator[bytes]:
    if chosen is None:
        return pages.of_all(kind, order.asker, order.using)
    return pages.of_some(kind, order.asker, order.using, pages.ordered(kind, chosen[kind.model]))


def _beside(folder: Path, about: metadata.About, sums: dict[str, str], kinds: list[schema.Kind]) -> None:
    for name, data in (
        ("CITATION.cff", metadata.citation(about)),
        ("data_dictionary.csv", metadata.dictionary(kinds)),
        (schema.DESCRIPTION, metadata.description(about)),
    ):
        sums[name] = _put(folder / name, data).sum
    _put(folder / "SHA256SUMS", metadata.sums(sums))


def _put(path: Path, data: bytes) -> Summed:
    with summed(path) as file:
        file.write(data)
    return file


@contextmanager
def _one_moment(using: str) -> Iterator[None]:
    """All statements in the block see the archive as it is at the first of them."""
    connection = connections[using]
    outermost = not connection.in_atomic_block
    with transaction.atomic(using=using):
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                for setting in _PLANS:
                    cursor.execute(f"SET LOCAL {setting}")
        yield
