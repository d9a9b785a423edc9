"""Plain pages for what went wrong; API addresses get problem+json instead."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from archive.database import UNKNOWN_OUTCOME, is_disk_full, is_outcome_unknown, is_unavailable, record_full_disk
from archive.problem_json import CONTENT_TYPE, problem_body

#: What GraphQL's clients act on.
_CODES = {429: "RATE_LIMITED", 503: "UNAVAILABLE", 507: "UNAVAILABLE"}
_LOG = logging.getLogger("django.request")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PAGES = {
    400: ("Bad request", "The request could not be read. Check the address and try again."),
    403: (
        "Not sent from here",
        "Got a form without the token that this site puts into its forms, expected one. Nothing was changed. Open the "
        "page anew and send it again; your browser has to allow cookies.",
    ),
    404: ("Not found", "There is nothing at this address. Check its spelling, or start from the front page."),
    413: ("Too much at once", ""),
    429: ("Too many tries", "Too many failed log-ins. Wait a quarter of an hour, and try again."),
    503: ("Not available now", "The database does not answer. Try again in a moment."),
    507: (
        "No room left",
        "The archive's disk is full, so nothing can be stored. Nothing was changed. It stays so until "
        "those who run the archive make room; what was stored before can be read.",
    ),
    500: ("Something broke", "The archive could not answer. Try again in a moment."),
}


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        most = f"{(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) / 2**20:.1f} MB"
        return _answer(
            request,
            413,
            f"Got a body of more than {most}, expected at most that. Nothing was saved. Go back in "
            "the browser: what you entered is still in the form. Shorten it, or send it in several parts.",
        )
    if isinstance(exception, TooManyFieldsSent):
        most = str(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)
        return _answer(request, 400, f"Got a form of too many fields, expected at most {most} fields. Send fewer rows.")
    return _answer(request, 400)


def too_many(request: HttpRequest, retry_after: int, remedy: str = "") -> HttpResponse:
    """A client that must wait so many seconds before its next try."""
    response = _answer(request, 429, remedy)
    response["Retry-After"] = str(retry_after)
    response["Cache-Control"] = "no-store"
    return response


def no_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of another site, or one that was open so long that its token is gone."""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls it while it handles the error: one outside a view, such as of a session, may be the database's."""
    error = sys.exc_info()[1]
    if is_unavailable(error):
        return unavailable(request, error)
    if request.method not in _SAFE:
        remedy = "The archive could not answer. Look whether what you sent was stored before you send it again."
        return _answer(request, 500, remedy)
    return _answer(request, 500)


def unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """What is answered where the database did not answer, has no room, or broke off while it stored something."""
    if is_disk_full(error):
        record_full_disk()
        _LOG.error("The database's disk is full: %s", error)
        return _answer(request, 507)
    if is_outcome_unknown(error):
        _LOG.error("The database broke off while it committed %s %s: %s", request.method, request.path, error)
        response = _answer(request, 503, UNKNOWN_OUTCOME.format("the page"))
    else:
        _LOG.warning("The database did not answer %s: %s", request.path, error)
        response = _answer(request, 503)
        response["Retry-After"] = "5"
    response["Cache-Control"] = "no-store"
    return response


def _answer(request: HttpRequest, status: int, told: str = "") -> HttpResponse:
    title, usual = _PAGES[status]
    remedy = told or usual
    if request.path.startswith("/api/"):
        return JsonResponse(problem_body(status, title, remedy), status=status, content_type=CONTENT_TYPE)
    if request.path.startswith("/graphql"):
        error = {"message": remedy, "extensions": {"code": _CODES.get(status, "INTERNAL")}}
        return JsonResponse({"errors": [error]}, status=status)
    # Without the request: what its context processors read (a session, a user) may be what does not answer.
    return HttpResponse(render_to_string("archive/error.html", {"title": title, "remedy": remedy}), status=status)
