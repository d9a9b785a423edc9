"""The admins of users and groups: Django's own, with strict lists, and without fields for what only a log-in writes."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from archive.admin.changelist import StrictChangeList

admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(auth.UserAdmin):  # type: ignore[type-arg]
    # As fields they could not be read again in an hour that a time zone's clocks repeat, and no user could be saved.
    readonly_fields = ("last_login", "date_joined")

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[StrictChangeList]:
        return StrictChangeList


@admin.register(Group)
class AccountGroupAdmin(auth.GroupAdmin):
    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[StrictChangeList]:
        return StrictChangeList
