"""How a record reads where one is chosen: enough beside its name to tell it from its neighbours."""

from __future__ import annotations

from typing import Any

from django.db import models

from archive.choices import Status
from archive.models import Appointment, Body, Event, Measure, Office, Official, Source, SpeechAct, Statement, Topic
from archive.text import without_direction

#: The relations that a label reads, to be fetched with the record.
_NEEDS: dict[type[models.Model], tuple[str, ...]] = {
    Official: ("state",),
    Office: ("body",),
    Appointment: ("official", "office__body"),
    Source: ("publisher",),
    Topic: ("parent",),
}


def needs(model: type[models.Model]) -> tuple[str, ...]:
    return _NEEDS.get(model, ())


def label(record: Any) -> str:
    """One line, without characters that would turn it round; a record that is not published says so."""
    told = without_direction(_told(record))
    status = getattr(record, "status", Status.PUBLISHED)
    return told if status == Status.PUBLISHED else f"{told} [{Status(status).label}]"


def _told(record: Any) -> str:
    match record:
        case Event() | Statement():
            return f"{record.date} · {record.name}"
        case Measure():
            return f"{record.name} ({record.in_force})" if record.in_force else record.name
        case Official():
            return f"{record.name} ({record.state})" if record.state else record.name
        case Body():
            short = record.iso3166 or record.abbreviation
            return f"{record.name} ({short})" if short else record.name
        case Appointment():
            return f"{record.official}: {record.office}, {_span(record)}"
        case Source():
            beside = ", ".join(str(part) for part in (record.publisher, record.published) if part)
            return f"{record.title} ({beside})" if beside else record.title
        case SpeechAct():
            return f"{record.slug} · {record.get_kind_display()}: {record.text[:80]}"
        case Topic():
            return f"{record.parent} › {record.name}" if record.parent else record.name
        case _:
            return str(record)


def _span(appointment: Appointment) -> str:
    end = str(appointment.end) if appointment.end else appointment.get_end_state_display()
    return f"{appointment.start or 'start not known'} to {end}"
