"""The body of a write: read, compared with what the record has, and checked by its serializer."""

from __future__ import annotations

import json
from typing import Any

from rest_framework.renderers import JSONRenderer

from archive.exceptions import ArchiveError, Problem
from archive.rest import selection
from archive.rest.checked import problems
from archive.rest.problems import Refused
from archive.sql.suggestions import suggest_word

#: What a PUT that leaves them out does not change: it would take a record from the public, or is never changed.
_KEPT = ("status", "slug")


def checked(view: Any, request: Any, record: Any, partial: bool) -> dict[str, Any]:
    """The values to store, by field. Raises Refused and ArchiveError."""
    data = _object(request)
    serializer = view.serializer(record, data=data, partial=partial, context={"request": request})
    writable = [name for name, field in serializer.fields.items() if not field.read_only]
    found = [_unknown(name, writable) for name in data if name not in serializer.fields]
    found += _unwritable(view, record, {name: data[name] for name in serializer.fields if name in data}, writable)
    if found:
        raise ArchiveError(found)
    if not serializer.is_valid():
        raise ArchiveError(problems(serializer, data))
    values = dict(serializer.validated_data)
    if record is not None and not partial:
        values |= {name: _blank(view.model, name) for name in writable if name not in data and name not in _KEPT}
    return values


def _object(request: Any) -> dict[str, Any]:
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower() and not request.META.get("CONTENT_LENGTH"):
        raise Refused(411, "Send the body with its Content-Length.", [Problem("Content-Length", "none", "a number")])
    if not isinstance(request.data, dict):
        kind = {"list": "an array", "str": "a string", "NoneType": "null"}.get(type(request.data).__name__, "a value")
        raise ArchiveError([Problem("body", kind, "a JSON object")])
    return dict(request.data)


def _unknown(name: str, writable: list[str]) -> Problem:
    return Problem(name[:64], name[:64], f"a field: {', '.join(writable)}", suggest_word(name, writable))


def _unwritable(view: Any, record: Any, data: dict[str, Any], writable: list[str]) -> list[Problem]:
    """A body that was read may be sent back whole; but what the archive writes itself can't be changed."""
    given = {name: value for name, value in data.items() if name not in writable}
    if not given:
        return []
    held: dict[str, Any] = {}
    if record is not None:
        [shown] = view._fetch([record], selection.Selection(None, ()))
        held = json.loads(JSONRenderer().render(shown))
    return [
        Problem(name, str(value)[:120], _instead(view.serializer, name))
        for name, value in given.items()
        if name not in held or held[name] != value
    ]


def _instead(serializer: Any, name: str) -> str:
    made_of = serializer.made_of.get(name)
    return f"it to be written as {' and '.join(made_of)}" if made_of else "it left out: the archive writes it"


def _blank(model: Any, name: str) -> Any:
    """What a field holds when nothing is given for it."""
    field = model._meta.get_field(name)
    return [] if field.many_to_many else field.get_default()
