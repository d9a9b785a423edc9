"""The state of a speech act at the end of a day: the outcome, how long it was open, and what uncertain dates allow.

The state is that of the filters ``state`` and ``state_on``: the last outcome that certainly lies by then, else open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from archive.choices import ANSWERABLE_KINDS, State
from archive.dates import PartialDate


@dataclass(frozen=True, slots=True)
class ActState:
    """The state of an act on a day; ``state`` is empty for a kind that calls for no answer.

    ``outcome`` is the one that decides the state. ``possible`` are outcomes that may lie by then, or later. ``is_said``
    is false if the act may be of a later day.
    """

    state: str
    outcome: Any
    possible: tuple[Any, ...]
    is_said: bool
    #: The fewest and the most days that it was open by then; the most are None where its date has no known start.
    days_open: tuple[int, int | None] | None

    @property
    def is_certain(self) -> bool:
        return self.is_said and not self.possible

    @property
    def label(self) -> str:
        return str(State(self.state).label) if self.state else ""

    @property
    def days_in_words(self) -> str:
        """The days open, such as "12", "3 to 40" or "at least 3"; empty for a kind that calls for no answer."""
        if self.days_open is None:
            return ""
        fewest, most = self.days_open
        if most is None and not fewest:
            return gettext("not known")
        if most is None:
            return gettext("at least {days:,}").format(days=fewest)
        if fewest == most:
            return f"{fewest:,}"
        return gettext("{fewest:,} to {most:,}").format(fewest=fewest, most=most)


def act_state_on_day(act: Any, outcomes: Iterable[Any], day: date) -> ActState:
    """The state of an act, with its statement and all its visible outcomes, at the end of a day."""
    said = act.statement.date
    is_said = said.latest is not None and said.latest <= day
    if act.kind not in ANSWERABLE_KINDS:
        return ActState("", None, (), is_said, None)
    rows = sorted(outcomes, key=lambda outcome: (outcome.date.sort, outcome.pk))
    by_then = [row for row in rows if row.date.latest is not None and row.date.latest <= day]
    possible = [row for row in rows if row not in by_then and (row.date.earliest is None or row.date.earliest <= day)]
    outcome = by_then[-1] if by_then else None
    state = str(outcome.kind) if outcome else str(State.OPEN.value)
    return ActState(state, outcome, tuple(possible), is_said, _days_open(said, [*by_then, *possible], day))


def _days_open(said: PartialDate, outcomes: list[Any], day: date) -> tuple[int, int | None]:
    """The fewest and the most days from when it was said to its first outcome, or to the day."""
    first_end = min((row.date.earliest or date.min for row in outcomes), default=day)
    last_end = min((row.date.latest or date.max for row in outcomes), default=day)
    last_start = min(said.latest or day, day)
    fewest = max((min(first_end, day) - last_start).days, 0)
    if said.earliest is None:
        return fewest, None
    return fewest, max((min(last_end, day) - said.earliest).days, fewest)
