"""The page before a publication, with what readers would not see and what contradicts; and previews of public pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import BaseForm, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import path, resolve, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from archive.admin.mixins import AdminMixin, save_state
from archive.admin.record_lookup import record_form_url, record_or_404
from archive.choices import Status
from archive.labels import record_name
from archive.models.base import Record
from archive.models.review import embargoes_of
from archive.moments import moment_text
from archive.permissions import may_publish
from archive.registry import page_names
from archive.text import strip_direction_marks
from archive.visibility import sees_drafts
from archive.workflow import findings
from archive.workflow.publication import (
    MAX_LINKS,
    HiddenLink,
    chosen_targets,
    hiding_parents,
    publish_if_unchanged,
    publish_with,
    review_publication,
)

#: The buttons of the page: without the other records, with those that are ticked, with all.
_BUTTONS = ("publish_only", "publish_ticked", "publish_all")
_PAGE_NAMES = page_names()
#: Published records that the message after a publication names.
_MAX_PUBLISHED = 3


class PublicationPageMixin(AdminMixin):
    """For admins of records with a status: the page before a publication, and previews."""

    def publication_urls(self) -> list[Any]:
        if not self.has_status:
            return []
        view, name = self.admin_site.admin_view, f"archive_{self.opts.model_name}"
        return [
            path("<path:object_id>/publish/", view(self.publish_view), name=f"{name}_publish"),
            path("<path:object_id>/preview/", view(self.preview_view), name=f"{name}_preview"),
        ]

    def hold_publication(self, request: HttpRequest, record: Any, form: BaseForm, change: bool) -> None:
        """Keep the status of a record that the form publishes: ``publish_saved`` publishes it when it is saved."""
        if not self.has_status or "status" not in form.fields:
            return
        before = form.initial.get("status", Status.DRAFT) if change else Status.DRAFT
        if record.status == Status.PUBLISHED and before != Status.PUBLISHED:
            save_state(request).holds_publication = True
            record.status = before

    def publish_saved(self, request: Any, form: ModelForm[Any]) -> bool:
        """Publish the record that the form saved if nothing speaks against it; else the form leads to the page."""
        note, reason = form.cleaned_data.get("review_note", ""), form.cleaned_data.get("change_reason") or ""
        return self.publish_without_questions(request, form.instance, note, reason)

    def publish_without_questions(self, request: HttpRequest, record: Record, note: str, reason: str) -> bool:
        """Publish a record if nothing speaks against it; else the form leads to the page about that."""
        if review_publication([record]):
            page = reverse(f"admin:archive_{self.opts.model_name}_publish", args=[record.pk])
            save_state(request).publication_page = page
            messages.warning(
                request,
                gettext("“{record}” is saved, and not published yet. Look at this first.").format(record=record),
            )
            return False
        (stored,) = publish_with([record], [], request.user, note, reason)
        record.status, record.version = stored.status, stored.version
        save_state(request).is_unchanged = False
        save_state(request).result = gettext("It is published.")
        return True

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The page with a record's hidden links and its contradictions; a POST publishes it."""
        record = self._drafted_record(request, object_id)
        form_url = record_form_url(record)
        if not may_publish(request.user) or not self.has_change_permission(request, record):
            raise PermissionDenied
        if record.status == Status.PUBLISHED:
            messages.info(request, gettext("“{record}” is published already.").format(record=record))
            return HttpResponseRedirect(form_url)
        if request.method == "POST" and publish_from_form(request, [record]):
            return HttpResponseRedirect(form_url)
        return publication_page(self, request, [record])

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The public page of a record as it would be if the record were published as it is stored."""
        record = self._drafted_record(request, object_id)
        with transaction.atomic():
            response = public_page(request, record)
            transaction.set_rollback(True)
        return response

    def preview_of_form(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        """The public page of what the form says, which is not saved; the form with its errors if it is invalid."""
        with transaction.atomic():
            response: HttpResponse = self.changeform_view(request, object_id, "", {})
            record = save_state(request).previewed
            if record is not None:
                response = public_page(request, record)
            elif hasattr(response, "render"):
                response = response.render()
            transaction.set_rollback(True)
        return response

    def _drafted_record(self, request: HttpRequest, object_id: str) -> Any:
        record = record_or_404(self, request, object_id)
        if not sees_drafts(request.user) or not self.has_view_permission(request, record):
            raise PermissionDenied
        return record


def publish_from_form(request: HttpRequest, records: Sequence[Any]) -> bool:
    """Publish the records, with what the form's button says; False, and a message, if that is refused."""
    button = next((name for name in _BUTTONS if name in request.POST), "")

    def chosen(links: list[HiddenLink]) -> list[Any]:
        keys = {"publish_all": [link.key for link in links], "publish_ticked": request.POST.getlist("with")}
        return chosen_targets(links, keys.get(button, []))

    try:
        if not button:
            raise ValidationError(gettext("Got a form without a button, expected one of this page."))
        published = publish_if_unchanged(records, chosen, request.user, request.POST.get("token", ""))
        findings.store_each(published, request.user)
    except ValidationError as error:
        messages.error(request, gettext("Nothing was published. {reasons}").format(reasons=" ".join(error.messages)))
        return False
    chosen_first = sorted(published, key=lambda record: record not in records)
    messages.success(request, _published_text(chosen_first))
    return True


