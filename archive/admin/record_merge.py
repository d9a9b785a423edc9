"""The page on which two records are compared side by side and merged."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.autocompletes import RecordChoiceField, RecordSelect
from archive.admin.merged_records import MAX_REASON, reason_field
from archive.admin.mixins import AdminMixin
from archive.admin.record_lookup import is_primary_key, row_with_key
from archive.admin.where_used import link_row
from archive.database import is_deadlock
from archive.labels import record_label
from archive.merging.duplicates import Entered
from archive.merging.merge import gone, merge
from archive.merging.plan import MergePlan, Moved
from archive.merging.planning import make_plan
from archive.models import MergedRecord
from archive.models.base import Record
from archive.permissions import PARENT_PATHS, owner_of
from archive.registry import collection_of
from archive.revisions.names import Names
from archive.revisions.state import keys_to
from archive.terms import record_type
from archive.text import strip_direction_marks
from archive.visibility import sees_drafts, visible_records

#: Rows listed of each kind of link.
_MAX_ROWS = 10


class TargetForm(forms.Form):
    """The record to merge into. ``model`` is that of both, ``source`` the primary key of the one that goes."""

    def __init__(
        self, *args: Any, model: type[Model], source: int, user: User | AnonymousUser, admin_site: AdminSite,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        widget = RecordSelect(keys_to(model)[0], admin_site)
        widget.without = source
        self.fields["into"] = RecordChoiceField(
            visible_records(model, user), widget=widget,
            label=gettext("The {kind} that stays").format(kind=record_type(model._meta.verbose_name)),
        )  # fmt: skip


class MergeForm(forms.Form):
    """The confirmation of a merge. ``token`` is that of the plan that the page showed."""

    data: Any
    change_reason = reason_field(_("How you know that they are the same; it is stored in the history of both."))
    token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class MergeMixin(AdminMixin):
    """For admins of records: the page that merges a record into another."""

    def merge_urls(self) -> list[Any]:
        if collection_of(self.model) is None:
            return []
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<path:object_id>/merge/", view, name=f"archive_{self.opts.model_name}_merge")]

    def merge_url(self, request: HttpRequest, record: Model | None) -> str:
        """The page for a record; empty for parts, and if the user may not merge it."""
        if record is None or collection_of(self.model) is None or not self._may_merge(request, record):
            return ""
        return str(self._address(record.pk, "merge"))

    def _may_merge(self, request: HttpRequest, record: Model | None) -> bool:
        return bool(
            self.has_change_permission(request) and self.has_delete_permission(request)
            and self.has_view_permission(request, record)
        )  # fmt: skip

    def merge_view(self, request: HttpRequest, object_id: str) -> Any:
        """The choice of the other record; with ``into`` both side by side, and a POST that merges them."""
        source = row_with_key(self.get_queryset(request), object_id)
        if source is None:
            return self._source_is_gone(request, object_id)
        if not self._may_merge(request, source):
            raise PermissionDenied
        form = TargetForm(
            request.GET or None, model=self.model, source=source.pk, user=request.user, admin_site=self.admin_site
        )
        target = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
        if target is None or target.pk == source.pk:
            if target is not None:
                form.add_error("into", gettext("Got the same record, expected another one."))
            return self._choice_page(request, source, form)
        if request.method == "POST":
            return self._merge(request, source, target)
        return self._plan_page(request, make_plan(source, target, request.user), MergeForm())

    def _source_is_gone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Says what became of a record that was merged or deleted, with the reason that was typed."""
        last = None
        if is_primary_key(object_id):
            last = self.model.history.filter(id=object_id, history_type="-").order_by("-history_id").first()
        if last is None or not (sees_drafts(request.user) and self._may_merge(request, None)):
            raise Http404(
                gettext("There is no {kind} with the number '{number}'.").format(
                    kind=self.opts.verbose_name, number=object_id[:64]
                )
            )
        text = gone(Names().text(last.instance), self.model, last.slug)
        reason = request.POST.get("change_reason", "").replace("\x00", "")[:MAX_REASON]
        page: HttpResponse = self._gone_page(request, last.instance, strip_direction_marks(text), reason)
        return page

    def _gone_page(self, request: HttpRequest, record: Record, text: str, reason: str) -> HttpResponse:
        context = {
            **self._merge_context(request, record),
            "title": gettext("Not merged"),
            "gone": text,
            "reason": reason,
        }
        return TemplateResponse(request, "admin/archive/merge_gone.html", context, status=410)

    def _choice_page(self, request: HttpRequest, source: Record, form: TargetForm) -> HttpResponse:
        context = {
            **self._merge_context(request, source),
            "title": gettext("Merge {source}").format(source=source),
            "form": form,
        }
        context["duplicates"] = self.duplicates_of(request, Entered.of(source), source.pk)
        context["media"] += form.media
        return TemplateResponse(request, "admin/archive/merge_choice.html", context)

    def _merge(self, request: HttpRequest, source: Record, target: Model) -> Any:
        form = MergeForm(request.POST)
        chosen = [name.removeprefix("value_") for name, value in request.POST.items() if value == "source"]
        if form.is_valid():
            name = str(source)
            reason, token = form.cleaned_data["change_reason"], form.cleaned_data["token"]
            try:
                merged = merge(source, target, request.user, reason, chosen, token or "none")
            except ValidationError as error:
                form.add_error(None, [strip_direction_marks(text) for text in error.messages])
            except (IntegrityError, OperationalError) as error:
                if isinstance(error, OperationalError) and not is_deadlock(error):
                    raise
                form.add_error(
                    None, gettext("Nothing was changed: somebody saved what contradicts it at this moment. Try again.")
                )
            else:
                return HttpResponseRedirect(self._after_merge(request, merged, target, name))
        stored, other = (self.get_queryset(request).filter(pk=row.pk).first() for row in (source, target))
        if stored is None or other is None:
            text = " ".join(str(text) for text in form.non_field_errors())
            return self._gone_page(request, source, text, form.data.get("change_reason", ""))
        return self._plan_page(request, make_plan(stored, other, request.user, chosen), form)

    def _after_merge(self, request: HttpRequest, merged: MergedRecord, target: Model, name: str) -> str:
        """Log the merge, check the target, show a message that leads to the undoing; the URL of the target's form."""
        stored: Any = self.model._default_manager.get(pk=target.pk)
        self.log_change(request, stored, f"Merged {self.model._meta.verbose_name} “{name}” ({merged.slug}) into it.")
        self.check_saved(request, stored)
        text = format_html(
            gettext('“{}” was merged into “{}”. Its address leads here now. <a href="{}">Undo</a>'),
            *_distinct((name, merged.slug), (str(stored), stored.slug)), reverse("undo_merge", args=[merged.pk]),
        )  # fmt: skip
        messages.success(request, text)
        return str(self._address(stored.pk, "change"))

    def _plan_page(self, request: HttpRequest, plan: MergePlan, form: MergeForm) -> HttpResponse:
        form.initial["token"] = plan.token
        if form.is_bound:
            form.data = form.data.copy()
            form.data["token"] = plan.token
        source, target = plan.source, plan.target
        names = _distinct((str(source), source.slug), (str(target), target.slug))
        moved = plan.moved(_MAX_ROWS)
        plan.names.fetch({key for group in moved for key in group.rows})
        context = {
            **self._merge_context(request, source),
            "title": gettext("Merge {source} into {target}").format(source=names[0], target=names[1]),
            "plan": plan,
            "refusals": [strip_direction_marks(text) for text in plan.refusals],
            "notes": [strip_direction_marks(text) for text in plan.notes],
            "fields": plan.fields(),
            "moved": [_moved_group(group, plan) for group in moved],
            "form": form,
            "columns": [self._column_of(source, "goes"), self._column_of(target, "stays")],
            "swap_url": f"{self._address(target.pk, 'merge')}?into={source.pk}",
            "other_url": self._address(source.pk, "merge"),
        }
        return TemplateResponse(request, "admin/archive/merge.html", context, status=409 if plan.refusals else 200)

    def _column_of(self, record: Record, outcome: str) -> dict[str, str]:
        return {
            "label": record_label(record),
            "slug": record.slug,
            "outcome": outcome,
            "url": self._address(record.pk, "change"),
            "used_url": self.where_used_url(record),
        }

    def _merge_context(self, request: HttpRequest, record: Record) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "change_url": self._address(record.pk, "change"),
            "changelist_url": self._address(None, "changelist"),
            "media": self.media,
        }


def _moved_group(group: Moved, plan: MergePlan) -> dict[str, Any]:
    """The rows of a group with links to the records that have them; parts of the source itself without."""
    rows = []
    for key in group.rows:
        row = plan.names.row(key)
        if key[0] in PARENT_PATHS and owner_of(row) == plan.source:
            rows.append({"label": plan.names.text(row)})
        else:
            rows.append(link_row(row))
    return {"name": group.name, "count": group.count, "rows": rows, "more": group.count - len(rows)}


def _distinct(*named: tuple[str, str]) -> list[str]:
    """The names of records, each given with its slug; namesakes with their slugs."""
    names = [strip_direction_marks(name) for name, _ in named]
    if len(set(names)) == len(names):
        return names
    return [f"{name} ({slug})" for name, (_, slug) in zip(names, named, strict=True)]
