"""Fixtures in JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.serializers.base import DeserializationError
from django.core.serializers.jsonl import Deserializer as JSONLinesDeserializer
from django.core.serializers.jsonl import Serializer
from django.core.serializers.python import Deserializer as PythonDeserializer

from archive.fixture_formats.entries import CheckedEntries
from archive.strict_json import parse_json


class Deserializer(CheckedEntries, JSONLinesDeserializer):
    """Deserializer of an entry a line. Raises DeserializationError for repeated keys and deep nesting, too."""

    def __init__(self, stream_or_string: Iterable[str | bytes], **options: Any) -> None:
        content = stream_or_string.decode() if isinstance(stream_or_string, bytes) else stream_or_string
        lines: Any = content.split("\n") if isinstance(content, str) else content
        PythonDeserializer.__init__(self, _entries(lines), **options)


def _entries(lines: Iterable[str | bytes]) -> Iterator[Any]:
    for line in lines:
        if line.strip():
            try:
                yield parse_json(line.decode() if isinstance(line, bytes) else line)
            except ValueError as error:
                raise DeserializationError from error


__all__ = ["Deserializer", "Serializer"]
