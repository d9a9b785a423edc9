"""Validation of the body of a write: unknown, read-only and missing fields, and the serializer's."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from rest_framework.request import Request
from rest_framework.serializers import CharField

from archive.exceptions import ArchiveError, Problem
from archive.models.base import Record
from archive.rest.errors import ProblemError, from_serializer
from archive.rest.query_params import Selection
from archive.rest.reads import detail_json
from archive.rest.serializers import ArchiveSerializer
from archive.text import closest_match

#: Fields that a PUT without them leaves unchanged: a missing status must not unpublish, and slugs never change.
_UNCHANGED_BY_PUT = ("status", "slug")


def validated_data(view: Any, request: Request, record: Record | None, partial: bool) -> dict[str, Any]:
    """The validated values of the request body by field. Raises ProblemError and ArchiveError."""
    data = _payload(request)
    serializer = view.serializer(record, data=data, partial=partial, context={"request": request})
    writable = [name for name, field in serializer.fields.items() if not field.read_only]
    parts = view.serializer.parts
    problems = [_unknown_field(name, writable, parts) for name in data if name not in serializer.fields]
    problems += _read_only_problems(
        view, request, record, {name: data[name] for name in serializer.fields if name in data}, writable
    )
    problems += _number_problems(serializer, data)
    named = {problem.field for problem in problems}
    if not serializer.is_valid():
        problems += [problem for problem in from_serializer(serializer, data) if problem.field not in named]
    if problems:
        raise ArchiveError(problems)
    values = dict(serializer.validated_data)
    if record is not None and not partial:
        values |= {
            name: _default(view.model, name) for name in writable if name not in data and name not in _UNCHANGED_BY_PUT
        }
    return values


def _payload(request: Request) -> dict[str, Any]:
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower() and not request.META.get("CONTENT_LENGTH"):
        raise ProblemError(
            411, "Send the body with its Content-Length.", [Problem("Content-Length", "none", "a number")]
        )
    if not isinstance(request.data, dict):
        kind = {"list": "an array", "str": "a string", "NoneType": "null"}.get(type(request.data).__name__, "a value")
        raise ArchiveError([Problem("body", kind, "a JSON object")])
    return dict(request.data)


def _number_problems(serializer: ArchiveSerializer, data: dict[str, Any]) -> list[Problem]:
    """The problems of numbers where texts belong, which DRF would turn into text."""
    return [
        Problem(name, json.dumps(data[name]), "a text")
        for name, field in serializer.fields.items()
        if isinstance(field, CharField) and not field.read_only and isinstance(data.get(name), int | float)
    ]


def _unknown_field(name: str, writable: list[str], parts: Collection[str]) -> Problem:
    if name in parts:
        return Problem(name, "a value", "it left out: parts of a record are entered in the admin or by load")
    return Problem(name[:64], name[:64], f"a field: {', '.join(writable)}", closest_match(name, writable))


def _read_only_problems(
    view: Any, request: Request, record: Record | None, data: dict[str, Any], writable: list[str]
) -> list[Problem]:
    """The problems of read-only fields. Their current values are accepted, so that a response can be sent back."""
    read_only = {name: value for name, value in data.items() if name not in writable}
    if not read_only:
        return []
    current: dict[str, Any] = {}
    if record is not None:
        current = json.loads(detail_json(view.collection, record.slug, Selection(None, ()), request.user)[1])
    return [
        Problem(name, str(value)[:120], _write_instead(view.serializer, name))
        for name, value in read_only.items()
        if name not in current or current[name] != value
    ]


def _write_instead(serializer: type[ArchiveSerializer], name: str) -> str:
    relations = serializer.sources.get(name)
    return f"it to be written as {' and '.join(relations)}" if relations else "it left out: the archive writes it"


def _default(model: Any, name: str) -> Any:
    """The default value of a model field."""
    field = model._meta.get_field(name)
    return [] if field.many_to_many else field.get_default()
