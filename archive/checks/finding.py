"""Rules and their findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from archive.checks.scope import Scope

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WHOLE_ARCHIVE = Scope()


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction: the record, the rule that it violates, what the record says and what the rule expects."""

    rule: str
    kind: str
    record: str
    got: str
    expected: str

    def sentence(self) -> str:
        return f"{self.kind} {self.record}: {self.rule}: got {self.got}, expected {self.expected}."

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


#: (record, got, expected)
Violation = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, what holds in a consistent archive, the kind of record, and the function that checks it.

    ``field`` is the field, or the relation with the parts, of the record's form that has the value in question.
    """

    name: str
    holds: str | _StrPromise
    kind: str
    find: Callable[[Scope], Iterable[Violation]]
    field: str = ""

    def findings(self, scope: Scope = WHOLE_ARCHIVE) -> Iterator[Finding]:
        """The rule's violations in the scope, in the order of the records' keys."""
        for record, got, expected in self.find(scope):
            yield Finding(self.name, self.kind, record, got, expected)
