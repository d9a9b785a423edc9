"""Error responses: DRF's exception handler, and the problems of the exceptions of Django, DRF and serializers."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as InvalidRecord
from django.core.signals import got_request_exception
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import Model, ProtectedError
from django.http import Http404
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.exceptions import ErrorDetail
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, IntegerField, Serializer, SlugField, URLField
from rest_framework.views import APIView, set_rollback

from archive.database import is_outcome_unknown, unavailability, unknown_outcome
from archive.exceptions import ArchiveError, Problem, ReadConflictError, expected_in
from archive.media_types import PROBLEM_MEDIA_TYPE, problem_body
from archive.rest.auth import CodeRequiredError
from archive.text import closest_match
from archive.visibility import Viewer

#: Request headers by which responses differ.
VARY = "Accept, Authorization, Cookie"
#: Titles of RFC 9110 that Python 3.11's ``http`` has in an older wording.
_TITLES = {413: "Content too large"}
_LOG = logging.getLogger("django.request")


class ProblemError(exceptions.APIException):
    """An exception with its status, sentence and problems."""

    def __init__(self, status: int, detail: str, problems: list[Problem] | None = None) -> None:
        self.status_code = status
        self.problems = problems or []
        super().__init__(detail)


class MovedError(ProblemError):
    """The record at an address was merged into another, which has this slug."""

    def __init__(self, detail: str, slug: str) -> None:
        self.slug = slug
        super().__init__(301, detail)


def problem_response(status: int, detail: str, problems: list[Problem] | None = None, **headers: str) -> Response:
    """An ``application/problem+json`` response."""
    title = _TITLES.get(status) or HTTPStatus(status).phrase.capitalize()
    return Response(
        problem_body(status, title, detail, problems or ()),
        status=status,
        content_type=PROBLEM_MEDIA_TYPE,
        headers={"Vary": VARY, **headers},
    )


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: the response to each exception of the domain, of DRF, Django and the database."""
    set_rollback()
    request = context["request"]
    match error:
        case ProblemError():
            return _problem_error_response(error, request)
        case ArchiveError():
            return problem_response(409 if isinstance(error, ReadConflictError) else 400, str(error), error.problems)
        case InvalidRecord():
            return problem_response(400, *from_validation_error(error))
        case ProtectedError():
            return problem_response(409, *from_protected_error(error, request.user))
        case IntegrityError():
            return problem_response(
                409, "Somebody else stored a record that rules this one out. Read again, and try once more."
            )
        case DataError():
            return problem_response(400, "A value does not fit its column; the description of the API says what does.")
        case OperationalError() | InterfaceError():
            return _unavailable_response(error, request)
        case RequestDataTooBig():
            return problem_response(413, *from_body_size(request))
        case Http404():
            return problem_response(404, str(error) or "There is nothing at this address.")
        case PermissionDenied():
            return problem_response(403, "You may not do that here.")
        case exceptions.APIException():
            return _api_exception_response(error, context)
        case _:
            return _server_error(error, context)


def _unavailable_response(error: Exception, request: Request) -> Response:
    """503 or 507 for an exception of the database itself."""
    reason = unavailability(error, f"{request.method} {request.path}", _record_path(request))
    assert reason is not None  # noqa: S101 (UNAVAILABLE_ERRORS)
    headers: dict[str, Any] = {"Retry-After": str(reason.retry_after)} if reason.retry_after else {}
    return problem_response(reason.status, reason.sentence, **headers)


def _problem_error_response(error: ProblemError, request: Request) -> Response:
    """The response to it; for a record that was merged, a redirect to the same address of the other one."""
    if not isinstance(error, MovedError):
        # What was withdrawn can be published again: 410, which caches may store, is not to be.
        headers = {"Cache-Control": "no-cache"} if error.status_code == 410 else {}
        return problem_response(error.status_code, str(error.detail), error.problems, **headers)
    match: Any = request.resolver_match
    path = reverse(match.view_name, args=match.args, kwargs={**match.kwargs, "slug": error.slug})
    query = request.META.get("QUERY_STRING", "")
    # 308 keeps the method of a write. A merge can be undone: the redirect is not to be stored.
    status = error.status_code if request.method in SAFE_METHODS else 308
    location = request.build_absolute_uri(f"{path}?{query}" if query else path)
    return problem_response(status, str(error.detail), [], **{"Location": location, "Cache-Control": "no-cache"})


