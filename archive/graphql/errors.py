"""Errors in GraphQL responses: message, path and locations, and ``extensions.code`` for programs."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any

from graphene.utils.str_converters import to_camel_case
from graphql import FieldNode, GraphQLError, located_error

from archive.exceptions import ArchiveError, Problem
from archive.graphql.enums import order_name
from archive.sql import query_tree

log = logging.getLogger(__name__)


class RejectedOperation(Exception):
    """A document or operation that is not executed; ``entries`` are the errors of the response, which has no data."""

    def __init__(self, entries: list[dict[str, Any]]) -> None:
        self.entries = entries
        super().__init__(entries[0]["message"])


class FieldErrors:
    """Errors of planned fields, each with the field's nodes.

    A field with an error is a constant text in the compiled query. After execution ``locate`` finds where it stands in
    the data: once for each row that has the field.
    """

    #: No text of the archive contains a null character.
    _PREFIX = "\x00"

    def __init__(self) -> None:
        self._errors: list[tuple[Exception, list[FieldNode]]] = []
        self._located: list[GraphQLError] = []

    def __bool__(self) -> bool:
        return bool(self._errors or self._located)

    def add(self, error: Exception, nodes: list[FieldNode]) -> query_tree.Constant:
        """The text that stands for the field."""
        self._errors.append((error, nodes))
        return query_tree.Constant(json.dumps(f"{self._PREFIX}{len(self._errors) - 1}"))

    def extend(self, errors: list[GraphQLError]) -> None:
        """Add errors with paths."""
        self._located += errors

    def locate(self, content: object) -> list[GraphQLError]:
        """The errors with their paths, in graphql-core's order; their fields in ``content`` become None."""
        self._replace(content, [])
        return sorted(self._located, key=lambda error: (error.locations or [], error.path or [], error.message))

    def _replace(self, content: Any, path: list[str | int]) -> None:
        for key, value in content.items() if isinstance(content, dict) else enumerate(content):
            if isinstance(value, str) and value.startswith(self._PREFIX):
                error, nodes = self._errors[int(value.removeprefix(self._PREFIX))]
                content[key] = None
                self._located.append(located_error(error, nodes, [*path, key]))
            elif isinstance(value, dict | list):
                self._replace(value, [*path, key])


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
