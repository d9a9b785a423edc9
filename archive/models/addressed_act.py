"""Speech acts by whom they are addressed to, in the order of their dates."""

from __future__ import annotations

from django.db import models

from archive.choices import SpeechActKind
from archive.models.body import Body
from archive.models.official import Official
from archive.models.speech_act import SpeechAct

_BODY, _OFFICIAL = models.Q(body__isnull=False), models.Q(official__isnull=False)


class AddressedAct(models.Model):
    """An addressee of a speech act, with what its lists are found by; for reading only.

    Triggers write it whenever a speech act, its addressees or its statement's date change, whatever changes them (see
    ``archive.cache.triggers.addressees``). The truth is in the speech act.
    """

    # The triggers take the rows away, and the tables that they follow are constrained already.
    act = models.ForeignKey(
        SpeechAct, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="addressed",
        help_text="The speech act.",
    )  # fmt: skip
    body = models.ForeignKey(
        Body, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+",
        help_text="The body that it is addressed to, or",
    )  # fmt: skip
    official = models.ForeignKey(
        Official, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+",
        help_text="the official.",
    )  # fmt: skip
    kind = models.CharField(max_length=12, choices=SpeechActKind.choices, help_text="What is done with the words.")
    said_sort = models.BigIntegerField(help_text="Where the date of its statement sorts.")

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["body", "said_sort"], name="addressed_body", condition=_BODY),
            models.Index(fields=["body", "kind", "said_sort"], name="addressed_body_kind", condition=_BODY),
            models.Index(fields=["official", "said_sort"], name="addressed_official", condition=_OFFICIAL),
            models.Index(fields=["official", "kind", "said_sort"], name="addressed_official_kind", condition=_OFFICIAL),
            models.Index(fields=["act"], name="addressed_act"),
        ]

    def __str__(self) -> str:
        return f"{self.act_id} to {self.body_id or self.official_id}"
