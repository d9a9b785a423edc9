"""The records' types. Columns come from the models, relations from ``base``, lists from ``connections``."""

from __future__ import annotations

from typing import Any

import graphene
from django.db import models as db

from archive import models
from archive.graphql import fetch
from archive.graphql.base import ArchiveType, Node, Party, Way, either, many, one
from archive.graphql.connections import connection
from archive.graphql.enums import enum
from archive.graphql.vocabularies import VOCABULARIES
from archive.models.base import Addressed
from archive.querysets.states_of_acts import state_expression, state_of

_HIDDEN = {"id", "folded", "filing_key", "history"}
#: Where the unions are: they need the types, so the types name them by their path.
_UNIONS = "archive.graphql.unions"


def _columns(model: type[db.Model]) -> tuple[list[str], dict[str, Any]]:
    """Plain columns, and those with a vocabulary as enum fields."""
    plain, words = [], {}
    for field in model._meta.concrete_fields:
        if field.is_relation or field.name in _HIDDEN or (not field.editable and field.name not in _SHOWN):
            continue
        if field.name == "version" and issubclass(model, Addressed):
            told = model._meta.get_field("public_version").help_text
            words[field.name] = graphene.Int(description=told, required=True)
        elif field.choices:
            vocabulary = enum(VOCABULARIES[model.__name__, field.name])
            words[field.name] = graphene.Field(vocabulary, description=field.help_text, required=True)
        else:
            plain.append(field.name)
    return plain, words


_SHOWN = {"slug", "version", "created_at", "updated_at"}


def _type(record: type[db.Model], interfaces: tuple[Any, ...] = (Node,), /, **fields: Any) -> Any:
    plain, words = _columns(record)
    meta = type(
        "Meta", (), {"model": record, "name": record.__name__, "fields": plain, "interfaces": interfaces,
                     "convert_choices_to_enum": [], "description": (record.__doc__ or "").split("\n")[0]}
    )  # fmt: skip
    return type(f"{record.__name__}Type", (ArchiveType,), {"Meta": meta, **words, **fields})


def _later(name: str) -> Any:
    return lambda: globals()[f"{name}Type"]


def _list(kind: str, name: str, relation: str, description: str) -> graphene.Field:
    return connection(kind, name, _later(name), relation, description)


_citations = many(_later("Citation"), "citations", description="The sources cited for it.")
_identifiers = many(_later("Identifier"), "identifiers", description="What other catalogues call it.")

NameType = _type(models.Name, bearer=either(Party, *models.Name.subjects, description="Whom it names."))
IdentifierType = _type(
    models.Identifier,
    subject=either(f"{_UNIONS}.Identified", *models.Identifier.subjects, description="The record that it identifies."),
)
CitationType = _type(
    models.Citation,
    source=one(_later("Source"), "source", "The document cited."),
    subject=either(f"{_UNIONS}.Cited", *models.Citation.subjects, description="The record that it is cited for."),
)
MeasureGoodType = _type(
    models.MeasureGood, measure=one(_later("Measure"), "measure", "The measure that covers it."), citations=_citations
)


