"""Who may change which record: contributors keep to drafts, who may publish changes all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from django.db.models.deletion import Collector, ProtectedError, RestrictedError

from archive import models
from archive.choices import Status
from archive.models.base import Tracked
from archive.models.identifier import IDENTIFIED

PUBLISH = "archive.publish_records"
#: What who may not publish can set and change.
CONTRIBUTOR_STATUSES = (Status.DRAFT, Status.REVIEW)


def may_write(user: Any, record: Any) -> bool:
    """Whether the user may change this record (as it is given), granted the permission for its kind.

    A part without a status is judged by the record that owns it: one that merely joins it to a draft stays what it is,
    a part of what is published.
    """
    if user.has_perm(PUBLISH):
        return True
    if hasattr(record, "status"):
        return record.status in CONTRIBUTOR_STATUSES
    return any(_status_at(record, path) in CONTRIBUTOR_STATUSES for path in PARENT_PATHS[type(record)])


def may_delete(user: Any, record: Any) -> bool:
    """Whether the user may delete it: what would go with it, or lose its link to it, must be theirs to write too."""
    if user.has_perm(PUBLISH):
        return True
    return may_write(user, record) and all(may_write(user, other) for other in _affected_by_delete(record))


def _affected_by_delete(record: Any) -> Iterator[Any]:
    """The records and parts that deleting this one deletes or changes."""
    collector: Any = Collector(using=record._state.db, origin=record)
    # What is protected is not deleted at all, and told by who tries.
    with suppress(ProtectedError, RestrictedError):
        collector.collect([record])
    changed = (rows for groups in collector.field_updates.values() for rows in groups)
    for rows in chain(collector.data.values(), collector.fast_deletes, changed):
        yield from (one for one in rows if isinstance(one, Tracked))


def _status_at(record: Any, path: str) -> Any:
    """The status at the end of a path of foreign keys; None where one of them is not set."""
    for name in path.split("__"):
        if record is None or getattr(record, f"{name}_id") is None:
            return None
        record = getattr(record, name)
    return record.status


#: Part -> the paths to the record that it belongs to; of several exactly one is set.
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
