"""Write permissions per record: contributors change unpublished records, holders of ``publish_records`` all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.deletion import Collector, ProtectedError, RestrictedError

from archive import models
from archive.choices import Status
from archive.models.base import Tracked
from archive.models.identifier import IDENTIFIED
from archive.visibility import PermissionHolder, related_record

PUBLISH = "archive.publish_records"
#: Statuses that users without the permission to publish may set and change.
CONTRIBUTOR_STATUSES = (Status.DRAFT, Status.REVIEW)


def may_publish(user: PermissionHolder) -> bool:
    """Whether the user is an editor: may publish records, and change what is published."""
    return user.has_perm(PUBLISH)


def require_editor(user: PermissionHolder, message: str) -> None:
    """Raises ValidationError with the message if the user may not publish."""
    if not may_publish(user):
        raise ValidationError(message)


def may_write(user: PermissionHolder, record: Model) -> bool:
    """Whether the user, who has the model's change permission, may change this record in its given state.

    A part has the status of its parent record (``PARENT_PATHS``), not of other records that it links.
    """
    if may_publish(user):
        return True
    owner = owner_of(record)
    return owner is not None and owner.status in CONTRIBUTOR_STATUSES


def may_record_outcomes(user: PermissionHolder, statement: models.Statement) -> bool:
    """Whether the user may record outcomes of the statement's speech acts, of those that are answerable."""
    return user.has_perm("archive.add_outcome") and may_write(user, statement)


def may_delete(user: PermissionHolder, record: Model) -> bool:
    """Whether the user may delete it: they must be allowed to change all that the deletion deletes or changes."""
    if may_publish(user):
        return True
    return may_write(user, record) and all(may_write(user, other) for other in _affected_by_delete(record))


def _affected_by_delete(record: Model) -> Iterator[Any]:
    """The records and parts that deleting this one deletes or changes."""
    collector: Any = Collector(using=record._state.db or DEFAULT_DB_ALIAS, origin=record)
    # Deleting a protected record fails, and the caller reports that.
    with suppress(ProtectedError, RestrictedError):
        collector.collect([record])
    changed = (rows for groups in collector.field_updates.values() for rows in groups)
    for rows in chain(collector.data.values(), collector.fast_deletes, changed):
        yield from (row for row in rows if isinstance(row, Tracked))


def owner_of(record: Model) -> Any:
    """The record that a part belongs to, None if it is deleted or not set; a record itself."""
    if type(record) not in PARENT_PATHS:
        return record
    for path in PARENT_PATHS[type(record)]:
        with suppress(ObjectDoesNotExist):
            if (owner := related_record(record, path)) is not None:
                return owner
    return None


#: Part -> paths to its parent record, whose editors may change the part; of several paths exactly one is set.
PARENT_PATHS: dict[Any, tuple[str, ...]] = {
    models.Name: ("official", "body"),
    models.Identifier: IDENTIFIED,
    models.Participation: ("event",),
    models.Relation: ("from_event",),
    models.MeasureStep: ("measure",),
    models.MeasureGood: ("measure",),
    models.SpeechAct: ("statement",),
    models.Outcome: ("speech_act__statement",),
    models.DossierEntry: ("dossier",),
    models.Citation: (
        "event", "measure", "measure_good__measure", "statement", "speech_act__statement",
        "outcome__speech_act__statement", "relation__from_event", "participation__event", "official", "appointment",
        "body", "office",
    ),
}  # fmt: skip
