"""Base class of all record admins: visibility, merging of concurrent changes, history and publishing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, models
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from archive.admin.autocompletes import AutocompleteRelationsMixin, RecordSelect
from archive.admin.autosave import AutosaveMixin
from archive.admin.batch_edit import BatchEditMixin
from archive.admin.changelist import WINDOW_SIZE, WindowChangeList, WindowPaginator
from archive.admin.collapsed_parts import CollapsedPartsMixin
from archive.admin.date_preview import date_preview
from archive.admin.draft_deletion import DraftDeletionMixin
from archive.admin.duplicates import DuplicatesMixin
from archive.admin.findings import FindingsMixin, warn_beside_fields
from archive.admin.forms import RecordForm
from archive.admin.history import HistoryAdmin
from archive.admin.links import LinksMixin
from archive.admin.list_export import ListExportMixin
from archive.admin.list_parameters import ListParametersMixin
from archive.admin.merging import merge_report
from archive.admin.mixins import save_state
from archive.admin.not_saved import NotSavedMixin
from archive.admin.open_forms import OpenFormsMixin
from archive.admin.prefill import PrefillMixin
from archive.admin.proposals import PROPOSING_FIELDS, ProposalMixin, is_proposing, writing_user
from archive.admin.proposed_slugs import PROPOSED_SLUG, proposed_slug
from archive.admin.publication_page import PublicationPageMixin
from archive.admin.record_merge import MergeMixin
from archive.admin.saved_lists import SavedListsMixin
from archive.admin.translation import TranslatedDeletionMixin, TranslatedFormMixin, TranslatedListMixin
from archive.admin.where_used import WhereUsedMixin
from archive.admin.workflow_actions import WorkflowActionsMixin
from archive.admin.workflow_panel import WorkflowPanelMixin, stored_record
from archive.database import is_deadlock
from archive.forms import MultilineField, PartialDateInput
from archive.labels import label_relations
from archive.models import NoteStep
from archive.models.base import Record, Tracked
from archive.models.fields import PartialDateField
from archive.permissions import may_write
from archive.registry import page_names
from archive.revisions.state import differs_from_stored
from archive.workflow.finding_names import finding_names

#: Model -> the URL name of its web page.
_PAGE_NAMES = page_names()
LIST_MEDIA = forms.Media(css={"all": ("archive/list_filters.css",)})
#: Form fields that control saving.
_SAVING_FIELDS = ("change_reason", "review_note", "read_version", "form_state")


class ArchiveAdmin(
    TranslatedListMixin,
    DraftDeletionMixin,
    TranslatedDeletionMixin,
    TranslatedFormMixin,
    AutosaveMixin,
    PrefillMixin,
    ListExportMixin,
    SavedListsMixin,
    ListParametersMixin,
    BatchEditMixin,
    OpenFormsMixin,
    FindingsMixin,
    WorkflowActionsMixin,
    PublicationPageMixin,
    WorkflowPanelMixin,
    ProposalMixin,
    WhereUsedMixin,
    MergeMixin,
    DuplicatesMixin,
    NotSavedMixin,
    CollapsedPartsMixin,
    LinksMixin,
    AutocompleteRelationsMixin,
    HistoryAdmin,
):
    """Base of all record admins."""

    form = RecordForm
    paginator = WindowPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    save_on_top = True
    list_select_related: ClassVar[Any] = ()
    #: The fields from which a new record's slug is proposed. (A declared ``prepopulated_fields`` breaks the page of an
    #: earlier version, which has no slug field.)
    slug_from: tuple[str, ...] = ()
    formfield_overrides = {
        models.TextField: {
            "form_class": MultilineField,
            "widget": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        },
        models.URLField: {"assume_scheme": "https"},
        PartialDateField: {"widget": PartialDateInput},
    }

    class Media:
        js = (
            "archive/date_preview.js",
            "archive/shortcuts.js",
            "archive/collapsed_parts.js",
            "archive/focus.js",
            "archive/labels.js",
            "archive/slugs.js",
            "archive/duplicates.js",
            "archive/autosave.js",
            "archive/panel_texts.js",
            "archive/open_forms.js",
            "archive/counters.js",
        )
        css = {"all": ("archive/admin.css",)}

    @property
    def has_status(self) -> bool:
        return any(field.name == "status" for field in self.opts.fields)

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs: object
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        values = {
            "user": writing_user(request),
            "slug_from": self.slug_from,
            "refused": save_state(request).refused,
            "part_forms": save_state(request).part_forms,
            "is_sent_back": self.step_of(request) == NoteStep.SENT_BACK,
        }
        if change or not self.slug_from:
            values[PROPOSED_SLUG] = None  # no field
        return type(form.__name__, (form,), values)

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """The record's own fieldsets, then one for saving: status and reason."""
        last = ["status", *_SAVING_FIELDS] if self.has_status else [n for n in _SAVING_FIELDS if n != "review_note"]
        fieldsets = self.fieldsets or [(None, {"fields": [f for f in self.get_fields(request, obj) if f not in last]})]
        if is_proposing(request):
            last = [*PROPOSING_FIELDS]
        elif obj is not None and not self.has_change_permission(request, obj):
            last = [name for name in last if name not in _SAVING_FIELDS]
        if obj is None and self.slug_from:
            last = [*last, PROPOSED_SLUG]
        return [*fieldsets, (gettext("Saving"), {"fields": last})] if last else fieldsets

    def get_queryset(self, request: HttpRequest) -> Any:
        """The records visible to the user, with the relations that lists and labels read."""
        records: Any = super().get_queryset(request)
        visible = records.visible_to(request.user)
        related = dict.fromkeys((*self.list_select_related, *label_relations(self.model)))
        return visible.select_related(*related) if related else visible

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        fixed = ("slug",) if obj is not None and any(f.name == "slug" and f.editable for f in obj._meta.fields) else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_prepopulated_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return {"slug": self.slug_from} if obj is None and self.slug_from else {}

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_write(writing_user(request), obj))

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[models.Model], search_term: str
    ) -> tuple[Any, bool]:
        return super().get_search_results(request, queryset, search_term.replace("\x00", ""))  # type: ignore[no-any-return]

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return WindowChangeList

    def response_action(  # type: ignore[override]
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> Any:
        """Limits *Select all* to the rows of the window that the list shows."""
        if request.POST.get("select_across") == "1":
            keys = queryset.values_list("pk", flat=True)[:WINDOW_SIZE]
            queryset = queryset.filter(pk__in=list(keys))
        return super().response_action(request, queryset)

    def view_on_site(self, record: Record) -> str:
        """The URL of the record's web page."""
        return reverse(f"web:{_PAGE_NAMES[self.model]}", args=[record.slug])

    def get_view_on_site_url(self, obj: models.Model | None = None) -> str | None:
        return super().get_view_on_site_url(obj) if self.model in _PAGE_NAMES else None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> Any:
        if any("\x00" in text for pair in request.GET.items() for text in pair):
            text = gettext("Got a null byte in the address or the search, expected text. This is the whole list.")
            messages.error(request, text)
            return HttpResponseRedirect(request.path)
        media = self.media + RecordSelect(self.model._meta.get_field("id"), self.admin_site).media
        return super().changelist_view(request, {"media": media + LIST_MEDIA, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Renders the form again with an error if the database refuses the values, such as a slug taken meanwhile."""
        if request.method == "POST":
            state = save_state(request)
            if "_preview" in request.POST and not state.is_previewing and not is_proposing(request):
                state.is_previewing = True
                return self.preview_of_form(request, object_id)
            self.set_status_of_button(request)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as error:
            save_state(request).refused = " ".join(error.messages)
        except IntegrityError:
            save_state(request).refused = gettext(
                "Not saved: the archive has such a record already, or it contradicts another. Somebody may have "
                "entered it a moment ago: search for it, or change the slug and other unique values."
            )
        except OperationalError as error:
            if not is_deadlock(error):
                raise
            save_state(request).refused = gettext(
                "Not saved: somebody saved or merged what it is linked with at the same moment. Save it again."
            )
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Tracked, form: forms.BaseForm, change: bool) -> None:
        """Saves only a record that differs from what is stored: a new version makes other users' open forms stale."""
        self.hold_publication(request, obj, form, change)
        state = save_state(request)
        state.is_unchanged = change and not self.has_changed(obj, form)
        if not state.is_unchanged:
            self._save(request, obj, form, change)

    def _save(self, request: HttpRequest, obj: Tracked, form: forms.BaseForm, change: bool) -> None:
        """Saves the record's columns; its form writes the revision when it has stored the links."""
        obj.skip_history_when_saving = True  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def has_changed(self, obj: Tracked, form: forms.BaseForm) -> bool:
        """Whether the record or its links differ from what is stored."""
        links = {field.name: form.cleaned_data.get(field.name) for field in obj._meta.many_to_many}
        return differs_from_stored(obj, {name: records for name, records in links.items() if records is not None})

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm[Any], formsets: Iterable[Any], change: bool
    ) -> None:
        """Saves a new version of a record whose parts change, and shows a message about merged values."""
        report, state = merge_report(form, formsets), save_state(request)
        if state.is_unchanged and any(formset.has_changed() for formset in formsets):
            state.is_unchanged = False
            self._save(request, form.instance, form, change)
        super().save_related(request, form, formsets, change)
        if is_proposing(request):
            state.is_saved, state.proposal_note = True, form.cleaned_data["review_note"]
            return
        if state.is_previewing:
            state.previewed = form.instance
            return
        if not state.holds_publication or not self.publish_saved(request, form):
            self.after_saving(request, form, change)
        if not state.is_unchanged:
            self.check_saved(request, form.instance)
        if report:
            messages.info(request, report)

    def log_change(self, request: HttpRequest, obj: models.Model, message: object) -> Any:
        return None if save_state(request).is_unchanged else super().log_change(request, obj, message)

    def message_user(
        self,
        request: HttpRequest,
        message: Any,
        level: int | str = messages.INFO,
        extra_tags: str = "",
        fail_silently: bool = False,
    ) -> None:
        state = save_state(request)
        if is_proposing(request) or state.publication_page:
            return
        if state.is_unchanged:
            message, level = gettext("Nothing was changed, so there is no new version."), messages.INFO
        elif state.result:
            message = format_html("{} {}", message, state.result)
        super().message_user(request, message, level, extra_tags, fail_silently)

    def delete_model(self, request: HttpRequest, obj: Tracked) -> None:
        obj._change_reason = _deletion_reason(request)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        queryset._change_reason = _deletion_reason(request)
        super().delete_queryset(request, queryset)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None) -> Any:
        return super().delete_view(request, object_id, {"has_status": self.has_status, **(extra_context or {})})

    def response_add(self, request: HttpRequest, obj: models.Model, post_url_continue: str | None = None) -> Any:
        page = save_state(request).publication_page
        return HttpResponseRedirect(page) if page else super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: models.Model) -> Any:
        page = save_state(request).publication_page
        return HttpResponseRedirect(page) if page else super().response_change(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: models.Model) -> Any:
        """Redirects after *Save* to the URL in ``next``, if it is on this host."""
        url = request.GET.get("next", "")
        if url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
            return HttpResponseRedirect(url)
        return super().response_post_save_change(request, obj)

    def get_inline_formsets(
        self, request: HttpRequest, formsets: list[Any], inline_instances: list[Any], obj: models.Model | None = None
    ) -> Any:
        for formset in formsets:
            if formset.is_bound:
                formset.align_with_forms()
        return super().get_inline_formsets(request, formsets, inline_instances, obj)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context["body_limit"] = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        record = stored_record(context.get("original"), context["adminform"].form)
        panel = self.panel(request, record)
        context |= {
            "workflow_buttons": self.buttons(request, record, panel.get("review")),
            "workflow": panel,
            "offers_preview": self.has_status,
            "where_used_url": self.where_used_url(record),
            "merge_url": self.merge_url(request, record),
            "duplicates_url": self.duplicates_url(record),
            "findings": self.findings_of_form(request, record),
        }
        context["finding_names"] = finding_names(context["findings"])
        warn_beside_fields(context["adminform"], context["findings"])
        if request.method == "POST":
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            if report := merge_report(context["adminform"].form, formsets):
                messages.info(request, report)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_formset(self, request: HttpRequest, form: forms.BaseForm, formset: Any, change: bool) -> None:
        for part in formset.forms:
            part.instance._change_reason = form.cleaned_data.get("change_reason") or None
        super().save_formset(request, form, formset, change)

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view
        own = [
            path("reading/", view(date_preview)),
            path("slug/", view(proposed_slug), {"model_admin": self}),
            *self.workflow_urls(),
            *self.proposal_urls(),
            *self.publication_urls(),
            *self.where_used_urls(),
            *self.merge_urls(),
            *self.duplicates_urls(),
            *self.saved_list_urls(),
            *self.open_form_urls(),
        ]
        return [*own, *super().get_urls()]


def _deletion_reason(request: HttpRequest) -> str | None:
    return request.POST.get("change_reason", "").replace("\x00", "").strip()[:500] or None
