"""Deletion of drafts by the users who entered them and who may not delete records otherwise.

A draft is its author's to delete if it was never published or withdrawn. Its parts go with it; what others entered and
refers to it stands in the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.deletion import Collector, ProtectedError, RestrictedError

from archive.choices import Status
from archive.models.base import Tracked
from archive.permissions import PARENT_PATHS, owner_of
from archive.revisions.state import Key, record_models
from archive.visibility import sees_drafts


def is_own_draft(user: User | AnonymousUser, record: Model) -> bool:
    """Whether the record is a draft that the user entered, may change, and that was never published."""
    model: Any = type(record)
    if model not in record_models() or getattr(record, "status", "") != Status.DRAFT:
        return False
    if not sees_drafts(user) or not user.has_perm(f"archive.change_{model._meta.model_name}"):
        return False
    revisions = model.history.filter(id=record.pk)
    first = revisions.order_by("history_date", "history_id").values_list("history_type", "history_user_id").first()
    was_public = revisions.filter(status__in=(Status.PUBLISHED, Status.WITHDRAWN))
    return first == ("+", user.pk) and not was_public.exists()


class DraftDeletion:
    """What the deletion of a user's draft deletes and changes."""

    def __init__(self, user: User | AnonymousUser, record: Model) -> None:
        self.user, self.record = user, record
        #: The draft and its parts, and the user's other drafts that go with it, with theirs.
        self.deletable: set[Key] = set()
        #: The records and parts of others that refer to what is deleted, of which a link would be removed.
        self.linking: list[Any] = []
        collector: Any = Collector(using=record._state.db or DEFAULT_DB_ALIAS, origin=record)
        with suppress(ProtectedError, RestrictedError):  # Django's page lists what protects it
            collector.collect([record])
        deleted = list(chain(*collector.data.values(), *collector.fast_deletes))
        self._find_deletable([row for row in deleted if isinstance(row, Tracked)])
        changed = (row for groups in collector.field_updates.values() for rows in groups for row in rows)
        links = [row for row in deleted if row._meta.auto_created]
        linking = {(type(row), row.pk): row for row in chain(changed, _linking(links)) if isinstance(row, Tracked)}
        self.linking = [row for key, row in linking.items() if key not in self.deletable and not self._is_own(row)]

    def _find_deletable(self, rows: list[Any]) -> None:
        """Add the user's drafts among the rows, and the parts of what is added, until no part is left to add."""
        self.deletable = {_key(row) for row in rows if type(row) not in PARENT_PATHS and is_own_draft(self.user, row)}
        parts = [row for row in rows if type(row) in PARENT_PATHS]
        while added := {_key(part) for part in parts if _parent_key(part) in self.deletable} - self.deletable:
            self.deletable |= added

    def _is_own(self, row: Model) -> bool:
        owner = owner_of(row)
        return owner is not None and is_own_draft(self.user, owner)


def _key(row: Model) -> Key:
    return type(row), row.pk


def _parent_key(part: Model) -> Key | None:
    """The record or part that a part hangs on, by its own columns."""
    for path in PARENT_PATHS[type(part)]:
        field: Any = part._meta.get_field(path.partition("__")[0])
        if (pk := getattr(part, field.attname)) is not None:
            return field.related_model, pk
    return None


def _linking(links: Iterable[Any]) -> Iterator[Any]:
    """The records that have the many-to-many links."""
    keys: dict[Any, set[int]] = {}
    for link in links:
        model = link._meta.auto_created
        field = next(field for field in model._meta.many_to_many if field.remote_field.through is type(link))
        column = link._meta.get_field(field.m2m_field_name()).attname
        keys.setdefault(model, set()).add(getattr(link, column))
    for model, pks in keys.items():
        yield from model._default_manager.filter(pk__in=pks)
