"""The lists of the admin as users have arranged them: filters saved under a name, and chosen columns."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.deletion import Collector
from django.utils.translation import gettext_lazy as _

from archive.models.review import owner_key
from archive.text import reject_invisible

#: The longest query of a saved filter; the admin makes no longer address.
MAX_QUERY = 4_000


def delete_unless_shared(
    collector: Collector, field: models.Field[Any, Any], filters: QuerySet[SavedFilter], using: str
) -> None:
    """``on_delete`` of a filter's user: colleagues work with shared filters, which stay without a user."""
    models.CASCADE(collector, field, filters.filter(is_shared=False), using)
    models.SET_NULL(collector, field, filters.filter(is_shared=True), using)


class SavedFilter(models.Model):
    """The filters and the search of a list of the admin, saved by a user under a name."""

    kind = models.CharField(max_length=40, help_text="The name of the model that is listed, such as statement.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=delete_unless_shared, related_name="+",
        help_text="Who saved it; none: a shared filter of a deleted account.",
    )  # fmt: skip
    name = models.CharField(max_length=80, validators=[reject_invisible], help_text="What its user calls it.")
    query = models.TextField(help_text="The query of the list's address, such as q=curbs&speaker=kim-you-geun.")
    is_shared = models.BooleanField(default=False, help_text="Whether all users of the admin see it.")
    created_at = models.DateTimeField(auto_now_add=True, help_text="When it was first saved (UTC).")

    class Meta:
        default_permissions = ()
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "name"], name="saved_filter_once",
                violation_error_message=_("You have a filter of this name, expected each name once."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["kind", "is_shared"], name="saved_filter_shared")]

    def __str__(self) -> str:
        return self.name


class ListColumns(models.Model):
    """The columns that a user has chosen for a list of the admin."""

    kind = models.CharField(max_length=40, help_text="The name of the model that is listed, such as statement.")
    user = owner_key("Whose list it is.")
    columns = models.JSONField(help_text="The names of the columns, in their order.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], name="list_columns_once",
                violation_error_message=_(
                    "The user has chosen columns of this list, "
                    "expected one choice for each list."
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"columns of {self.kind}"


def saved_filters(kind: str, user: User | AnonymousUser) -> QuerySet[SavedFilter]:
    """The saved filters of a list that a user may use: the user's own, and those that others share."""
    return SavedFilter.objects.filter(Q(user=user) | Q(is_shared=True), kind=kind).select_related("user")
