"""Speech acts and their outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.choices import ANSWERABLE_KINDS, OutcomeKind, SpeechActKind, TextForm
from archive.models.base import Addressed, Part, at_most_one, first_related, history, unused_slug, used_slugs
from archive.models.constraints import slug_charset_constraint
from archive.models.fields import KeyField, PartialDateField, date_constraints
from archive.text import beginning

#: Characters of the words of a speech act that its name has.
MAX_TEXT = 80
#: Outcomes that the refusal of a kind names.
MAX_OUTCOMES_SHOWN = 5
_VERBATIM = (TextForm.VERBATIM, TextForm.TRANSLATED_VERBATIM, TextForm.PARTIAL_QUOTE)


def has_english_text(form: str, translation: str) -> bool:
    """Whether the text of a speech act is in English: not verbatim, and without a translation beside it."""
    return not translation and form != TextForm.VERBATIM


class SpeechAct(Addressed, Part):
    """One thing done in a statement: a demand, an offer, an accusation; with addressees and a condition if any."""

    natural_key_fields = ("slug",)
    visibility_parents = ("statement",)
    derived_fields = ("slug",)

    slug = KeyField(
        max_length=130, unique=True, blank=True, editable=False,
        help_text="The statement's slug and the ordinal; never changed once saved.",
    )  # fmt: skip
    # A speech act is part of its statement.
    statement = models.ForeignKey(
        "archive.Statement", on_delete=models.CASCADE, related_name="speech_acts", help_text="Where it was said."
    )
    ordinal = models.PositiveSmallIntegerField(help_text="Its place in the statement, from 1.")
    kind = models.CharField(max_length=12, choices=SpeechActKind.choices, help_text="What is done with the words.")
    form = models.CharField(
        max_length=19, choices=TextForm.choices, default=TextForm.PARAPHRASE,
        help_text="How close the text is to what was said.",
    )  # fmt: skip
    text = models.TextField(help_text="What is said: the words, or the archive's paraphrase.")
    translation = models.TextField(blank=True, help_text="The text in English, where it is in another language.")
    condition = models.TextField(blank=True, help_text="On which condition, if any.")
    addressee_bodies = models.ManyToManyField(
        "archive.Body", blank=True, related_name="speech_acts_received", help_text="Bodies that it is addressed to."
    )
    addressee_officials = models.ManyToManyField(
        "archive.Official", blank=True, related_name="speech_acts_received", help_text="Officials it is addressed to."
    )
    # What is said stays said when the record of its subject goes.
    about_event = models.ForeignKey(
        "archive.Event", null=True, blank=True, on_delete=models.SET_NULL, related_name="speech_acts_about",
        help_text="The event that it is about, or",
    )  # fmt: skip
    about_measure = models.ForeignKey(
        "archive.Measure", null=True, blank=True, on_delete=models.SET_NULL, related_name="speech_acts_about",
        help_text="the measure that it is about.",
    )  # fmt: skip

    history = history(addressee_bodies, addressee_officials)

    class Meta:
        ordering = ("statement", "ordinal")
        constraints = [
            slug_charset_constraint("speech_act"),
            models.UniqueConstraint(
                fields=["statement", "ordinal"],
                name="speech_act_ordinal_once",
                violation_error_message=_("Another speech act has this number: expected each ordinal once."),
            ),
            models.CheckConstraint(
                condition=models.Q(ordinal__gte=1),
                name="speech_act_ordinal_from_one",
                violation_error_message=_("Speech acts are counted from 1: expected an ordinal of 1 or more."),
            ),
            models.CheckConstraint(
                condition=~models.Q(form__in=_VERBATIM, text=""),
                name="speech_act_quoted_text_not_empty",
                violation_error_message=_("A quotation without words: expected the words, or the form 'paraphrase'."),
            ),
            models.CheckConstraint(
                condition=at_most_one("about_event", "about_measure"),
                name="speech_act_about_one_thing",
                violation_error_message=_("Got an event and a measure, expected at most one that it is about."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "statement", "ordinal"], name="speech_act_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {beginning(self.text, MAX_TEXT)}"

    @property
    def numbered_slug(self) -> str:
        """The slug of its statement with its number: its own slug, unless another speech act has that."""
        return f"{self.statement.slug}-{self.ordinal}"

    def set_derived_fields(self) -> None:
        if not self.slug:
            # A speech act that was moved may have the slug already.
            self.slug = unused_slug(SpeechAct, self.numbered_slug)

    @classmethod
    def derive(cls, rows: Sequence[Self]) -> None:
        slugs = {row.numbered_slug: row for row in rows if not row.slug}
        for slug in slugs.keys() - used_slugs(SpeechAct, slugs):
            slugs[slug].slug = slug
        super().derive(rows)

    def clean(self) -> None:
        super().clean()
        if self.pk is None or self.is_answerable:
            return
        if dates := list(self.outcomes.values_list("date", flat=True)[:MAX_OUTCOMES_SHOWN]):
            expected = gettext("{kinds}: it has outcomes ({dates}), so remove these first").format(
                kinds=", ".join(sorted(ANSWERABLE_KINDS)), dates=", ".join(map(str, dates))
            )
            error = ValidationError(
                _("Got '%(got)s', expected %(expected)s."),
                code="dependents",
                params={"got": self.kind, "expected": expected},
            )
            raise ValidationError({"kind": error})

    @property
    def is_answerable(self) -> bool:
        return self.kind in ANSWERABLE_KINDS

    @property
    def about(self) -> models.Model | None:
        return first_related(self, ("about_event", "about_measure"))


class Outcome(Part):
    """What became of a speech act, at a date: by an event, or by another speech act that answers it."""

    natural_key_fields = ("speech_act__slug", "date")
    visibility_parents = ("speech_act__statement", "event", "answer__statement")

    # An outcome is the end of a speech act's story, and belongs to it.
    speech_act = models.ForeignKey(
        SpeechAct, on_delete=models.CASCADE, related_name="outcomes", help_text="The speech act that it answers."
    )
    date = PartialDateField(help_text="When it came about, as EDTF.")
    kind = models.CharField(max_length=16, choices=OutcomeKind.choices, help_text="What became of it.")
    # That a demand was met stays true when the record of how it was met goes.
    event = models.ForeignKey(
        "archive.Event", null=True, blank=True, on_delete=models.SET_NULL, related_name="outcomes",
        help_text="The event by which, or",
    )  # fmt: skip
    answer = models.ForeignKey(
        SpeechAct, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers_to",
        help_text="the speech act by which.",
    )  # fmt: skip
    note = models.TextField(blank=True, help_text="What a reader should know about it.")

    history = history()

    class Meta:
        ordering = ("date_sort", "id")
        constraints = [
            *date_constraints("outcome", "date"),
            models.UniqueConstraint(
                fields=["speech_act", "date"],
                name="outcome_once_per_date",
                violation_error_message=_("The speech act has an outcome at this date already: expected one per date."),
            ),
            models.CheckConstraint(
                condition=at_most_one("event", "answer"),
                name="outcome_by_one_thing",
                violation_error_message=_(
                    "Got an event and a speech act, expected at most one by which it came about."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(answer__isnull=True) | ~models.Q(answer=models.F("speech_act")),
                name="outcome_not_by_itself",
                violation_error_message=_("A speech act is not answered by itself: expected another one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.date})"

    def clean(self) -> None:
        super().clean()
        if self.speech_act_id and not self.speech_act.is_answerable:
            text = gettext(
                "Only speech acts that call for an answer have outcomes: got one for '{kind}', expected {kinds}."
            )
            raise ValidationError(text.format(kind=self.speech_act.kind, kinds=", ".join(sorted(ANSWERABLE_KINDS))))
