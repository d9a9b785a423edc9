"""The files that describe an exported dataset: dataset.yaml, citation, data dictionary and checksums."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import yaml

from archive.csv_dialect import csv_writer, guard
from archive.datasets.schema import RecordType

#: An identifier of the SPDX list of licences, by its form.
SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")


@dataclass(frozen=True, slots=True)
class ExportMetadata:
    """The metadata of the dataset, which do not depend on when or where it is written."""

    title: str = "Chancery archive"
    licence: str = ""
    publisher: str = ""
    version: str = ""
    description: str = ""


def metadata_file(metadata: ExportMetadata) -> bytes:
    """``dataset.yaml``."""
    return _yaml({key: value for key, value in asdict(metadata).items() if value})


def citation_file(metadata: ExportMetadata) -> bytes:
    """``CITATION.cff``, version 1.2.0 of the Citation File Format."""
    citation: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": "Please cite this dataset by the words below.",
        "type": "dataset",
        "title": metadata.title,
        "authors": [{"name": metadata.publisher or "The editors of the archive"}],
    }
    if metadata.version:
        citation["version"] = metadata.version
    if SPDX.fullmatch(metadata.licence):
        citation["license"] = metadata.licence
    elif metadata.licence:
        citation["abstract"] = f"{metadata.description} Licence: {metadata.licence}".strip()
    if metadata.description and "abstract" not in citation:
        citation["abstract"] = metadata.description
    return _yaml(citation)


def data_dictionary(types: list[RecordType]) -> bytes:
    """``data_dictionary.csv``: a line for each column of each file."""
    stream = io.StringIO()
    writer = csv_writer(stream)
    writer.writerow(("file", "column", "holds", "key", "required", "refers_to", "words", "meaning"))
    for record_type in types:
        writer.writerows(_column_rows(record_type))
    return stream.getvalue().encode()


def checksums_file(checksums: dict[str, str]) -> bytes:
    """``SHA256SUMS`` for ``sha256sum --check``, from file names and checksums."""
    return "".join(f"{checksums[name]}  {name}\n" for name in sorted(checksums)).encode()


def _column_rows(record_type: RecordType) -> Iterator[tuple[str, ...]]:
    for column in record_type.columns:
        values = " ".join(str(value) for value, _ in column.field.choices or ())
        key = "key" if column.name in record_type.key else ""
        required = "required" if column.required else ""
        meaning = guard(str(column.field.help_text))
        yield (record_type.name, column.name, column.data_type, key, required, column.target, values, meaning)


def _yaml(content: object) -> bytes:
    text: bytes = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1_000, encoding="utf-8")
    return text
