"""Columns of rows, and states of rows, as data for JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model

from archive.dates import PartialDate
from archive.revisions.state import Node, content_fields


def model_of(kind: str) -> Any:
    """The model with this name, such as statement. Raises LookupError."""
    return apps.get_model("archive", kind)


def json_value(value: object) -> Any:
    if isinstance(value, PartialDate):
        return value.text
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def dump_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: json_value(value) for name, value in values.items()}


def load_values(model: type[Model], data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns with content by attname.

    Those that the model does not have any more are left out, new ones have defaults.
    """
    values = {}
    for field in content_fields(model):
        value = data.get(field.attname, field.get_default())
        values[field.attname] = value if value is None else field.to_python(value)
    return values


def dump_node(node: Node) -> dict[str, Any]:
    """The row, its columns and links, without what belongs to a revision."""
    kind = node.model._meta.model_name
    return {"kind": kind, "id": node.pk, "values": dump_values(node.values), "links": node.links}


def load_node(data: Mapping[str, Any], version: int, created_at: datetime) -> Node:
    """The row of ``dump_node``, with the links that the model has now."""
    model = model_of(data["kind"])
    links = {many.name: list(data["links"].get(many.name, ())) for many in model._meta.many_to_many}
    return Node(model, data["id"], load_values(model, data["values"]), version, created_at, links)
