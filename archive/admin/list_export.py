"""Actions of change lists that export the selected records as a file that ``load`` reads back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.mixins import AdminMixin
from archive.datasets.export.records import is_exported, records_file

_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


class ListExportMixin(AdminMixin):
    """Actions for whoever may see the list, contributors and readers included."""

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)  # type: ignore[misc]
        if IS_POPUP_VAR in request.GET or not is_exported(self.model):
            return actions
        for name in ("export_csv", "export_json_lines"):
            actions[name] = self.get_action(name)
        return actions

    @admin.action(description=_("Export as CSV"))
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return export_records(request, queryset, "csv")

    @admin.action(description=_("Export as JSON Lines"))
    def export_json_lines(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return export_records(request, queryset, "jsonl")


def export_records(request: HttpRequest, queryset: QuerySet[Any], file_format: str) -> HttpResponse | None:
    """A response with the file of the selected records; None, and a message, if none of them may be exported."""
    keys = list(queryset.order_by().values_list("pk", flat=True))
    name, content = records_file(queryset.model, keys, request.user, file_format)
    if not content:
        messages.error(
            request,
            gettext("Nothing was exported: each selected record refers to one that readers cannot see."),
        )
        return None
    return HttpResponse(
        content,
        content_type=_MEDIA_TYPES[file_format],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )
