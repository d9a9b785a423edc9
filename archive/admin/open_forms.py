"""Who else has a record's form open: each open form says so every minute, and is answered with the others.

A form is never locked: saves of two people are merged (see ``archive.admin.merging``). Whoever opens it only learns who
else is at it. ``open_forms.js`` shows it.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import path

from archive.admin.record_lookup import row_with_key
from archive.models.open_form import mark_closed, mark_open


class OpenFormsMixin:
    """For admins of records and parts: the address at which a browser says that a form is open, or was left."""

    def open_form_urls(self: Any) -> list[Any]:
        view = self.admin_site.admin_view(self.open_form_view)
        return [path("<path:object_id>/open/", view, name=f"archive_{self.opts.model_name}_open")]

    def open_form_view(self: Any, request: HttpRequest, object_id: str) -> JsonResponse:
        """The users who have the form open too: name, and since when (UTC). With ``left`` the form was left."""
        if request.method != "POST":
            return _error(405, f"got {request.method}, expected POST")
        record = row_with_key(self.get_queryset(request), object_id)
        if record is None:
            return _error(404, f"there is no {self.opts.verbose_name} with the number '{object_id[:64]}'")
        if not self.has_change_permission(request, record):
            return _error(403, f"you may not change this {self.opts.verbose_name}")
        if "left" in request.POST:
            mark_closed(record, request.user)
            return JsonResponse({"others": []})
        others = mark_open(record, request.user)
        return JsonResponse(
            {"others": [{"name": form.user.get_username(), "since": form.opened_at.isoformat()} for form in others]}
        )


def _error(status: int, text: str) -> JsonResponse:
    return JsonResponse({"error": f"Open form: {text}."}, status=status)
