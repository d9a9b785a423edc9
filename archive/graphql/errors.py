"""Entries of errors in GraphQL responses: message, path and locations, and ``extensions.code`` for programs."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLError

from archive.exceptions import ArchiveError, Problem
from archive.graphql.enums import order_name

log = logging.getLogger(__name__)


class RejectedOperation(Exception):
    """A document or operation that is not executed; ``entries`` are the errors of the response, which has no data."""

    def __init__(self, entries: list[dict[str, Any]]) -> None:
        self.entries = entries
        super().__init__(entries[0]["message"])


def format_error(error: GraphQLError, code: str) -> dict[str, Any]:
    """The error's entry in the response. Unexpected exceptions are logged, and their text is not shown."""
    entry: dict[str, Any] = dict(error.formatted)
    original = error.original_error
    extensions = {"code": code, **(error.extensions or {})}
    if isinstance(original, ArchiveError):
        problems = [camel_case_problem(problem) for problem in original.problems]
        entry["message"] = " ".join(problem.sentence() for problem in problems)
        extensions = {"code": original.code, "errors": [problem.as_dict() for problem in problems]}
    elif original is not None and not isinstance(original, GraphQLError):
        log.error("GraphQL failed", exc_info=original)
        entry["message"] = "The archive could not answer this field. Try again in a moment."
        extensions = {"code": "INTERNAL"}
    return {**entry, "extensions": extensions}


def error_entry(message: str, code: str) -> dict[str, Any]:
    """The entry of an error without path and locations."""
    return {"message": message, "extensions": {"code": code}}


def camel_case_problem(problem: Problem) -> Problem:
    """The problem with the argument's name, and the enum values of an order, as GraphQL documents spell them."""
    name = to_camel_case(problem.field)
    if problem.field != "order_by":
        return replace(problem, field=name)
    return replace(problem, field=name, got=order_name(problem.got), suggestion=order_name(problem.suggestion))
