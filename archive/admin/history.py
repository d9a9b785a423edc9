"""The history of a record: one line a save, with who, when, why, and what changed; and the way back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, Q
from django.http import Http404, HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from archive.admin.revisions import change_teller, part_revisions
from archive.querysets.access import PUBLISH


class HistoryAdmin(SimpleHistoryAdmin):
    """History pages that read well, and a reverted record that is a new version and keeps the guards."""

    history_list_per_page = 25

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        key = _key(object_id)
        parts = part_revisions([(one.model, one.fk_name) for one in self.inlines], self.model, key)
        return super().history_view(request, str(key), {"parts": parts, **(extra_context or {})})

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> Any:
        key, revision = str(_key(object_id)), str(_key(version_id))
        with transaction.atomic():
            if request.method == "POST" and not self._may_revert(request, self.get_object(request, key)):
                raise PermissionDenied
            return super().history_form_view(request, key, revision, extra_context)

    def _may_revert(self, request: HttpRequest, now: Any) -> bool:
        """By the record as it is, not as it was: a published record was a draft once. A deleted one needs an editor."""
        if now is None:
            return bool(request.user.has_perm(PUBLISH))
        return bool(self.has_change_permission(request, now))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if hasattr(obj, "_history"):
            # A revision is saved as the version after the last, not after itself.
            stored = self.model._default_manager.filter(pk=obj.pk).values_list("version", flat=True).first()
            obj.version = stored or obj.version
        return super().get_form(request, obj, change, **kwargs)

    def get_history_queryset(self, request: HttpRequest, history_manager: Any, pk_name: str, object_id: Any) -> Any:
        """The last revision of each version: links to other records are stored as revisions of their own."""
        revisions = super().get_history_queryset(request, history_manager, pk_name, object_id)
        saved = revisions.exclude(history_type="-").order_by().values("version")
        last = saved.annotate(last=Max("history_id")).values("last")
        return revisions.filter(Q(history_id__in=last) | Q(history_type="-"))

    def set_history_delta_changes(
        self, request: HttpRequest, historical_records: Any, foreign_keys_are_objs: bool = True
    ) -> None:
        """The oldest of a page is compared with the first of the next."""
        end = historical_records.end_index()
        following = historical_records.paginator.object_list[end : end + 1]
        super().set_history_delta_changes(request, [*historical_records, *following], foreign_keys_are_objs)

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> Any:
        return change_teller(self.model, historical_record)


def _key(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404(f"There is no record with the number '{text[:64]}'.")
    return int(text)
