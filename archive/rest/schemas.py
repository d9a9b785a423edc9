"""Serializers of errors, differences, chains and counts in the OpenAPI document; views render these themselves."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from archive import chains
from archive.choices import OutcomeKind
from archive.media_types import PROBLEM_MEDIA_TYPE
from archive.rest.fields import DateField
from archive.sql.chains import MAX_DEPTH

_LINKS_HELP = "Of a list of links: those that only the {} state has."


class ProblemSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people.")
    errors: Any = inline_serializer(
        "ProblemError",
        {
            "field": serializers.CharField(help_text="Which parameter, field or header."),
            "got": serializers.CharField(allow_blank=True),
            "expected": serializers.CharField(),
            "suggestion": serializers.CharField(required=False, help_text="What may have been meant."),
        },
        many=True,
    )


def error_responses(*statuses: int) -> dict[Any, Any]:
    """The error responses with these statuses."""
    return {(status, PROBLEM_MEDIA_TYPE): ProblemSerializer for status in statuses}


class StateSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A state of a record: its revision's number, null before the first, and time; or the moment that was given."""

    number = serializers.IntegerField(allow_null=True)
    at = serializers.DateTimeField()


class ChangeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A field that differs, or a part that was added, removed or changed."""

    field = serializers.CharField(help_text="The field's name, or the name of the part in `include`.")
    kind = serializers.ChoiceField(["added", "removed", "changed"])
    before = serializers.JSONField(required=False, help_text="Its value, or the part; absent if it was added.")
    after = serializers.JSONField(required=False, help_text="The same; absent if it was removed.")
    added = serializers.ListField(child=serializers.JSONField(), required=False, help_text=_LINKS_HELP.format("later"))
    removed = serializers.ListField(
        child=serializers.JSONField(), required=False, help_text=_LINKS_HELP.format("earlier")
    )
    words: Any = inline_serializer(
        "Run",
        {"kind": serializers.ChoiceField(["same", "removed", "added"]), "text": serializers.CharField()},
        many=True, required=False,
    )  # fmt: skip
    changes = serializers.ListField(
        child=serializers.JSONField(), required=False, help_text="Of a changed part: its changes, in the same form."
    )


class ChainNodeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A record of a chain."""

    id = serializers.CharField(help_text="Type and slug, as links name it.")
    type = serializers.ChoiceField([model._meta.model_name for model in chains.MODELS])
    slug = serializers.CharField()
    name = serializers.CharField()
    date = DateField()
    distance = serializers.IntegerField(help_text="The number of links to the record that the chain is of.")
    direction = serializers.ChoiceField(
        [chains.Direction.BEFORE.value, chains.Direction.AFTER.value],
        allow_null=True, help_text="Whether it led to that record or followed it; null for that record itself.",
    )  # fmt: skip


class ChainEdgeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A link of a chain: the first record responds to, announces, is about ... the second."""

    _FROM = serializers.CharField(help_text="The id of the first record.")
    to = serializers.CharField(help_text="The id of the second record.")
    kind = serializers.ChoiceField(chains.LinkKind.choices)
    outcome = serializers.ChoiceField(
        OutcomeKind.choices, allow_null=True, help_text="What became of the speech act, of an outcome; else null."
    )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        return {"from": fields.pop("_FROM"), **fields}  # a word of Python


class ChainSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What led to a record, and what followed."""

    truncated = serializers.BooleanField(
        help_text=f"Whether there are more than {chains.MAX_NODES} records or {chains.MAX_EDGES} links: the farthest "
        "are left out."
    )
    nodes = ChainNodeSerializer(many=True)
    edges = ChainEdgeSerializer(many=True)


CHAIN_PARAMS = [
    OpenApiParameter(
        "depth", {"type": "integer", "minimum": 1, "maximum": MAX_DEPTH, "default": chains.DEFAULT_DEPTH},
        description="The most links between the record and any other.",
    ),
    OpenApiParameter(
        "direction", str, enum=[str(word) for word in chains.Direction.values],
        description="before: what led to it; after: what followed; default both.",
    ),
    OpenApiParameter("format", str, description="The form of the answer.", enum=["json"]),
]  # fmt: skip


def revisions_serializer(name: str) -> Any:
    """The revisions of a record, and the differences between two of its states."""
    revision: dict[str, Any] = {
        "number": serializers.IntegerField(help_text="From 1, the oldest that you may see."),
        "at": serializers.DateTimeField(),
        "changed": serializers.DictField(child=serializers.JSONField(), help_text="Columns and their new values."),
        "version": serializers.IntegerField(required=False, help_text="For those who see drafts, like all below."),
        "kind": serializers.ChoiceField(["added", "changed", "removed"], required=False),
        "user": serializers.CharField(required=False, allow_null=True),
        "reason": serializers.CharField(required=False, allow_null=True),
    }
    revised = inline_serializer(f"{name}Revision", revision, many=True)
    return inline_serializer(
        f"{name}Revisions",
        {
            "from": StateSerializer(required=False, help_text="The earlier state; if requested."),
            "to": StateSerializer(required=False, help_text="The later state; if requested."),
            "changes": ChangeSerializer(many=True, required=False, help_text="The differences; if requested."),
            "next": serializers.URLField(
                required=False, allow_null=True, help_text="Older ones; absent on an only page."
            ),
            "previous": serializers.URLField(required=False, allow_null=True, help_text="Newer ones; the same."),
            "results": revised,
        },
    )


_KEY = inline_serializer(
    "CountKey",
    {
        "kind": serializers.ChoiceField(
            ["value", "rest", "none"],
            help_text="A value; all values beyond the limit together; or records without a value.",
        ),
        "value": serializers.CharField(
            allow_null=True, help_text="As the filter of the dimension's name takes it; of a period, EDTF for date."
        ),
        "label": serializers.CharField(allow_null=True, help_text="In words."),
        "earliest": serializers.DateField(allow_null=True, help_text="The first day of a period."),
        "latest": serializers.DateField(allow_null=True, help_text="The last day of a period."),
    },
    many=True,
)
_COUNT = inline_serializer(
    "Count",
    {"keys": _KEY, "count": serializers.FloatField(help_text="The number; a sum of shares if dates are spread.")},
    many=True,
)
#: The result of counts, and of each facet of a list.
COUNT_TABLE: Any = inline_serializer(
    "CountTable",
    {
        "by": serializers.ListField(child=serializers.CharField(), help_text="The dimensions."),
        "total": serializers.IntegerField(help_text="All matching records."),
        "vague": serializers.IntegerField(allow_null=True, help_text="Those whose date spans several periods."),
        "open": serializers.IntegerField(allow_null=True, help_text="Those whose date has an open or unknown bound."),
        "undated": serializers.IntegerField(allow_null=True, help_text="Those without a date."),
        "outside": serializers.FloatField(allow_null=True, help_text="The shares outside the date filters' range."),
        "counts": _COUNT,
    },
)
