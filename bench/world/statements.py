"""Rows of statements, their speech acts and the outcomes of these."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from archive.choices import ANSWERABLE_KINDS
from bench.world.chance import Weighted
from bench.world.events import Happened
from bench.world.people import People
from bench.world.tables import Tables
from bench.world.timeline import Timeline, edtf, iso
from bench.world.words import Words

STATEMENTS_AN_EVENT = 5
_KINDS = Weighted({"press_statement": 30, "briefing": 20, "remark": 15, "speech": 10, "interview": 8, "note": 5,
                   "press_conference": 7, "joint_statement": 3, "media_report": 2})  # fmt: skip
_ATTRIBUTIONS = Weighted({"named": 86, "on_background": 5, "collective": 4, "reported": 3, "anonymous": 2})
_ACTS = Weighted(
    {"assertion": 28, "demand": 10, "commitment": 9, "accusation": 8, "request": 8, "proposal": 7, "rejection": 6,
     "confirmation": 5, "denial": 5, "regret": 4, "announcement": 3, "offer": 2, "threat": 2, "acceptance": 1,
     "deferral": 1, "apology": 1}
)  # fmt: skip
_OUTCOMES = Weighted({"rejected": 35, "fulfilled": 20, "partly_fulfilled": 15, "accepted": 15, "lapsed": 10,
                      "withdrawn": 4, "superseded": 1})  # fmt: skip
_LANGUAGES = Weighted({"en": 50, "ko": 12, "ja": 12, "zh": 12, "fr": 8, "ru": 6})
_MEASURE_EVERY = 12


@dataclass(slots=True)
class Statements:
    """Makes the rows of the statements of each event."""

    tables: Tables
    timeline: Timeline
    people: People
    random: Random
    words: Words
    topics: int
    sources: int

    def of(self, happened: Happened) -> None:
        """The statements made at, or soon after, an event."""
        answerable: list[int] = []
        first = self.tables.act.last + 1
        for number in range(STATEMENTS_AN_EVENT):
            answerable += self._statement(happened, number)
        for act in answerable:
            if self.random.random() < 1 / 3:
                self._outcome(happened, act, first)

    def _statement(self, happened: Happened, number: int) -> list[int]:
        """Make a statement; gives the ids of its speech acts that call for an answer."""
        tables, random, words = self.tables, self.random, self.words
        side = number % 2 if random.random() < 0.8 else random.randrange(2)
        day = happened.day + (0 if random.random() < 0.7 else random.randint(1, 10))
        attribution = _ATTRIBUTIONS.draw(random)
        speaker = happened.speakers[side] if attribution in ("named", "reported") else None
        message, country = words.thing(), happened.countries[side]
        who = self.people.names(speaker)[0][0] if speaker is not None else country.name
        quoted = random.random() < 0.3
        whose = self.people.slug(speaker) if speaker is not None else country.slug
        slug = f"{iso(day)}-{whose}-{tables.statement.last + 1}"
        statement = tables.statement.add(
            slug=slug,
            status="draft" if random.random() < 0.02 else "published",
            name=f"{who} on {message}",
            summary=words.sentence(),
            text=words.sentences(random.randint(2, 8)) if quoted else "",
            form="verbatim" if quoted else "paraphrase",
            language=_LANGUAGES.draw(random),
            classification=_KINDS.draw(random),
            date=edtf(day, random.randrange(950)),
            attribution=attribution,
            attributed_as="a senior official" if speaker is None else "",
            speaker_id=speaker,
            body_id=country.organs + random.randrange(4) if speaker is None or random.random() < 0.5 else None,
            occasion_id=happened.event if random.random() < 0.5 else None,
        )
        self._links(happened, statement, number, speaker, day)
        return self._acts(happened, statement, slug, 1 - side)

    def _links(self, happened: Happened, statement: int, number: int, speaker: int | None, day: int) -> None:
        tables, random = self.tables, self.random
        for held in self.people.in_office(speaker, day) if speaker is not None else ():
            tables.capacities.add(statement_id=statement, appointment_id=held)
        if random.random() < 0.6:
            tables.about_events.add(statement_id=statement, event_id=happened.event)
        if statement % _MEASURE_EVERY == 0:
            measure = random.randint(1, tables.measure.last)
            tables.about_measures.add(statement_id=statement, measure_id=measure)
        if number and random.random() < 0.15:
            tables.replies.add(from_statement_id=statement, to_statement_id=statement - random.randint(1, number))
        if random.random() < 0.5:
            topic = 1 + int(self.topics * random.random() ** 1.5)
            tables.statement_topics.add(statement_id=statement, topic_id=topic)
        if random.random() < 0.6:
            tables.citation.add(
                source_id=random.randint(1, self.sources), statement_id=statement, locator=f"p. {random.randint(1, 90)}"
            )

    def _acts(self, happened: Happened, statement: int, slug: str, other: int) -> list[int]:
        tables, random = self.tables, self.random
        answerable = []
        for ordinal in range(1, random.choice((1, 2, 2, 3)) + 1):
            kind = _ACTS.draw(random)
            act = tables.act.add(
                slug=f"{slug}-{ordinal}",
                statement_id=statement,
                ordinal=ordinal,
                kind=kind,
                text=self.words.sentence(),
                condition=self.words.thing() if random.random() < 0.08 else "",
                about_event_id=happened.event if random.random() < 0.4 else None,
            )
            if random.random() < 0.7:
                tables.addressee_bodies.add(speechact_id=act, body_id=happened.countries[other].id)
            elif random.random() < 0.2:
                tables.addressee_officials.add(speechact_id=act, official_id=happened.speakers[other])
            if random.random() < 0.03:
                tables.citation.add(source_id=random.randint(1, self.sources), speech_act_id=act, locator="p. 1")
            if kind in ANSWERABLE_KINDS:
                answerable.append(act)
        return answerable

    def _outcome(self, happened: Happened, act: int, first: int) -> None:
        """Make the outcome of a speech act: an event soon after, an act of the same exchange, or none."""
        random, timeline = self.random, self.timeline
        later = random.randint(1, 60)
        answer = None
        if random.random() < 0.3:
            answer = random.randint(first, self.tables.act.last)
        event = timeline.near(happened.place, later, happened.event) if answer is None else None
        self.tables.outcome.add(
            speech_act_id=act,
            date=iso(timeline.day(min(happened.place + later, timeline.events - 1))),
            kind=_OUTCOMES.draw(random),
            event_id=event,
            answer_id=answer if answer != act else None,
        )
