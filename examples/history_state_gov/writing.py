"""Writes a dataset: a file of JSON Lines for each kind of record, and ``dataset.yaml``; and dates as EDTF."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from examples.history_state_gov.reading import Audit, ConversionError

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
LICENCE, PUBLISHER = "CC0-1.0", "Office of the Historian, US Department of State"
HISTORIAN, DEPARTMENT = "office-of-the-historian-us", "department-of-state-us"


class Dataset:
    """Gathers records, each once by its slug, and writes them."""

    def __init__(self) -> None:
        self.records: dict[str, list[dict[str, Any]]] = {}
        self._slugs: set[tuple[str, str]] = set()

    def add(self, kind: str, /, **record: Any) -> None:
        """Add a record; one with a slug that is there already is left alone."""
        if slug := record.get("slug"):
            if (kind, slug) in self._slugs:
                return
            self._slugs.add((kind, slug))
            record = {"slug": slug, "status": "published", **record}
        self.records.setdefault(kind, []).append(record)

    def free_slug(self, kind: str, wanted: str) -> str:
        """The slug, with a number behind it where it is taken."""
        slug, number = wanted, 1
        while (kind, slug) in self._slugs:
            number += 1
            slug = f"{wanted}-{number}"
        return slug

    def write(self, folder: Path, title: str, version: str, source: str) -> None:
        """Raises ConversionError for a folder that has files in it."""
        if folder.exists() and any(folder.iterdir()):
            raise ConversionError(f"{folder}: got a directory that is not empty, expected a new or an empty one")
        folder.mkdir(parents=True, exist_ok=True)
        for kind, records in self.records.items():
            lines = [json.dumps(record, ensure_ascii=False) for record in records]
            (folder / f"{kind}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        told = {"title": title, "licence": LICENCE, "publisher": PUBLISHER, "version": version, "source": source}
        lines = [f"{key}: {json.dumps(value)}" for key, value in told.items() if value]
        (folder / "dataset.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def edtf(text: str, where: str, audit: Audit) -> str | None:
    """A date as exact as the source has it: day, month or year. None for a blank, and for what is no date."""
    if not text:
        return None
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        audit.odd(where, f"got the date '{text}', expected 1941, 1941-12 or 1941-12-07; left blank")
        return None
    return text


def span(start: str | None, end: str | None) -> str | None:
    """A day, or an interval of days; an end that is None is unknown."""
    return start if start == end else f"{start or ''}/{end or ''}"


@cache
def countries() -> dict[str, tuple[str, str]]:
    """The publisher's word for a territory -> its name, and its ISO 3166 code; empty for states that never had one."""
    with (Path(__file__).parent / "countries.csv").open(encoding="utf-8", newline="") as stream:
        return {row["territory"]: (row["name"], row["iso3166"]) for row in csv.DictReader(stream)}


def country(territory: str, dataset: Dataset, where: str, audit: Audit) -> tuple[str, str]:
    """The territory's name, and how the archive calls it: by its code, or the slug of a body that is added here."""
    if territory not in countries():
        audit.odd(where, f"got the territory '{territory}', expected one of countries.csv; taken as a state of its own")
    name, code = countries().get(territory, (territory.replace("-", " ").title(), ""))
    if code:
        return name, code
    slug = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
    dataset.add("bodies", slug=slug, name=name, kind="state")
    return name, slug


def publisher(dataset: Dataset, slug: str, title: str, url: str) -> None:
    """The department, its historian's office, and the source that all records of the dataset are cited from."""
    dataset.add(
        "bodies", slug=DEPARTMENT, name="United States Department of State", kind="government_organ", parent="US"
    )
    dataset.add("bodies", slug=HISTORIAN, name="Office of the Historian", kind="government_organ", parent=DEPARTMENT)
    dataset.add(
        "sources", slug=slug, title=title, publisher=HISTORIAN, language="en", url=url, licence=LICENCE, tier="primary"
    )
