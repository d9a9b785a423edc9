"""Page with the entered values of a form that cannot be saved: its record is deleted, merged, or refuses it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from archive.admin.forms import last_user
from archive.admin.merged_records import merge_of
from archive.admin.merging import entered_values
from archive.admin.mixins import AdminMixin
from archive.admin.record_lookup import is_primary_key


class NotSavedMixin(AdminMixin):
    """Answers forms that cannot be saved, so that what was entered is not lost."""

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        """Answers the change of a deleted record with a page that shows the entered values."""
        match = request.resolver_match
        if request.method == "POST" and match is not None and str(match.url_name).endswith("_change"):
            return self.not_saved(request, object_id)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc]

    def not_saved(self, request: HttpRequest, object_id: str, refusal: str = "", url: str = "") -> TemplateResponse:
        """The page with what was entered: 410 for a record that is gone, 409 with the refusal of one that is stored."""
        form = self.get_form(request)(request.POST, instance=self.model())
        formsets, _instances = self._create_formsets(request, form.instance, change=False)  # type: ignore[attr-defined]
        parts = [
            (part_form.instance._meta.verbose_name, pairs)
            for formset in formsets
            for part_form in formset.forms
            if (pairs := entered_values(part_form))
        ]
        key = int(object_id) if is_primary_key(object_id) else 0
        merged = None if refusal else merge_of(self.model, key)
        text = gettext("Not saved: this {kind} is deleted")
        if refusal:
            text = gettext("Not saved: this {kind} was changed meanwhile")
        elif merged:
            text = gettext("Not saved: this {kind} is merged")
        context = {
            **self.admin_site.each_context(request),
            "title": text.format(kind=self.opts.verbose_name),
            "refusal": refusal,
            "url": url,
            "merged": merged,
            "opts": self.opts,
            "deleted_by": last_user(self.model, key),
            "entered": [(self.opts.verbose_name, entered_values(form)), *parts],
        }
        status = 409 if refusal else 410
        return TemplateResponse(request, "admin/archive/not_saved.html", context, status=status)
