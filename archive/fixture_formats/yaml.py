"""Fixtures in YAML."""

from __future__ import annotations

from django.core.serializers.pyyaml import Deserializer as YAMLDeserializer
from django.core.serializers.pyyaml import Serializer

from archive.fixture_formats.entries import CheckedEntries


class Deserializer(CheckedEntries, YAMLDeserializer):
    """Deserializer of a list of entries."""


__all__ = ["Deserializer", "Serializer"]
