"""Fixtures in JSON."""

from __future__ import annotations

from typing import IO, Any

from django.core.serializers.base import DeserializationError
from django.core.serializers.json import Deserializer as JSONDeserializer
from django.core.serializers.json import Serializer
from django.core.serializers.python import Deserializer as PythonDeserializer

from archive.fixture_formats.entries import CheckedEntries
from archive.strict_json import parse_json


class Deserializer(CheckedEntries, JSONDeserializer):
    """Deserializer of a list of entries. Raises DeserializationError for repeated keys and deep nesting, too."""

    def __init__(self, stream_or_string: IO[Any] | str | bytes, **options: Any) -> None:
        try:
            content = stream_or_string if isinstance(stream_or_string, (str, bytes)) else stream_or_string.read()
            entries = parse_json(content.decode() if isinstance(content, bytes) else content)
        except ValueError as error:
            raise DeserializationError from error
        # Not Django's own constructor of JSON, which would parse the text.
        PythonDeserializer.__init__(self, entries, **options)


__all__ = ["Deserializer", "Serializer"]
