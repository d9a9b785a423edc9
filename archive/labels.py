"""Names of records for links, and longer labels that distinguish records in a list of choices, in its language."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Model
from django.utils.translation import get_language, gettext

from archive.choices import Status
from archive.models import (
    Appointment,
    Body,
    Citation,
    DossierEntry,
    Event,
    Measure,
    MeasureStep,
    Office,
    Official,
    Outcome,
    Participation,
    Relation,
    Source,
    SpeechAct,
    Statement,
    Topic,
)
from archive.models.dossier import ENTERED
from archive.models.speech_act import MAX_TEXT
from archive.registry import collection_of
from archive.terms import date_in_words, term
from archive.text import beginning, strip_direction_marks


def label_relations(model: type[models.Model]) -> tuple[str, ...]:
    """The relations that the labels of a model read, for ``select_related``."""
    collection = collection_of(model)
    return collection.label_relations if collection else ()


def record_name(record: Model) -> str:
    """The record's name as links show it, without its body, date or status."""
    if isinstance(record, Appointment):
        return str(record.office.name)
    return str(getattr(record, "name", None) or getattr(record, "title", None) or record)


def name_field(model: type[Model]) -> str:
    """The column by which a list of several kinds names a record; the slug of models without a name."""
    columns = {field.name for field in model._meta.concrete_fields}
    return next(name for name in ("name", "title", "slug") if name in columns)


def record_label(record: Model) -> str:
    """One line that identifies the record, without direction marks; with its status unless it is published."""
    text = strip_direction_marks(_text(record))
    status = getattr(record, "status", Status.PUBLISHED)
    return text if status == Status.PUBLISHED else f"{text} [{term(Status(status).label)}]"


#: Model -> the foreign keys whose rows the texts of its rows name (see ``part_label``).
_NAMED: dict[type[Model], tuple[str, ...]] = {
    Appointment: ("official", "office"),
    Citation: ("source",),
    DossierEntry: ENTERED,
    MeasureStep: ("measure", "event"),
    Office: ("body",),
    Participation: ("official", "body"),
    Relation: ("from_event", "to_event"),
}


def named_relations(model: type[Model]) -> tuple[str, ...]:
    """The foreign keys that ``part_label`` of a model's rows reads."""
    return _NAMED.get(model, ())


def part_label(row: Model) -> str:
    """The text of a part or of a record, with the words of vocabularies and the dates in the active language."""
    if get_language() == settings.LANGUAGE_CODE:
        return str(row)
    match row:
        case SpeechAct():
            return f"{term(row.get_kind_display())}: {beginning(row.text, MAX_TEXT)}"
        case Outcome():
            return f"{term(row.get_kind_display())} ({date_in_words(row.date)})"
        case Participation():
            return f"{row.party} ({term(row.get_role_display())})"
        case Citation():
            return f"{row.source} ({term(row.get_stance_display())})"
        case Relation():
            return f"{row.from_event.slug} – {row.to_event.slug} ({term(row.get_kind_display())})"
        case MeasureStep():
            return f"{row.measure.slug} – {row.event.slug} ({term(row.get_phase_display())})"
        case _:
            return str(row)


def _text(record: Model) -> str:
    match record:
        case Event() | Statement():
            return f"{record.date} · {record.name}"
        case Measure():
            return _with_details(record.name, record.in_force)
        case Official():
            return _with_details(record.name, record.state)
        case Body():
            return _with_details(record.name, record.iso3166 or record.abbreviation)
        case Appointment():
            return gettext("{official}: {office}, {start} to {end}").format(
                official=record.official, office=record.office, start=record.start or gettext("start not known"),
                end=record.end or term(record.get_end_state_display()),
            )  # fmt: skip
        case Source():
            return _with_details(record.title, record.publisher, record.published)
        case SpeechAct():
            return f"{record.slug} · {term(record.get_kind_display())}: {beginning(record.text, MAX_TEXT)}"
        case Topic():
            return f"{record.parent} › {record.name}" if record.parent else record.name
        case _:
            return part_label(record)


def _with_details(text: str, *details: object) -> str:
    joined = ", ".join(str(detail) for detail in details if detail)
    return f"{text} ({joined})" if joined else text
