"""Additional rows of every type linked to the first dossier, for tests of growth."""

from __future__ import annotations

from archive.dates import PartialDate
from archive.models import (
    Appointment,
    Body,
    Citation,
    Dossier,
    DossierEntry,
    Event,
    Measure,
    Name,
    Office,
    Official,
    Participation,
    Relation,
    Source,
    SpeechAct,
    Statement,
    Topic,
)


def add_rows(number: int) -> None:
    """So many published records of each kind, each with parts of its own."""
    korea, event = Body.objects.get(iso3166="KR"), Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")
    probe = Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")
    day, dossier = PartialDate.parse("2019-07-12"), Dossier.objects.get(slug="japan-south-korea-export-controls")
    for count in range(number):
        slug = f"more-{count:03}"
        base = {"slug": slug, "status": "published"}
        named = {**base, "name": f"More export {count}"}
        topic = Topic.objects.create(**named, parent=Topic.objects.get(slug="export-controls"))
        body = Body.objects.create(**named, kind="government_organ", parent=korea)
        official = Official.objects.create(**named, state=korea)
        Name.objects.create(official=official, text=slug, scheme="press")
        office = Office.objects.create(**named, body=body)
        held = Appointment.objects.create(**base, official=official, office=office, start=PartialDate.parse("2018"))
        more = Event.objects.create(**named, classification="meeting", date=day, part_of=event)
        more.topics.add(topic)
        Participation.objects.create(event=more, official=official, role="actor")
        Relation.objects.create(from_event=more, kind="refers_to", to_event=event)
        Relation.objects.create(from_event=event, kind="refers_to", to_event=more)
        measure = Measure.objects.create(**named, instrument="sanction", in_force=PartialDate.parse("2019/.."))
        measure.imposers.add(body)
        statement = Statement.objects.create(
            **named, classification="note", date=day, attribution="named", speaker=official, body=body, occasion=event
        )
        statement.capacities.add(held)
        statement.about_events.add(event, more)
        statement.in_reply_to.add(probe)
        act = SpeechAct.objects.create(statement=statement, ordinal=1, kind="demand", text=slug)
        act.addressee_bodies.add(korea)
        source = Source.objects.create(**base, title=slug, publisher=body)
        Citation.objects.create(source=source, statement=statement)
        Citation.objects.create(source=source, event=event)
        Dossier.objects.create(**named)
        DossierEntry.objects.create(dossier=dossier, position=2000 + count, statement=statement)
