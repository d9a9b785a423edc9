"""What a serializer found wrong in a body, as problems that say what was got and what is expected."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ErrorDetail
from rest_framework.serializers import CharField, IntegerField, SlugField, URLField

from archive.exceptions import Problem
from archive.sql.suggestions import suggest_word

_EXPECTED = {
    "required": "a value: the field is required",
    "null": "a value, not null",
    "blank": "a text that is not blank",
    "null_characters_not_allowed": "text without null characters",
    "not_a_list": "a list of slugs",
}
_KINDS = {
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


def problems(serializer: Any, data: Any) -> list[Problem]:
    """Of a serializer that is not valid, with the body that it was given."""
    return list(_problems(serializer.errors, data, serializer.fields, ""))


def _problems(errors: Any, data: Any, fields: Any, path: str) -> Any:
    for name, found in errors.items():
        where = f"{path}{name}"
        got = data.get(name) if isinstance(data, dict) else data
        field = fields.get(name)
        for one in found:
            yield _problem(one, where, got, field)


def _problem(error: ErrorDetail, where: str, got: Any, field: Any) -> Problem:
    code: Any = error.code
    if isinstance(code, Problem):
        return Problem(where, code.got, code.expected, code.suggestion)
    shown = "" if got is None else str(got)[:120]
    if code == "invalid_choice":
        choices = [str(choice) for choice in field.choices]
        return Problem(where, shown, f"one of {', '.join(choices)}", suggest_word(shown, choices))
    return Problem(where, shown, _expected(code, field) or str(error).rstrip("."))


def _expected(code: str, field: Any) -> str:
    if code == "invalid":
        return next((said for kind, said in _KINDS.items() if isinstance(field, kind)), "")
    if code in _BOUNDS:
        return _BOUNDS[code].format(getattr(field, code))
    return _EXPECTED.get(code, "")
