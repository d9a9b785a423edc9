"""Users who have a record's form open: each form reports itself every minute; the response lists the others.

A form is never locked: saves of two people are merged (see ``archive.admin.merging``). A user only sees who else
has it open. ``open_forms.js`` shows it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext

from archive.admin.mixins import AdminMixin
from archive.admin.record_lookup import row_with_key
from archive.models import OpenForm
from archive.models.open_form import SILENCE
from archive.moments import clock_text
from archive.workflow.records import reference


class OpenFormsMixin(AdminMixin):
    """For admins of records and parts: the address at which a browser says that a form is open, or was left."""

    def open_form_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.open_form_view)
        return [path("<path:object_id>/open/", view, name=f"archive_{self.opts.model_name}_open")]

    def open_form_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        """The users who have the form open too, and since when. With ``left`` the form was left."""
        if request.method != "POST":
            return _error(405, gettext("Open form: got {method}, expected POST.").format(method=request.method))
        record = row_with_key(self.get_queryset(request), object_id)
        if record is None:
            return _error(
                404,
                gettext("Open form: there is no {kind} with the number '{number}'.").format(
                    kind=self.opts.verbose_name, number=object_id[:64]
                ),
            )
        if not self.has_change_permission(request, record):
            return _error(
                403, gettext("Open form: you may not change this {kind}.").format(kind=self.opts.verbose_name)
            )
        user: Any = request.user
        if "left" in request.POST:
            OpenForm.objects.filter(**reference(record), user=user).delete()
            return JsonResponse({"others": []})
        others = _record_opening(record, user)
        return JsonResponse(
            {"others": [{"name": form.user.get_username(), "since": clock_text(form.opened_at)} for form in others]}
        )


def _record_opening(record: Model, user: User) -> QuerySet[OpenForm]:
    """Store that the user has the record's form open; returns the forms of it that others have open."""
    now = timezone.now()
    # Forms whose browser was closed without a word: the table has as many rows as forms are open.
    OpenForm.objects.filter(seen_at__lt=now - SILENCE).delete()
    OpenForm.objects.update_or_create(**reference(record), user=user, defaults={"seen_at": now})
    return OpenForm.objects.filter(**reference(record)).exclude(user=user).select_related("user")


def _error(status: int, text: str) -> JsonResponse:
    return JsonResponse({"error": text}, status=status)
