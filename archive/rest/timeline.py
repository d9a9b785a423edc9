"""The view of the timeline: the events, statements and measures of a period, by themselves or in clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from archive.rest import etags
from archive.rest.fields import DateField
from archive.rest.openapi import united_filter_params
from archive.rest.query_params import require_json
from archive.rest.schemas import error_responses
from archive.timeline import TIMELINE, TimelineParams
from archive.timeline.fields import Field, ObjectType
from archive.timeline.params import DEFAULT_WIDTH, MAX_WIDTH, MIN_WIDTH, TimelineKind, TimelineLanes, timeline_filters
from archive.timeline.reader import read_timeline
from archive.visibility import Viewer

_PARAMS = [
    OpenApiParameter("from", str, description="An EDTF date: its first day. Default: that of the records."),
    OpenApiParameter("to", str, description="An EDTF date: its last day. Default: that of the records."),
    OpenApiParameter(
        "width", {"type": "integer", "minimum": MIN_WIDTH, "maximum": MAX_WIDTH, "default": DEFAULT_WIDTH},
        description="The width of the period in pixels, which decides how many records are shown by themselves.",
    ),
    OpenApiParameter(
        "lanes", str, enum=TimelineLanes.values,
        description="By what records are divided into lanes, at most 12 and one for all others. Default none.",
    ),
    OpenApiParameter(
        "kind", str, enum=TimelineKind.values, many=True, explode=True,
        description="The kinds of records, of which each must have all filters. Default all.",
    ),
]  # fmt: skip

_FIELD_CLASSES: dict[str, type[Any]] = {
    "text": serializers.CharField, "number": serializers.IntegerField, "day": serializers.DateField, "date": DateField,
}  # fmt: skip


def _serializer(object_type: ObjectType, **options: object) -> Any:
    """The serializer that describes an object of the timeline."""
    return inline_serializer(object_type.name, {field.name: _field(field) for field in object_type.fields}, **options)


def _field(field: Field) -> Any:
    if isinstance(field.type, ObjectType):
        return _serializer(field.type, many=field.many, help_text=field.description)
    options: dict[str, Any] = {"help_text": field.description, "allow_null": field.null}
    if isinstance(field.type, str):
        return _FIELD_CLASSES[field.type](**options)
    assert issubclass(field.type, TextChoices)  # noqa: S101 (the remaining type)
    return serializers.ChoiceField(field.type.values, **options)


class TimelineView(etags.ReadView):
    """The timeline of a period."""

    @extend_schema(
        operation_id="timeline",
        summary="The timeline of a period",
        parameters=[*_PARAMS, *united_filter_params(timeline_filters().values())],
        responses={200: _serializer(TIMELINE), **error_responses(400)},
        tags=["timeline"],
    )
    def get(self, request: Request) -> HttpResponse:
        require_json(request.query_params)
        params = {name: texts for name, texts in request.query_params.lists() if name != "format"}
        return etags.etag_response(request, timeline_json(params, request.user))


def timeline_json(texts: Mapping[str, list[str]], user: Viewer) -> bytes:
    """The timeline's JSON. Raises ArchiveError for invalid parameters; django.db.Error."""
    return read_timeline(TimelineParams.parse(texts), user)
