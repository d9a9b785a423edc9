"""Datasets uploaded in the admin: upload, preview with report and plan, confirm."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from archive.admin.importing import AT_WORK, advance, choose, is_cut_off, start
from archive.models import DatasetImport, ImportState
from archive.permissions import PUBLISH

#: How lines of a plan begin that are about what was corrected or deleted here.
_CORRECTED = ("  = ", "  ! ")


@admin.register(DatasetImport)
class DatasetImportAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For who may publish: a dataset can change any record."""

    list_display = ("__str__", "state", "user", "created_at")
    list_select_related = ("user",)
    fields = ("file", "status", "prune", "overwrite_corrections")
    change_form_template = "admin/archive/dataset_import.html"
    actions = None

    class Media:
        css = {"all": ("archive/admin.css",)}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(PUBLISH))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was uploaded is read; only its buttons do something."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.user = request.user
        super().save_model(request, obj, form, change)
        transaction.on_commit(partial(start, obj.pk))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return HttpResponseRedirect(f"../{obj.pk}/change/")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        upload = self.get_object(request, object_id)
        if upload is not None and request.method == "POST" and self.has_module_permission(request):
            self._go_on(request, upload)
            return HttpResponseRedirect(request.path)
        cut_off = upload is not None and is_cut_off(upload)
        at_work = upload is not None and upload.state in AT_WORK and not cut_off
        told = {"upload": upload, "at_work": at_work, "cut_off": cut_off, "title": str(upload)}
        if upload is not None:
            told["has_corrections"] = any(line.startswith(_CORRECTED) for line in upload.plan.splitlines())
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **told})

    def _go_on(self, request: HttpRequest, upload: DatasetImport) -> None:
        state = ImportState.LOADING if "_load" in request.POST else ImportState.CHECKING
        chosen = request.POST.keys() & {"_overwrite", "_keep"}
        with transaction.atomic():
            began = choose(upload, "_overwrite" in chosen) if chosen else advance(upload, state)
            if began:
                transaction.on_commit(partial(start, upload.pk))
        if not began:
            messages.info(
                request, f"Nothing was started: it is {DatasetImport.objects.get(pk=upload.pk).get_state_display()}."
            )
