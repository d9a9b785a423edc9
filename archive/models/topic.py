"""Topics, in a tree."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.models.base import Record, history, refuse_cycle
from archive.models.constraints import slug_charset_constraint
from archive.models.fields import FilingKeyField


class Topic(Record):
    """A subject, in a tree: a record on a topic is also on the topics above it."""

    name = models.CharField(max_length=200, help_text="The subject in English, as a heading.")
    description = models.TextField(blank=True, help_text="What belongs here and what does not.")
    # A topic with subtopics is not deleted: what was filed below it would lose its place.
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children",
        help_text="The wider topic, if any.",
    )  # fmt: skip
    filing_key = FilingKeyField(source=("name",))

    history = history()

    class Meta:
        ordering = ("slug",)
        constraints = [
            slug_charset_constraint("topic"),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="topic_not_its_own_parent",
                violation_error_message=_(
                    "A topic is not above itself: expected another topic as its parent, or none."
                ),
            ),
        ]
        indexes = [models.Index(fields=["status", "filing_key", "slug"], name="topic_name")]

    def clean(self) -> None:
        super().clean()
        refuse_cycle(self, "parent")
