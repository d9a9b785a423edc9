"""The OpenAPI schema of a chain: its serializers and parameters."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from archive import chains
from archive.choices import OutcomeKind
from archive.rest.fields import DateField
from archive.sql.chains import MAX_DEPTH


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
