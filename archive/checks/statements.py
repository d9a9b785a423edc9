"""Rules for statements, their speech acts and their sources."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef

from archive.checks.date_conditions import disjoint_at_places, is_certain, marked, reversed_at_places, reversed_pairs
from archive.checks.finding import Violation
from archive.checks.scope import Scope
from archive.choices import ANSWERABLE_KINDS, AppointmentMode, Attribution, Stance
from archive.in_office import BODY, TERM, may_run_at
from archive.models import Appointment, Citation, Outcome, Source, Statement


def speaker_without_office(scope: Scope) -> Iterator[Violation]:
    """Statements by an official who certainly held no office on the date."""
    held = Appointment.objects.filter(official=OuterRef("speaker"))
    rows = (
        scope.rows(Statement)
        .filter(speaker__isnull=False)
        .exclude(may_run_at("date", held, doubtful=marked, spans=(TERM, BODY)))
    )
    columns = rows.order_by("slug").values_list("slug", "speaker", "speaker__slug", "date")
    for slug, speaker, name, date in scope.read(columns):
        if is_certain(date):
            yield slug, f"{name} on {date}, who held {_offices(speaker)}", "an appointment in force on that date"


def capacity_not_in_force(scope: Scope) -> Iterator[Violation]:
    """Capacities that certainly were not held on the statement's date, or never."""
    held = Appointment.objects.filter(pk=OuterRef("appointment"))
    links = scope.rows(Statement.capacities.through).exclude(may_run_at("statement__date", held, doubtful=marked))
    columns = ("statement__slug", "appointment__slug", "statement__date", "appointment__mode", "appointment__start",
             "appointment__end", "appointment__official__died", "appointment__office__body__existed")  # fmt: skip
    for slug, capacity, day, mode, *span in scope.read(links.order_by(*columns[:2]).values_list(*columns)):
        if mode == AppointmentMode.NOMINEE:
            yield slug, f"the capacity {capacity}, named but never taken up", "an appointment that was taken up"
        elif is_certain(day):
            yield slug, f"the capacity {capacity}, {_span(*span)}", f"an appointment in force on {day}"


def capacity_of_another(scope: Scope) -> Iterator[Violation]:
    """Capacities that are somebody else's."""
    links = scope.rows(Statement.capacities.through).exclude(appointment__official=F("statement__speaker"))
    columns = ("statement__slug", "appointment__slug", "appointment__official__slug", "statement__speaker__slug")
    for slug, capacity, owner, speaker in scope.read(links.order_by(*columns[:2]).values_list(*columns)):
        wanted = f"one of the speaker, {speaker}" if speaker else "none, as there is no speaker"
        yield slug, f"the capacity {capacity} of {owner}", wanted


def reply_before_statement(scope: Scope) -> Iterator[Violation]:
    """Statements in reply to a later one."""
    links = scope.rows(Statement.in_reply_to.through)
    keys = ("from_statement__slug", "to_statement__slug")
    for answered, date, slug, other in reversed_at_places(
        scope, links, "to_statement__date", "from_statement__date", *keys
    ):
        yield slug, f"{date}, in reply to {other} of {answered}", f"a date not before {answered}"


def statement_outside_its_occasion(scope: Scope) -> Iterator[Violation]:
    """Statements made on another day than the event at which they were made."""
    for date, held, slug, event in disjoint_at_places(
        scope, scope.rows(Statement), "date", "occasion__date", "slug", "occasion__slug"
    ):
        yield slug, f"{date}, made at {event} of {held}", f"a date that may lie in {held}"


def speaker_not_alive(scope: Scope) -> Iterator[Violation]:
    """Named statements dated before their speaker's birth or after their death."""
    rows = scope.rows(Statement).filter(attribution=Attribution.NAMED)
    for born, date, slug, name in reversed_pairs(scope, rows, "speaker__born", "date", "slug", "speaker__slug"):
        yield slug, f"{date}, spoken by {name}, born {born}", f"a date not before {born}"
    for date, died, slug, name in reversed_pairs(scope, rows, "date", "speaker__died", "slug", "speaker__slug"):
        yield slug, f"{date}, spoken by {name}, died {died}", f"a date not after {died}"


