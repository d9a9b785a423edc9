"""Statements: words issued at a date by or for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.choices import Attribution, StatementClassification, TextForm
from archive.models.base import Record, history
from archive.models.constraints import slug_charset_constraint
from archive.models.fields import FilingKeyField, PartialDateField, SequenceField, date_constraints
from archive.models.lookups import is_imprecise, precision_rank
from archive.models.office import Appointment

_VERBATIM = (TextForm.VERBATIM, TextForm.TRANSLATED_VERBATIM)


class Statement(Record):
    """Words issued at a date: who spoke, in which capacity, how the source names them, about what."""

    name = models.CharField(max_length=250, help_text="A short heading: who says what.")
    summary = models.TextField(blank=True, help_text="What was said, in a few sentences of the archive's own.")
    text = models.TextField(blank=True, help_text="The words themselves, where they may be given.")
    form = models.CharField(
        max_length=19, choices=TextForm.choices, default=TextForm.PARAPHRASE,
        help_text="How close the text is to what was said; verbatim text is never empty.",
    )  # fmt: skip
    language = models.CharField(max_length=35, blank=True, help_text="Language spoken, as a BCP 47 tag (ko, en).")
    classification = models.CharField(
        max_length=16, choices=StatementClassification.choices, help_text="What kind of statement it is."
    )
    date = PartialDateField(help_text="When it was made, as EDTF: 2019-07-12, 2019-07, ../2019-07-12.")
    attribution = models.CharField(
        max_length=13, choices=Attribution.choices,
        help_text="How the source names who spoke. Named: a speaker. Anonymous or on background: none, but a body.",
    )  # fmt: skip
    attributed_as = models.CharField(max_length=250, blank=True, help_text="In which words the source names them.")
    # People and bodies with statements are not deleted: their words would be nobody's.
    speaker = models.ForeignKey(
        "archive.Official", null=True, blank=True, on_delete=models.PROTECT, related_name="statements",
        help_text="The official who spoke.",
    )  # fmt: skip
    body = models.ForeignKey(
        "archive.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="statements",
        help_text="The body on whose behalf.",
    )  # fmt: skip
    capacities = models.ManyToManyField(
        Appointment, blank=True, related_name="statements",
        help_text="In which of the speaker's appointments; left empty: all in force on the date.",
    )  # fmt: skip
    # The statement was made even when the record of its occasion goes.
    occasion = models.ForeignKey(
        "archive.Event", null=True, blank=True, on_delete=models.SET_NULL, related_name="statements",
        help_text="The event at which it was made.",
    )  # fmt: skip
    about_events = models.ManyToManyField(
        "archive.Event", blank=True, related_name="statements_about", help_text="Events that it is about."
    )
    about_measures = models.ManyToManyField(
        "archive.Measure", blank=True, related_name="statements_about", help_text="Measures that it is about."
    )
    in_reply_to = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="replies", help_text="Statements that it answers."
    )
    topics = models.ManyToManyField("archive.Topic", blank=True, related_name="statements", help_text="Its subjects.")
    filing_key = FilingKeyField(source=("name",))
    sequence = SequenceField(
        help_text="Its place among published statements of the same date: after those that it answers; else 0."
    )

    history = history(capacities, about_events, about_measures, in_reply_to, topics)

    class Meta:
        ordering = ("date_sort", "sequence", "slug")
        constraints = [
            slug_charset_constraint("statement"),
            *date_constraints("statement", "date"),
            models.CheckConstraint(
                condition=~models.Q(attribution=Attribution.NAMED) | models.Q(speaker__isnull=False),
                name="statement_named_has_a_speaker",
                violation_error_message=(
                    _("A named statement has a speaker: got none, expected an official, or another attribution.")
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(attribution__in=[Attribution.ANONYMOUS, Attribution.ON_BACKGROUND])
                | models.Q(speaker__isnull=True, body__isnull=False),
                name="statement_anonymous_has_a_body_only",
                violation_error_message=(
                    _(
                        "An anonymous statement, or one on background, names nobody: "
                        "expected no speaker, and the body on whose behalf it was made."
                    )
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(speaker__isnull=False) | models.Q(body__isnull=False),
                name="statement_is_somebodys",
                violation_error_message=_("The statement is nobody's: got neither, expected a speaker or a body."),
            ),
            models.CheckConstraint(
                condition=~models.Q(form__in=_VERBATIM, text=""),
                name="statement_verbatim_text_not_empty",
                violation_error_message=_("Verbatim text without words: expected the words, or another form."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "date_sort", "sequence", "slug"], name="statement_date"),
            # For who sees drafts too: without the status in front, the index above does not give the order.
            models.Index(fields=["date_sort", "sequence", "slug"], name="statement_date_any_status"),
            models.Index(fields=["speaker", "status", "date_sort", "sequence", "slug"], name="statement_speaker"),
            models.Index(fields=["body", "status", "date_sort", "sequence", "slug"], name="statement_body"),
            models.Index(fields=["occasion", "status", "date_sort", "sequence", "slug"], name="statement_occasion"),
            models.Index(
                fields=["status", "classification", "date_sort", "sequence", "slug"], name="statement_classification"
            ),
            models.Index(fields=["classification", "date_sort", "sequence", "slug"], name="statement_kind_any_status"),
            models.Index(fields=["attribution", "date_sort", "sequence", "slug"], name="statement_attribution"),
            models.Index(
                fields=["date_sort", "date_latest"], name="statement_vague", condition=is_imprecise("date_sort")
            ),
            models.Index(precision_rank("date_sort"), "date_sort", name="statement_narrowness"),
            models.Index(fields=["status", "date_earliest"], name="statement_earliest"),
            models.Index(fields=["status", "date_latest"], name="statement_latest"),
            models.Index(fields=["status", "filing_key", "slug"], name="statement_name"),
            models.Index(fields=["status", "updated_at", "slug"], name="statement_updated"),
        ]

    #: The capacities that the write under way sets after the columns; None where it leaves them as they are.
    new_capacities: Sequence[Appointment] | None = None

    def clean(self) -> None:
        errors: dict[str, str] = {}
        named = self.attribution == Attribution.NAMED
        unnamed = self.attribution in (Attribution.ANONYMOUS, Attribution.ON_BACKGROUND)
        if named and self.speaker_id is None:
            errors["speaker"] = gettext("A named statement has a speaker: got none, expected an official.")
        if unnamed and self.speaker_id is not None:
            text = gettext("Got '{official}', expected no speaker: the statement is anonymous or on background.")
            errors["speaker"] = text.format(official=self.speaker)
        if self.body_id is None and (unnamed or self.speaker_id is None):
            errors["body"] = gettext("Got none, expected the body on whose behalf it was made: it names no speaker.")
        if self.form in _VERBATIM and not self.text:
            errors["text"] = gettext("Verbatim text is never empty: enter the words, or choose another form.")
        if errors:
            raise ValidationError(errors)
        # Last, because without a speaker its error about foreign capacities would hide those above.
        super().clean()

    def check_publishable(self) -> None:
        self.check_links()

    def check_links(self) -> None:
        """Refuse capacities of another official than the speaker: those to be set, by default the stored ones."""
        capacities = (
            self.capacities.exclude(official=self.speaker_id)
            if self.new_capacities is None
            else (appointment for appointment in self.new_capacities if appointment.official_id != self.speaker_id)
        )
        for appointment in capacities:
            raise ValidationError({"capacities": foreign_capacity(self, appointment)})

    def capacities_in_force(self) -> list[Appointment]:
        """The speaker's appointments that overlap the date of the statement, without nominations."""
        if self.speaker_id is None:
            return []
        held = Appointment.objects.filter(official=self.speaker_id).in_force(self.date)
        return list(held.select_related("official", "office").order_by("slug"))

    def lacks_capacities(self) -> bool:
        """Whether the statement has no capacities, and the speaker has appointments in force on the date."""
        return self.speaker_id is not None and not self.capacities.exists() and bool(self.capacities_in_force())

    def fill_capacities(self) -> None:
        """Set the appointments in force on the date as capacities, if there are none."""
        if self.speaker_id is not None and not self.capacities.exists():
            self.capacities.set(self.capacities_in_force())


