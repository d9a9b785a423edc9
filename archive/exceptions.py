"""Errors about input, with their parts as attributes.

REST, GraphQL, web and admin turn the errors into responses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext

#: The problems of one request that are named; a client that sends thousands of names gets no answer of megabytes.
MAX_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem with an input: the field, what it got, what it expected, and a suggestion.

    ``words`` are those of a vocabulary that may be among the parts, which GraphQL spells as values of an enum.
    """

    field: str
    got: str
    expected: str
    suggestion: str = ""
    words: tuple[str, ...] = ()

    def sentence(self) -> str:
        """The problem in the active language, as far as its parts are."""
        text = gettext("{field}: got '{got}', expected {expected}.")
        return text.format(field=self.field, got=self.got, expected=self.expected) + did_you_mean(self.suggestion)

    def as_dict(self) -> dict[str, str]:
        """The parts that are for the client, without an empty suggestion."""
        parts = {"field": self.field, "got": self.got, "expected": self.expected, "suggestion": self.suggestion}
        return {key: value for key, value in parts.items() if value or key != "suggestion"}


def did_you_mean(suggestion: str) -> str:
    """A question with a space before it, in the active language; empty without a suggestion."""
    return " " + gettext("Did you mean '{suggestion}'?").format(suggestion=suggestion) if suggestion else ""


def printable(text: str, limit: int = 64) -> str:
    """The text for an error message: truncated, with control characters escaped."""
    truncated = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in truncated)


def expected_in(sentence: str) -> str:
    """The expectation in a message ("...: got this, expected that."), or the whole message if it has none."""
    return sentence.rstrip(".").rpartition("expected ")[2]


class ArchiveError(Exception):
    """Base class; ``problems`` lists the problems of the input, the first ``MAX_PROBLEMS`` of them."""

    code = "BAD_INPUT"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(islice(problems, MAX_PROBLEMS))
        super().__init__(" ".join(problem.sentence() for problem in self.problems))


class NotFoundError(ArchiveError):
    """No record with this slug exists that the user may see."""

    code = "NOT_FOUND"


class FilterError(ArchiveError):
    """A filter's name or value is invalid."""


class ReadConflictError(ArchiveError):
    """A filter named no visible record when the rows were read, and a visible one when it was checked after."""

    code = "READ_CONFLICT"

    def __init__(self) -> None:
        super().__init__([])
        text = gettext(
            "A record that a filter names was published or withdrawn while the list was read. Send the request again."
        )
        self.args = (text,)


class CursorError(ArchiveError):
    """A cursor is invalid, or from another list or order."""

    code = "BAD_CURSOR"
