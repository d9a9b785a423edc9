"""Authentication backend that reads a user and their permissions in one statement."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import Manager, OuterRef, Subquery, Value
from django.db.models.functions import Concat

from archive.models.aggregates import JsonList


class PermissionBackend(ModelBackend):
    """Django's backend, which reads the user's own permissions and those of their groups with the user.

    Nearly every request of a user asks for permissions, which would be two statements more.
    """

    def get_user(self, user_id: int) -> Any:
        rows = get_user_model()._default_manager.filter(pk=user_id).annotate(
            own_permissions=_names(User.user_permissions.through.objects, "permission"),
            group_permissions=_names(User.groups.through.objects, "group__permissions"),
        )  # fmt: skip
        user: Any = rows.first()
        if user is None or not self.user_can_authenticate(user):
            return None
        if not user.is_superuser:
            # Where ModelBackend keeps what it has read.
            user._user_perm_cache = set(user.own_permissions or ())
            user._group_perm_cache = set(user.group_permissions or ())
        return user


def _names(links: Manager[Any], permission: str) -> Subquery:
    """The names of the permissions, as code has them, to which this path leads from the user's rows of a link table."""
    rows = links.filter(user=OuterRef("pk"), **{f"{permission}__isnull": False}).order_by().values("user")
    name = Concat(f"{permission}__content_type__app_label", Value("."), f"{permission}__codename")
    return Subquery(rows.annotate(names=JsonList(name)).values("names"))
