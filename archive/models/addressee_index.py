"""The index of speech acts by addressee, in date order."""

from __future__ import annotations

from django.db import models

from archive.choices import SpeechActKind
from archive.models.body import Body
from archive.models.official import Official
from archive.models.speech_act import SpeechAct

_BODY, _OFFICIAL = models.Q(body__isnull=False), models.Q(official__isnull=False)


class AddresseeIndex(models.Model):
    """An addressee of a speech act with the columns that its lists filter and sort by; derived and read-only.

    Triggers write the rows whenever a speech act, its addressees or its statement's date change, also by SQL (see
    ``archive.cache.triggers.addressees``).
    """

    # The triggers delete the rows, and the tables that they are derived from have the constraints.
    act = models.ForeignKey(
        SpeechAct, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="addressed",
        help_text="The speech act.",
    )  # fmt: skip
    body = models.ForeignKey(
        Body, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+",
        help_text="The body that it is addressed to; none if an official.",
    )  # fmt: skip
    official = models.ForeignKey(
        Official, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+",
        help_text="The official that it is addressed to; none if a body.",
    )  # fmt: skip
    kind = models.CharField(max_length=12, choices=SpeechActKind.choices, help_text="What is done with the words.")
    date_sort = models.BigIntegerField(help_text="The sort key of its statement's date.")

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["body", "date_sort"], name="addressed_body", condition=_BODY),
            models.Index(fields=["body", "kind", "date_sort"], name="addressed_body_kind", condition=_BODY),
            models.Index(fields=["official", "date_sort"], name="addressed_official", condition=_OFFICIAL),
            models.Index(fields=["official", "kind", "date_sort"], name="addressed_official_kind", condition=_OFFICIAL),
            models.Index(fields=["act"], name="addressed_act"),
        ]

    def __str__(self) -> str:
        return f"{self.act_id} to {self.body_id or self.official_id}"
