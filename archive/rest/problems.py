"""Errors as RFC 9457 ``application/problem+json``, with a list of {field, got, expected, suggestion}."""

from __future__ import annotations

import logging
from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as InvalidRecord
from django.core.signals import got_request_exception
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from archive.database import UNKNOWN_OUTCOME, is_disk_full, is_outcome_unknown, record_full_disk
from archive.exceptions import ArchiveError, Problem
from archive.rest.explained import of_invalid, of_protected, of_refusal, of_size

CONTENT_TYPE = "application/problem+json"
#: What answers differ by, besides the address.
VARY = "Accept, Authorization, Cookie"
#: Where Python's words are older than RFC 9110's.
_TITLES = {413: "Content too large"}
_LOG = logging.getLogger("django.request")


class Refused(exceptions.APIException):
    """An error with a status and problems of its own."""

    def __init__(self, status: int, detail: str, problems: list[Problem] | None = None) -> None:
        self.status_code = status
        self.problems = problems or []
        super().__init__(detail)


def problem(status: int, detail: str, problems: list[Problem] | None = None, **headers: str) -> Response:
    body = {
        "type": "about:blank",
        "title": _TITLES.get(status) or HTTPStatus(status).phrase.capitalize(),
        "status": status,
        "detail": detail,
        "errors": [one.as_dict() for one in problems or []],
    }
    return Response(body, status=status, content_type=CONTENT_TYPE, headers={"Vary": VARY, **headers})


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: each error of the domain, of DRF and of the database gets its status and sentence."""
    set_rollback()
    request = context["request"]
    match error:
        case Refused():
            return problem(error.status_code, str(error.detail), error.problems)
        case ArchiveError():
            return problem(400, str(error), error.problems)
        case InvalidRecord():
            return problem(400, *of_invalid(error))
        case ProtectedError():
            return problem(409, *of_protected(error, request.user))
        case IntegrityError():
            return problem(409, "Somebody else stored a record that rules this one out. Read again, and try once more.")
        case DataError():
            return problem(400, "A value does not fit its column; the description of the API says what does.")
        case OperationalError() | InterfaceError() if is_disk_full(error):
            record_full_disk()
            _LOG.error("The database's disk is full: %s", error)
            return problem(507, "The archive's disk is full, so nothing can be stored. Nothing was changed.")
        case OperationalError() | InterfaceError() if is_outcome_unknown(error):
            _LOG.error("The database broke off while it committed %s %s: %s", request.method, request.path, error)
            return problem(503, UNKNOWN_OUTCOME.format(_address(request)))
        case OperationalError() | InterfaceError():
            _LOG.warning("The database did not answer %s: %s", request.path, error)
            return problem(
                503, "The database is busy. Nothing was changed; try again in a moment.", **{"Retry-After": "5"}
            )
        case RequestDataTooBig():
            return problem(413, *of_size(request))
        case Http404():
            return problem(404, str(error) or "There is nothing at this address.")
        case PermissionDenied():
            return problem(403, "You may not do that here.")
        case exceptions.APIException():
            return _refused(error, context)
        case _:
            return _unexpected(error, context)


def _address(request: Any) -> str:
    """Where what was sent is, if it was stored."""
    slug = request.data.get("slug") if request.method == "POST" and isinstance(request.data, dict) else None
    return f"{request.path}{slug[:120]}/" if isinstance(slug, str) and slug else str(request.path)


def _refused(error: exceptions.APIException, context: dict[str, Any]) -> Response:
    """What DRF itself refuses: method, media type, credentials, permission."""
    headers = {"WWW-Authenticate": error.auth_header} if getattr(error, "auth_header", None) else {}
    if isinstance(error, exceptions.Throttled) and error.wait is not None:
        headers["Retry-After"] = str(ceil(error.wait))
    if isinstance(error, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return problem(error.status_code, *of_refusal(error, context["request"], context["view"]), **headers)


def _unexpected(error: Exception, context: dict[str, Any]) -> Response:
    """A defect of ours: logged whole and told to who listens (error reports, tests), but not to the asker."""
    request = getattr(context["request"], "_request", context["request"])
    _LOG.error("Unexpected error at %s", request.path, exc_info=error)
    got_request_exception.send(sender=type(context["view"]), request=request)
    if is_outcome_unknown(error):
        return problem(500, UNKNOWN_OUTCOME.format(_address(context["request"])))
    # Views that write do so in one transaction, which the error has undone.
    return problem(500, "The archive could not answer. Nothing was changed; try again in a moment.")
