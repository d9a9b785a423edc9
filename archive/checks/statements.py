"""Rules for statements, their speech acts and their sources."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef

from archive.appointment_conditions import BODY, TERM, may_run_at
from archive.checks.date_conditions import disjoint_at_places, is_certain, marked, reversed_at_places, reversed_pairs
from archive.checks.finding import Violation
from archive.checks.scope import Scope
from archive.checks.sentences import UNKNOWN_DAY, Expected, Got, Offices, PartName, Term
from archive.choices import ANSWERABLE_KINDS, AppointmentMode, Attribution, Stance
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
            got = Got.WITHOUT_OFFICE.format(speaker=name, date=date, offices=_offices(speaker))
            yield slug, got, Expected.IN_FORCE_THEN.value


def capacity_not_in_force(scope: Scope) -> Iterator[Violation]:
    """Capacities that certainly were not held on the statement's date, or never."""
    held = Appointment.objects.filter(pk=OuterRef("appointment"))
    links = scope.rows(Statement.capacities.through).exclude(may_run_at("statement__date", held, doubtful=marked))
    columns = ("statement__slug", "appointment__slug", "statement__date", "appointment__mode", "appointment__start",
             "appointment__end", "appointment__official__died", "appointment__office__body__existed")  # fmt: skip
    for slug, capacity, day, mode, *span in scope.read(links.order_by(*columns[:2]).values_list(*columns)):
        if mode == AppointmentMode.NOMINEE:
            yield slug, Got.CAPACITY_NEVER_HELD.format(capacity=capacity), Expected.TAKEN_UP.value
        elif is_certain(day):
            got = Got.CAPACITY_NOT_IN_FORCE.format(capacity=capacity, term=_term(*span))
            yield slug, got, Expected.IN_FORCE_ON.format(date=day)


def capacity_of_another(scope: Scope) -> Iterator[Violation]:
    """Capacities that are somebody else's."""
    links = scope.rows(Statement.capacities.through).exclude(appointment__official=F("statement__speaker"))
    columns = ("statement__slug", "appointment__slug", "appointment__official__slug", "statement__speaker__slug")
    for slug, capacity, owner, speaker in scope.read(links.order_by(*columns[:2]).values_list(*columns)):
        expected = Expected.OF_SPEAKER.format(speaker=speaker) if speaker else Expected.NO_SPEAKER.value
        yield slug, Got.CAPACITY_OF_ANOTHER.format(capacity=capacity, owner=owner), expected


def reply_before_statement(scope: Scope) -> Iterator[Violation]:
    """Statements in reply to a later one."""
    links = scope.rows(Statement.in_reply_to.through)
    keys = ("from_statement__slug", "to_statement__slug")
    for answered, date, slug, other in reversed_at_places(
        scope, links, "to_statement__date", "from_statement__date", *keys
    ):
        got = Got.IN_REPLY_TO.format(date=date, other=other, other_date=answered)
        yield slug, got, Expected.NOT_BEFORE.format(date=answered)


def statement_outside_its_occasion(scope: Scope) -> Iterator[Violation]:
    """Statements made on another day than the event at which they were made."""
    for date, held, slug, event in disjoint_at_places(
        scope, scope.rows(Statement), "date", "occasion__date", "slug", "occasion__slug"
    ):
        got = Got.MADE_AT.format(date=date, event=event, event_date=held)
        yield slug, got, Expected.DATE_WITHIN.format(date=held)


def speaker_not_alive(scope: Scope) -> Iterator[Violation]:
    """Named statements dated before their speaker's birth or after their death."""
    rows = scope.rows(Statement).filter(attribution=Attribution.NAMED)
    for born, date, slug, name in reversed_pairs(scope, rows, "speaker__born", "date", "slug", "speaker__slug"):
        got = Got.SPOKEN_BEFORE_BIRTH.format(date=date, speaker=name, born=born)
        yield slug, got, Expected.NOT_BEFORE.format(date=born)
    for date, died, slug, name in reversed_pairs(scope, rows, "date", "speaker__died", "slug", "speaker__slug"):
        got = Got.SPOKEN_AFTER_DEATH.format(date=date, speaker=name, died=died)
        yield slug, got, Expected.NOT_AFTER.format(date=died)


def _offices(official: int) -> str:
    """The offices of one official in a few words, the latest first."""
    held = Appointment.objects.filter(official=official).exclude(mode=AppointmentMode.NOMINEE)
    columns = ("slug", "start", "end", "official__died", "office__body__existed")
    offices = held.order_by("-start_sort", "slug").values_list(*columns)[:3]
    texts = [Offices.HELD.format(office=slug, term=_term(*span)) for slug, *span in offices]
    return "; ".join(texts) or Offices.NONE.value


