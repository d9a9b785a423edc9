"""Errors of the domain: what, where, got, expected, remedy. Doors turn them into statuses and sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: in which field, what was got, what is expected, what may have been meant."""

    field: str
    got: str
    expected: str
    suggestion: str = ""

    def sentence(self) -> str:
        hint = f" Did you mean '{self.suggestion}'?" if self.suggestion else ""
        return f"{self.field}: got '{self.got}', expected {self.expected}.{hint}"

    def as_dict(self) -> dict[str, str]:
        """The parts, the suggestion left out when there is none."""
        return {key: value for key, value in asdict(self).items() if value or key != "suggestion"}


def expected_in(sentence: str) -> str:
    """What a rule's sentence ("...: got this, expected that.") says is expected; where it says nothing, all of it."""
    return sentence.rstrip(".").rpartition("expected ")[2]


class ArchiveError(Exception):
    """Base of the archive's errors; ``problems`` lists what was wrong."""

    code = "BAD_INPUT"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(problem.sentence() for problem in self.problems))


class NotFoundError(ArchiveError):
    """A record that is named by its slug and that does not exist for the user."""

    code = "NOT_FOUND"


class FilterError(ArchiveError):
    """A filter's name or value that can't be understood."""


class CursorError(ArchiveError):
    """A cursor that is junk, or from another list or order."""

    code = "BAD_CURSOR"
