"""Files attached to sources in the admin: the list and form on a source's form, their page, and downloads."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy

from archive.admin.autosave import name_saved_draft
from archive.admin.mixins import AdminMixin
from archive.admin.proposals import is_proposing
from archive.admin.record_lookup import record_form_url, record_or_404, row_with_key
from archive.admin.upload_scan import scan_errors
from archive.attachments.file_structure import check_structure
from archive.attachments.file_types import EXPECTED, FILE_TYPES, HEAD, FileTypeError, checked_type
from archive.attachments.storing import NewFile, attach, attached_to, remove
from archive.models import Attachment, Source
from archive.text import reject_invisible

_FIELD = "file"
_SUFFIXES = ",".join(suffix for kind in FILE_TYPES for suffix in kind.suffixes)
#: A file is a document of others: a browser that shows it all the same runs and loads nothing of it.
_FILE_POLICY = "default-src 'none'; sandbox"


def _file_help() -> str:
    limit = filesizeformat(settings.ATTACHMENT_MAX_BYTES)
    return gettext("{types}; at most {limit}. Readers never see it.").format(types=EXPECTED, limit=limit)


class AttachmentForm(forms.Form):
    """A file to attach, with what it shows."""

    file = forms.FileField(
        label=gettext_lazy("File"), max_length=200, help_text=lazy(_file_help, str)(),
        widget=forms.ClearableFileInput(attrs={"accept": _SUFFIXES}),
    )  # fmt: skip
    description = forms.CharField(
        required=False, max_length=300, validators=[reject_invisible], widget=forms.TextInput(attrs={"size": 40}),
        label=gettext_lazy("Description"), help_text=gettext_lazy("What it shows, such as pages 3 to 7."),
    )  # fmt: skip

    #: Why the virus scanner does not let the file pass; set by the view, which has it scanned before.
    scan_error = ""

    def clean_file(self) -> Any:
        upload = self.cleaned_data[_FIELD]
        if self.scan_error:
            raise ValidationError(self.scan_error)
        if upload.size > settings.ATTACHMENT_MAX_BYTES:
            raise ValidationError(
                gettext(
                    "'{name}': got {size:,} bytes, expected at most {limit:,}. Make it smaller, or attach it in parts."
                ).format(name=upload.name[:64], size=upload.size, limit=settings.ATTACHMENT_MAX_BYTES)
            )
        reject_invisible(upload.name)
        try:
            self.file_type = checked_type(upload.name, upload.read(HEAD))
            check_structure(upload.name, upload, self.file_type)
        except FileTypeError as error:
            raise ValidationError(str(error)) from error
        return upload


class AttachmentsMixin(AdminMixin):
    """For the admin of sources: attached files on the form, and the views that add, remove and send them."""

    def attachment_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/attachments/", view(self.attachments_view), name="archive_source_attachments"),
            path(
                "<path:object_id>/attachments/<int:number>/",
                view(self.attachment_view),
                name="archive_source_attachment",
            ),
        ]

    def get_urls(self) -> Any:
        return [*self.attachment_urls(), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], add: bool = False, change: bool = False,
        form_url: str = "", obj: Model | None = None,
    ) -> HttpResponse:  # fmt: skip
        record = context.get("original")
        if record is not None and not is_proposing(request):
            context["attachments"] = self._panel(request, record, AttachmentForm(auto_id="attachment_%s"))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def attachments_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The files of a source; a POST attaches one, or removes the one that its button names."""
        record = self._source(request, object_id)
        form = AttachmentForm(auto_id="attachment_%s")
        if request.method == "POST":
            if not self.has_change_permission(request, record):
                raise PermissionDenied
            if "remove" in request.POST:
                self._remove(request, record)
                return HttpResponseRedirect(f"{record_form_url(record)}#attachments")
            form = AttachmentForm(request.POST, request.FILES, auto_id="attachment_%s")
            form.scan_error = scan_errors(request, (_FIELD,)).get(_FIELD, "")
            if self._attached(request, record, form):
                response = HttpResponseRedirect(f"{record_form_url(record)}#attachments")
                name_saved_draft(request, response)
                return response
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Files of {record}").format(record=record),
            "opts": self.opts,
            "original": record,
            "attachments": self._panel(request, record, form),
        }
        return TemplateResponse(request, "admin/archive/attachments_page.html", context)

    def attachment_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponseBase:
        """Sends a file, always as one to save: it is a document of others, and never a page of this site."""
        record = self._source(request, object_id)
        attachment = Attachment.objects.filter(pk=number, source_id=record.pk).first() if number < 2**63 else None
        if attachment is None:
            raise Http404(
                gettext("The source has no attached file {number}; somebody may have removed it.").format(number=number)
            )
        try:
            content = attachment.file.open()
        except FileNotFoundError as error:
            raise Http404(
                gettext("'{name}' is missing in the archive's storage: tell its operators.").format(
                    name=attachment.name
                )
            ) from error
        return FileResponse(
            content,
            as_attachment=True,
            filename=PurePath(attachment.name).name,
            content_type=attachment.media_type,
            headers={
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": _FILE_POLICY,
                "Cache-Control": "private, no-store",
            },
        )

    def _source(self, request: HttpRequest, object_id: str) -> Source:
        record: Source = record_or_404(self, request, object_id)
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        return record

    def _attached(self, request: HttpRequest, record: Source, form: AttachmentForm) -> bool:
        """Attach the form's file; False if the form has errors."""
        if not form.is_valid():
            return False
        upload, user = form.cleaned_data[_FIELD], cast(User, request.user)
        try:
            attach(record, NewFile(upload, upload.name, form.file_type, form.cleaned_data["description"]), user)
        except ValidationError as error:
            form.add_error(_FIELD, error)
            return False
        messages.success(request, gettext("“{name}” is attached.").format(name=upload.name))
        return True

    def _remove(self, request: HttpRequest, record: Source) -> None:
        """Remove the attachment that the button names; a message says what was done."""
        attachment = row_with_key(Attachment.objects.filter(source_id=record.pk), request.POST["remove"])
        if attachment is None:
            messages.info(request, gettext("The file was removed already."))
        else:
            remove(attachment, cast(User, request.user))
            messages.success(request, gettext("“{name}” is removed.").format(name=attachment.name))

    def _panel(self, request: HttpRequest, record: Source, form: AttachmentForm) -> dict[str, Any]:
        """The context of the list of files and of the form below it."""
        return {
            "files": attached_to(record),
            "form": form if self.has_change_permission(request, record) else None,
            "url": reverse("admin:archive_source_attachments", args=[record.pk]),
        }
