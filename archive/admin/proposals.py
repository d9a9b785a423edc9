"""Pages of proposed changes: the form on which one is made, and the page on which it is compared and decided on."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext

from archive.admin.autosave import name_saved_draft
from archive.admin.mixins import AdminMixin, save_state
from archive.admin.publication_page import public_page
from archive.admin.record_lookup import is_primary_key, record_form_url, record_or_404
from archive.admin.workflow_forms import DecisionForm
from archive.models import ProposalState, ProposedChange
from archive.models.base import Record
from archive.models.review import OPEN_PROPOSALS
from archive.permissions import may_publish
from archive.revisions.comparison import row_key
from archive.revisions.names import Names
from archive.revisions.plan import Change
from archive.revisions.word_differences import word_differences
from archive.visibility import sees_drafts
from archive.workflow import proposals
from archive.workflow.proposal_parts import remove_part
from archive.workflow.proposals import ProposingUser
from archive.workflow.records import reference

#: The form's fields about saving, on a page that proposes a change.
PROPOSING_FIELDS = ("review_note", "read_version", "form_state")


def is_proposing(request: HttpRequest) -> bool:
    """Whether the request is for the form of a proposal, which saves nothing in the record."""
    return bool(getattr(request, "is_proposing", False))


def writing_user(request: HttpRequest) -> Any:
    """The user whose rights decide what a form may change: on the form of a proposal, an editor's."""
    return ProposingUser(request.user) if is_proposing(request) else request.user


