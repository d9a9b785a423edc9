"""Types of the records, and unions of them. Fields name types by functions, since types refer to each other."""

from __future__ import annotations

from typing import Any

import graphene
from django.db import models as db
from django.utils.module_loading import import_string
from graphene.relay import Node

from archive import models
from archive.chains import MODELS as CHAIN_MODELS
from archive.graphql.connections import connection_field
from archive.graphql.enums import VOCABULARIES, enum_type
from archive.graphql.fields import ArchiveType, Party, PlannedField, first_of, foreign_key, related_list
from archive.models.base import Addressed, Tracked
from archive.registry import COLLECTIONS, searched
from archive.sql.act_states import state_expression

_EXCLUDED_COLUMNS = {"id", "folded", "filing_key", "history"}
#: Columns that are included although forms do not edit them.
_READ_ONLY_COLUMNS = {"slug", "version", "created_at", "updated_at"}


def _record_type(model: type[db.Model], interfaces: tuple[Any, ...] = (Node,), /, **fields: object) -> Any:
    """The GraphQL type of a model: its columns, and these fields."""
    column_names, enum_fields = _columns(model)
    meta = type(
        "Meta", (), {"model": model, "name": model.__name__, "fields": column_names, "interfaces": interfaces,
                     "convert_choices_to_enum": [], "description": (model.__doc__ or "").split("\n")[0]}
    )  # fmt: skip
    return type(f"{model.__name__}Type", (ArchiveType,), {"Meta": meta, **enum_fields, **fields})


def _columns(model: type[db.Model]) -> tuple[list[str], dict[str, Any]]:
    """Names of the columns that graphene-django converts, and fields for those that it would convert otherwise."""
    names, fields = [], {}
    for column in model._meta.concrete_fields:
        is_included = column.editable or column.name in _READ_ONLY_COLUMNS
        if column.is_relation or column.name in _EXCLUDED_COLUMNS or not is_included:
            continue
        if column.name == "version" and issubclass(model, Addressed):
            description = model._meta.get_field("public_version").help_text
            fields[column.name] = graphene.Int(description=description, required=True)
        elif column.choices:
            vocabulary = enum_type(VOCABULARIES[model.__name__, column.name])
            fields[column.name] = graphene.Field(vocabulary, description=column.help_text, required=True)
        else:
            names.append(column.name)
    return names, fields


def _derived(model: type[db.Model]) -> Any:
    """The type of a collection without one of its own."""

    def related(key: db.Field[Any, Any]) -> Any:
        return lambda: next(type_ for type_ in COLLECTION_TYPES.values() if type_._meta.model is key.related_model)

    keys = [column for column in model._meta.concrete_fields if column.is_relation and column.editable]
    return _record_type(model, **{key.name: foreign_key(related(key), key.name, str(key.help_text)) for key in keys})


def _list_field(collection: str, name: str, relation: str, description: str) -> graphene.Field:
    return connection_field(collection, name, lambda: globals()[f"{name}Type"], relation, description)


_citations = related_list(lambda: CitationType, "citations", description="The sources cited for it.")
_identifiers = related_list(lambda: IdentifierType, "identifiers", description="Its identifiers in other catalogues.")

NameType = _record_type(
    models.Name, bearer=first_of(Party, *models.Name.subjects, description="The body or official that has the name.")
)
IdentifierType = _record_type(
    models.Identifier,
    subject=first_of(
        lambda: IdentifierSubject, *models.Identifier.subjects, description="The record that it identifies."
    ),
)
CitationType = _record_type(
    models.Citation,
    source=foreign_key(lambda: SourceType, "source", "The document cited."),
    subject=first_of(
        lambda: CitationSubject, *models.Citation.subjects, description="The record that it is cited for."
    ),
)
MeasureGoodType = _record_type(
    models.MeasureGood,
    measure=foreign_key(lambda: MeasureType, "measure", "The measure that covers it."),
    citations=_citations,
)


