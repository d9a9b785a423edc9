"""Dates of the made-up events by a formula: the date of any event is computed without a list of them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from math import gcd

from bench.world.chance import mix

FIRST, LAST = date(1945, 1, 1).toordinal(), date(2025, 12, 31).toordinal()
_SPAN = LAST - FIRST
_JITTER = 20


class Timeline:
    """``events`` events, numbered from 1 as they are entered, each at a place from 0 in the order of time.

    Archivists don't enter events in the order of time, so neighbours in time are not neighbours on the disk. Recent
    years are denser than early ones.
    """

    def __init__(self, events: int, seed: int) -> None:
        self.events, self.seed = events, seed
        step = max(1, int(events * 0.618))
        while gcd(step, events) != 1:
            step += 1
        self._step, self._back = step, pow(step, -1, events)

    def place(self, event: int) -> int:
        return (event - 1) * self._step % self.events

    def event_at(self, place: int) -> int:
        return place * self._back % self.events + 1

    def near(self, place: int, distance: int, before: int) -> int | None:
        """The event so many places later (earlier where negative), if it was entered before that event."""
        other = place + distance
        if not 0 <= other < self.events:
            return None
        event = self.event_at(other)
        return event if event < before else None

    def day(self, place: int) -> int:
        """The ordinal of the (first) day of the event at that place."""
        usual = FIRST + int(_SPAN * ((place + 0.5) / self.events) ** 0.5)
        return min(LAST, max(FIRST, usual + mix(self.seed, place) % (2 * _JITTER) - _JITTER))

    def place_of(self, day: int) -> int:
        """The approximate place of the events of that day."""
        return min(self.events - 1, int(self.events * (max(0, day - FIRST) / _SPAN) ** 2))

    def date(self, place: int) -> str:
        """The event's date in EDTF."""
        return edtf(self.day(place), mix(self.seed, place, 1) % 1000)


def edtf(day: int, draw: int) -> str:
    """A date in EDTF by a number from 0 to 999: mostly a day, sometimes a vaguer date."""
    if draw < 920:
        return iso(day)
    if draw < 960:
        return iso(day)[:7]
    if draw < 975:
        return iso(day)[:4]
    if draw < 990:
        return f"{iso(day)}/{iso(day + 1 + draw % 3)}"
    return f"{iso(day)}~"


@lru_cache(maxsize=32_768)
def iso(day: int) -> str:
    return date.fromordinal(day).isoformat()
