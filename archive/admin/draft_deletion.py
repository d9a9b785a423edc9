"""Deletion, in the admin, of drafts by their authors, who lack the permission to delete records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import capfirst

from archive.admin.mixins import AdminMixin, save_state
from archive.labels import record_label
from archive.models.base import Tracked
from archive.permissions import may_delete, owner_of
from archive.terms import record_type
from archive.workflow.draft_deletion import DraftDeletion, is_own_draft


class DraftDeletionMixin(AdminMixin):
    """Offers the deletion of a draft to the user who entered it, and refuses it where others refer to the draft."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if super().has_delete_permission(request, obj):
            return obj is None or may_delete(request.user, obj)
        if obj is None:
            return False
        return (type(obj), obj.pk) in save_state(request).deletable or is_own_draft(request.user, obj)

    def get_deleted_objects(self, objs: Sequence[Any] | QuerySet[Any, Any], request: HttpRequest) -> Any:
        """Also the records of others that refer to the draft, as what protects it."""
        if super().has_delete_permission(request) or len(objs) != 1:
            return super().get_deleted_objects(objs, request)  # type: ignore[arg-type]
        deletion = DraftDeletion(request.user, objs[0])
        save_state(request).deletable = deletion.deletable
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)  # type: ignore[arg-type]
        owners = dict.fromkeys(owner_of(row) for row in deletion.linking)
        return to_delete, counts, perms_needed, [*protected, *map(_item, filter(None, owners))]

    def delete_model(self, request: HttpRequest, obj: Tracked) -> None:
        """Deletes a draft as it is stored now: it may have been published since the page was opened."""
        if not super().has_delete_permission(request):
            stored = type(obj)._default_manager.select_for_update().filter(pk=obj.pk).first()
            if stored is None or not is_own_draft(request.user, stored):
                raise PermissionDenied
        super().delete_model(request, obj)


def _item(record: Model) -> str:
    """A record in the list of what protects the draft."""
    return format_html("{}: {}", capfirst(record_type(record._meta.verbose_name)), record_label(record))
