"""Adds records to a dossier: an action of the lists of what a dossier holds, and a page of each such record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from archive.admin.autocompletes import RecordChoiceField, RecordSelect
from archive.admin.mixins import AdminMixin
from archive.admin.record_lookup import record_form_url, record_or_404
from archive.admin.workflow_actions import limited, submitted
from archive.models import Dossier, DossierEntry
from archive.workflow.dossiers import add_to_dossier, may_enter, refusal_to_enter

_TITLE = _("Add to a dossier")


class DossierForm(forms.Form):
    """The choice of a dossier that the user may change."""

    def __init__(self, data: Mapping[str, Any] | None, *, user: User | AnonymousUser, admin_site: AdminSite) -> None:
        super().__init__(data)
        self.user = user
        self.fields["dossier"] = RecordChoiceField(
            Dossier._default_manager.visible_to(user),
            widget=RecordSelect(DossierEntry._meta.get_field("dossier"), admin_site),
            help_text=_("What it has already stays where it is; the rest comes after the last entry."),
        )

    def clean_dossier(self) -> Dossier:
        dossier: Dossier = self.cleaned_data["dossier"]
        if message := refusal_to_enter(dossier, self.user):
            raise ValidationError(message)
        return dossier


class DossierAddingMixin(AdminMixin):
    """For admins of events, statements and measures."""

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)  # type: ignore[misc]
        if may_enter(request.user):
            actions["add_to_dossier"] = self.get_action("add_to_dossier")
        return actions

    @admin.action(description=_TITLE)
    def add_to_dossier(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        form = DossierForm(submitted(request), user=request.user, admin_site=self.admin_site)
        if not form.is_valid():
            page: TemplateResponse | None = self.action_page(request, queryset, "add_to_dossier", _TITLE, form)
            return page
        if records := limited(request, queryset):
            _add(request, form.cleaned_data["dossier"], records)
        return None

    def get_urls(self) -> list[Any]:
        view, name = self.admin_site.admin_view(self.dossier_adding_view), self.opts.model_name
        own = path("<path:object_id>/dossier/", view, name=f"archive_{name}_dossier")
        return [own, *super().get_urls()]  # type: ignore[misc]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], add: bool = False, change: bool = False,
        form_url: str = "", obj: Model | None = None,
    ) -> Any:  # fmt: skip
        record = context.get("original")
        if record is not None and may_enter(request.user):
            context["dossier_url"] = reverse(f"admin:archive_{self.opts.model_name}_dossier", args=[record.pk])
        return super().render_change_form(request, context, add, change, form_url, obj)  # type: ignore[misc]

    def dossier_adding_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The choice of a dossier for one record; a POST adds it and redirects to the record's form."""
        record = record_or_404(self, request, object_id)
        if not self.has_view_permission(request, record) or not may_enter(request.user):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = DossierForm(data, user=request.user, admin_site=self.admin_site)
        form_url = record_form_url(record)
        if form.is_valid():
            _add(request, form.cleaned_data["dossier"], [record])
            return HttpResponseRedirect(form_url)
        page = self.action_page(
            request, self.get_queryset(request).filter(pk=record.pk), "add_to_dossier", _TITLE, form
        )
        page.context_data["back_url"] = form_url
        return page  # type: ignore[no-any-return]


def _add(request: HttpRequest, dossier: Dossier, records: list[Any]) -> None:
    """Add the records, and say how many were in the dossier already."""
    try:
        entries = add_to_dossier(dossier, records, request.user)
    except ValidationError as error:
        messages.error(request, gettext("Nothing was added. {reasons}").format(reasons=" ".join(error.messages)))
        return
    count = len(records) - len(entries)
    already = ngettext("{count} was in it already.", "{count} were in it already.", count) if count else ""
    text = gettext("{added} added to “{dossier}”.") if entries else gettext("None added to “{dossier}”.")
    level = messages.SUCCESS if entries else messages.INFO
    messages.add_message(
        request, level, f"{text} {already}".format(added=len(entries), dossier=dossier, count=count).strip()
    )