def _offices(official: int) -> str:
    """The offices of one official in a few words, the latest first."""
    held = Appointment.objects.filter(official=official).exclude(mode=AppointmentMode.NOMINEE)
    columns = ("slug", "start", "end", "official__died", "office__body__existed")
    offices = held.order_by("-start_sort", "slug").values_list(*columns)[:3]
    return "; ".join(f"{slug} {_span(*span)}" for slug, *span in offices) or "no office that the archive knows"


def _span(start: object, end: object, died: object, existed: object) -> str:
    """How long an appointment ran; where its end is not known, also what ends it at the latest."""
    span = f"from {start or 'an unknown day'} to {end or 'an unknown day'}"
    if end is None and died is not None:
        span += f" (died {died})"
    if existed is not None and (end is None or start is None):
        span += f" (in a body that existed {existed})"
    return span


_OUTCOME_KEY = ("speech_act__slug", "date")
_STATEMENT_DATE = "speech_act__statement__date"


def outcome_before_its_speech_act(scope: Scope) -> Iterator[Violation]:
    """Outcomes dated before the words."""
    for statement_date, date, slug in reversed_at_places(
        scope, scope.rows(Outcome), _STATEMENT_DATE, "date", "speech_act__slug"
    ):
        yield (
            f"{slug} ({date})",
            f"an outcome on {date} of words of {statement_date}",
            f"a date not before {statement_date}",
        )


def outcome_before_what_brought_it(scope: Scope) -> Iterator[Violation]:
    """Outcomes dated before the event or the answer by which they came about."""
    for by, path in (("event", "event__date"), ("answer", "answer__statement__date")):
        rows = reversed_at_places(scope, scope.rows(Outcome), path, "date", "speech_act__slug", f"{by}__slug")
        for happened, date, slug, other in rows:
            yield f"{slug} ({date})", f"{date}, by {other} of {happened}", f"a date not before {happened}"


def outcome_by_something_earlier(scope: Scope) -> Iterator[Violation]:
    """Outcomes by an event or an answer that lies before the words."""
    for by, path in (("event", "event__date"), ("answer", "answer__statement__date")):
        rows = reversed_at_places(
            scope, scope.rows(Outcome), _STATEMENT_DATE, path, "speech_act__slug", f"{by}__slug", "date"
        )
        for statement_date, happened, slug, other, date in rows:
            yield f"{slug} ({date})", f"{other} of {happened}", f"something not before the words, of {statement_date}"


def outcome_without_a_question(scope: Scope) -> Iterator[Violation]:
    """Outcomes of speech acts that call for no answer."""
    wanted = ", ".join(sorted(str(kind) for kind in ANSWERABLE_KINDS))
    rows = scope.rows(Outcome).exclude(speech_act__kind__in=ANSWERABLE_KINDS).order_by("speech_act__slug", "date_sort")
    for slug, date, kind in scope.read(rows.values_list(*_OUTCOME_KEY, "speech_act__kind")):
        yield f"{slug} ({date})", f"an outcome of the kind {kind}", f"one of {wanted}"


def accessed_before_it_was_published(scope: Scope) -> Iterator[Violation]:
    """Sources last looked at before they were published."""
    for published, retrieved, slug in reversed_pairs(scope, scope.rows(Source), "published", "retrieved", "slug"):
        yield slug, f"retrieved {retrieved}, published {published}", f"retrieved not before {published}"


def reported_before_it_was_said(scope: Scope) -> Iterator[Violation]:
    """Sources that support a statement made more than a day after they were published."""
    rows = scope.rows(Citation).filter(stance=Stance.SUPPORTS, statement__isnull=False)
    # A paper west of where the words were said may carry the date of the day before.
    for statement_date, published, slug, source in reversed_at_places(
        scope, rows, "statement__date", "source__published", "statement__slug", "source__slug"
    ):
        yield (
            f"{slug} by {source}",
            f"published {published}, of words of {statement_date}",
            f"published not before {statement_date}",
        )
