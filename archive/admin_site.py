"""The admin site: groups models by use, and labels the records that autocompletes offer."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from archive.labels import record_label
from archive.registry import in_admin

_BULK = ("DatasetImport",)


class LabelledJsonView(AutocompleteJsonView):
    """Autocomplete results with the records' labels instead of their names."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": str(getattr(obj, to_field_name)), "text": record_label(obj)}


class ArchiveAdminSite(admin.AdminSite):
    site_header = "Chancery"
    site_title = "Chancery"
    index_title = "The archive"

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]
        return LabelledJsonView.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The archive's groups first (records, parts, bulk), then the other applications."""
        apps = super().get_app_list(request, app_label)
        groups: list[dict[str, Any]] = []
        for app in (app for app in apps if app["app_label"] == "archive"):
            models = {entry["object_name"]: entry for entry in app["models"]}
            records = [models[name] for name in in_admin() if name in models]
            parts = [entry for name, entry in models.items() if name not in (*in_admin(), *_BULK)]
            bulk = [models[name] for name in _BULK if name in models]
            named = {"Records": records, "Parts of records": parts, "Records in bulk": bulk}
            groups += [{**app, "name": name, "models": entries} for name, entries in named.items() if entries]
        return groups + [app for app in apps if app["app_label"] != "archive"]