class ProposalMixin(AdminMixin):
    """For admins of records with a status: pages on which changes of published records are proposed and decided on."""

    def proposal_urls(self) -> list[Any]:
        if not self.has_status:
            return []
        view, name = self.admin_site.admin_view, f"archive_{self.opts.model_name}"
        return [
            path("<path:object_id>/propose/", view(self.propose_view), name=f"{name}_propose"),
            path("<path:object_id>/proposals/<int:number>/", view(self.proposal_view), name=f"{name}_proposal"),
        ]

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> Any:
        """Leaves records with a status of their own (appointments) out: a proposal has the record's own parts only."""
        inlines = super().get_inlines(request, obj)
        return [inline for inline in inlines if not (is_proposing(request) and hasattr(inline.model, "status"))]

    def propose_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The record's form, with the user's open proposal in it; what is sent is stored as the proposal."""
        request.is_proposing = True  # type: ignore[attr-defined]
        try:
            record = self._proposal_record(request, object_id)
        except Http404:
            if request.method != "POST" or not self.has_change_permission(request):
                raise
            return self.not_saved(request, object_id)  # type: ignore[no-any-return]
        if message := proposals.refusal_to_propose(record, request.user):
            text = gettext("No change can be proposed. {message}").format(message=message)
            return self._refuse_form(request, record, text, record_form_url(record))
        response, states = self._form_of_proposal(request, record)
        if states is None:
            return response  # type: ignore[no-any-return]
        note = save_state(request).proposal_note
        try:
            change = proposals.save_proposal(record, request.user, states, note, "_submit" in request.POST)
        except IntegrityError:
            messages.error(request, gettext("Not stored: you sent the same form twice. This is what was stored first."))
            change = proposals.open_proposal(record, request.user)
        if change is None:
            messages.warning(request, gettext("Nothing differs from the published record, so nothing is proposed."))
            return HttpResponseRedirect(request.path)
        redirect = self._after_proposing(request, change)
        name_saved_draft(request, redirect)
        return redirect

    def _after_proposing(self, request: HttpRequest, change: ProposedChange) -> HttpResponse:
        if not change.has_difference:
            messages.warning(request, _nothing_left())
            return HttpResponseRedirect(self._proposal_url(change))
        text = (
            gettext("The proposed change is submitted. Readers see the record as it was.")
            if change.state == ProposalState.SUBMITTED
            else gettext("The proposed change is stored; submit it when it is whole. Readers see the record as it was.")
        )
        messages.success(request, text)
        if "_continue" in request.POST:
            return HttpResponseRedirect(request.path)
        return HttpResponseRedirect(self._proposal_url(change))

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: object) -> Any:
        """On the page of a proposal the note of the form is that of the open proposal."""
        form = super().get_form(request, obj, change, **kwargs)
        proposal = getattr(request, "open_proposal", None)
        if proposal is None or "review_note" not in form.base_fields:
            return form
        note = copy(form.base_fields["review_note"])
        note.initial = proposal.note
        return type(form.__name__, (form,), {"review_note": note})

    def _refuse_form(self, request: HttpRequest, record: Record, text: str, url: str) -> HttpResponse:
        """Leads to where the change belongs, with a message; a form that was sent is answered with what it says."""
        if request.method == "POST":
            return self.not_saved(request, str(record.pk), text, url)  # type: ignore[no-any-return]
        messages.error(request, text)
        return HttpResponseRedirect(url)

    def _form_of_proposal(self, request: HttpRequest, record: Record) -> tuple[HttpResponse, Any]:
        """The form's response, and the states of the proposal that it makes; what it saves is taken back."""
        change = proposals.open_proposal(record, request.user)
        request.open_proposal = change  # type: ignore[attr-defined]
        states, planned = None, None
        with transaction.atomic():
            base = proposals.state_of(record)
            try:
                if change is not None:
                    planned = proposals.plan_of(change, record)
                    proposals.apply(planned.plan, request.user)
            except (ValidationError, IntegrityError) as error:
                transaction.set_rollback(True)
                return self._without_form(request, record, change, error), None
            context = {
                "title": gettext("Propose a change: {record}").format(record=record),
                "show_save_and_add_another": False,
                "subtitle": None,
                "is_proposal": True,
                "show_delete": False,
                "conflicts": planned.conflicts if planned is not None else [],
            }
            response = self.changeform_view(request, str(record.pk), "", context)
            is_saved = save_state(request).is_saved
            if is_saved and "_preview" in request.POST:
                return self._previewed(request, record), None
            if is_saved:
                proposed = proposals.state_of(type(record)._default_manager.get(pk=record.pk))
                states = proposals.states_of_form(base, proposed, planned)
            elif hasattr(response, "render"):
                response = response.render()
            transaction.set_rollback(True)
        return response, states

    def _previewed(self, request: HttpRequest, record: Record) -> HttpResponse:
        """The public page with the proposal, in the transaction that is taken back."""
        response = public_page(request, record)
        transaction.set_rollback(True)
        return response

    def _without_form(self, request: HttpRequest, record: Record, change: Any, error: object) -> HttpResponse:
        """Leads to the page of a proposal that cannot be applied any more."""
        text = (
            " ".join(error.messages)
            if isinstance(error, ValidationError)
            else gettext("it contradicts what is stored now.")
        )
        text = gettext(
            "The proposal cannot be edited, as the record was changed: {text} Discard it, and propose again."
        ).format(text=text)
        return self._refuse_form(request, record, text, self._proposal_url(change))

    def proposal_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """The page of a proposal: its differences from the stored record, or all its values if that was deleted."""
        try:
            record, deleted = self._proposal_record(request, object_id), None
        except Http404:
            if (deleted := self._deleted_record(request, object_id)) is None:
                raise
            record = deleted
        rows = ProposedChange.objects.filter(**reference(record)).select_related("author", "reviewer")
        change = rows.filter(pk=number).first() if number < 2**63 else None
        if change is None:
            raise Http404(
                gettext("The {kind} has no proposed change {number}; it may be discarded.").format(
                    kind=self.opts.verbose_name, number=number
                )
            )
        if request.method == "POST":
            try:
                if deleted is not None:
                    _require_end(request)
                page = self._decide(request, record, change)
                return HttpResponseRedirect(page if deleted is None else reverse("deleted_records"))
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            except IntegrityError:
                messages.error(request, gettext("Nothing was changed: the proposal contradicts what is stored now."))
            change = rows.filter(pk=number).first()
            if change is None:
                return HttpResponseRedirect(record_form_url(record))
            if deleted is None and not type(record)._default_manager.filter(pk=record.pk).exists():
                return HttpResponseRedirect(request.path)
        context = self._proposal_context(request, record, change, deleted)
        return TemplateResponse(request, "admin/archive/proposal.html", context)

    def _decide(self, request: HttpRequest, record: Record, change: ProposedChange) -> str:
        """Do what the button says, and return the URL of the next page. Raises ValidationError."""
        form = DecisionForm(request.POST)
        if not form.is_valid():
            raise ValidationError([text for texts in form.errors.values() for text in texts])
        remark, user = form.cleaned_data["remark"], request.user
        record_url = record_form_url(record)
        if "accept" in request.POST:
            stored = proposals.accept(change, record, user, form.cleaned_data["token"], remark)
            self.log_change(request, stored, f"Published the change proposed by {change.author}.")
            messages.success(request, gettext("Published as version {version}.").format(version=stored.version))
        elif "send_back" in request.POST:
            proposals.send_back(change, user, remark)
            messages.success(request, gettext("Sent back to its author."))
        elif "decline" in request.POST:
            proposals.decline(change, user, remark)
            messages.success(request, gettext("Declined."))
        elif "submit" in request.POST:
            proposals.submit(change, user)
            messages.success(request, gettext("Submitted."))
            return str(request.path)
        elif "remove" in request.POST:
            self._remove_part(request, record, change, form.cleaned_data["token"])
            return str(request.path)
        elif "discard" in request.POST:
            proposals.discard(change, user)
            messages.success(request, gettext("Discarded."))
        else:
            raise ValidationError(gettext("Got a form without a button, expected one of this page."))
        return record_url

    @staticmethod
    def _remove_part(request: HttpRequest, record: Record, change: ProposedChange, token: str) -> None:
        change, part = remove_part(change, record, request.user, token, request.POST["remove"])
        messages.success(request, gettext("Removed from the proposal: {part}.").format(part=part))
        if not change.has_difference:
            messages.warning(request, _nothing_left())

    def _proposal_context(
        self, request: HttpRequest, record: Record, change: ProposedChange, deleted: Record | None
    ) -> dict[str, Any]:
        is_open = change.state in OPEN_PROPOSALS
        planned = proposals.plan_of(change, record) if is_open and deleted is None else None
        changes = planned.changes if planned is not None else proposals.changes_of(change, record)
        is_own = change.author_id == request.user.pk
        name = str(record) if deleted is None else Names().text(record)
        return {
            **self.admin_site.each_context(request),
            "title": gettext("Proposed change of {record}").format(record=name),
            "opts": self.opts,
            "name": name,
            "is_open": is_open,
            "change": change,
            "state": ProposalState(change.state).label,
            "plan": planned,
            "rows": list(_rows(changes, is_removable=planned is not None and is_own)),
            "form": DecisionForm(
                initial={"token": planned.token if planned else "", "remark": request.POST.get("remark", "")}
            ),
            "may_decide": is_open and may_publish(request.user),
            "is_own": is_open and is_own,
            "is_submitted": change.state == ProposalState.SUBMITTED,
            "propose_url": reverse(f"admin:archive_{self.opts.model_name}_propose", args=[record.pk]),
            "record_url": record_form_url(record) if deleted is None else self._address(record.pk, "history"),
            "media": self.media,
        }

    def _proposal_url(self, change: ProposedChange) -> str:
        return reverse(f"admin:archive_{change.kind}_proposal", args=[change.record_id, change.pk])

    def _proposal_record(self, request: HttpRequest, object_id: str) -> Any:
        record = record_or_404(self, request, object_id)
        if not sees_drafts(request.user) or not self.has_view_permission(request, record):
            raise PermissionDenied
        return record

    def _deleted_record(self, request: HttpRequest, object_id: str) -> Any:
        """The deleted record as it was last, for a proposal of it; None if it is stored or never was."""
        if not is_primary_key(object_id):
            return None
        key, names = (self.model, int(object_id)), Names()
        record = names.row(key)
        if record is None or names.is_stored(key):
            return None
        self.require_view(request, None)
        return record


def _require_end(request: HttpRequest) -> None:
    """Raise ValidationError for a step by which a proposal would still wait, though its record is deleted."""
    if not {"discard", "decline"} & request.POST.keys():
        raise ValidationError(
            gettext(
                "Nothing was changed: the record is deleted. Bring it back first, or discard or decline the proposal."
            )
        )


def _nothing_left() -> str:
    return gettext(
        "Nothing differs from the published record any more. The proposal is stored with its note and not submitted; "
        "discard it if it is not needed."
    )


def _rows(changes: list[Change], is_removable: bool) -> Iterator[dict[str, Any]]:
    """The differences of a proposal, the first one of each part with the key by which the part is removed from it."""
    seen = set()
    for change in changes:
        key, is_part = row_key(change.node), change.node.via is not None
        yield {
            "change": change,
            "runs": _runs(change),
            "remove": key if is_removable and is_part and key not in seen else "",
            "part": change.part if change.name else f"{change.part} {change.then or change.now}",
        }
        seen.add(key)


def _runs(change: Change) -> Any:
    """The words of a change as runs that stay, go and come; None for a whole part."""
    if change.now is None or change.then is None:
        return None
    return word_differences(change.now, change.then)