def _term(start: object, end: object, died: object, existed: object) -> str:
    """The period of an appointment in words; without a known end, also the latest possible end."""
    text = Term.FROM_TO.format(start=start or UNKNOWN_DAY, end=end or UNKNOWN_DAY)
    if end is None and died is not None:
        text = Term.DIED.format(term=text, died=died)
    if existed is not None and (end is None or start is None):
        text = Term.IN_BODY.format(term=text, existed=existed)
    return text


_OUTCOME_KEY = ("speech_act__slug", "date")
_STATEMENT_DATE = "speech_act__statement__date"


def outcome_before_its_speech_act(scope: Scope) -> Iterator[Violation]:
    """Outcomes dated before the words."""
    for statement_date, date, slug in reversed_at_places(
        scope, scope.rows(Outcome), _STATEMENT_DATE, "date", "speech_act__slug"
    ):
        got = Got.OUTCOME_OF_LATER_WORDS.format(date=date, statement_date=statement_date)
        yield _outcome(slug, date), got, Expected.NOT_BEFORE.format(date=statement_date)


def outcome_before_what_brought_it(scope: Scope) -> Iterator[Violation]:
    """Outcomes dated before the event or the answer by which they came about."""
    for by, path in (("event", "event__date"), ("answer", "answer__statement__date")):
        rows = reversed_at_places(scope, scope.rows(Outcome), path, "date", "speech_act__slug", f"{by}__slug")
        for happened, date, slug, other in rows:
            got = Got.BROUGHT_BY.format(date=date, other=other, other_date=happened)
            yield _outcome(slug, date), got, Expected.NOT_BEFORE.format(date=happened)


def outcome_by_something_earlier(scope: Scope) -> Iterator[Violation]:
    """Outcomes by an event or an answer that lies before the words."""
    for by, path in (("event", "event__date"), ("answer", "answer__statement__date")):
        rows = reversed_at_places(
            scope, scope.rows(Outcome), _STATEMENT_DATE, path, "speech_act__slug", f"{by}__slug", "date"
        )
        for statement_date, happened, slug, other, date in rows:
            got = Got.OTHER_OF_DATE.format(other=other, other_date=happened)
            yield _outcome(slug, date), got, Expected.NOT_BEFORE_WORDS.format(date=statement_date)


def outcome_without_a_question(scope: Scope) -> Iterator[Violation]:
    """Outcomes of speech acts that call for no answer."""
    kinds = ", ".join(sorted(str(kind) for kind in ANSWERABLE_KINDS))
    rows = scope.rows(Outcome).exclude(speech_act__kind__in=ANSWERABLE_KINDS).order_by("speech_act__slug", "date_sort")
    for slug, date, kind in scope.read(rows.values_list(*_OUTCOME_KEY, "speech_act__kind")):
        got = Got.OUTCOME_OF_KIND.format(kind=kind)
        yield _outcome(slug, date), got, Expected.ONE_OF_KINDS.format(kinds=kinds)


def _outcome(act: str, date: object) -> str:
    return PartName.OUTCOME.format(act=act, date=date)


def accessed_before_it_was_published(scope: Scope) -> Iterator[Violation]:
    """Sources last looked at before they were published."""
    for published, retrieved, slug in reversed_pairs(scope, scope.rows(Source), "published", "retrieved", "slug"):
        got = Got.DATES_REVERSED.format(
            field="retrieved", date=retrieved, other_field="published", other_date=published
        )
        yield slug, got, Expected.FIELD_NOT_BEFORE.format(field="retrieved", date=published)


def reported_before_it_was_said(scope: Scope) -> Iterator[Violation]:
    """Sources that support a statement made more than a day after they were published."""
    rows = scope.rows(Citation).filter(stance=Stance.SUPPORTS, statement__isnull=False)
    # A paper west of where the words were said may carry the date of the day before.
    for statement_date, published, slug, source in reversed_at_places(
        scope, rows, "statement__date", "source__published", "statement__slug", "source__slug"
    ):
        got = Got.PUBLISHED_BEFORE_WORDS.format(date=published, statement_date=statement_date)
        citation = PartName.CITATION.format(statement=slug, source=source)
        yield citation, got, Expected.FIELD_NOT_BEFORE.format(field="published", date=statement_date)
