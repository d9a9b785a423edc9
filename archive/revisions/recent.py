"""The last revisions of all kinds of records, by one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, Value

from archive.labels import name_field
from archive.models.base import Record
from archive.text import strip_direction_marks

_COLUMNS = (
    "model_name", "id", "label", "version", "history_type", "history_date", "history_user__username",
    "history_change_reason",
)  # fmt: skip
#: Revisions that are read for each record listed.
_REVISIONS_PER_RECORD = 4


@dataclass(frozen=True, slots=True)
class Change:
    """A revision: of which record, when and by whom. ``kind`` is the name of the record's model."""

    kind: str
    kind_name: str
    pk: int
    name: str
    version: int
    #: ``+``, ``~`` or ``-``, as in the revisions' tables.
    type: str
    date: datetime
    person: str
    reason: str

    @property
    def action(self) -> str:
        if self.type == "-":
            return "deleted"
        return "entered" if self.version == 1 else "brought back" if self.type == "+" else "changed"


def recent_changes(models: Sequence[Any], limit: int) -> list[Change]:
    """The records of these models that were changed last, each with its last revision, the latest first."""
    names = {str(model._meta.model_name): str(model._meta.verbose_name) for model in models}
    considered = limit * _REVISIONS_PER_RECORD
    parts = [_last_revisions(model, considered).values_list(*_COLUMNS) for model in models]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    # A record saved with its links and parts has several revisions.
    latest: dict[tuple[str, int], Change] = {}
    for kind, pk, name, version, type_, date, person, reason in rows.order_by("-history_date", "model_name")[
        :considered
    ]:
        change = Change(
            kind, names[kind], pk, strip_direction_marks(name), version, type_, date, person or "", reason or ""
        )
        latest.setdefault((kind, pk), change)
    return list(latest.values())[:limit]


def _last_revisions(model: type[Record], limit: int) -> Any:
    """A model's last revisions, bounded by a subquery: SQLite allows no LIMIT in the parts of a UNION."""
    history = model.history.model._default_manager
    # By the primary key: a load writes as many revisions of one date as it has records.
    last = history.order_by("-history_id").values("history_id")[:limit]
    rows = history.filter(history_id__in=last).order_by()
    return rows.annotate(model_name=Value(str(model._meta.model_name), CharField()), label=F(name_field(model)))
