"""Admin of dataset uploads: upload, preview with report and plan, confirm."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext

from archive.admin.changelist import StrictChangeList
from archive.admin.import_jobs import RUNNING, is_interrupted, mapping_choices, recheck, start, transition
from archive.admin.translation import TranslatedFormMixin, TranslatedListMixin
from archive.admin.upload_scan import scan_errors
from archive.models import DatasetImport, ImportState
from archive.permissions import may_publish
from archive.terms import field_label, help_text

#: Prefixes of the plan's lines about records that were corrected or deleted in this archive.
_CORRECTION_PREFIXES = ("  = ", "  ! ")
#: The field of the model that the form declares itself, for its choices.
_MAPPING = DatasetImport._meta.get_field("mapping")


def _mapping_label() -> str:
    return str(capfirst(field_label(_MAPPING.verbose_name)))


def _mapping_help() -> str:
    return help_text(_MAPPING.help_text)


class DatasetImportForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form of an upload: the mapping is one that the archive brings, or a file."""

    mapping = forms.ChoiceField(
        choices=mapping_choices, required=False, label=lazy(_mapping_label, str)(), help_text=lazy(_mapping_help, str)()
    )

    #: Field -> why its file is not taken; set by the admin, which has files scanned before the form is read.
    scan_errors: dict[str, str] = {}

    def clean(self) -> dict[str, Any]:
        content: dict[str, Any] = super().clean() or self.cleaned_data
        for field, message in self.scan_errors.items():
            self.add_error(field, message)
        name, file = content.get("mapping"), content.get("mapping_file")
        if name and file:
            self.add_error(
                "mapping_file", gettext("Got a file and the mapping {name}, expected one of them.").format(name=name)
            )
        elif file and not file.name.lower().endswith((".yaml", ".yml")):
            self.add_error(
                "mapping_file",
                gettext("Got '{value}', expected a .yaml file with a mapping.").format(value=file.name[:64]),
            )
        return content


@admin.register(DatasetImport)
class DatasetImportAdmin(TranslatedListMixin, TranslatedFormMixin, admin.ModelAdmin):  # type: ignore[type-arg]
    """Admin of dataset uploads, for users who may publish: a dataset can change any record."""

    list_display = ("__str__", "state", "user", "created_at")
    list_select_related = ("user",)
    form = DatasetImportForm
    fields = ("file", "mapping", "mapping_file", "status", "prune", "overwrite_corrections")
    change_form_template = "admin/archive/dataset_import.html"
    actions = None

    class Media:
        css = {"all": ("archive/admin.css",)}

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[StrictChangeList]:
        return StrictChangeList

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_publish(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Always False: an upload's fields are read-only; its buttons post to ``change_view``."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:  # fmt: skip
        """Has uploaded files scanned before Django begins a transaction, which would lock SQLite meanwhile."""
        if request.method == "POST" and self.has_add_permission(request):
            request.scan_errors = scan_errors(request, ("file", "mapping_file"))  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: object) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"scan_errors": getattr(request, "scan_errors", {})})

    def save_model(self, request: HttpRequest, obj: Any, form: forms.BaseForm, change: bool) -> None:
        obj.user = request.user
        super().save_model(request, obj, form, change)
        transaction.on_commit(partial(start, obj.pk, request.user.pk))

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: object = None) -> HttpResponse:
        return HttpResponseRedirect(f"../{obj.pk}/change/")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        upload = self.get_object(request, object_id)
        if upload is not None and request.method == "POST" and self.has_module_permission(request):
            self._run_action(request, upload)
            return HttpResponseRedirect(request.path)
        cut_off = upload is not None and is_interrupted(upload)
        at_work = upload is not None and upload.state in RUNNING and not cut_off
        context = {"upload": upload, "at_work": at_work, "cut_off": cut_off, "title": str(upload)}
        if upload is not None:
            lines = upload.plan.splitlines()
            context["has_corrections"] = any(line.startswith(_CORRECTION_PREFIXES) for line in lines)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def _run_action(self, request: HttpRequest, upload: DatasetImport) -> None:
        """Start what the pressed button says; a message if the upload's state no longer allows it."""
        state = ImportState.LOADING if "_load" in request.POST else ImportState.CHECKING
        pressed = request.POST.keys() & {"_overwrite", "_keep"}
        with transaction.atomic():
            started = recheck(upload, "_overwrite" in pressed) if pressed else transition(upload, state)
            if started:
                transaction.on_commit(partial(start, upload.pk, request.user.pk))
        if not started:
            stored = DatasetImport.objects.get(pk=upload.pk).get_state_display()
            messages.info(request, gettext("Nothing was started: the upload is {stored}.").format(stored=stored))
