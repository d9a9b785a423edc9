"""The OpenAPI description of differences between two states of a record; ``differences`` computes them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

_LINKS_HELP = "Of a list of links: those that only the {} state has."


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
