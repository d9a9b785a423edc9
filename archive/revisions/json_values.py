"""Columns of rows as data for JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db.models import Model

from archive.dates import PartialDate
from archive.revisions.state import content_fields


def model_of(kind: str) -> Any:
    """The model with this name, such as statement. Raises LookupError."""
    return apps.get_model("archive", kind)


def json_value(value: object) -> Any:
    if isinstance(value, PartialDate):
        return value.text
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def load_values(model: type[Model], data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns with content by attname.

    Those that the model does not have any more are left out, new ones have defaults.
    """
    values = {}
    for field in content_fields(model):
        value = data.get(field.attname, field.get_default())
        values[field.attname] = value if value is None else field.to_python(value)
    return values