TopicType = _record_type(
    models.Topic,
    parent=foreign_key(lambda: TopicType, "parent", "The topic above it."),
    children=_list_field("topics", "Topic", "children", "The topics below it."),
    events=_list_field("events", "Event", "events", "Events on it or on a topic below it."),
    statements=_list_field("statements", "Statement", "statements", "Statements on it or on a topic below it."),
    measures=_list_field("measures", "Measure", "measures", "Measures on it or on a topic below it."),
)
BodyType = _record_type(
    models.Body, (Party, Node),
    parent=foreign_key(lambda: BodyType, "parent", "The body that it is part of."),
    names=related_list(lambda: NameType, "names", description="Its names."),
    children=_list_field("bodies", "Body", "children", "Bodies that are part of it."),
    offices=_list_field("offices", "Office", "offices", "Posts in it."),
    statements=_list_field("statements", "Statement", "statements", "Statements on its behalf."),
    officials=_list_field("officials", "Official", "officials", "Officials who serve this state."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
OfficialType = _record_type(
    models.Official, (Party, Node),
    state=foreign_key(lambda: BodyType, "state", "The state that the person serves."),
    names=related_list(lambda: NameType, "names", description="The spellings of the name."),
    appointments=_list_field("appointments", "Appointment", "appointments", "Appointments of the official."),
    statements=_list_field("statements", "Statement", "statements", "Statements by the official."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
OfficeType = _record_type(
    models.Office,
    body=foreign_key(lambda: BodyType, "body", "The body that the post is in."),
    appointments=_list_field("appointments", "Appointment", "appointments", "Appointments to it."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
AppointmentType = _record_type(
    models.Appointment,
    official=foreign_key(lambda: OfficialType, "official", "The official appointed."),
    office=foreign_key(lambda: OfficeType, "office", "The office."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
ParticipationType = _record_type(
    models.Participation,
    event=foreign_key(lambda: EventType, "event", "The event taken part in."),
    party=first_of(Party, "body", "official", description="The body or official that took part."),
    citations=_citations,
)
RelationType = _record_type(
    models.Relation,
    from_event=foreign_key(lambda: EventType, "from_event", "The event that responds, announces, ..."),
    to_event=foreign_key(lambda: EventType, "to_event", "The event that it relates to."),
    citations=_citations,
)
EventType = _record_type(
    models.Event,
    part_of=foreign_key(lambda: EventType, "part_of", "The larger event."),
    parts=_list_field("events", "Event", "parts", "Events that belong to it."),
    topics=related_list(lambda: TopicType, "topics", description="Its topics."),
    participations=related_list(lambda: ParticipationType, "participations", description="Its participants."),
    relations=related_list(lambda: RelationType, "relations", description="Links to other events."),
    related_from=related_list(lambda: RelationType, "related_from", description="Links from other events."),
    statements=_list_field("statements", "Statement", "statements", "Statements made at it."),
    statements_about=_list_field("statements", "Statement", "statements_about", "Statements about it."),
    measure_steps=related_list(lambda: MeasureStepType, "measure_steps", description="Steps of measures that it was."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
MeasureStepType = _record_type(
    models.MeasureStep,
    event=foreign_key(lambda: EventType, "event", "The event that was the step."),
    measure=foreign_key(lambda: MeasureType, "measure", "The measure."),
)
MeasureType = _record_type(
    models.Measure,
    imposers=related_list(lambda: BodyType, "imposers", description="Bodies that impose it."),
    targets=related_list(lambda: BodyType, "targets", description="Bodies that it targets."),
    topics=related_list(lambda: TopicType, "topics", description="Its topics."),
    steps=related_list(lambda: MeasureStepType, "steps", description="Its steps, each with an event."),
    goods=related_list(lambda: MeasureGoodType, "goods", description="Goods that it covers."),
    statements_about=_list_field("statements", "Statement", "statements_about", "Statements about it."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
OutcomeType = _record_type(
    models.Outcome,
    speech_act=foreign_key(lambda: SpeechActType, "speech_act", "The speech act that it answers."),
    event=foreign_key(lambda: EventType, "event", "The event that brought it about."),
    answer=foreign_key(lambda: SpeechActType, "answer", "The speech act that brought it about."),
    citations=_citations,
)
SpeechActType = _record_type(
    models.SpeechAct,
    statement=foreign_key(lambda: StatementType, "statement", "The statement that it is part of."),
    addressees=related_list(Party, "addressee_bodies", "addressee_officials", description="Its addressees."),
    about=first_of(lambda: Subject, "about_event", "about_measure", description="The record that it is about."),
    outcomes=related_list(lambda: OutcomeType, "outcomes", description="Its outcomes."),
    state=PlannedField(
        enum_type(VOCABULARIES["SpeechAct", "state"]), "enum", expression=state_expression,
        description="Its state, derived from its outcomes; null for kinds that call for no answer.",
    ),
    citations=_citations,
)  # fmt: skip
StatementType = _record_type(
    models.Statement,
    speaker=foreign_key(lambda: OfficialType, "speaker", "The official who spoke."),
    body=foreign_key(lambda: BodyType, "body", "The body on whose behalf it was made."),
    capacities=related_list(lambda: AppointmentType, "capacities", description="Appointments in which it was made."),
    occasion=foreign_key(lambda: EventType, "occasion", "The event at which it was made."),
    about=related_list(lambda: Subject, "about_events", "about_measures", description="Records that it is about."),
    in_reply_to=related_list(lambda: StatementType, "in_reply_to", description="Statements that it answers."),
    replies=_list_field("statements", "Statement", "replies", "Statements that answer it."),
    topics=related_list(lambda: TopicType, "topics", description="Its subjects."),
    speech_acts=related_list(lambda: SpeechActType, "speech_acts", description="Its speech acts."),
    citations=_citations, identifiers=_identifiers,
)  # fmt: skip
SourceType = _record_type(
    models.Source,
    publisher=foreign_key(lambda: BodyType, "publisher", "The body that published it."),
    identifiers=_identifiers,
)

DossierEntryType = _record_type(
    models.DossierEntry,
    dossier=foreign_key(lambda: DossierType, "dossier", "The dossier that contains it."),
    record=first_of(
        lambda: DossierRecord,
        "event",
        "statement",
        "measure",
        description="The event, statement or measure entered.",
    ),
)
DossierType = _record_type(
    models.Dossier, entries=related_list(lambda: DossierEntryType, "entries", description="Its entries, in order.")
)


#: Collection -> its type: the declared one, else the columns and foreign keys of its model.
COLLECTION_TYPES: dict[str, Any] = {
    collection.name: import_string(collection.graphql_type) if collection.graphql_type else _derived(collection.model)
    for collection in COLLECTIONS.values()
}


def _types_of_subjects(part: type[Tracked]) -> tuple[Any, ...]:
    """The types of the records that the part, a citation or identifier, can belong to."""
    related_models = (part._meta.get_field(key).related_model for key in part.subjects)
    return tuple(globals()[f"{model.__name__}Type"] for model in related_models)  # type: ignore[union-attr]


class Subject(graphene.Union):
    """A record that a statement or speech act can be about."""

    class Meta:
        types = (EventType, MeasureType)


class DossierRecord(graphene.Union):
    """A record that a dossier can contain."""

    class Meta:
        types = (EventType, StatementType, MeasureType)


class ChainRecord(graphene.Union):
    """A record that a chain can contain."""

    class Meta:
        types = tuple(globals()[f"{model.__name__}Type"] for model in CHAIN_MODELS)


class CitationSubject(graphene.Union):
    """A record that a source can be cited for."""

    class Meta:
        types = _types_of_subjects(models.Citation)


class IdentifierSubject(graphene.Union):
    """A record that can have identifiers."""

    class Meta:
        types = _types_of_subjects(models.Identifier)


class SearchableRecord(graphene.Union):
    """A record that a search can find."""

    class Meta:
        name = "SearchResult"
        types = tuple(COLLECTION_TYPES[collection.name] for collection in searched())