def _record_path(request: Request) -> str:
    """The path under which the record of a write is, if it was stored."""
    slug = request.data.get("slug") if request.method == "POST" and isinstance(request.data, dict) else None
    return f"{request.path}{slug[:120]}/" if isinstance(slug, str) and slug else str(request.path)


def _api_exception_response(error: exceptions.APIException, context: dict[str, Any]) -> Response:
    """The response to DRF's own exceptions: method, media type, credentials, permission."""
    headers = {"WWW-Authenticate": error.auth_header} if getattr(error, "auth_header", None) else {}  # type: ignore[attr-defined]
    if isinstance(error, exceptions.Throttled) and error.wait is not None:  # type: ignore[attr-defined]
        headers["Retry-After"] = str(ceil(error.wait))  # type: ignore[attr-defined]
    if isinstance(error, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return problem_response(
        error.status_code, *from_api_exception(error, context["request"], context["view"]), **headers
    )


def _server_error(error: Exception, context: dict[str, Any]) -> Response:
    """500 for an unexpected exception, which is logged and signalled as Django does; the client gets no details."""
    request = getattr(context["request"], "_request", context["request"])
    _LOG.error("Unexpected error at %s", request.path, exc_info=error)
    got_request_exception.send(sender=type(context["view"]), request=request)
    if is_outcome_unknown(error):
        return problem_response(500, unknown_outcome(_record_path(context["request"])))
    # Writes are one transaction, which the exception has rolled back.
    return problem_response(500, "The archive could not answer. Nothing was changed; try again in a moment.")


Explanation = tuple[str, list[Problem]]
_MAX_BLOCKING = 5


def from_validation_error(error: InvalidRecord, record: Model | None = None) -> Explanation:
    """The problems of a model's ValidationError. A value that the error lacks is read from the record."""
    fields = error.error_dict if hasattr(error, "error_dict") else {"record": error.error_list}
    sentences, problems = [], []
    for field, errors in fields.items():
        name = "record" if field == "__all__" else field
        for field_error in errors:
            params = field_error.params or {}
            message = " ".join(field_error.messages).rstrip(".")
            got = params.get("got", params.get("value", _stored_value(record, name)))
            expected = str(params.get("expected", expected_in(message)))
            if field_error.code == "unique":
                kind = record._meta.verbose_name_plural if record is not None else "records"
                expected = f"another {name}: one of the {kind} has this"
            problems.append(Problem(name, str(got)[:120], expected, str(params.get("suggestion", ""))))
            sentences.append(f"{message}." if name == "record" or f"{name}:" in message else f"{name}: {message}.")
    return " ".join(sentences), problems


def _stored_value(record: object, name: str) -> str:
    value = getattr(record, name, "") if name != "record" else ""
    return "" if value is None or hasattr(value, "all") else str(value)


def from_protected_error(error: ProtectedError, user: Viewer) -> Explanation:
    """The problems of a refused deletion: the first records that refer to the record, if the user sees them."""
    blocking = sorted(error.protected_objects, key=lambda record: (record._meta.model_name, record.pk))
    problems = []
    for record in blocking[:_MAX_BLOCKING]:
        if type(record)._default_manager.visible_to(user).filter(pk=record.pk).exists():  # type: ignore[attr-defined]
            got = getattr(record, "slug", str(record))[:120]
            problems.append(Problem(str(record._meta.verbose_name), got, "no record that refers to this one"))
    return (
        "Other records refer to this one: withdraw it (status: withdrawn), or remove those first.",
        problems or [Problem("record", "referred to", "no record that refers to this one")],
    )


def from_body_size(request: Request) -> Explanation:
    """The problem of a request body over the limit."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    got = f"{request.META.get('CONTENT_LENGTH') or 'more'} bytes"
    return f"The body is too large: got {got}, at most {limit} are read.", [
        Problem("body", got, f"at most {limit} bytes")
    ]


def from_api_exception(error: exceptions.APIException, request: Request, view: APIView) -> Explanation:
    """The problem of an exception that DRF raises before the view runs."""
    sentence = str(error.detail)
    match error:
        case exceptions.MethodNotAllowed():
            problem = Problem("method", str(request.method)[:20], f"one of {', '.join(view.allowed_methods)}")
        case exceptions.NotAcceptable():
            offered = ", ".join(renderer.media_type.partition(";")[0] for renderer in view.get_renderers())
            problem = Problem("Accept", request.META.get("HTTP_ACCEPT", "")[:120], offered)
        case exceptions.UnsupportedMediaType():
            problem = Problem("Content-Type", request.content_type[:120], "application/json")
        case exceptions.ParseError():
            return sentence, [Problem("body", "what is not JSON", "a JSON object")]
        case exceptions.NotAuthenticated():
            expected = _expected_credentials(error)
            return f"This needs a login: send 'Authorization: {expected}'.", [
                Problem("Authorization", "none", expected)
            ]
        case CodeRequiredError():
            return sentence, error.problems
        case exceptions.AuthenticationFailed():
            return sentence, [Problem("Authorization", "credentials that are not valid", _expected_credentials(error))]
        case exceptions.PermissionDenied() if sentence.startswith("CSRF"):
            problem = Problem("X-CSRFToken", "no valid token", "the value of the cookie csrftoken")
        case exceptions.PermissionDenied():
            return sentence, [Problem("user", request.user.get_username(), "somebody with that permission")]
        case _:
            return sentence, []
    return problem.sentence(), [problem]


def _expected_credentials(error: object) -> str:
    basic = str(getattr(error, "auth_header", "")).startswith("Basic")
    return "Basic <name:password in base64>" if basic else "Token <token>, which POST /api/v1/token/ gives"


_EXPECTED = {
    "required": "a value: the field is required",
    "null": "a value, not null",
    "blank": "a text that is not blank",
    "null_characters_not_allowed": "text without null characters",
    "not_a_list": "a list of slugs",
}
_EXPECTED_BY_CLASS = {
    SlugField: "letters, digits, hyphens and underscores",
    URLField: "a web address such as https://example.org/",
    CharField: "a text",
    IntegerField: "a whole number",
}
_BOUNDS = {
    "max_length": "at most {} characters",
    "min_length": "at least {} characters",
    "max_value": "at most {}",
    "min_value": "at least {}",
}


#: The value of a field that the body lacks.
_MISSING = object()


def from_serializer(serializer: Serializer[Any], data: object) -> list[Problem]:
    """The problems of an invalid serializer; ``data`` is its input."""
    return list(_serializer_problems(serializer.errors, data, serializer.fields, ""))


def _serializer_problems(errors: Mapping[str, Any], data: object, fields: Mapping[str, Any], path: str) -> Any:
    for name, details in errors.items():
        where = f"{path}{name}"
        got = data.get(name, _MISSING) if isinstance(data, dict) else data
        field = fields.get(name)
        for detail in details:
            yield _field_problem(detail, where, got, field)


def _field_problem(error: ErrorDetail, where: str, got: object, field: Any) -> Problem:
    code: Any = error.code
    if isinstance(code, Problem):
        return Problem(where, code.got, code.expected, code.suggestion)
    got_text = "none" if got is _MISSING else "null" if got is None else str(got)[:120]
    if code == "invalid_choice":
        choices = [str(choice) for choice in field.choices]
        return Problem(where, got_text, f"one of {', '.join(choices)}", closest_match(got_text, choices))
    return Problem(where, got_text, _expected(code, field) or str(error).rstrip("."))


def _expected(code: str, field: object) -> str:
    if code == "invalid":
        return next((text for kind, text in _EXPECTED_BY_CLASS.items() if isinstance(field, kind)), "")
    if code in _BOUNDS:
        return _BOUNDS[code].format(getattr(field, code))
    return _EXPECTED.get(code, "")
