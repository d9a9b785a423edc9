"""Entries of errors in GraphQL responses: message, path and locations, and ``extensions.code`` for programs."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any

from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLError, print_ast

from archive.exceptions import ArchiveError, Problem, expected_in, printable
from archive.graphql.enums import order_name

#: What a filter of some kinds of records expects, as a parameter of REST.
_KIND_PARAM = re.compile(r"kind=([A-Z_]+(?:, [A-Z_]+)*)")
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
    elif code == "BAD_INPUT" and "errors" not in extensions and error.nodes:
        # Of graphql-core: an argument whose variable has no value, or one that its type excludes.
        node = error.nodes[0]
        name = getattr(getattr(node, "name", None), "value", None) or print_ast(node)
        extensions["errors"] = [
            Problem(printable(name), printable(print_ast(node)), expected_in(error.message)).as_dict()
        ]
    elif original is not None and not isinstance(original, GraphQLError):
        log.error("GraphQL failed", exc_info=original)
        entry["message"] = "The archive could not answer this field. Try again in a moment."
        extensions = {"code": "INTERNAL"}
    return {**entry, "extensions": extensions}


def error_entry(message: str, code: str) -> dict[str, Any]:
    """The entry of an error without path and locations."""
    return {"message": message, "extensions": {"code": code}}


def camel_case_problem(problem: Problem) -> Problem:
    """The problem with the argument's name and the values of enums as GraphQL documents spell them."""
    name = to_camel_case(problem.field)
    if problem.field == "order_by":
        return replace(problem, field=name, got=order_name(problem.got), suggestion=order_name(problem.suggestion))
    if not problem.words:
        return replace(problem, field=name)
    if name in ("after", "before"):
        [order] = problem.words
        return replace(
            problem, field=name, expected=problem.expected.replace(f" by {order})", f" by {order_name(order)})")
        )
    got, expected, suggestion = (
        _enum_values(text, problem.words) for text in (problem.got, problem.expected, problem.suggestion)
    )
    return replace(
        problem, field=name, got=got, expected=_KIND_PARAM.sub(r"kind: [\1]", expected), suggestion=suggestion
    )


def _enum_values(text: str, words: tuple[str, ...]) -> str:
    """The text with these words of vocabularies as values of enums: ``PRESS_STATEMENT``."""
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(rf"(?<![\w-])(?:{pattern})(?![\w-])", lambda match: match[0].upper().replace("-", "_"), text)