def _published_text(published: Sequence[Any]) -> str:
    """What was published, with links to the pages of the first records."""
    text = gettext("{count} now published.").format(count=len(published))
    records = [record for record in published if type(record) in _PAGE_NAMES]
    if not records:
        return text
    links = [
        (reverse(f"web:{_PAGE_NAMES[type(record)]}", args=[record.slug]), strip_direction_marks(record_name(record)))
        for record in records[:_MAX_PUBLISHED]
    ]
    record_links = format_html_join(", ", '<a href="{}"><bdi>{}</bdi></a>', links)
    if len(records) > _MAX_PUBLISHED:
        template = gettext("{text} Readers see {records} and {n} more.")
    else:
        template = gettext("{text} Readers see {records}.")
    return format_html(template, text=text, records=record_links, n=len(records) - _MAX_PUBLISHED)


def publication_page(
    model_admin: ModelAdmin[Any], request: HttpRequest, records: Sequence[Any], is_bulk: bool = False
) -> TemplateResponse:
    """The page before a publication of one record, or of a selection from a list."""
    review = review_publication(records)
    targets: dict[str, dict[str, Any]] = {}
    for link in review.links:
        kind = link.target._meta.verbose_name
        row = {"target": link.target, "kind": kind, "url": record_form_url(link.target), "links": []}
        row = targets.setdefault(link.key, row)
        row["links"].append(link)
    opts = model_admin.opts
    name = opts.verbose_name_plural if len(records) > 1 else str(records[0])
    context = {
        **model_admin.admin_site.each_context(request),
        "title": (
            gettext("Publish {count} {name}").format(count=len(records), name=name)
            if len(records) > 1
            else gettext("Publish: {name}").format(name=name)
        ),
        "opts": opts,
        "records": records,
        "is_bulk": is_bulk,
        "original": None if is_bulk else records[0],
        "targets": targets,
        "ticked": request.POST.getlist("with"),
        "findings": review.findings,
        "token": review.token,
        "limit": MAX_LINKS if review.is_cut else 0,
        "embargoed": [(record, moment_text(moment)) for record, moment in embargoes_of(records)],
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "media": model_admin.media,
    }  # fmt: skip
    return TemplateResponse(request, "admin/archive/publish.html", context)


def public_page(request: HttpRequest, record: Record) -> HttpResponse:
    """The public page of a record, as if it were published, in a transaction that the caller takes back.

    Where readers would not see it for another record that is not published, a page that names that one.
    """
    type(record)._base_manager.filter(pk=record.pk).update(status=Status.PUBLISHED)
    if hiding := hiding_parents(record):
        context = {
            **admin.site.each_context(request),
            "title": gettext("No preview: readers would not see “{record}”").format(record=record),
            "hiding": [(parent, record_form_url(parent)) for parent in hiding],
        }
        return render(request, "admin/archive/no_preview.html", context)
    url = reverse(f"web:{_PAGE_NAMES[type(record)]}", args=[record.slug])
    match = resolve(url)
    reading = HttpRequest()
    reading.method, reading.path, reading.path_info = "GET", url, url
    reading.META = {**request.META, "PATH_INFO": url, "QUERY_STRING": "", "REQUEST_METHOD": "GET"}
    reading.user, reading.resolver_match = AnonymousUser(), match
    reading.is_preview = True  # type: ignore[attr-defined]  # the pages' template says so
    with timezone.override(UTC):  # as readers would see it
        response = match.func(reading, *match.args, **match.kwargs)
    return HttpResponse(response.content, status=response.status_code, headers={"X-Robots-Tag": "noindex"})
