"""The rows that are publicly shown as part of a record, and the records on whose publication that depends.

A record's ``updated_at`` and ``public_version`` change when such a row is written or becomes visible or invisible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import ForeignKey, Model, Q
from django.db.models.expressions import RawSQL

from archive.cache.triggers.conditions import inline_sql, tracked_models
from archive.models import Appointment, Office, SpeechAct
from archive.models.base import Addressed, Record, Tracked
from archive.permissions import PARENT_PATHS
from archive.visibility import published, related_model

#: Records that ``include`` nests in others -> the keys to those.
NESTED_RECORDS: dict[Any, tuple[str, ...]] = {
    Office: ("body",),
    Appointment: ("official", "office"),
    SpeechAct: ("statement",),
}


@dataclass(frozen=True, slots=True)
class VisibleRows:
    """Rows of ``model`` that are shown as part of the record at the end of ``owner``, a path of foreign keys.

    ``subject`` is the first key of the path if the model has several keys of which one is set. ``ends`` are the
    prefixes and models that must be published for the row to be public, ``parents`` the paths to the records on which
    that depends.
    """

    model: Any
    owner: str
    subject: str
    ends: tuple[tuple[str, Any], ...]
    parents: tuple[str, ...]

    @property
    def owner_model(self) -> Any:
        return related_model(self.model, self.owner)

    def condition(self, assumed: str = "") -> Q:
        """The condition that the row is public. The record at the end of the path ``assumed`` counts as published."""
        other = {name for name in getattr(self.model, "subjects", ()) if self.subject and name != self.subject}
        condition = Q(**{f"{self.subject}__isnull": False}) if self.subject else Q()
        for prefix, model in self.ends:
            skipped = {path for path in model.visibility_parents if not prefix and path.partition("__")[0] in other}
            if assumed and assumed.startswith(prefix):
                skipped.add(assumed.removeprefix(prefix).removesuffix("__"))
            elif assumed and f"{assumed}__" == prefix:
                skipped.add("")
            condition &= published(model, prefix, skipped)
        return condition

    def owners(self, using: str, condition: Q) -> str:
        """SQL for the ids of the records that show the rows matching the condition."""
        rows = self.model._base_manager.using(using).filter(condition).order_by()
        return inline_sql(rows.values("pk" if self.owner == "pk" else f"{self.owner}__pk"), using)

    def owners_by(self, using: str, parent: str, changed: str) -> str:
        """SQL for the ids of the records that show rows depending, by the path ``parent``, on the records ``changed``.

        ``changed`` is a query for their ids.
        """
        keys = RawSQL(changed, ())  # noqa: S611 (of a trigger's own array or row)
        return self.owners(using, self.condition(parent) & Q(**{f"{parent}__in": keys}))


def addressed(model: type[Model]) -> bool:
    """Whether the model has a public version and timestamp."""
    return not model._meta.auto_created and issubclass(model, Addressed)


@cache
def owner_paths(model: type[Model]) -> tuple[str, ...]:
    """The paths to the records that show a row of the model; ``pk`` for a record itself."""
    if model._meta.auto_created:
        forward = _forward(model)
        outer = NESTED_RECORDS.get(related_model(model, forward), ())
        return (forward, *(f"{forward}__{path}" for path in outer))
    if addressed(model):
        return ("pk", *NESTED_RECORDS.get(model, ()))
    paths = dict.fromkeys(
        path for owner in PARENT_PATHS[model] for path in _steps(owner) if addressed(related_model(model, path))
    )
    return tuple(paths)


def pieces(model: type[Model]) -> Iterator[VisibleRows]:
    """The ``VisibleRows`` of a model, for each record that shows them."""
    subjects = getattr(model, "subjects", ())
    for owner in owner_paths(model):
        first = owner.partition("__")[0]
        subject = first if first in subjects else ""
        if model._meta.auto_created:
            keys = [field for field in model._meta.concrete_fields if field.is_relation]
            ends = tuple((f"{key.name}__", key.related_model) for key in keys)
            yield VisibleRows(model, owner, "", ends, tuple(path for key in keys for path in _parents_at(key)))
            continue
        others = {*subjects} - {subject} if subject else set()
        parents = tuple(
            path for path in getattr(model, "visibility_parents", ()) if path.partition("__")[0] not in others
        )
        yield VisibleRows(model, owner, subject, (("", model),), parents)
        for key in _links(model):
            yield VisibleRows(
                model, owner, subject, (("", model), (f"{key.name}__", key.related_model)), _parents_at(key)
            )


def depending(record: type[Model]) -> Iterator[tuple[VisibleRows, str]]:
    """The rows that are public only while a record of this model is published, each with the path to it."""
    for model in tracked_models():
        for visible_rows in pieces(model):
            for parent in visible_rows.parents:
                if related_model(model, parent) is record and visible_rows.owner != parent:
                    yield visible_rows, parent


def _links(model: type[Model]) -> list[Any]:
    """Foreign keys to records that need not be published for the row to be public."""
    keys = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
    own = (*getattr(model, "visibility_parents", ()), *getattr(model, "subjects", ()))
    return [
        key
        for key in keys
        if issubclass(key.related_model, Tracked) and key.name not in own and not _holds(model, key.name)
    ]


def _holds(model: type[Model], name: str) -> bool:
    """Whether the row's visibility depends on a record behind the key."""
    return any(path.startswith(f"{name}__") for path in getattr(model, "visibility_parents", ()))


def _parents_at(key: Any) -> tuple[str, ...]:
    own = (key.name,) if issubclass(key.related_model, Record) else ()
    return (*own, *(f"{key.name}__{path}" for path in key.related_model.visibility_parents))


def _steps(path: str) -> list[str]:
    names = path.split("__")
    return ["__".join(names[: length + 1]) for length in range(len(names))]


def _forward(through: Any) -> str:
    """The key of an automatic many-to-many model to the record that has the relation."""
    for field in through._meta.auto_created._meta.many_to_many:
        if field.remote_field.through is through:
            return str(field.m2m_field_name())
    raise LookupError(f"{through._meta.label}: expected a table of a many-to-many relation")
