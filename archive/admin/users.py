"""The admins of users and groups: Django's own, with strict lists, and without fields for what only a log-in writes.

Permissions have their names in the active language.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.models import Group, Permission, User
from django.db.models import ManyToManyField
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

from archive.admin.changelist import StrictChangeList
from archive.admin.mixins import AdminMixin
from archive.stored_texts import Placeholder, StoredTexts
from archive.terms import record_type

#: The names of permissions, which Django stores in English.
_NAMES = StoredTexts(
    (
        _("Can add {kind}"), _("Can change {kind}"), _("Can delete {kind}"), _("Can view {kind}"),
        _("Can see records that are not published"), _("Can publish, change and withdraw published records"),
    ),
    {"kind": Placeholder(r".+", record_type)},
)  # fmt: skip


def permission_label(permission: Permission) -> str:
    """The application, the kind of record and the name of a permission."""
    app, bar, kind = permission.content_type.app_labeled_name.partition(" | ")
    return f"{app}{bar}{record_type(kind)} | {_NAMES.translate(permission.name)}"


class PermissionLabelsMixin(AdminMixin):
    """For admins of holders of permissions: the labels of permissions in the active language."""

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: object
    ) -> Any:
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and db_field.remote_field.model is Permission:
            field.label_from_instance = permission_label
        return field


admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(PermissionLabelsMixin, auth.UserAdmin):  # type: ignore[type-arg]
    # As fields they could not be read again in an hour that a time zone's clocks repeat, and no user could be saved.
    readonly_fields = ("last_login", "date_joined")

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[StrictChangeList]:
        return StrictChangeList


@admin.register(Group)
class AccountGroupAdmin(PermissionLabelsMixin, auth.GroupAdmin):  # type: ignore[misc]
    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[StrictChangeList]:
        return StrictChangeList
