"""Versions of records and of their own parts, which bind a decision to the state that it was made on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model, Q
from django.utils.translation import gettext

from archive.database import in_chunks
from archive.permissions import may_publish
from archive.revisions.json_values import model_of
from archive.revisions.state import own_parts
from archive.workflow.records import kind_of

#: The name of a model and an id, as one text -> the version of the row.
RowVersions = dict[str, int]


def row_versions(records: Iterable[Any]) -> RowVersions:
    """The stored versions of records and all their own parts, by a few queries for each model."""
    versions: RowVersions = {}
    level: dict[Any, list[int]] = {}
    for record in records:
        level.setdefault(type(record), []).append(record.pk)
    for model, pks in level.items():
        versions |= _read(model, "pk", pks)
    while level:
        below: dict[Any, list[int]] = {}
        for model, pks in level.items():
            for key in own_parts(model):
                parts = _read(key.model, key.attname, pks)
                new = parts.keys() - versions.keys()
                below.setdefault(key.model, []).extend(_pk(name) for name in sorted(new))
                versions |= parts
        level = {model: pks for model, pks in below.items() if pks}
    return versions


def digest(*parts: object) -> str:
    """A short digest of data that ``repr`` writes the same way each time."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def changers_without_right(before: Mapping[str, int], now: Mapping[str, int]) -> list[str]:
    """The users who changed rows between two states and may not publish; a load or deleted account has no name."""
    users: set[int | None] = set()
    for name in before.keys() | now.keys():
        if before.get(name) == now.get(name):
            continue
        kind, pk = name.split()
        is_later = Q(version__gt=before.get(name, 0)) | (Q() if name in now else Q(history_type="-"))
        rows = model_of(kind).history.filter(is_later, id=pk).order_by("history_id")
        revisions = list(rows.values_list("history_user", "version"))
        users |= {user for user, _ in revisions}
        # Bulk writes make no revision: nobody is known to have made the change.
        if not revisions or revisions[-1][1] != now.get(name, revisions[-1][1]):
            users.add(None)
    accounts = get_user_model()._default_manager.in_bulk([pk for pk in users if pk is not None])
    names = sorted(user.get_username() for user in accounts.values() if not may_publish(user))
    return names + ([gettext("a load or a deleted account")] if users - accounts.keys() else [])


def _read(model: type[Model], column: str, keys: list[int]) -> RowVersions:
    versions: RowVersions = {}
    for chunk in in_chunks(keys):
        rows = model._base_manager.filter(**{f"{column}__in": chunk})
        versions |= {f"{kind_of(model)} {pk}": version for pk, version in rows.order_by().values_list("pk", "version")}
    return versions


def _pk(name: str) -> int:
    return int(name.split()[1])
