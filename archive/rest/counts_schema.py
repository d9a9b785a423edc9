"""The OpenAPI schema of counts."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from drf_spectacular.utils import OpenApiParameter, extend_schema

from archive.counts import DEFAULT_LIMIT, MAX_LIMIT
from archive.filters import FILTERSETS
from archive.rest.openapi import copy_method, filter_params
from archive.rest.schemas import COUNT_TABLE, error_responses
from archive.rest.serializers import SERIALIZERS
from archive.sql.groupings import MODES

_LIMIT = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}


def with_counts_schema(collection: str, view: Any) -> Any:
    """The view with the schema of its operation."""
    filterset = FILTERSETS[collection]
    model: type[Model] = SERIALIZERS[collection].Meta.model  # type: ignore[attr-defined]
    described = " ".join(f"`{name}`: {item.help_text}" for name, item in filterset.dimensions().items())
    parameters = [
        OpenApiParameter(
            "by", str, enum=list(filterset.dimensions()), many=True, explode=True, required=True,
            description=f"One or two dimensions, at most one of them a period. {described}",
        ),
        OpenApiParameter(
            "spans", str, enum=MODES, default=MODES[0],
            description="How a date counts that spans several periods: in each by its share of days; in each; in none.",
        ),
        OpenApiParameter("limit", _LIMIT, description="Groups of each dimension but periods; the others are the rest."),
        OpenApiParameter("format", str, enum=["json"]),
        *(parameter for parameter in filter_params(filterset) if parameter.name != "order_by"),
    ]  # fmt: skip
    plural = collection.replace("-", " ")
    decorate = extend_schema(
        operation_id=f"{collection.replace('-', '_')}_counts", summary=f"Count {plural}", tags=[plural],
        description=f"Numbers of {model._meta.verbose_name_plural} by one or two dimensions, with the list's filters.",
        parameters=parameters, responses={200: COUNT_TABLE, **error_responses(400)},
    )  # fmt: skip
    view.get = decorate(copy_method(view.get))
    return view