def foreign_capacity(statement: Statement, appointment: Appointment) -> ValidationError:
    """The error for a capacity that is an appointment of another official."""
    return ValidationError(
        _("statement %(slug)s, capacities: got '%(got)s' of %(owner)s, expected %(expected)s."),
        code="foreign_capacity",
        params={
            "slug": statement.slug,
            "got": appointment.slug,
            "owner": str(appointment.official),
            "expected": gettext("an appointment of the speaker, {speaker}").format(
                speaker=statement.speaker or gettext("but there is none")
            ),
        },
    )


@receiver(m2m_changed, sender=Statement.capacities.through)
def refuse_foreign_capacity(
    sender: object,
    instance: Any,
    action: str,
    reverse: bool,
    pk_set: set[int] | None,
    using: str,
    **kwargs: object,
) -> None:
    """Refuse capacities of other officials in every write of the link (form, REST, fixture)."""
    if action != "pre_add" or not pk_set:
        return
    if reverse:
        for statement in Statement.objects.using(using).filter(pk__in=pk_set).exclude(speaker=instance.official_id):
            raise foreign_capacity(statement, instance)
        return
    for appointment in Appointment.objects.using(using).filter(pk__in=pk_set).exclude(official=instance.speaker_id):
        raise foreign_capacity(instance, appointment)
