"""Errors as RFC 9457 ``application/problem+json``, with a list of {field, got, expected, suggestion}."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as InvalidRecord
from django.db.models import ProtectedError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from archive.exceptions import ArchiveError, Problem

CONTENT_TYPE = "application/problem+json"
_TITLES = {
    400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed",
    406: "Not acceptable", 409: "Conflict", 412: "Precondition failed", 413: "Content too large",
    415: "Unsupported media type", 428: "Precondition required", 429: "Too many requests",
}  # fmt: skip


class Refused(exceptions.APIException):
    """An error with a status and problems of its own."""

    def __init__(self, status: int, detail: str, problems: list[Problem] | None = None) -> None:
        self.status_code = status
        self.problems = problems or []
        super().__init__(detail)


def problem(status: int, detail: str, problems: list[Problem] | None = None, **headers: str) -> Response:
    body = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "errors": [one.as_dict() for one in problems or []],
    }
    return Response(body, status=status, content_type=CONTENT_TYPE, headers=headers)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: each error of the domain and of DRF gets its status and sentence."""
    set_rollback()
    if isinstance(error, Refused):
        return problem(error.status_code, str(error.detail), error.problems)
    if isinstance(error, ArchiveError):
        return problem(400, str(error), error.problems)
    if isinstance(error, InvalidRecord):
        found = of_record(error)
        return problem(400, " ".join(one.sentence() for one in found), found)
    if isinstance(error, exceptions.ValidationError):
        found = _of_serializer(error.detail)
        return problem(400, " ".join(one.sentence() for one in found), found)
    if isinstance(error, ProtectedError):
        return problem(409, "Other records refer to this one; withdraw it, or remove those first.")
    if isinstance(error, RequestDataTooBig):
        return problem(413, "The body is too large: at most 2.5 MB are read.")
    if isinstance(error, Http404):
        return problem(404, str(error) or "There is nothing at this address.")
    if isinstance(error, PermissionDenied):
        return problem(403, "You may not do that here.")
    if isinstance(error, exceptions.APIException):
        headers = {"WWW-Authenticate": error.auth_header} if getattr(error, "auth_header", None) else {}
        if isinstance(error, exceptions.MethodNotAllowed):
            headers["Allow"] = ", ".join(context["view"].allowed_methods)
        return problem(error.status_code, str(error.detail), **headers)
    return None


def of_record(error: InvalidRecord) -> list[Problem]:
    """The problems in a record's ValidationError."""
    fields = error.error_dict if hasattr(error, "error_dict") else {"record": error.error_list}
    found = []
    for field, errors in fields.items():
        for one in errors:
            told = one.params or {}
            message = " ".join(one.messages)
            name = "record" if field == "__all__" else field
            found.append(
                Problem(name, str(told.get("got", told.get("value", ""))), str(told.get("expected", message)),
                        str(told.get("suggestion", "")))
            )  # fmt: skip
    return found


def _of_serializer(detail: Any, path: str = "") -> list[Problem]:
    if isinstance(detail, dict):
        return [one for key, value in detail.items() for one in _of_serializer(value, f"{path}.{key}".strip("."))]
    if isinstance(detail, list):
        return [one for value in detail for one in _of_serializer(value, path)]
    return [Problem(path or "record", "", str(detail).rstrip("."))]
