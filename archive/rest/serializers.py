"""What each record's JSON holds: its columns, its relations as {slug, name}, and what ``include`` may add."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Prefetch
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
from archive.rest.fields import DateField, LinkField, TypedLinkField, TypedLinksField

_STAMPS = ("version", "created_at", "updated_at")


def _help(column: str) -> str:
    return str(Event._meta.get_field(column).help_text)


class ArchiveSerializer(serializers.ModelSerializer):
    """Base. ``relations`` are forward keys and many-to-many links; ``parts`` what ``include`` may name."""

    #: Part name -> its serializer.
    parts: ClassVar[dict[str, type[ArchiveSerializer]]] = {}
    #: Parts that are always there.
    nested: ClassVar[dict[str, type[ArchiveSerializer]]] = {}
    #: Field shown -> relations it is made of, where the names differ.
    made_of: ClassVar[dict[str, tuple[str, ...]]] = {}

    version = serializers.IntegerField(source="public_version", read_only=True, help_text=_help("public_version"))
    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, PartialDateField: DateField}
    serializer_related_field = LinkField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        wanted = kwargs.pop("only", None)
        included = kwargs.pop("include", ())
        super().__init__(*args, **kwargs)
        for name in (*included, *self.nested):
            part = self.parts.get(name) or self.nested[name]
            self.fields[name] = part(many=True, read_only=True, context=self.context)
        if wanted is not None:
            for name in set(self.fields) - set(wanted):
                self.fields.pop(name)

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        built, kwargs = super().build_standard_field(field_name, model_field)
        if isinstance(model_field, PartialDateField):
            kept = ("required", "allow_null", "help_text", "label", "read_only")
            kwargs = {key: value for key, value in kwargs.items() if key in kept}
        if field_name == "slug":
            kwargs["validators"] = []
        return built, kwargs

    @classmethod
    def relations(cls) -> set[str]:
        """The relations that the record's own fields are made of."""
        model = cls.Meta.model  # type: ignore[attr-defined]
        plain = {
            field.name
            for field in model._meta.get_fields()
            if isinstance(field, (models.ForeignKey, models.ManyToManyField))
        }
        shown = set(cls.Meta.fields) & plain  # type: ignore[attr-defined]
        return shown.union(*cls.made_of.values()) if cls.made_of else shown

    @classmethod
    def prefetches(cls, user: Any, only: set[str] | None = None, include: tuple[str, ...] = ()) -> list[Prefetch]:
        """Fetch visible relations and parts, a bounded number of statements whatever the rows."""
        model = cls.Meta.model  # type: ignore[attr-defined]
        wanted = set()
        for name in cls.relations() if only is None else only:
            wanted |= set(cls.made_of.get(name, (name,))) & cls.relations()
        found = [Prefetch(name, linkable(model._meta.get_field(name).related_model, user)) for name in sorted(wanted)]
        for name in (*include, *cls.nested):
            part = cls.parts.get(name) or cls.nested[name]
            rows = part.Meta.model._default_manager.visible_to(user)  # type: ignore[attr-defined]
            found.append(Prefetch(name, rows.prefetch_related(*part.prefetches(user))))
        return found


def linkable(model: Any, user: Any) -> Any:
    """Visible records with what their link shows."""
    rows = model._default_manager.visible_to(user)
    return rows.select_related("office") if model is Appointment else rows


def _serializer(record: type[models.Model], /, *fields: str, **extra: Any) -> Any:
    # What spans fields is checked by the record itself, which says it better.
    meta = type("Meta", (), {"model": record, "fields": fields, "validators": ()})
    told = {"__doc__": record.__doc__, "Meta": meta}
    return type(f"{record.__name__}Serializer", (ArchiveSerializer,), {**told, **extra})


NameSerializer = _serializer(Name, "text", "language", "script", "scheme")
IdentifierSerializer = _serializer(Identifier, "scheme", "value")
CitationSerializer = _serializer(Citation, "source", "locator", "quotation", "stance", "field", "variant_value")
ParticipationSerializer = _serializer(
    Participation, "party", "role",
    party=TypedLinkField("body", "official"), made_of={"party": ("body", "official")},
)  # fmt: skip
RelationSerializer = _serializer(Relation, "kind", "to_event", "note", nested={"citations": CitationSerializer})
MeasureStepSerializer = _serializer(MeasureStep, "phase", "event")
MeasureGoodSerializer = _serializer(MeasureGood, "name", "scheme", "code", "in_force")
OutcomeSerializer = _serializer(
    Outcome, "date", "kind", "by", "note", by=TypedLinkField("event", "answer"), made_of={"by": ("event", "answer")}
)
DossierEntrySerializer = _serializer(
    DossierEntry, "position", "record", "note",
    record=TypedLinkField("event", "statement", "measure"), made_of={"record": ("event", "statement", "measure")},
)  # fmt: skip
_ACT = ("slug", "statement", "ordinal", "kind", "form", "text", "translation", "condition", "addressees", "about",
        "addressee_bodies", "addressee_officials", "about_event", "about_measure")  # fmt: skip
