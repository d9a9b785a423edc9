"""The workflow on a record's form: its buttons, its notes, and the panel with assignment and time of publication."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.forms import BaseForm, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.autosave import name_saved_draft
from archive.admin.mixins import AdminMixin, save_state
from archive.admin.proposals import is_proposing
from archive.admin.record_lookup import record_form_url, record_or_404
from archive.admin.workflow_forms import AssignForm, NoteForm, ScheduleForm
from archive.choices import Status
from archive.models import NoteStep, Review, ReviewState
from archive.models.base import Record
from archive.moments import moment_text
from archive.permissions import may_publish, may_write
from archive.terms import term
from archive.visibility import sees_drafts
from archive.workflow.note_texts import with_texts
from archive.workflow.proposals import proposals_of, refusal_to_propose
from archive.workflow.schedule import cancel, changed_by, schedule
from archive.workflow.steps import add_note, after_saving, assign, notes_of, refusal, review_of

#: Button of the form -> the step that it takes, and its label. A button saves the form with the status of its step.
_BUTTONS: dict[str, tuple[NoteStep, Status, Any]] = {
    "_submit": (NoteStep.SUBMITTED, Status.REVIEW, _("Save and submit for review")),
    "_send_back": (NoteStep.SENT_BACK, Status.DRAFT, _("Send back")),
    "_publish": (NoteStep.PUBLISHED, Status.PUBLISHED, _("Save and publish")),
}

#: What the message after saving says of the step that the form took.
_RESULTS: dict[NoteStep | None, Any] = {
    NoteStep.SUBMITTED: _(
        "It is submitted for review: editors find it on their home, and you find on yours what is sent back."
    ),
    NoteStep.TAKEN_BACK: _("It is taken back to draft."),
    NoteStep.SENT_BACK: _("It is sent back: its author finds it at home, with your remark."),
    NoteStep.WITHDRAWN: _("It is withdrawn: readers do not see it any more."),
}
#: The session's key of a refused form of a panel; the prefixes of the forms' fields, and the names of their buttons.
_REFUSED, _PANEL_FORMS = "refused panel form", {"note", "schedule", "assign", "add_note"}


class WorkflowPanelMixin(AdminMixin):
    """For admins of records with a status: buttons and notes on the form, and the view of the panel's forms."""

    def step_of(self, request: HttpRequest) -> NoteStep | None:
        """The step of the button by which the form was sent."""
        if request.method != "POST" or not self.has_status or is_proposing(request):
            return None
        return next((step for name, (step, _status, _label) in _BUTTONS.items() if name in request.POST), None)

    def set_status_of_button(self, request: HttpRequest) -> None:
        """Set the submitted status to that of the button by which the form was sent."""
        for name, (_step, status, _label) in _BUTTONS.items():
            if self.has_status and name in request.POST and not is_proposing(request):
                data: Any = request.POST.copy()
                data["status"] = status
                request.POST = data

    def after_saving(self, request: HttpRequest, form: ModelForm[Any], change: bool) -> None:
        """Write the review and note of what the form did with the status."""
        if not self.has_status or "status" not in form.fields:
            return
        before = form.initial.get("status", Status.DRAFT) if change else Status.DRAFT
        note = form.cleaned_data.get("review_note", "")
        is_sent_back = self.step_of(request) == NoteStep.SENT_BACK
        step = after_saving(form.instance, before, request.user, note, is_sent_back)
        if step in _RESULTS:
            save_state(request).result = str(_RESULTS[step])
        if step is None and note and save_state(request).is_unchanged:
            messages.success(request, gettext("The note was added."))

    def buttons(self, request: HttpRequest, record: Record, review: Review | None) -> list[tuple[str, Any]]:
        """The names and labels of the form's buttons for what the user may do with the record next.

        A record that is scheduled is not published before its time.
        """
        if not self.has_status:
            return []
        if is_proposing(request):
            return [("_submit", _BUTTONS["_submit"][2])]
        if record is None:
            return [("_submit", _BUTTONS["_submit"][2])]
        excluded = {"_publish"} if review is not None and review.is_embargoed else set()
        excluded |= {"_send_back"} if record.status == Status.DRAFT else set()
        names = [name for name in _BUTTONS if name not in excluded]
        allowed = [name for name in names if not refusal(_BUTTONS[name][0], record, request.user, "remark")]
        return [(name, _BUTTONS[name][2]) for name in allowed]

    def panel(self, request: HttpRequest, record: Record) -> dict[str, Any]:
        """What the panel above the form shows of a record's workflow; empty for who sees no drafts."""
        if record is None or not self.has_status or not sees_drafts(request.user) or is_proposing(request):
            return {}
        review = review_of(record)
        refused = _pop_refused(request, record)
        schedule_form = ScheduleForm(
            {**refused, "schedule-seen_version": record.version} if "schedule" in refused else None,
            prefix="schedule",
            initial={"seen_version": record.version},
        )
        schedule_form.is_valid()  # replaces the time zone of a form that was sent with another
        is_editor = may_publish(request.user)
        is_open = record.status != Status.PUBLISHED
        return {
            "review": review,
            "is_sent_back": review and review.state == ReviewState.SENT_BACK and record.status == Status.DRAFT,
            "is_submitted": review and review.state == ReviewState.SUBMITTED and record.status == Status.REVIEW,
            "status": term(Status(record.status).label),
            "changers": changed_by(record, review) if review and review.publish_at else [],
            "notes": with_texts(notes_of(record)),
            "url": self.workflow_url(record),
            "open_notes": bool(refused),
            "note_form": NoteForm(refused if "add_note" in refused else None, prefix="note"),
            "assign_form": AssignForm(
                self.model,
                refused if "assign" in refused else None,
                prefix="assign",
                initial={"assignee": review.assignee_id if review else None},
            )
            if may_write(request.user, record)
            else None,
            "proposals": proposals_of(record),
            "propose_url": self._propose_url(request, record),
            "schedule_form": schedule_form if is_editor and is_open else None,
        }

    def _propose_url(self, request: HttpRequest, record: Record) -> str:
        """The page on which the user may propose a change of the record; empty if they may not."""
        if refusal_to_propose(record, request.user):
            return ""
        return reverse(f"admin:archive_{self.opts.model_name}_propose", args=[record.pk])

    def workflow_url(self, record: Record) -> str:
        return reverse(f"admin:archive_{self.opts.model_name}_workflow", args=[record.pk])

    def workflow_urls(self) -> list[Any]:
        if not self.has_status:
            return []
        view = self.admin_site.admin_view(self.workflow_view)
        return [path("<path:object_id>/workflow/", view, name=f"archive_{self.opts.model_name}_workflow")]

    def workflow_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST of one of the panel's forms; redirects to the record's form with a message."""
        record = record_or_404(self, request, object_id)
        if not sees_drafts(request.user) or not self.has_view_permission(request, record):
            raise PermissionDenied
        response = HttpResponseRedirect(record_form_url(record))
        if request.method == "POST":
            try:
                messages.success(request, self._act(request, record))
                name_saved_draft(request, response)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
                _store_refused(request, record)
        return response

    def _act(self, request: HttpRequest, record: Record) -> str:
        """Do what the submitted form asks for, and return a message. Raises ValidationError."""
        data = request.POST
        if "add_note" in data:
            form: Any = _valid(NoteForm(data, prefix="note"))
            add_note(record, request.user, form.cleaned_data["note"])
            return gettext("The note was added.")
        if "lift" in data:
            return (
                gettext("It can be published again.")
                if cancel(record, request.user)
                else gettext("It was not scheduled.")
            )
        if "schedule" in data:
            form = _valid(ScheduleForm(data, prefix="schedule"))
            moment = form.cleaned_data["publish_at"]
            schedule([record], request.user, moment, form.cleaned_data["seen_version"])
            return gettext("To be published at {moment}.").format(moment=moment_text(moment))
        if "assign" in data:
            form = _valid(AssignForm(self.model, data, prefix="assign"))
            if not self.has_change_permission(request, record):
                raise PermissionDenied
            person = form.cleaned_data["assignee"]
            return (
                gettext("Assigned to {person}.").format(person=person or gettext("nobody"))
                if assign([record], request.user, person)
                else gettext("It was already.")
            )
        raise ValidationError(gettext("Got a form without a button, expected one of this page."))


def stored_record(record: Record | None, form: BaseForm) -> Any:
    """The record with its stored status: a form that was refused has set the submitted one."""
    if record is None or "status" not in form.initial:
        return record
    stored = copy(record)
    stored.status = form.initial["status"]
    return stored


def _store_refused(request: HttpRequest, record: Model) -> None:
    """Keep in the session what was sent by a form of the record's panel and refused: the panel shows it once more.

    Of the last refused form only, and of its own fields: a session is read with every request.
    """
    sent = {name: text for name, text in request.POST.dict().items() if name.partition("-")[0] in _PANEL_FORMS}
    request.session[_REFUSED] = [record._meta.model_name, record.pk, sent]


def _pop_refused(request: HttpRequest, record: Model) -> dict[str, Any]:
    """What ``_store_refused`` keeps for the record, which is forgotten then; empty for another record's."""
    model, pk, sent = request.session.get(_REFUSED) or (None, None, {})
    if (model, pk) != (record._meta.model_name, record.pk):
        return {}
    del request.session[_REFUSED]
    return dict(sent)


def _valid(form: Any) -> Any:
    """The form, if it is valid. Raises ValidationError with its errors, each with its field's label."""
    if not form.is_valid():
        raise ValidationError([f"{form[name].label}: {' '.join(texts)}" for name, texts in form.errors.items()])
    return form
