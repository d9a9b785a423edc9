"""Actions of the change lists for the workflow's steps, and the status column."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.mixins import AdminMixin
from archive.admin.publication_page import publication_page, publish_from_form
from archive.admin.workflow_forms import AssignForm, RemarkForm, ScheduleForm
from archive.choices import Status
from archive.models import NoteStep
from archive.models.base import Record
from archive.moments import moment_text
from archive.permissions import may_publish
from archive.revisions.reason_texts import Reason
from archive.terms import term
from archive.workflow.findings import store_each
from archive.workflow.publication import review_publication
from archive.workflow.schedule import schedule
from archive.workflow.steps import assign, take

_MAX_RECORDS = 1_000
#: The actions of contributors, for what they may change; editors have all.
_CONTRIBUTOR_ACTIONS = ("submit", "take_back")
#: The field of an action's own form by which it is sent.
CONFIRMED = "confirmed"


class WorkflowActionsMixin(AdminMixin):
    """Actions and status column for admins of records that have a status."""

    actions: tuple[str, ...] = ("submit", "take_back", "send_back", "publish", "withdraw", "assign", "schedule")

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)  # type: ignore[misc]
        allowed = WorkflowActionsMixin.actions if may_publish(request.user) else _CONTRIBUTOR_ACTIONS
        if not self.has_status or not self.has_change_permission(request):
            allowed = ()
        hidden = set(WorkflowActionsMixin.actions) - set(allowed)
        return {name: item for name, item in actions.items() if name not in hidden}

    @admin.display(description=_("status"), ordering="status")
    def badge(self, record: Record) -> str:
        """The record's status as a coloured label."""
        return format_html('<span class="status status-{}">{}</span>', record.status, term(Status(record.status).label))

    @admin.action(description=_("Submit for review"))
    def submit(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        _take(request, queryset, NoteStep.SUBMITTED)

    @admin.action(description=_("Take back to draft"))
    def take_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        _take(request, queryset, NoteStep.TAKEN_BACK)

    @admin.action(description=_("Send back with a remark"))
    def send_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        form = RemarkForm(submitted(request))
        if not form.is_valid():
            return self.action_page(request, queryset, "send_back", gettext("Send back"), form)
        if not _take(request, queryset, NoteStep.SENT_BACK, form.cleaned_data["remark"]):
            return self.action_page(request, queryset, "send_back", gettext("Send back"), form)
        return None

    @admin.action(description=_("Publish"))
    def publish(self, request: HttpRequest, queryset: QuerySet[Model]) -> TemplateResponse | None:
        records = limited(request, queryset)
        if not records:
            return None
        drafts = [record for record in records if record.status != Status.PUBLISHED]
        if drafts and CONFIRMED in request.POST:
            return None if publish_from_form(request, drafts) else publication_page(self, request, drafts, is_bulk=True)
        if drafts and review_publication(drafts):
            return publication_page(self, request, drafts, is_bulk=True)
        _take(request, queryset, NoteStep.PUBLISHED)
        return None

    @admin.action(description=_("Withdraw"))
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        _take(request, queryset, NoteStep.WITHDRAWN)

    @admin.action(description=_("Assign to a person"))
    def assign(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        form = AssignForm(self.model, submitted(request))
        if not form.is_valid():
            return self.action_page(request, queryset, "assign", gettext("Assign"), form)
        records = limited(request, queryset)
        person = form.cleaned_data["assignee"]
        try:
            count = assign(records, request.user, person)
        except ValidationError as error:
            messages.error(request, gettext("Nothing was changed. {reasons}").format(reasons=" ".join(error.messages)))
            return self.action_page(request, queryset, "assign", gettext("Assign"), form)
        if records:
            messages.success(
                request,
                gettext("{count} now assigned to {person}{already}.").format(
                    count=count, person=person or gettext("nobody"), already=_already(len(records) - count)
                ),
            )
        return None

    @admin.action(description=_("Schedule publication"))
    def schedule(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        form = ScheduleForm(submitted(request))
        if not form.is_valid():
            return self.action_page(request, queryset, "schedule", gettext("Schedule publication"), form)
        try:
            count = schedule(limited(request, queryset), request.user, form.cleaned_data["publish_at"])
        except ValidationError as error:
            messages.error(request, gettext("Nothing was changed. {reasons}").format(reasons=" ".join(error.messages)))
            return self.action_page(request, queryset, "schedule", gettext("Schedule publication"), form)
        if count:
            messages.success(
                request,
                gettext("{count} to be published at {time}.").format(
                    count=count, time=moment_text(form.cleaned_data["publish_at"])
                ),
            )
        return None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> Any:
        if CONFIRMED in request.POST and ACTION_CHECKBOX_NAME not in request.POST:
            messages.warning(request, gettext("No record was ticked, so nothing was changed."))
        return super().changelist_view(request, extra_context)

    def action_page(
        self, request: HttpRequest, queryset: QuerySet[Any], action: str, title: object, form: BaseForm
    ) -> TemplateResponse:
        """The page with an action's own form, and the records that it is for."""
        records = limited(request, queryset)
        if not records:
            return None  # type: ignore[return-value]
        context = self.action_context(request, records, action, title, form)
        return TemplateResponse(request, "admin/archive/bulk_step.html", context)

    def action_context(
        self, request: HttpRequest, records: list[Any], action: str, title: object, form: BaseForm
    ) -> dict[str, Any]:
        """The context of ``bulk_step.html`` and of the templates that extend it."""
        name = self.opts.verbose_name_plural if len(records) > 1 else self.opts.verbose_name
        return {
            **self.admin_site.each_context(request),
            "title": gettext("{title}: {count} {name}").format(title=title, count=len(records), name=name),
            "opts": self.opts,
            "records": records,
            "action": action,
            "button": title,
            "form": form,
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "confirmed": CONFIRMED,
            "back_url": reverse(f"admin:archive_{self.opts.model_name}_changelist"),
            "media": self.media + form.media,
        }  # fmt: skip


def limited(request: HttpRequest, queryset: QuerySet[Any], limit: int | None = None) -> list[Any]:
    """The records of an action; none, and a message, if there are more than ``limit`` (by default a thousand)."""
    limit = limit or _MAX_RECORDS
    records = list(queryset[: limit + 1])
    if len(records) > limit:
        messages.error(
            request,
            gettext("Nothing was changed: got more than {limit} records, expected at most that many.").format(
                limit=limit
            ),
        )
        return []
    return records


def submitted(request: HttpRequest) -> Any:
    """The data of an action's own form; None when the action was only chosen in the list."""
    return request.POST if CONFIRMED in request.POST else None


def _take(request: HttpRequest, queryset: QuerySet[Any], step: NoteStep, text: str = "") -> bool:
    """Take a step with all records or with none; False if it is refused, with a message that names each refusal."""
    records = limited(request, queryset)
    if not records:
        return True
    try:
        changed = take(step, records, request.user, text, text or Reason.FROM_LIST.format(step=step.label))
    except ValidationError as error:
        messages.error(request, gettext("Nothing was changed. {reasons}").format(reasons=" ".join(error.messages)))
        return False
    if step == NoteStep.PUBLISHED:
        store_each(changed, request.user)
    messages.success(
        request,
        gettext("{count} now {state}{already}.").format(
            count=len(changed), state=_RESULTS[step], already=_already(len(records) - len(changed))
        ),
    )
    return True


def _already(count: int) -> str:
    return " " + gettext("({count} already were)").format(count=count) if count else ""


_RESULTS = {
    NoteStep.SUBMITTED: _("in review"), NoteStep.TAKEN_BACK: _("draft"), NoteStep.SENT_BACK: _("sent back"),
    NoteStep.PUBLISHED: _("published"), NoteStep.WITHDRAWN: _("withdrawn"),
}  # fmt: skip
