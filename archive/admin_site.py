"""The admin's site: groups what it lists by how archivists work, and names records so that they can be told apart."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest, HttpResponse

#: The records in the order in which they are entered most; what is not named here is a part of one of them.
_RECORDS = ("Statement", "Event", "Measure", "Official", "Appointment", "Office", "Body", "Source", "Topic", "Dossier")

_BULK = ("DatasetImport",)


class LabelledJsonView(AutocompleteJsonView):
    """What an autocomplete offers, with the date, the state or the office beside the name."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        from archive.admin.labels import label  # the models are not loaded when the site is made

        return {"id": str(getattr(obj, to_field_name)), "text": label(obj)}


class ArchiveAdminSite(admin.AdminSite):
    site_header = "Chancery"
    site_title = "Chancery"
    index_title = "The archive"

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return LabelledJsonView.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The archive first, its records apart from their parts; the other applications after it."""
        groups: list[dict[str, Any]] = []
        for app in super().get_app_list(request, app_label):
            if app["app_label"] != "archive":
                groups.append(app)
                continue
            records = [entry for entry in app["models"] if entry["object_name"] in _RECORDS]
            parts = [entry for entry in app["models"] if entry["object_name"] not in (*_RECORDS, *_BULK)]
            bulk = [entry for entry in app["models"] if entry["object_name"] in _BULK]
            records.sort(key=lambda entry: _RECORDS.index(entry["object_name"]))
            both = [{**app, "name": "Records", "models": records}, {**app, "name": "Parts of records", "models": parts}]
            both.append({**app, "name": "Records in bulk", "models": bulk})
            groups = [group for group in both if group["models"]] + groups
        return groups
