"""What OpenAPI says of a collection: parameters from its FilterSet, answers from its serializer."""

from __future__ import annotations

from functools import wraps
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from archive.filters import FILTERSETS, ArchiveFilterSet
from archive.filters.kinds import ArchiveFilter, ClaimFilter, OrderFilter, WordsFilter
from archive.rest.serializers import SERIALIZERS


class ProblemSerializer(serializers.Serializer):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))


_PROBLEM = OpenApiResponse(ProblemSerializer, description="A problem (application/problem+json).")
_LIMITS = [
    OpenApiParameter("limit", int, description="Results a page, 1 to 500; usually 50."),
    OpenApiParameter("cursor", str, description="Where the page begins; taken from next or previous."),
    OpenApiParameter("count", bool, description="true: count all matching records."),
]
_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="ETag of your last GET.", required=True)
_SLUG = OpenApiParameter("slug", str, OpenApiParameter.PATH, description="The record's slug.")


def _choice(collection: str) -> list[OpenApiParameter]:
    parts = ", ".join(SERIALIZERS[collection].parts) or "nothing"
    return [
        OpenApiParameter(
            "fields", str, description="Only these fields, with commas between; speaker.name goes deeper."
        ),
        OpenApiParameter("include", str, description=f"Also these parts: {parts}."),
        OpenApiParameter("format", str, description="json.", enum=["json"]),
    ]


def _parameter(name: str, declared: ArchiveFilter) -> OpenApiParameter:
    enum: list[str] | None = None
    if isinstance(declared, WordsFilter):
        enum = [str(value) for value in declared.vocabulary.values]
    elif isinstance(declared, OrderFilter):
        orders = list(declared.extra["orders"])
        enum = [*orders, *(f"-{order}" for order in orders)]
    kind: Any = OpenApiTypes.BOOL if isinstance(declared, ClaimFilter) else OpenApiTypes.STR
    return OpenApiParameter(
        name,
        kind,
        description=declared.extra["help_text"],
        enum=enum,
        many=declared.many,
        explode=True if declared.many else None,
    )


def parameters(filterset: type[ArchiveFilterSet]) -> list[OpenApiParameter]:
    return [_parameter(name, declared) for name, declared in filterset.base_filters.items()]


def described(collection: str, view: Any) -> Any:
    """The view with its schema."""
    serializer = SERIALIZERS[collection]
    name = serializer.Meta.model.__name__  # type: ignore[attr-defined]
    page = inline_serializer(
        f"{name}Page",
        {
            "count": serializers.IntegerField(allow_null=True),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": serializer(many=True),
        },
    )
    revision = {"at": serializers.DateTimeField(), "changed": serializers.DictField()}
    revised = inline_serializer(f"{name}Revision", revision, many=True)
    revisions = inline_serializer(f"{name}Revisions", {"results": revised})
    word, some = serializer.Meta.model._meta.verbose_name, collection.replace("-", " ")  # type: ignore[attr-defined]
    key = collection.replace("-", "_")

    def told(action: str, summary: str, code: int, body: Any, *errors: int, **extra: Any) -> Any:
        answers = {code: body, **dict.fromkeys(errors, _PROBLEM)}
        return extend_schema(operation_id=f"{key}_{action}", summary=summary, responses=answers, tags=[some], **extra)

    write = {"request": serializer, "parameters": [_SLUG, _MATCH]}
    tell = {
        "list": told("list", f"List {some}", 200, page, 400,
                  parameters=[*parameters(FILTERSETS[collection]), *_LIMITS, *_choice(collection)]),
        "retrieve": told("read", f"One {word}", 200, serializer, 400, 404, parameters=[_SLUG, *_choice(collection)]),
        "history": told("history", f"Revisions of one {word}", 200, revisions, 404, parameters=[_SLUG]),
        "create": told("create", f"Add a {word}", 201, serializer, 400, 401, 403, request=serializer),
        "update": told("replace", f"Replace a {word}", 200, serializer, 400, 401, 403, 404, 412, 428, **write),
        "partial_update": told("change", f"Change a {word}", 200, serializer, 400, 401, 403, 404, 412, 428, **write),
        "destroy": told(
            "delete", f"Delete a {word}", 204, None, 401, 403, 404, 409, 412, 428, parameters=[_SLUG, _MATCH]
        ),
    }  # fmt: skip
    for method, decorate in tell.items():
        setattr(view, method, decorate(_own(getattr(view, method))))
    return view


def _own(method: Any) -> Any:
    """A copy of an inherited method, so that each record's view carries a schema of its own."""

    @wraps(method)
    def copied(self: Any, *args: Any, **kwargs: Any) -> Any:
        return method(self, *args, **kwargs)

    return copied
