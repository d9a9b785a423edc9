"""Open speech acts on the admin's first page: published ones that were said by a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from archive.choices import Status
from archive.filters import FILTERSETS
from archive.models import SpeechAct, Statement

#: The parameter with the last day on which they were said, and how many days ago that is by default.
SAID_BY = "said_by"
_DEFAULT_DAYS = 30


@dataclass(frozen=True, slots=True)
class OpenAct:
    """A speech act that waits for an outcome; with names of the records that the user may view."""

    act: Any
    speaker: str
    addressees: list[str]


@dataclass(frozen=True, slots=True)
class OpenActs:
    """The acts of a list, whether they are those that the user follows, and the last day on which they were said."""

    acts: list[OpenAct]
    are_followed: bool
    said_by: date


def open_acts(user: User | AnonymousUser, text: str, limit: int) -> OpenActs:
    """The open acts said by the day of ``text`` (by default a month ago), those last said first.

    Users follow the statements that they entered or changed. Where none of these has an open act, the list is of all.
    """
    today = timezone.localdate()
    try:
        said_by = date.fromisoformat(text)
    except ValueError:
        said_by = today - timedelta(days=_DEFAULT_DAYS)
    params = {"open_on": [today.isoformat()], "date_before": [said_by.isoformat()], "order_by": ["-date"]}
    rows = FILTERSETS["speech-acts"](params, user).result().filter(statement__status=Status.PUBLISHED)
    rows = rows.order_by("-statement__date_sort", "-pk").select_related("statement__speaker", "statement__body")
    rows = rows.prefetch_related("addressee_officials", "addressee_bodies")
    changed = Statement.history.filter(history_user=user.pk).values("id")
    followed = list(rows.filter(statement__in=changed)[:limit])
    acts = followed or list(rows[:limit])
    return OpenActs([_with_names(act, user) for act in acts], bool(followed), said_by)


def _with_names(act: SpeechAct, user: User | AnonymousUser) -> OpenAct:
    officials, bodies = (user.has_perm(f"archive.view_{kind}") for kind in ("official", "body"))
    statement = act.statement
    speaker = statement.attributed_as
    if statement.speaker is not None and officials:
        speaker = statement.speaker.name
    elif statement.body is not None and bodies:
        speaker = speaker or statement.body.name
    addressees = [row.name for row in act.addressee_officials.all()] if officials else []
    addressees += [row.name for row in act.addressee_bodies.all()] if bodies else []
    return OpenAct(act, speaker, addressees)
