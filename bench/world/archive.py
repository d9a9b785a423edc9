"""The whole made-up archive, in chunks that can be stored one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from bench.world import catalogue
from bench.world.events import Events
from bench.world.officials import official
from bench.world.people import People
from bench.world.statements import STATEMENTS_AN_EVENT, Statements
from bench.world.tables import Table, Tables
from bench.world.timeline import Timeline
from bench.world.words import Words

_OFFICIALS_A_CHUNK = 2_000
_EVENTS_A_CHUNK = 400
_DOSSIERS, _ENTRIES = 12, 40

Chunk = list[tuple[Table, list[list[Any]]]]


def chunks(events: int, seed: int, tables: Tables, seeded: dict[str, tuple[int, str, str]]) -> Iterator[Chunk]:
    """Rows table by table; a chunk refers to itself and to earlier ones only.

    ``seeded`` gives the id, slug and name of the states that the database has already, by ISO code.
    """
    random = Random(seed)  # made up, not secret
    words, timeline = Words(random), Timeline(events, seed)
    countries = catalogue.countries(tables, seeded)
    topics = catalogue.topics(tables)
    sources = catalogue.sources(tables, countries, timeline, random, words)
    people = People(timeline, events * STATEMENTS_AN_EVENT, countries)
    for number in range(1, people.number + 1):
        official(tables, people, random, sources)
        if number % _OFFICIALS_A_CHUNK == 0:
            yield tables.take()
    happening = Events(tables, timeline, people, random, words, topics, sources)
    speaking = Statements(tables, timeline, people, random, words, topics, sources)
    for number in range(1, events + 1):
        speaking.of(happening.next())
        if number % _EVENTS_A_CHUNK == 0:
            yield tables.take()
    _dossiers(tables, timeline, words)
    yield tables.take()


def _dossiers(tables: Tables, timeline: Timeline, words: Words) -> None:
    """Chunks of time: the events of each, a statement at every third event, and a measure."""
    for number in range(_DOSSIERS):
        dossier = tables.dossier.add(
            slug=f"dossier-{number + 1}", status="published", name=f"Dossier {number + 1}: {words.thing()}",
            introduction=words.sentences(3),
        )  # fmt: skip
        first = number * timeline.events // _DOSSIERS
        last = min(first + _ENTRIES, (number + 1) * timeline.events // _DOSSIERS)
        position = 0
        for place in range(first, last):
            event = timeline.event_at(place)
            tables.entry.add(dossier_id=dossier, position=(position := position + 1), event_id=event)
            if place % 3 == 0:
                statement = event * STATEMENTS_AN_EVENT
                tables.entry.add(dossier_id=dossier, position=(position := position + 1), statement_id=statement)
        tables.entry.add(dossier_id=dossier, position=position + 1, measure_id=number % tables.measure.last + 1)
