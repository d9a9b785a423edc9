"""Officials, one per 25 statements: their states, appointments, and the speakers of a year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from django.utils.text import slugify

from bench.world.catalogue import OFFICES_A_STATE, Country
from bench.world.chance import mix
from bench.world.spellings import Spelling, spellings
from bench.world.timeline import LAST, Timeline

STATEMENTS_AN_OFFICIAL = 25
#: How long a career lasts, in days.
CAREER = 2_900


@dataclass(frozen=True, slots=True)
class Held:
    """An appointment: its id, its office, and from which day until which (None: still)."""

    id: int
    office: int
    start: int
    end: int | None
    nominee: bool


class People:
    """``number`` officials, numbered from 1 in the order in which their careers began."""

    def __init__(self, timeline: Timeline, statements: int, countries: list[Country]) -> None:
        self.timeline, self.seed = timeline, timeline.seed
        self.number = max(4, statements // STATEMENTS_AN_OFFICIAL)
        self._countries = countries
        self._cached_held = lru_cache(maxsize=8_192)(self._held)
        self._cached_names = lru_cache(maxsize=8_192)(self._names)

    def country(self, official: int) -> Country:
        """The state of an official: large states have many, small states few."""
        draw = mix(self.seed, official, 12) % 10_000 / 10_000
        return self._countries[int(len(self._countries) * draw**2)]

    def names(self, official: int) -> list[Spelling]:
        return self._cached_names(official)

    def slug(self, official: int) -> str:
        return f"{slugify(self.names(official)[0][0]) or 'official'}-{official}"

    def held(self, official: int) -> tuple[Held, ...]:
        """One, two or three appointments; the third beside the others."""
        return self._cached_held(official)

    def in_office(self, official: int, day: int) -> list[int]:
        """The appointments in which they spoke that day."""
        return [
            item.id for item in self.held(official)
            if not item.nominee and item.start <= day and (item.end is None or day <= item.end)
        ]  # fmt: skip

    def speaker(self, random: Random, place: int) -> int:
        """A speaker of that time: each 20th official speaks often, each 400th very often."""
        timeline = self.timeline
        first = timeline.place_of(timeline.day(place) - CAREER) * self.number // timeline.events
        last = place * self.number // timeline.events
        number = random.randint(min(first, max(0, last - 5)), last)
        draw = random.random()
        step = 20 if draw < 0.4 else 400 if draw < 0.45 else 1
        return max(first, number - number % step) + 1

    def _names(self, official: int) -> list[Spelling]:
        return spellings(self.seed, official, self.country(official).code)

    def _held(self, official: int) -> tuple[Held, ...]:
        trios, more = divmod(official - 1, 3)
        first = 6 * trios + more * (more + 1) // 2 + 1
        start = self.timeline.day((official - 1) * self.timeline.events // self.number) - 60
        spans = [(0, CAREER)] if more == 0 else [(0, 1_500), (1_500, CAREER), (700, 2_200)][: more + 1]
        country = self.country(official)
        return tuple(
            Held(
                first + number,
                country.offices + mix(self.seed, official, number) % OFFICES_A_STATE,
                start + begins,
                start + ends if start + ends <= LAST else None,
                mix(self.seed, official, number, 1) % 50 == 0,
            )
            for number, (begins, ends) in enumerate(spans)
        )
