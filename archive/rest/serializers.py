"""The serializers of all records: their fields, relations as {slug, name}, and the parts that ``include`` adds."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Model
from django.utils.module_loading import import_string
from rest_framework import serializers

from archive.models import (
    Appointment,
    Body,
    Citation,
    Dossier,
    DossierEntry,
    Event,
    Identifier,
    Measure,
    MeasureGood,
    MeasureStep,
    Name,
    Office,
    Official,
    Outcome,
    Participation,
    Relation,
    Source,
    SpeechAct,
    Statement,
    Topic,
)  # fmt: skip
from archive.models.fields import PartialDateField
from archive.registry import COLLECTIONS, Collection
from archive.rest.fields import DateField, LinkField, TypedLinkField, TypedLinksField

_STAMPS = ("version", "created_at", "updated_at")


#: A past state has neither version nor time: drafts may have caused the saves that they count.
_NOT_OF_THE_PAST = " Null with `as_of`."


def _help(column: str) -> str:
    field: Any = Event._meta.get_field(column)
    return str(field.help_text)


class ArchiveSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    """Base of all serializers. Relations are rendered as links; parts are nested serializers."""

    #: Part that ``include`` may name -> its serializer; see ``Collection.parts``.
    parts: ClassVar[dict[str, type[ArchiveSerializer]]] = {}
    #: Parts that are always included.
    nested: ClassVar[dict[str, type[ArchiveSerializer]]] = {}
    #: Field of the JSON -> the model's relations that it shows, where the names differ.
    sources: ClassVar[dict[str, tuple[str, ...]]] = {}

    version = serializers.IntegerField(
        source="public_version", read_only=True, allow_null=True, help_text=_help("public_version") + _NOT_OF_THE_PAST
    )
    updated_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text=_help("updated_at") + _NOT_OF_THE_PAST
    )
    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, PartialDateField: DateField}
    serializer_related_field = LinkField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        include = kwargs.pop("include", ())
        super().__init__(*args, **kwargs)
        for name in (*include, *self.nested):
            part = self.parts.get(name) or self.nested[name]
            self.fields[name] = part(many=True, read_only=True, context=self.context)

    def build_standard_field(self, field_name: str, model_field: models.Field[Any, Any]) -> Any:
        built, kwargs = super().build_standard_field(field_name, model_field)
        if isinstance(model_field, PartialDateField):
            allowed = ("required", "allow_null", "help_text", "label", "read_only")
            kwargs = {key: value for key, value in kwargs.items() if key in allowed}
        if field_name == "slug":
            kwargs["validators"] = []
        return built, kwargs

    @classmethod
    def relations(cls) -> set[str]:
        """The names of the model's relations that the serializer's fields show."""
        model = cls.Meta.model  # type: ignore[attr-defined]
        relations = {
            field.name
            for field in model._meta.get_fields()  # type: ignore[attr-defined]
            if isinstance(field, (models.ForeignKey, models.ManyToManyField))
        }
        names = set(cls.Meta.fields) & relations  # type: ignore[attr-defined]
        return names.union(*cls.sources.values()) if cls.sources else names


def _serializer(record: type[models.Model], /, *fields: str, **extra: object) -> Any:
    # Rules over several fields are the model's: its messages are better than those of DRF's validators.
    meta = type("Meta", (), {"model": record, "fields": fields, "validators": ()})
    attributes = {"__doc__": record.__doc__, "Meta": meta}
    return type(f"{record.__name__}Serializer", (ArchiveSerializer,), {**attributes, **extra})


NameSerializer = _serializer(Name, "text", "language", "script", "scheme")
IdentifierSerializer = _serializer(Identifier, "scheme", "value")
CitationSerializer = _serializer(Citation, "source", "locator", "quotation", "stance", "field", "variant_value")
ParticipationSerializer = _serializer(
    Participation, "party", "role",
    party=TypedLinkField("body", "official"), sources={"party": ("body", "official")},
)  # fmt: skip
RelationSerializer = _serializer(Relation, "kind", "to_event", "note", nested={"citations": CitationSerializer})
MeasureStepSerializer = _serializer(MeasureStep, "phase", "event")
MeasureGoodSerializer = _serializer(MeasureGood, "name", "scheme", "code", "in_force")
OutcomeSerializer = _serializer(
    Outcome, "date", "kind", "by", "note", by=TypedLinkField("event", "answer"), sources={"by": ("event", "answer")}
)
DossierEntrySerializer = _serializer(
    DossierEntry, "position", "record", "note",
    record=TypedLinkField("event", "statement", "measure"), sources={"record": ("event", "statement", "measure")},
)  # fmt: skip
_ACT = ("slug", "statement", "ordinal", "kind", "form", "text", "translation", "condition", "addressees", "about",
        "addressee_bodies", "addressee_officials", "about_event", "about_measure")  # fmt: skip
_ACT_RELATIONS = {
    "addressees": ("addressee_bodies", "addressee_officials"), "about": ("about_event", "about_measure"),
}  # fmt: skip


def _act_fields() -> dict[str, Any]:
    return {
        "addressees": TypedLinksField("addressee_bodies", "addressee_officials"),
        "about": TypedLinkField("about_event", "about_measure"),
        "sources": _ACT_RELATIONS,
    }


_ACT_PART = ("slug", "ordinal", "kind", "form", "text", "translation", "condition", "addressees", "about")
SpeechActPartSerializer: Any = type(
    "SpeechActPartSerializer",
    (ArchiveSerializer,),
    {
        "__doc__": SpeechAct.__doc__,
        "Meta": type("Meta", (), {"model": SpeechAct, "fields": _ACT_PART}),
        **_act_fields(),
    },
)  # fmt: skip
SpeechActSerializer = _serializer(SpeechAct, *_ACT, *_STAMPS, **_act_fields())
TopicSerializer = _serializer(Topic, "slug", "status", "name", "description", "parent", *_STAMPS)
_APPOINTMENT = ("slug", "status", "official", "office", "appointed", "start", "end", "end_state", "mode", *_STAMPS)
AppointmentSerializer = _serializer(Appointment, *_APPOINTMENT)
OfficeSerializer = _serializer(Office, "slug", "status", "name", "body", *_STAMPS)
BodySerializer = _serializer(
    Body, "slug", "status", "name", "abbreviation", "kind", "parent", "iso3166", "code_withdrawn",
    "existed", *_STAMPS,
)  # fmt: skip
OfficialSerializer = _serializer(
    Official, "slug", "status", "name", "sort_name", "born", "died", "state", *_STAMPS,
)  # fmt: skip
EventSerializer = _serializer(
    Event, "slug", "status", "name", "summary", "classification", "date", "place", "part_of", "topics", *_STAMPS,
)  # fmt: skip
MeasureSerializer = _serializer(
    Measure, "slug", "status", "name", "summary", "instrument", "imposers", "targets", "in_force", "topics", *_STAMPS,
)  # fmt: skip
StatementSerializer = _serializer(
    Statement, "slug", "status", "name", "summary", "text", "form", "language", "classification", "date", "attribution",
    "attributed_as", "speaker", "body", "capacities", "occasion", "about", "about_events", "about_measures",
    "in_reply_to", "topics", *_STAMPS,
    about=TypedLinksField("about_events", "about_measures"), sources={"about": ("about_events", "about_measures")},
)  # fmt: skip
SourceSerializer = _serializer(
    Source, "slug", "status", "title", "publisher", "agency", "author", "language", "published", "retrieved", "url",
    "archived_url", "licence", "tier", *_STAMPS,
)  # fmt: skip
DossierSerializer = _serializer(Dossier, "slug", "status", "name", "introduction", *_STAMPS)


def _derived(model: type[Model]) -> Any:
    """The serializer of a collection without one of its own: the columns and relations that forms edit."""
    editable = [field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many) if field.editable]
    names = [name for name in editable if name != "id"]
    return _serializer(model, *dict.fromkeys(("slug", "status", *names, *_STAMPS)))


def _collection_serializer(collection: Collection) -> type[ArchiveSerializer]:
    path, opts = collection.serializer, collection.model._meta
    serializer: type[ArchiveSerializer] = import_string(path) if path else _derived(collection.model)
    serializer.parts = {name: _PART_SERIALIZERS[opts.get_field(name).related_model] for name in collection.parts}
    return serializer


#: Model -> the serializer of its rows as parts of a record.
_PART_SERIALIZERS: dict[Any, Any] = {
    part.Meta.model: part
    for part in (
        AppointmentSerializer, CitationSerializer, DossierEntrySerializer, IdentifierSerializer, MeasureGoodSerializer,
        MeasureStepSerializer, NameSerializer, OfficeSerializer, OutcomeSerializer, ParticipationSerializer,
        RelationSerializer, SpeechActPartSerializer,
    )
}  # fmt: skip
#: Collection -> its serializer.
SERIALIZERS: dict[str, type[ArchiveSerializer]] = {
    collection.name: _collection_serializer(collection) for collection in COLLECTIONS.values()
}
