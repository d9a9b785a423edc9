"""TimelineJS JSON: the slides of dated records, of a list or of a dossier's entries.

TimelineJS inserts texts into its page as HTML, so all text is escaped. It places slides by numbers and shows
``display_date``, which says how much of the date is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from html import escape
from typing import Any

from django.db.models import Model

from archive.bibliography.nodes import date_field
from archive.dates import PartialDate
from archive.models import Dossier, DossierEntry, Event, Measure, Statement
from archive.registry import collection_of
from archive.sql import query_tree
from archive.sql.field_nodes import DATE_PARTS

#: Model -> the vocabulary by which its slides are grouped.
_GROUPS: dict[Any, str] = {Event: "classification", Statement: "classification", Measure: "instrument"}


@cache
def timeline_node(model: type[Model]) -> query_tree.Object:
    """The object of a record's slide, or of a dossier with the slides of its entries."""
    if model is not Dossier:
        return _slide_node(model)
    options = tuple(
        query_tree.Relation(str(related._meta.model_name), related, _slide_node(related)) for related in _GROUPS
    )
    entry = query_tree.Object((("record", query_tree.ToOne(options)),))
    entries = query_tree.ToMany((query_tree.Relation("entries", DossierEntry, entry),))
    columns = [(name, query_tree.Column(name)) for name in ("slug", "name", "introduction")]
    return query_tree.Object((*columns, ("entries", entries)))


def _slide_node(model: type[Model]) -> query_tree.Object:
    collection = collection_of(model)
    return query_tree.Object(
        (
            ("collection", query_tree.Constant(json.dumps(collection.name if collection else ""))),
            ("slug", query_tree.Column("slug")),
            ("name", query_tree.Column("name")),
            ("summary", query_tree.Column("summary")),
            ("group", query_tree.Column(_GROUPS[model])),
            ("date", query_tree.Date(date_field(model), DATE_PARTS)),
        )
    )


def slide(row: Mapping[str, Any], base_url: str) -> dict[str, Any] | None:
    """The slide of a row; None for a record without a date, which TimelineJS cannot place."""
    if row["date"] is None:
        return None
    day = PartialDate.parse(row["date"]["text"])
    first, last = day.earliest or day.latest, day.latest or day.earliest
    if first is None or last is None:
        return None
    url = f"{base_url}{row['collection']}/{row['slug']}/"
    written: dict[str, Any] = {
        "unique_id": f"{row['collection']}-{row['slug']}",
        "start_date": _numbers(first, day),
        "display_date": escape(day.display),
        "group": escape(row["group"].replace("_", " ").capitalize()),
        "text": {
            "headline": f'<a href="{escape(url)}">{escape(row["name"])}</a>', "text": escape(row["summary"]),
        },
    }  # fmt: skip
    if _numbers(last, day) != written["start_date"]:
        written["end_date"] = _numbers(last, day)
    return written


def title_slide(row: Mapping[str, Any]) -> dict[str, Any]:
    """The first slide of a dossier's timeline."""
    return {"text": {"headline": escape(row["name"]), "text": escape(row["introduction"])}}


def slides(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of slides in a row: a dossier's visible entries, or the record itself."""
    if "entries" not in row:
        return [row]
    return [entry["record"] for entry in row["entries"] if entry["record"] is not None]


def _numbers(day: date, partial: PartialDate) -> dict[str, int]:
    """Year, month and day, as exactly as the date is known: a year alone has no first of January."""
    numbers = {"year": day.year, "month": day.month, "day": day.day}
    names = {"year": 1, "month": 2}.get(partial.precision, 3)
    return dict(list(numbers.items())[:names])
