"""Errors as clients see them: a sentence, a place, and a code that a program can act on."""

from __future__ import annotations

import logging
from typing import Any

from graphql import GraphQLError

from archive.exceptions import ArchiveError
from archive.graphql.spelling import as_argument

log = logging.getLogger(__name__)


def told(error: GraphQLError, code: str) -> dict[str, Any]:
    """The error in its JSON form. What the domain did not foresee is logged and hidden."""
    shown: dict[str, Any] = dict(error.formatted)
    original = error.original_error
    extensions = {"code": code, **(error.extensions or {})}
    if isinstance(original, ArchiveError):
        problems = [as_argument(problem) for problem in original.problems]
        shown["message"] = " ".join(problem.sentence() for problem in problems)
        extensions = {"code": original.code, "errors": [problem.as_dict() for problem in problems]}
    elif original is not None and not isinstance(original, GraphQLError):
        log.error("GraphQL failed", exc_info=original)
        shown["message"] = "The archive could not answer this field. Try again in a moment."
        extensions = {"code": "INTERNAL"}
    return {**shown, "extensions": extensions}


def plain(message: str, code: str) -> dict[str, Any]:
    """An error without a place."""
    return {"message": message, "extensions": {"code": code}}
