"""What lies beside the records: what the dataset is, what its columns mean, how to cite it, and sums to check it by."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from archive.datasets import schema

_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")


@dataclass(frozen=True, slots=True)
class About:
    """What the exporter says of the dataset. Nothing here depends on when or where it was written."""

    title: str = "Chancery archive"
    licence: str = ""
    publisher: str = ""
    version: str = ""
    description: str = ""

    def given(self) -> dict[str, str]:
        found = {
            "title": self.title, "licence": self.licence, "publisher": self.publisher, "version": self.version,
            "description": self.description,
        }  # fmt: skip
        return {key: value for key, value in found.items() if value}


def description(about: About) -> bytes:
    """``dataset.yaml``."""
    return _yaml(about.given())


def citation(about: About) -> bytes:
    """``CITATION.cff``, by version 1.2.0 of the Citation File Format."""
    told: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": "Please cite this dataset by the words below.",
        "type": "dataset",
        "title": about.title,
        "authors": [{"name": about.publisher or "The editors of the archive"}],
    }
    if about.version:
        told["version"] = about.version
    if _SPDX.fullmatch(about.licence):
        told["license"] = about.licence
    elif about.licence:
        told["abstract"] = f"{about.description} Licence: {about.licence}".strip()
    if about.description and "abstract" not in told:
        told["abstract"] = about.description
    return _yaml(told)


def dictionary(kinds: list[schema.Kind]) -> bytes:
    """``data_dictionary.csv``: a line for each column of each file."""
    text = io.StringIO()
    writer = schema.csv_writer(text)
    writer.writerow(("file", "column", "holds", "key", "required", "refers_to", "words", "meaning"))
    for kind in kinds:
        writer.writerows(_meanings(kind))
    return text.getvalue().encode()


def sums(files: dict[str, str]) -> bytes:
    """``SHA256SUMS``, as ``sha256sum --check`` reads it."""
    return "".join(f"{files[name]}  {name}\n" for name in sorted(files)).encode()


def _meanings(kind: schema.Kind) -> Iterator[tuple[str, ...]]:
    for column in kind.columns:
        words = " ".join(str(word) for word, _ in column.field.choices or ())
        key = "key" if column.name in kind.key else ""
        required = "required" if column.required else ""
        meaning = schema.guard(str(column.field.help_text))
        yield (kind.name, column.name, column.form, key, required, column.target, words, meaning)


def _yaml(told: object) -> bytes:
    made: bytes = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=1_000, encoding="utf-8")
    return made
