"""Sources and citations."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.choices import SourceTier, Stance
from archive.models.base import Part, Record, exactly_one, first_related, history
from archive.models.constraints import slug_charset_constraint
from archive.models.fields import FilingKeyField, PartialDateField, date_constraints


class Source(Record):
    """A document: who published it, when, in which language, and how near it is to the fact."""

    title = models.CharField(max_length=300, help_text="The document's title, or what it is.")
    # A publisher is not deleted while its documents are cited.
    publisher = models.ForeignKey(
        "archive.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="publications",
        help_text="The body that published it.",
    )  # fmt: skip
    agency = models.CharField(max_length=120, blank=True, help_text="The news agency whose report it carries.")
    author = models.CharField(max_length=200, blank=True, help_text="Who wrote it, as the document says.")
    language = models.CharField(max_length=35, blank=True, help_text="Language, as a BCP 47 tag.")
    published = PartialDateField(null=True, blank=True, help_text="When it was published.")
    retrieved = PartialDateField(null=True, blank=True, help_text="When it was last looked at.")
    url = models.URLField(max_length=500, blank=True, help_text="Where it is, if that is sure.")
    archived_url = models.URLField(max_length=500, blank=True, help_text="Where a web archive keeps it.")
    licence = models.CharField(max_length=80, blank=True, help_text="SPDX identifier or words.")
    tier = models.CharField(
        max_length=9, choices=SourceTier.choices, default=SourceTier.SECONDARY, help_text="How near to the fact it is."
    )
    filing_key = FilingKeyField(source=("title",))

    history = history()

    class Meta:
        ordering = ("published_sort", "slug")
        constraints = [
            slug_charset_constraint("source"),
            *date_constraints("source", "published"),
            *date_constraints("source", "retrieved"),
            models.CheckConstraint(
                condition=~models.Q(title=""),
                name="source_title_not_empty",
                violation_error_message=(
                    _("A source without a title can't be told from others: expected what the document is called.")
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "published_sort", "slug"], name="source_published"),
            models.Index(fields=["published_sort", "slug"], name="source_published_any_status"),
            models.Index(fields=["status", "filing_key", "slug"], name="source_title"),
            models.Index(fields=["url"], name="source_url"),
        ]


#: The foreign keys of a citation of which exactly one is set.
CITED = (
    "event", "measure", "measure_good", "statement", "speech_act", "outcome", "relation", "participation",
    "official", "appointment", "body", "office",
)  # fmt: skip


def _cited(model: str, what: str) -> models.ForeignKey[models.Model | None, models.Model | None]:
    # A citation says something of its record only; it goes with it.
    return models.ForeignKey(
        f"archive.{model}",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="citations",
        help_text=f"The {what} that it is cited for; a citation has exactly one subject.",
    )


class Citation(Part):
    """The use of a source for one record: where in it, which words, and whether it supports or disputes."""

    natural_key_fields = (
        "source__slug", "stance", "field", "variant_value", "locator", "event__slug", "measure__slug",
        "measure_good__measure__slug", "measure_good__name", "statement__slug", "speech_act__slug",
        "outcome__speech_act__slug", "outcome__date", "relation__from_event__slug", "relation__kind",
        "relation__to_event__slug", "participation__event__slug", "participation__official__slug",
        "participation__body__slug", "participation__role", "official__slug", "appointment__slug", "body__slug",
        "office__slug",
    )  # fmt: skip
    subjects = CITED
    visibility_parents = (
        "source", "event", "measure", "measure_good__measure", "statement", "speech_act__statement",
        "outcome__speech_act__statement", "outcome__event", "outcome__answer__statement", "relation__from_event",
        "relation__to_event", "participation__event", "participation__official", "participation__body", "official",
        "appointment", "appointment__official", "appointment__office", "appointment__office__body", "body", "office",
        "office__body",
    )  # fmt: skip

    # A source in use is not deleted: what rests on it would rest on nothing.
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="citations", help_text="The document cited."
    )
    event = _cited("Event", "event")
    measure = _cited("Measure", "measure")
    measure_good = _cited("MeasureGood", "good")
    statement = _cited("Statement", "statement")
    speech_act = _cited("SpeechAct", "speech act")
    outcome = _cited("Outcome", "outcome")
    relation = _cited("Relation", "relation")
    participation = _cited("Participation", "participation")
    official = _cited("Official", "official")
    appointment = _cited("Appointment", "appointment")
    body = _cited("Body", "body")
    office = _cited("Office", "office")
    locator = models.CharField(max_length=120, blank=True, help_text="Where in the document (p. 3, paragraph 7).")
    quotation = models.TextField(blank=True, help_text="The words that bear it out, short.")
    stance = models.CharField(
        max_length=8, choices=Stance.choices, default=Stance.SUPPORTS, help_text="Whether it supports or disputes."
    )
    field = models.CharField(max_length=40, blank=True, help_text="Which field it speaks to, where it differs there.")
    variant_value = models.CharField(max_length=250, blank=True, help_text="What it gives in that field instead.")

    history = history()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=exactly_one(*CITED),
                name="citation_of_exactly_one_record",
                violation_error_message=_("Got none or several records, expected exactly one that it is cited for."),
            ),
            models.CheckConstraint(
                condition=models.Q(variant_value="") | ~models.Q(field=""),
                name="citation_variant_names_its_field",
                violation_error_message=_("A variant value names its field: got a value alone, expected both."),
            ),
            *(
                models.UniqueConstraint(
                    fields=["source", name, "stance", "field", "variant_value", "locator"],
                    condition=models.Q(**{f"{name}__isnull": False}),
                    name=f"citation_once_per_{name}",
                    violation_error_message=_("The source is cited for this already, alike in all: expected it once."),
                )
                for name in CITED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} ({self.get_stance_display()})"

    @property
    def subject(self) -> models.Model | None:
        """The record that the source is cited for."""
        return first_related(self, CITED)
