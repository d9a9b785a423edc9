"""Statements: their speakers' offices and lives, and what they answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, OuterRef

from archive.checks.date_conditions import disjoint_at_places, marked, reversed_at_places, reversed_pairs, sure
from archive.checks.finding import Found
from archive.choices import AppointmentMode, Attribution
from archive.in_office import BODY, TERM, may_run_at
from archive.models import Appointment, Statement


def speaker_without_office() -> Iterator[Found]:
    """Statements by an official who surely held no office on the date; ``speaker_not_alive`` speaks of their life."""
    held = Appointment.objects.filter(official=OuterRef("speaker"))
    rows = Statement.objects.filter(speaker__isnull=False).exclude(
        may_run_at("date", held, doubtful=marked, spans=(TERM, BODY))
    )
    shown = rows.order_by("slug").values_list("slug", "speaker", "speaker__slug", "date")
    for slug, speaker, name, date in shown.iterator():
        if sure(date):
            yield slug, f"{name} on {date}, who held {_offices(speaker)}", "an appointment in force on that date"


def capacity_not_in_force() -> Iterator[Found]:
    """Capacities that surely were not held on the statement's date, or never."""
    held = Appointment.objects.filter(pk=OuterRef("appointment"))
    links = Statement.capacities.through.objects.exclude(may_run_at("statement__date", held, doubtful=marked))
    shown = ("statement__slug", "appointment__slug", "statement__date", "appointment__mode", "appointment__start",
             "appointment__end", "appointment__official__died", "appointment__office__body__existed")  # fmt: skip
    for slug, capacity, day, mode, *span in links.order_by(*shown[:2]).values_list(*shown).iterator():
        if mode == AppointmentMode.NOMINEE:
            yield slug, f"the capacity {capacity}, named but never taken up", "an appointment that was taken up"
        elif sure(day):
            yield slug, f"the capacity {capacity}, {_span(*span)}", f"an appointment in force on {day}"


def capacity_of_another() -> Iterator[Found]:
    """Capacities that are somebody else's."""
    links = Statement.capacities.through.objects.exclude(appointment__official=F("statement__speaker"))
    shown = ("statement__slug", "appointment__slug", "appointment__official__slug", "statement__speaker__slug")
    for slug, capacity, owner, speaker in links.order_by(*shown[:2]).values_list(*shown).iterator():
        wanted = f"one of the speaker, {speaker}" if speaker else "none, as there is no speaker"
        yield slug, f"the capacity {capacity} of {owner}", wanted


def reply_before_statement() -> Iterator[Found]:
    """Statements in reply to a later one."""
    links = Statement.in_reply_to.through.objects.all()
    keys = ("from_statement__slug", "to_statement__slug")
    for answered, date, slug, other in reversed_at_places(links, "to_statement__date", "from_statement__date", *keys):
        yield slug, f"{date}, in reply to {other} of {answered}", f"a date not before {answered}"


def statement_outside_its_occasion() -> Iterator[Found]:
    """Statements made on another day than the event at which they were made."""
    for date, held, slug, event in disjoint_at_places(
        Statement.objects.all(), "date", "occasion__date", "slug", "occasion__slug"
    ):
        yield slug, f"{date}, made at {event} of {held}", f"a date that may lie in {held}"


def speaker_not_alive() -> Iterator[Found]:
    """Named statements dated before their speaker's birth or after their death."""
    rows = Statement.objects.filter(attribution=Attribution.NAMED)
    for born, date, slug, name in reversed_pairs(rows, "speaker__born", "date", "slug", "speaker__slug"):
        yield slug, f"{date}, spoken by {name}, born {born}", f"a date not before {born}"
    for date, died, slug, name in reversed_pairs(rows, "date", "speaker__died", "slug", "speaker__slug"):
        yield slug, f"{date}, spoken by {name}, died {died}", f"a date not after {died}"


def _offices(official: int) -> str:
    """The offices of one official in a few words, the latest first."""
    held = Appointment.objects.filter(official=official).exclude(mode=AppointmentMode.NOMINEE)
    shown = ("slug", "start", "end", "official__died", "office__body__existed")
    known = held.order_by("-start_sort", "slug").values_list(*shown)[:3]
    return "; ".join(f"{slug} {_span(*span)}" for slug, *span in known) or "no office that the archive knows"


def _span(start: Any, end: Any, died: Any, existed: Any) -> str:
    """How long an appointment ran; where its end is not known, also what ends it at the latest."""
    span = f"from {start or 'an unknown day'} to {end or 'an unknown day'}"
    if end is None and died is not None:
        span += f" (died {died})"
    if existed is not None and (end is None or start is None):
        span += f" (in a body that existed {existed})"
    return span
