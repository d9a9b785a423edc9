"""Events, participations and relations between events."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.choices import EventClassification, ParticipationRole, RelationKind
from archive.models.base import Part, Record, exactly_one, first_related, history, refuse_cycle
from archive.models.constraints import slug_charset_constraint
from archive.models.fields import FilingKeyField, PartialDateField, SequenceField, date_constraints
from archive.models.lookups import is_imprecise, precision_rank


class Event(Record):
    """Something that happened or took effect at a date; never the report of it."""

    name = models.CharField(max_length=250, help_text="What happened, as a short heading in the present tense.")
    summary = models.TextField(blank=True, help_text="What happened, in a few sentences of the archive's own.")
    classification = models.CharField(
        max_length=24, choices=EventClassification.choices, help_text="What kind of event it was."
    )
    date = PartialDateField(help_text="When it happened, as EDTF: 2019-07-12, 2019-07, 2019-06-28/2019-06-29.")
    place = models.CharField(max_length=120, blank=True, help_text="Where, as a reader would say it (Tokyo).")
    # The larger event may be deleted; its parts still happened.
    part_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="parts",
        help_text="The larger event that this one belongs to.",
    )  # fmt: skip
    topics = models.ManyToManyField("archive.Topic", blank=True, related_name="events", help_text="What it is about.")
    filing_key = FilingKeyField(source=("name",))
    sequence = SequenceField(
        help_text="Its place among published events of the same date: after those that it responds to, retaliates for, "
        "implements, reverses, amends or follows; else 0."
    )

    history = history(topics)

    class Meta:
        ordering = ("date_sort", "sequence", "slug")
        constraints = [
            slug_charset_constraint("event"),
            *date_constraints("event", "date"),
            models.CheckConstraint(
                condition=models.Q(part_of__isnull=True) | ~models.Q(part_of=models.F("id")),
                name="event_not_part_of_itself",
                violation_error_message=_("An event is not part of itself: expected another event, or none."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "date_sort", "sequence", "slug"], name="event_date"),
            # For who sees drafts too: without the status in front, the index above does not give the order.
            models.Index(fields=["date_sort", "sequence", "slug"], name="event_date_any_status"),
            models.Index(
                fields=["status", "classification", "date_sort", "sequence", "slug"], name="event_classification"
            ),
            models.Index(fields=["classification", "date_sort", "sequence", "slug"], name="event_kind_any_status"),
            models.Index(fields=["date_sort", "date_latest"], name="event_vague", condition=is_imprecise("date_sort")),
            models.Index(precision_rank("date_sort"), "date_sort", name="event_narrowness"),
            models.Index(fields=["status", "date_earliest"], name="event_earliest"),
            models.Index(fields=["status", "date_latest"], name="event_latest"),
            models.Index(fields=["status", "filing_key", "slug"], name="event_name"),
            models.Index(fields=["status", "updated_at", "slug"], name="event_updated"),
        ]

    def clean(self) -> None:
        super().clean()
        refuse_cycle(self, "part_of")


class Participation(Part):
    """An official or a body in an event, with a role."""

    natural_key_fields = ("event__slug", "official__slug", "body__slug", "role")
    visibility_parents = ("event", "official", "body")

    # Participations are part of their event; who took part is kept as long as they are named there.
    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="participations", help_text="The event taken part in."
    )
    official = models.ForeignKey(
        "archive.Official", null=True, blank=True, on_delete=models.PROTECT, related_name="participations",
        help_text="The official who took part, or",
    )  # fmt: skip
    body = models.ForeignKey(
        "archive.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="participations",
        help_text="the body that took part.",
    )  # fmt: skip
    role = models.CharField(max_length=11, choices=ParticipationRole.choices, help_text="In which role.")

    history = history()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("official", "body"),
                name="participation_of_one_party",
                violation_error_message=_("Got none or both, expected either an official or a body."),
            ),
            models.UniqueConstraint(
                fields=["event", "official", "role"],
                condition=models.Q(official__isnull=False),
                name="participation_once_per_official",
                violation_error_message=_("The official has this role in the event already: expected each role once."),
            ),
            models.UniqueConstraint(
                fields=["event", "body", "role"],
                condition=models.Q(body__isnull=False),
                name="participation_once_per_body",
                violation_error_message=_("The body has this role in the event already: expected each role once."),
            ),
        ]
        indexes = [
            models.Index(fields=["body", "role", "event"], name="participation_body"),
            models.Index(fields=["official", "role", "event"], name="participation_official"),
        ]

    def __str__(self) -> str:
        return f"{self.party} ({self.get_role_display()})"

    @property
    def party(self) -> models.Model | None:
        """The official or body that took part."""
        return first_related(self, ("official", "body"))


class Relation(Part):
    """A typed link from one event to another: the first responds to, announces, reverses ... the second."""

    natural_key_fields = ("from_event__slug", "kind", "to_event__slug")
    visibility_parents = ("from_event", "to_event")

    # A link without one of its ends says nothing.
    from_event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="relations", help_text="The event that responds, announces, ..."
    )
    kind = models.CharField(
        max_length=14, choices=RelationKind.choices, help_text="How the first relates to the second."
    )
    to_event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="related_from", help_text="The event that it relates to."
    )
    note = models.TextField(blank=True, help_text="Whose reading the link is, where it is not clear.")

    history = history()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(from_event=models.F("to_event")),
                name="relation_not_to_the_same_event",
                violation_error_message=_("An event does not relate to itself: expected another event."),
            ),
            models.UniqueConstraint(
                fields=["from_event", "kind", "to_event"],
                name="relation_once",
                violation_error_message=_("The two events are linked so already: expected each kind of link once."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "from_event"], name="relation_kind")]

    def __str__(self) -> str:
        return f"{self.from_event.slug} {self.get_kind_display()} {self.to_event.slug}"
