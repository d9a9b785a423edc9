"""The objects of a timeline and their fields, from which REST and GraphQL declare their types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db.models import TextChoices

from archive.choices import Instrument, MeasurePhase, RelationKind

#: ``date`` is a partial date: an object of text, display, earliest and latest.
Scalar = Literal["text", "number", "day", "date"]


class TimelineRecordKind(TextChoices):
    """The kind of a record that a timeline places in a lane."""

    EVENT = "event", "something that happened"
    STATEMENT = "statement", "words issued at a date"


class TimelineLaneType(TextChoices):
    """The type of the record whose lane it is."""

    BODY = "body", "the lane of a state or another body"
    OFFICIAL = "official", "the lane of an official"


class TimelinePart(TextChoices):
    """What the body or official of a lane does in a record of the lane."""

    ACTING = "acting", "takes part as actor, mediator, signatory or complainant, or speaks"
    AFFECTED = "affected", "takes part as target, host, respondent or observer of what another lane does"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object; its type is a scalar, a vocabulary or another object."""

    name: str
    type: Scalar | type[TextChoices] | ObjectType
    description: str
    null: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A type of object, by its name in the schemas of REST and GraphQL."""

    name: str
    description: str
    fields: tuple[Field, ...]


#: Selected fields: (key in the JSON, name of the field, selection of the object that it is).
Selection = tuple[tuple[str, str, "Selection"], ...]
DATE_PARTS = ("text", "display", "earliest", "latest")

_KIND = Field("kind", TimelineRecordKind, "Whether it is an event or a statement.")
_SLUG = Field("slug", "text", "The slug.")
_NAME = Field("name", "text", "The heading.")
_CLASSIFICATION = Field("classification", "text", "The classification of the event or statement, as in REST.")
_PRECISION = Field("precision", "text", "How exact the date is: day, month, season, year, decade, interval, ...")

RECORD = ObjectType(
    "TimelineRecord",
    "An event or statement that is shown by itself.",
    (
        _KIND, _SLUG, _NAME, _CLASSIFICATION, Field("date", "date", "Its date."), _PRECISION,
        Field("part", TimelinePart,
              "What the bodies or officials of the lane do in it; null in lanes of neither, and where nobody acts.",
              null=True),
    ),
)  # fmt: skip
COUNT = ObjectType(
    "TimelineCount",
    "How many records of a cluster have one kind and classification.",
    (_KIND, _CLASSIFICATION, Field("count", "number", "The number of records.")),
)
LINKED = ObjectType(
    "TimelineLinked",
    "The record of a cluster with the most links to other records; of several the first.",
    (
        _KIND, _SLUG, _NAME,
        Field("links", "number", "Its links: relations of an event, answers to and of a statement."),
    ),
)  # fmt: skip
CLUSTER = ObjectType(
    "TimelineCluster",
    "Records of one lane that are too close to be shown by themselves.",
    (
        Field("count", "number", "The number of records."),
        Field("earliest", "day", "The first possible day of all of them; null if one has an open start.", null=True),
        Field("latest", "day", "The last possible day of all of them; null if one has an open end.", null=True),
        Field("counts", COUNT, "The number of records of each kind and classification, the most first.", many=True),
        Field("most_linked", LINKED, "The record with the most links."),
    ),
)
LANE = ObjectType(
    "TimelineLane",
    "The records and clusters of one classification, country or participant.",
    (
        Field("type", TimelineLaneType, "Whether it is the lane of a body or of an official.", null=True),
        Field("key", "text", "The classification, or the slug of the record; null for all others.", null=True),
        Field("name", "text", "How the lane is called; null for the lane of all others.", null=True),
        Field("count", "number", "The number of its records."),
        Field("records", RECORD, "The records shown by themselves, by date.", many=True),
        Field("clusters", CLUSTER, "The clusters, by their first day.", many=True),
    ),
)
STEP = ObjectType(
    "TimelineStep",
    "A step of a measure: the event, and what it did to the measure.",
    (
        Field("phase", MeasurePhase, "What the step did to the measure."),
        Field("slug", "text", "The slug of the event."),
        Field("name", "text", "The heading of the event."),
        Field("date", "date", "The date of the event."),
    ),
)
MEASURE = ObjectType(
    "TimelineMeasure",
    "A measure, to be shown as a bar from its start to its end.",
    (
        _SLUG, _NAME,
        Field("instrument", Instrument, "What kind of act it is."),
        Field("in_force", "date", "From when until when it is in force."),
        _PRECISION,
        Field("step_count", "number", "The number of its steps."),
        Field("steps", STEP, "Its first 20 steps by date.", many=True),
    ),
)  # fmt: skip
RELATION = ObjectType(
    "TimelineRelation",
    "A link from one shown event to another.",
    (
        Field("from", "text", "The slug of the event that responds, announces, ..."),
        Field("to", "text", "The slug of the event that it relates to."),
        Field("kind", RelationKind, "How the first relates to the second."),
    ),
)
TIMELINE = ObjectType(
    "Timeline",
    "The events, statements and measures of a period, each by itself or in clusters.",
    (
        Field("from", "day", "The first day of the period; null without a start and records.", null=True),
        Field("to", "day", "The last day of the period; null without an end and records.", null=True),
        Field("width", "number", "The width in pixels."),
        Field("column_days", "number", "The days of a column, which shows up to three records of a lane.", null=True),
        Field("count", "number", "The number of events and statements."),
        Field("lanes", LANE, "The lanes, those with the most records first, the lane of all others last.", many=True),
        Field("measure_count", "number", "The number of measures."),
        Field("measures", MEASURE, "The measures by date: all, or the 50 with the most steps.", many=True),
        Field("relation_count", "number", "The number of relations between the events that are shown by themselves."),
        Field("relations", RELATION, "The first 500 of these relations, by the date of the event.", many=True),
    ),
)


def complete_selection(object_type: ObjectType = TIMELINE) -> Selection:
    """All fields of an object, under their own names."""
    return tuple((field.name, field.name, _selection_of(field)) for field in object_type.fields)


def _selection_of(field: Field) -> Selection:
    if field.type == "date":
        return tuple((part, part, ()) for part in DATE_PARTS)
    return complete_selection(field.type) if isinstance(field.type, ObjectType) else ()
