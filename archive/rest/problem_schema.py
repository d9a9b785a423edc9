"""The error responses of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from archive.exceptions import PROBLEM_MEDIA_TYPE


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