_ACT_MADE = {
    "addressees": ("addressee_bodies", "addressee_officials"), "about": ("about_event", "about_measure"),
}  # fmt: skip


def _act_fields() -> dict[str, Any]:
    return {
        "addressees": TypedLinksField("addressee_bodies", "addressee_officials"),
        "about": TypedLinkField("about_event", "about_measure"),
        "made_of": _ACT_MADE,
    }


_ACT_PART = ("slug", "ordinal", "kind", "form", "text", "translation", "condition", "addressees", "about")
SpeechActPartSerializer = type(
    "SpeechActPartSerializer",
    (ArchiveSerializer,),
    {
        "__doc__": SpeechAct.__doc__,
        "Meta": type("Meta", (), {"model": SpeechAct, "fields": _ACT_PART}),
        **_act_fields(),
    },
)  # fmt: skip
SpeechActSerializer = _serializer(
    SpeechAct, *_ACT, *_STAMPS, parts={"outcomes": OutcomeSerializer, "citations": CitationSerializer}, **_act_fields()
)
TopicSerializer = _serializer(Topic, "slug", "status", "name", "description", "parent", *_STAMPS)
_APPOINTMENT = ("slug", "status", "official", "office", "appointed", "start", "end", "end_state", "mode", *_STAMPS)
AppointmentSerializer = _serializer(
    Appointment, *_APPOINTMENT, parts={"citations": CitationSerializer, "identifiers": IdentifierSerializer}
)
OfficeSerializer = _serializer(
    Office, "slug", "status", "name", "body", *_STAMPS,
    parts={"appointments": AppointmentSerializer, "citations": CitationSerializer},
)  # fmt: skip
_NAMED = {"names": NameSerializer, "identifiers": IdentifierSerializer, "citations": CitationSerializer}
BodySerializer = _serializer(
    Body, "slug", "status", "name", "abbreviation", "kind", "parent", "iso3166", "code_withdrawn",
    "existed", *_STAMPS,
    parts={**_NAMED, "offices": OfficeSerializer},
)  # fmt: skip
OfficialSerializer = _serializer(
    Official, "slug", "status", "name", "sort_name", "born", "died", "state", *_STAMPS,
    parts={**_NAMED, "appointments": AppointmentSerializer},
)  # fmt: skip
EventSerializer = _serializer(
    Event, "slug", "status", "name", "summary", "classification", "date", "place", "part_of", "topics", *_STAMPS,
    parts={
        "participations": ParticipationSerializer, "relations": RelationSerializer, "citations": CitationSerializer,
        "identifiers": IdentifierSerializer,
    },
)  # fmt: skip
MeasureSerializer = _serializer(
    Measure, "slug", "status", "name", "summary", "instrument", "imposers", "targets", "in_force", "topics", *_STAMPS,
    parts={
        "steps": MeasureStepSerializer, "goods": MeasureGoodSerializer, "citations": CitationSerializer,
        "identifiers": IdentifierSerializer,
    },
)  # fmt: skip
StatementSerializer = _serializer(
    Statement, "slug", "status", "name", "summary", "text", "form", "language", "classification", "date", "attribution",
    "attributed_as", "speaker", "body", "capacities", "occasion", "about", "about_events", "about_measures",
    "in_reply_to", "topics", *_STAMPS,
    parts={
        "speech_acts": SpeechActPartSerializer, "citations": CitationSerializer, "identifiers": IdentifierSerializer,
    },
    about=TypedLinksField("about_events", "about_measures"), made_of={"about": ("about_events", "about_measures")},
)  # fmt: skip
SourceSerializer = _serializer(
    Source, "slug", "status", "title", "publisher", "agency", "author", "language", "published", "retrieved", "url",
    "archived_url", "licence", "tier", *_STAMPS, parts={"identifiers": IdentifierSerializer},
)  # fmt: skip
DossierSerializer = _serializer(
    Dossier, "slug", "status", "name", "introduction", *_STAMPS, parts={"entries": DossierEntrySerializer}
)

#: Collection -> its serializer.
SERIALIZERS: dict[str, type[ArchiveSerializer]] = {
    "events": EventSerializer,
    "measures": MeasureSerializer,
    "statements": StatementSerializer,
    "speech-acts": SpeechActSerializer,
    "officials": OfficialSerializer,
    "bodies": BodySerializer,
    "offices": OfficeSerializer,
    "appointments": AppointmentSerializer,
    "topics": TopicSerializer,
    "sources": SourceSerializer,
    "dossiers": DossierSerializer,
}
