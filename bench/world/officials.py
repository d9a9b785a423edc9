"""Rows of officials, their names, appointments, identifiers and sources."""

from __future__ import annotations

from random import Random

from bench.world.chance import mix
from bench.world.people import Held, People
from bench.world.tables import Tables
from bench.world.timeline import FIRST, edtf


def official(tables: Tables, people: People, random: Random, sources: int) -> None:
    """The next official."""
    number = tables.official.last + 1
    usual, *_ = names = people.names(number)
    held = people.held(number)
    born = max(FIRST, held[0].start) - 13_000 - mix(people.seed, number, 13) % 9_000
    family, _, value = usual[0].partition(" ") if usual[1] in ("ko", "zh") else usual[0].rpartition(" ")[::-1]
    status = "draft" if random.random() < 0.02 else "published"
    tables.official.add(
        slug=people.slug(number),
        status=status,
        name=usual[0],
        sort_name=f"{family}, {value}",
        born=edtf(born, random.randrange(1_000)) if random.random() < 0.8 else None,
        died=edtf(born + 29_000, random.randrange(980)) if born < 700_000 and random.random() < 0.5 else None,
        state_id=people.country(number).id,
    )
    for text, language, script, scheme in names:
        tables.name.add(official_id=number, text=text, language=language, script=script, scheme=scheme)
    for term in held:
        _appointment(tables, random, number, people.slug(number), term, sources)
    if random.random() < 0.5:
        tables.identifier.add(scheme="wikidata", value=f"Q{90_000_000 + number}", official_id=number)
    if random.random() < 0.2:
        tables.citation.add(source_id=random.randint(1, sources), official_id=number, locator="p. 1")


def _appointment(tables: Tables, random: Random, number: int, slug: str, held: Held, sources: int) -> None:
    draw = random.random()
    end_state = "ongoing" if held.end is None else "ended" if draw < 0.95 else "unknown"
    tables.appointment.add(
        slug=f"{slug}-{held.id}",
        status="published",
        official_id=number,
        office_id=held.office,
        start=edtf(held.start, random.randrange(970)),
        end=edtf(held.end, random.randrange(970)) if held.end is not None and end_state == "ended" else None,
        end_state=end_state,
        mode="nominee" if held.nominee else "acting" if draw < 0.05 else "substantive",
    )
    if draw < 0.1:
        tables.citation.add(source_id=random.randint(1, sources), appointment_id=held.id, locator="p. 2")
