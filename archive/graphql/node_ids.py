"""The second half of a global id (Relay): a record's slug, or the opaque number of a row without a slug.

Neither counts the rows that a reader may not see, and a slug names the same record in every copy of the archive.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from archive.projection.opaque import opaque, primary_key
from archive.querysets.texts import storable


def has_slug(model: type[Model]) -> bool:
    """Whether the model's rows are named by a slug."""
    try:
        model._meta.get_field("slug")
    except FieldDoesNotExist:
        return False
    return True


def local_id(row: Any) -> str:
    """What stands after the type's name in the global id of the row."""
    return str(row.slug if has_slug(type(row)) else opaque(row.pk))


def read_local_id(model: type[Model], text: str) -> tuple[str, str | int] | None:
    """The column and the value by which a row is looked up; None where no row can have the id."""
    if has_slug(model):
        return ("slug", text) if text and storable(text) else None
    # 2**40 has 13 digits.
    if not text.isascii() or not text.isdigit() or len(text) > 13 or int(text) >= 2**40:
        return None
    return "pk", primary_key(int(text))
