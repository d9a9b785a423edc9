"""What OpenAPI says of a collection: parameters from its FilterSet, answers from its serializer."""

from __future__ import annotations

from functools import wraps
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer, inline_serializer
from rest_framework import serializers

from archive.filters import FILTERSETS, ArchiveFilterSet
from archive.filters.filter_types import ArchiveFilter, BooleanFilter, ChoicesFilter, OrderFilter
from archive.rest.formats import names
from archive.rest.parameters import LIMIT, MOST
from archive.rest.problems import CONTENT_TYPE
from archive.rest.serializers import SERIALIZERS


class ProblemSerializer(serializers.Serializer):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people.")
    errors = inline_serializer(
        "ProblemError",
        {
            "field": serializers.CharField(help_text="Which parameter, field or header."),
            "got": serializers.CharField(allow_blank=True),
            "expected": serializers.CharField(),
            "suggestion": serializers.CharField(required=False, help_text="What may have been meant."),
        },
        many=True,
    )


_LIMIT = {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
_LIMITS = [
    OpenApiParameter("limit", _LIMIT, description="Results a page; of a whole list, the first so many."),
    OpenApiParameter("cursor", str, description="Where the page begins; taken from next or previous."),
    OpenApiParameter("count", bool, description="true: count all matching records."),
]
_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="ETag of your last GET.", required=True)
_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER,
    description="A text that is new for each write, such as a UUID: a retry with it is given the first answer again.",
)  # fmt: skip
_SLUG = OpenApiParameter("slug", str, OpenApiParameter.PATH, description="The record's slug.")
_TELL = {
    "list": "All filters hold together; several values of one are alternatives.",
    "read": "The record, if you may see it.",
    "history": "The newest first; who made them and why, for those who see drafts.",
    "create": "A draft unless status says otherwise.",
    "replace": "What is left out becomes blank, except status.",
    "change": "Only what is named changes.",
    "delete": "Refused while other records refer to it.",
}


def _choice(collection: str) -> list[OpenApiParameter]:
    parts = ", ".join(SERIALIZERS[collection].parts) or "nothing"
    fields = (
        "Only these fields, with commas between; speaker.name goes deeper. All others are missing from the answer, "
        "also those that its schema requires."
    )
    return [
        OpenApiParameter("fields", str, description=fields),
        OpenApiParameter("include", str, description=f"Also these parts: {parts}."),
        OpenApiParameter("format", str, description="The form of the answer that is described here.", enum=["json"]),
    ]


def _formats(collection: str, of_record: bool = False) -> dict[str, Any]:
    """The formats beside JSON, which ``archive.rest.description`` describes."""
    return {"x-formats": names(collection, of_record)[1:]}


def _parameter(name: str, declared: ArchiveFilter) -> OpenApiParameter:
    enum: list[str] | None = None
    if isinstance(declared, ChoicesFilter):
        enum = [str(value) for value in declared.vocabulary.values]
    elif isinstance(declared, OrderFilter):
        orders = list(declared.extra["orders"])
        enum = [*orders, *(f"-{order}" for order in orders)]
    kind: Any = OpenApiTypes.BOOL if isinstance(declared, BooleanFilter) else OpenApiTypes.STR
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


def problems(*statuses: int) -> dict[Any, Any]:
    """The answers with these statuses."""
    return {(status, CONTENT_TYPE): ProblemSerializer for status in statuses}


def described(collection: str, view: Any) -> Any:
    """The view with its schema."""
    serializer = SERIALIZERS[collection]
    model = serializer.Meta.model  # type: ignore[attr-defined]
    name, word, some = model.__name__, model._meta.verbose_name, collection.replace("-", " ")
    a_word = f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
    parts = tuple(serializer.parts)
    page = inline_serializer(
        f"{name}Page",
        {
            "count": serializers.IntegerField(allow_null=True),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": serializer(many=True, include=parts),
        },
    )
    extend_schema_serializer(many=False)(type(page))
    revision = {
        "at": serializers.DateTimeField(),
        "changed": serializers.DictField(child=serializers.JSONField(), help_text="Columns and their new values."),
        "version": serializers.IntegerField(required=False, help_text="For those who see drafts, like all below."),
        "kind": serializers.ChoiceField(["added", "changed", "removed"], required=False),
        "user": serializers.CharField(required=False, allow_null=True),
        "reason": serializers.CharField(required=False, allow_null=True),
    }
    revised = inline_serializer(f"{name}Revision", revision, many=True)
    revisions = inline_serializer(f"{name}Revisions", {"results": revised})
    record = serializer(include=parts)

    def told(action: str, summary: str, code: int, body: Any, *errors: int, **extra: Any) -> Any:
        return extend_schema(
            operation_id=f"{collection.replace('-', '_')}_{action}",
            summary=summary,
            description=_TELL[action],
            responses={code: body, **problems(*errors)},
            tags=[some],
            **extra,
        )

    filters = [*parameters(FILTERSETS[collection]), *_LIMITS, *_choice(collection)]
    change = {"request": serializer, "parameters": [_SLUG, _MATCH]}
    refused = (400, 401, 403, 409, 411, 413, 415)
    stale = (404, 412, 428)
    tell = {
        "list": told("list", f"List {some}", 200, page, 400, parameters=filters, extensions=_formats(collection)),
        "retrieve": told(
            "read",
            f"One {word}",
            200,
            record,
            400,
            404,
            parameters=[_SLUG, *_choice(collection)],
            extensions=_formats(collection, of_record=True),
        ),
        "history": told("history", f"Revisions of one {word}", 200, revisions, 400, 404, parameters=[_SLUG]),
        "create": told("create", f"Add {a_word}", 201, record, *refused, 422, request=serializer, parameters=[_KEY]),
        "update": told("replace", f"Replace {a_word}", 200, record, *refused, *stale, **change),
        "partial_update": told("change", f"Change {a_word}", 200, record, *refused, *stale, **change),
        "destroy": told(
            "delete", f"Delete {a_word}", 204, None, 400, 401, 403, 409, *stale, parameters=[_SLUG, _MATCH]
        ),
    }
    for method, decorate in tell.items():
        setattr(view, method, decorate(_own(getattr(view, method))))
    return view


def _own(method: Any) -> Any:
    """A copy of an inherited method, so that each record's view carries a schema of its own."""

    @wraps(method)
    def copied(self: Any, *args: Any, **kwargs: Any) -> Any:
        return method(self, *args, **kwargs)

    return copied
