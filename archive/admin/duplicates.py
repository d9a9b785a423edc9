"""Likely duplicates in the admin: as JSON while a name, heading, address or date is typed, and on the merge page."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.translation import gettext

from archive.admin.mixins import AdminMixin
from archive.admin.record_lookup import is_primary_key
from archive.dates import PartialDate, PartialDateError
from archive.labels import record_label
from archive.merging.duplicates import Entered, likely_duplicates, texts_of
from archive.registry import collection_of

#: Names and addresses of one request that are looked for.
_MAX_TEXTS = 5


class DuplicatesMixin(AdminMixin):
    """For admins of records: an address that answers what is typed with likely duplicates."""

    def duplicates_urls(self) -> list[Any]:
        if collection_of(self.model) is None:
            return []
        view = self.admin_site.admin_view(self.duplicates_view)
        return [path("duplicates/", view, name=f"archive_{self.opts.model_name}_duplicates")]

    def duplicates_url(self, record: Model) -> str:
        """The address, for a stored record with its id; empty for parts."""
        if collection_of(self.model) is None:
            return ""
        url = self._address(None, "duplicates")
        return f"{url}?record={record.pk}" if record is not None and record.pk else url

    def duplicates_view(self, request: HttpRequest) -> JsonResponse:
        """Likely duplicates of a record with these ``name``, ``url`` and ``date``; ``record`` is its id, if stored."""
        if not self.has_view_or_change_permission(request):
            return JsonResponse(
                {"error": gettext("You may not view {kinds}.").format(kinds=self.opts.verbose_name_plural)}, status=403
            )
        entered = Entered(
            texts_of(request.GET.getlist("name"), _MAX_TEXTS),
            texts_of(request.GET.getlist("url"), _MAX_TEXTS),
            _date(request.GET.get("date", "")),
        )
        key = request.GET.get("record", "")
        return JsonResponse(
            {"duplicates": self.duplicates_of(request, entered, int(key) if is_primary_key(key) else None)}
        )

    def duplicates_of(self, request: HttpRequest, entered: Entered, pk: int | None) -> list[dict[str, str]]:
        """The likely duplicates of a record, with links to their forms and, of a stored record, to the merge."""
        rows = self.model._default_manager.visible_to(request.user)
        stored = self.get_queryset(request).filter(pk=pk).first() if pk is not None else None
        merge_url = self.merge_url(request, stored)
        duplicates = likely_duplicates(rows, entered, pk)
        labels = [record_label(duplicate.record) for duplicate in duplicates]
        if stored is not None:
            labels.append(record_label(stored))
        return [
            {
                "label": label if labels.count(label) == 1 else f"{label} · {duplicate.record.slug}",
                "reason": duplicate.reason,
                "url": self._address(duplicate.record.pk, "change"),
                "merge_url": f"{merge_url}?into={duplicate.record.pk}" if merge_url else "",
            }
            for duplicate, label in zip(duplicates, labels, strict=False)
        ]


def _date(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text[:100]) if text.strip() else None
    except PartialDateError:
        return None
