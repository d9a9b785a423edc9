"""What went wrong, in words: a sentence, and the problems with their fields, of errors that others raise."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError as InvalidRecord
from django.db.models import ProtectedError
from rest_framework import exceptions

from archive.exceptions import Problem, expected_in

Told = tuple[str, list[Problem]]
_MOST_NAMED = 5


def of_invalid(error: InvalidRecord, record: Any = None) -> Told:
    """Of a record's ValidationError; what was got is read from the record where the error does not say it."""
    fields = error.error_dict if hasattr(error, "error_dict") else {"record": error.error_list}
    sentences, problems = [], []
    for field, errors in fields.items():
        name = "record" if field == "__all__" else field
        for one in errors:
            told = one.params or {}
            message = " ".join(one.messages).rstrip(".")
            got = told.get("got", told.get("value", _held(record, name)))
            expected = str(told.get("expected", expected_in(message)))
            if one.code == "unique":
                kind = record._meta.verbose_name_plural if record is not None else "records"
                expected = f"another {name}: one of the {kind} has this"
            problems.append(Problem(name, str(got)[:120], expected, str(told.get("suggestion", ""))))
            sentences.append(f"{message}." if name == "record" or f"{name}:" in message else f"{name}: {message}.")
    return " ".join(sentences), problems


def _held(record: Any, name: str) -> str:
    value = getattr(record, name, "") if name != "record" else ""
    return "" if value is None or hasattr(value, "all") else str(value)


def of_protected(error: ProtectedError, user: Any) -> Told:
    """Of a record that can't be deleted: those that refer to it, as far as the asker may see them."""
    blocking = sorted(error.protected_objects, key=lambda one: (one._meta.model_name, one.pk))
    problems = []
    for one in blocking[:_MOST_NAMED]:
        if type(one)._default_manager.visible_to(user).filter(pk=one.pk).exists():
            kind = str(one._meta.verbose_name)
            problems.append(Problem(kind, getattr(one, "slug", str(one))[:120], "no record that refers to this one"))
    return (
        "Other records refer to this one: withdraw it (status: withdrawn), or remove those first.",
        problems or [Problem("record", "referred to", "no record that refers to this one")],
    )


def of_size(request: Any) -> Told:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    got = f"{request.META.get('CONTENT_LENGTH') or 'more'} bytes"
    return f"The body is too large: got {got}, at most {most} are read.", [
        Problem("body", got, f"at most {most} bytes")
    ]


def of_refusal(error: exceptions.APIException, request: Any, view: Any) -> Told:
    """Of what DRF refuses before a view runs."""
    sentence = str(error.detail)
    match error:
        case exceptions.MethodNotAllowed():
            found = Problem("method", str(request.method)[:20], f"one of {', '.join(view.allowed_methods)}")
        case exceptions.NotAcceptable():
            offered = ", ".join(one.media_type.partition(";")[0] for one in view.get_renderers())
            found = Problem("Accept", request.META.get("HTTP_ACCEPT", "")[:120], offered)
        case exceptions.UnsupportedMediaType():
            found = Problem("Content-Type", request.content_type[:120], "application/json")
        case exceptions.ParseError():
            return sentence, [Problem("body", "what is not JSON", "a JSON object")]
        case exceptions.NotAuthenticated():
            expected = _credentials(error)
            return f"This needs a login: send 'Authorization: {expected}'.", [
                Problem("Authorization", "none", expected)
            ]
        case exceptions.AuthenticationFailed():
            return sentence, [Problem("Authorization", "credentials that are not valid", _credentials(error))]
        case exceptions.PermissionDenied() if sentence.startswith("CSRF"):
            found = Problem("X-CSRFToken", "no valid token", "the value of the cookie csrftoken")
        case exceptions.PermissionDenied():
            return sentence, [Problem("user", request.user.get_username(), "somebody with that permission")]
        case _:
            return sentence, []
    return found.sentence(), [found]


def _credentials(error: Any) -> str:
    basic = str(getattr(error, "auth_header", "")).startswith("Basic")
    return "Basic <name:password in base64>" if basic else "Token <token>, which POST /api/v1/token/ gives"