TopicType = _type(
    models.Topic,
    parent=one(_later("Topic"), "parent", "The topic above it."),
    children=_list("topics", "Topic", "children", "The topics below it."),
    events=_list("events", "Event", "events", "Events on it or on a topic below it."),
    statements=_list("statements", "Statement", "statements", "Statements on it or on a topic below it."),
    measures=_list("measures", "Measure", "measures", "Measures on it or on a topic below it."),
)
BodyType = _type(
    models.Body, (Party, Node),
    parent=one(_later("Body"), "parent", "The body that it is part of."),
    names=many(_later("Name"), "names", description="Its names."),
    children=_list("bodies", "Body", "children", "Bodies that are part of it."),
    offices=_list("offices", "Office", "offices", "Posts in it."),
    statements=_list("statements", "Statement", "statements", "Statements on its behalf."),
    officials=_list("officials", "Official", "officials", "Officials who serve this state."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
OfficialType = _type(
    models.Official, (Party, Node),
    state=one(_later("Body"), "state", "The state that the person serves."),
    names=many(_later("Name"), "names", description="The spellings of the name."),
    appointments=_list("appointments", "Appointment", "appointments", "Offices held."),
    statements=_list("statements", "Statement", "statements", "What the official said."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
OfficeType = _type(
    models.Office,
    body=one(_later("Body"), "body", "The body that the post is in."),
    appointments=_list("appointments", "Appointment", "appointments", "Who held it."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
AppointmentType = _type(
    models.Appointment,
    official=one(_later("Official"), "official", "Who is appointed."),
    office=one(_later("Office"), "office", "To which office."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
ParticipationType = _type(
    models.Participation,
    event=one(_later("Event"), "event", "The event taken part in."),
    party=either(Party, "body", "official", description="Who took part."),
    citations=_citations,
)
RelationType = _type(
    models.Relation,
    from_event=one(_later("Event"), "from_event", "The event that responds, announces, ..."),
    to_event=one(_later("Event"), "to_event", "The event that it relates to."),
    citations=_citations,
)
EventType = _type(
    models.Event,
    part_of=one(_later("Event"), "part_of", "The larger event."),
    parts=_list("events", "Event", "parts", "Events that belong to it."),
    topics=many(_later("Topic"), "topics", description="What it is about."),
    participations=many(_later("Participation"), "participations", description="Who took part."),
    relations=many(_later("Relation"), "relations", description="Links to other events."),
    related_from=many(_later("Relation"), "related_from", description="Links from other events."),
    statements=_list("statements", "Statement", "statements", "Statements made at it."),
    statements_about=_list("statements", "Statement", "statements_about", "Statements about it."),
    measure_steps=many(_later("MeasureStep"), "measure_steps", description="Steps of measures that it was."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
MeasureStepType = _type(
    models.MeasureStep,
    event=one(_later("Event"), "event", "The event that was the step."),
    measure=one(_later("Measure"), "measure", "The measure."),
)
MeasureType = _type(
    models.Measure,
    imposers=many(_later("Body"), "imposers", description="Who imposes it."),
    targets=many(_later("Body"), "targets", description="At whom it is aimed."),
    topics=many(_later("Topic"), "topics", description="What it is about."),
    steps=many(_later("MeasureStep"), "steps", description="The events of its life."),
    goods=many(_later("MeasureGood"), "goods", description="What it covers."),
    statements_about=_list("statements", "Statement", "statements_about", "Statements about it."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
OutcomeType = _type(
    models.Outcome,
    speech_act=one(_later("SpeechAct"), "speech_act", "The speech act that it answers."),
    event=one(_later("Event"), "event", "The event by which."),
    answer=one(_later("SpeechAct"), "answer", "The speech act by which."),
    citations=_citations,
)


def _resolve_state(act: Any, info: Any) -> Any:
    return state_of(act, fetch.many(act, "outcomes", info.context.user))


SpeechActType = _type(
    models.SpeechAct,
    statement=one(_later("Statement"), "statement", "Where it was said."),
    addressees=many(Party, "addressee_bodies", "addressee_officials", description="To whom."),
    about=either(f"{_UNIONS}.Subject", "about_event", "about_measure", description="What it is about."),
    outcomes=many(_later("Outcome"), "outcomes", description="What became of it."),
    state=Way(
        enum(VOCABULARIES["SpeechAct", "state"]), "word", expression=state_expression, resolver=_resolve_state,
        description="Its state by all that is known; null for kinds that call for no answer.",
    ),
    citations=_citations,
)  # fmt: skip
StatementType = _type(
    models.Statement,
    speaker=one(_later("Official"), "speaker", "Who spoke."),
    body=one(_later("Body"), "body", "On whose behalf."),
    capacities=many(_later("Appointment"), "capacities", description="In which appointments."),
    occasion=one(_later("Event"), "occasion", "The event at which it was made."),
    about=many(f"{_UNIONS}.Subject", "about_events", "about_measures", description="What it is about."),
    in_reply_to=many(_later("Statement"), "in_reply_to", description="Statements that it answers."),
    replies=_list("statements", "Statement", "replies", "Statements that answer it."),
    topics=many(_later("Topic"), "topics", description="Its subjects."),
    speech_acts=many(_later("SpeechAct"), "speech_acts", description="What is done in it."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
SourceType = _type(
    models.Source, publisher=one(_later("Body"), "publisher", "Who published it."), identifiers=_identifiers
)

DossierEntryType = _type(
    models.DossierEntry,
    dossier=one(_later("Dossier"), "dossier", "Where it is entered."),
    record=either(f"{_UNIONS}.Entered", "event", "statement", "measure", description="What is entered."),
)
DossierType = _type(
    models.Dossier, entries=many(_later("DossierEntry"), "entries", description="What it holds, in order.")
)
