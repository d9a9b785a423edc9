"""Rows of events, participations and relations; each 50th event is a step of a new measure."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bench.world.catalogue import Country
from bench.world.chance import Weighted, skewed
from bench.world.people import People
from bench.world.tables import Tables
from bench.world.timeline import Timeline, edtf, iso
from bench.world.words import GOODS, PLACES, Words

EVENTS_A_MEASURE = 50
_KINDS = Weighted(
    {"meeting": 20, "announcement": 18, "visit": 10, "decision": 8, "consultation": 8, "incident": 6, "summit": 4,
     "agreement": 6, "request": 4, "proposal": 3, "rejection": 3, "summons": 3, "ruling": 2, "taking_effect": 2,
     "notification": 1, "adjudication": 1, "other": 1}
)  # fmt: skip
_RELATIONS = Weighted({"responds_to": 40, "follows": 25, "refers_to": 15, "retaliates_for": 8, "implements": 6,
                       "announces": 4, "reverses": 2})  # fmt: skip
_INSTRUMENTS = ("sanction", "tariff", "export_licensing", "embargo", "treaty", "other")
_PHASES = ("announced", "effective", "eased", "lifted")
_GOODS = tuple(GOODS)


@dataclass(frozen=True, slots=True)
class Happened:
    """The facts of an event that its statements refer to."""

    event: int
    place: int
    day: int
    speakers: tuple[int, int]
    countries: tuple[Country, Country]


@dataclass(slots=True)
class Events:
    """Makes the rows of events."""

    tables: Tables
    timeline: Timeline
    people: People
    random: Random
    words: Words
    topics: int
    sources: int

    def next(self) -> Happened:
        tables, random, timeline = self.tables, self.random, self.timeline
        number = tables.event.last + 1
        place = timeline.place(number)
        speakers = self.people.speaker(random, place), self.people.speaker(random, place)
        actor, target = (self.people.country(speaker) for speaker in speakers)
        happened = Happened(number, place, timeline.day(place), speakers, (actor, target))
        kind = _KINDS.draw(random)
        tables.event.add(
            slug=f"{iso(happened.day)}-{actor.slug}-{kind.replace('_', '-')}-{number}",
            status="draft" if random.random() < 0.02 else "published",
            name=f"{actor.name}: {kind.replace('_', ' ')} on {self.words.thing()}"[:250],
            summary=self.words.sentences(2),
            classification=kind,
            date=timeline.date(place),
            place=skewed(random, PLACES) if random.random() < 0.7 else "",
            part_of_id=timeline.near(place, random.randint(1, 40), number) if random.random() < 0.05 else None,
        )
        for topic in self._some_topics(2):
            tables.event_topics.add(event_id=number, topic_id=topic)
        self._participations(happened)
        self._citations(number)
        if random.random() < 0.35 and (other := timeline.near(place, -random.randint(1, 60), number)) is not None:
            tables.relation.add(from_event_id=number, kind=_RELATIONS.draw(random), to_event_id=other)
        if number % EVENTS_A_MEASURE == 1:
            self._measure(happened)
        return happened

    def _some_topics(self, most: int) -> list[int]:
        number = self.random.randint(1, most)
        return sorted({1 + int(self.topics * self.random.random() ** 1.5) for _ in range(number)})

    def _participations(self, happened: Happened) -> None:
        add, random, (actor, target) = self.tables.participation.add, self.random, happened.countries
        add(event_id=happened.event, body_id=actor.id, role="actor")
        if target is not actor:
            add(event_id=happened.event, body_id=target.id, role="target" if random.random() < 0.7 else "host")
        if random.random() < 0.4:
            add(event_id=happened.event, official_id=happened.speakers[0], role="actor")
        if random.random() < 0.1:
            add(event_id=happened.event, body_id=actor.organs, role="observer")

    def _citations(self, number: int) -> None:
        add, random = self.tables.citation.add, self.random
        source = random.randint(1, self.sources)
        add(source_id=source, event_id=number, locator=f"p. {random.randint(1, 90)}", quotation=self.words.sentence())
        if random.random() < 0.15:
            disputed = "2 days later" if random.random() < 0.2 else ""
            add(
                source_id=source % self.sources + 1, event_id=number, stance="disputes" if disputed else "supports",
                field="date" if disputed else "", variant_value=disputed,
            )  # fmt: skip

    def _measure(self, happened: Happened) -> None:
        tables, random, (actor, target) = self.tables, self.random, happened.countries
        good = random.choice(_GOODS)
        end = "" if random.random() < 0.2 else ".." if random.random() < 0.2 else None
        until = edtf(happened.day + random.randint(30, 3_000), random.randrange(970)) if end is None else end
        measure = tables.measure.add(
            slug=f"{actor.slug}-{good.replace(' ', '-')}-{tables.measure.last + 1}",
            status="draft" if random.random() < 0.02 else "published",
            name=f"{actor.name} restricts {good} for {target.name}",
            summary=self.words.sentences(2),
            instrument=random.choice(_INSTRUMENTS),
            in_force=f"{iso(happened.day)}/{until}",
        )
        tables.measure_imposers.add(measure_id=measure, body_id=actor.id)
        tables.measure_targets.add(measure_id=measure, body_id=target.id)
        for topic in self._some_topics(1):
            tables.measure_topics.add(measure_id=measure, topic_id=topic)
        for fromkey in dict.fromkeys((good, *random.choices(_GOODS, k=random.randint(0, 2)))):
            tables.good.add(measure_id=measure, name=fromkey, scheme="hs", code=GOODS[fromkey])
        tables.citation.add(source_id=random.randint(1, self.sources), measure_id=measure, locator="whole")
        steps = [happened.event, *(self.timeline.near(happened.place, 30 * far, happened.event) for far in (1, 2, 3))]
        for phase, event in zip(_PHASES, steps, strict=True):
            if event is not None:
                tables.step.add(measure_id=measure, event_id=event, phase=phase)
