"""What a check finds, and what a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction: in which record, by which rule, what was found and what the rule expects."""

    rule: str
    kind: str
    record: str
    got: str
    expected: str

    def sentence(self) -> str:
        return f"{self.kind} {self.record}: {self.rule}: got {self.got}, expected {self.expected}."

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


#: What a rule's function yields: record, got, expected; the rest of the finding is the rule's.
Found = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, what holds in a sound archive, the kind of record that it speaks of, and how it is checked."""

    name: str
    holds: str
    kind: str
    find: Callable[[], Iterable[Found]]

    def findings(self) -> Iterator[Finding]:
        """All that breaks the rule, in the order of the records' keys."""
        for record, got, expected in self.find():
            yield Finding(self.name, self.kind, record, got, expected)
