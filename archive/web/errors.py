"""Error responses outside of views: HTML pages, problem+json under /api/, GraphQL errors under /graphql."""

from __future__ import annotations

import sys

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.database import unavailability
from archive.media_types import PROBLEM_MEDIA_TYPE, problem_body

#: Status -> error code in GraphQL's ``extensions``.
_CODES = {429: "RATE_LIMITED"}
#: Statuses of forms that were refused before a view read them.
_FORM_STATUSES = (403, 413)
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_TITLES_AND_REMEDIES = {
    400: (_("Bad request"), _("The request could not be read. Check the address and try again.")),
    403: (
        _("Not sent from here"),
        _(
            "Got a form without the token that this site puts into its forms, expected one. Nothing was changed. "
            "Reload the page and send it again; your browser has to allow cookies."
        ),
    ),
    404: (_("Not found"), _("There is nothing at this address. Check its spelling, or start from the front page.")),
    413: (_("Too much at once"), ""),
    429: (_("Too many tries"), _("Too many failed log-ins. Wait a quarter of an hour, and try again.")),
    503: (_("Not available now"), ""),
    507: (_("No room left"), ""),
    500: (_("Something broke"), _("The archive could not answer. Try again in a moment.")),
}


def bad_request(request: HttpRequest, exception: object = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        limit = f"{(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) / 2**20:.1f} MB"
        return _error_response(
            request,
            413,
            gettext(
                "Got a body of more than {limit}, expected at most that. Nothing was saved. Go back in "
                "the browser: what you entered is still in the form. Shorten it, or send it in several parts."
            ).format(limit=limit),
        )
    if isinstance(exception, TooManyFieldsSent):
        limit = str(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)
        remedy = gettext("Got a form of too many fields, expected at most {limit} fields. Send fewer rows.")
        return _error_response(request, 400, remedy.format(limit=limit))
    return _error_response(request, 400)


def too_many_requests(request: HttpRequest, retry_after: int, remedy: str = "") -> HttpResponse:
    """429; ``retry_after`` is in seconds."""
    response = _error_response(request, 429, remedy)
    response["Retry-After"] = str(retry_after)
    response["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF failure view: the form is of another site, or its token has expired."""
    if _is_of_admin(request):
        remedy = gettext(
            "Got a form without the token of your session, expected one: the session has ended, or its cookies were "
            "removed. Nothing was changed."
        )
        return _error_response(request, 403, remedy)
    return _error_response(request, 403)


def not_found(request: HttpRequest, exception: object = None) -> HttpResponse:
    return _error_response(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500; errors outside views, such as in the session middleware, may be the database's."""
    error = sys.exc_info()[1]
    if (response := unavailable(request, error)) is not None:
        return response
    if request.method not in _SAFE_METHODS:
        remedy = gettext(
            "The archive could not answer. Look whether what you sent was stored before you send it again."
        )
        return _error_response(request, 500, remedy)
    return _error_response(request, 500)


def unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """503 or 507 for an exception of the database itself; None for any other."""
    reason = unavailability(error, f"{request.method} {request.path}")
    if reason is None:
        return None
    response = _error_response(request, reason.status, reason.sentence, reason.code)
    if reason.retry_after:
        response["Retry-After"] = str(reason.retry_after)
    response["Cache-Control"] = "no-store"
    return response


def _is_of_admin(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("admin:index"))


def _admin_page(request: HttpRequest, title: str, remedy: str) -> str:
    """The page about a form of the admin that was refused, with the way back to what was typed."""
    context = {
        "title": title,
        "remedy": remedy,
        "address": request.get_full_path(),
        "site_header": admin.site.site_header,
        "site_title": admin.site.site_title,
    }
    return render_to_string("admin/archive/error.html", context)


def _error_response(request: HttpRequest, status: int, remedy: str = "", code: str = "") -> HttpResponse:
    """``code`` is that of GraphQL; the default is that of the status."""
    title, default_remedy = (str(text) for text in _TITLES_AND_REMEDIES[status])
    remedy = remedy or default_remedy
    if request.path.startswith("/api/"):
        return JsonResponse(problem_body(status, title, remedy), status=status, content_type=PROBLEM_MEDIA_TYPE)
    if request.path.startswith("/graphql"):
        error = {"message": remedy, "extensions": {"code": code or _CODES.get(status, "INTERNAL")}}
        return JsonResponse({"errors": [error]}, status=status)
    # Rendered without the request: its context processors read the session and the user, which may have failed.
    if status in _FORM_STATUSES and _is_of_admin(request):
        return HttpResponse(_admin_page(request, title, remedy), status=status)
    return HttpResponse(render_to_string("archive/error.html", {"title": title, "remedy": remedy}), status=status)
