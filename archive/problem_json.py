"""The body of an error response: RFC 9457 ``application/problem+json``, the same for all that write one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archive.exceptions import Problem

CONTENT_TYPE = "application/problem+json"


def problem_body(status: int, title: str, detail: str, problems: Iterable[Problem] = ()) -> dict[str, Any]:
    """The members of a problem document; ``errors`` lists {field, got, expected, suggestion}."""
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "errors": [problem.as_dict() for problem in problems],
    }
