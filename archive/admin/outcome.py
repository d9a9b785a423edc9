"""The admin of outcomes, and the page that records or proposes the outcome of one speech act.

That page is the form of a new outcome whose speech act is fixed. ``outcomes.js`` shows the same form in a dialog on the
statement's form, and sends it with a preference for JSON: the answer has the act's outcomes, and no page is loaded.

Who may not change a published statement proposes the outcome: it becomes a part of the user's proposal for it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import conditional_escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.base import ArchiveAdmin
from archive.admin.forms import PUBLISHED_OWNER
from archive.admin.mixins import save_state
from archive.admin.outcome_entry import OutcomeEntry, act_form_url
from archive.admin.proposals import is_proposing
from archive.admin.record_lookup import record_form_url, record_or_404
from archive.admin.source import CitationInline
from archive.models import Outcome, ProposalState, ProposedChange, SpeechAct
from archive.permissions import may_record_outcomes
from archive.workflow import proposals

#: The prefix of the fields' names and ids, which stand on one page with those of the statement.
_PREFIX = "outcome"
_FIELDS = ("speech_act", ("date", "kind"), ("event", "answer"), "note")
#: The buttons that propose the outcome, and submit the proposal or not.
_PROPOSE, _STORE = "_propose", "_store"


@admin.register(Outcome)
class OutcomeAdmin(ArchiveAdmin):
    list_display = ("date", "kind", "speech_act", "event", "answer")
    list_display_links = ("kind",)
    list_select_related = ("speech_act", "event", "answer")
    list_filter = ("kind",)
    ordering = ("-date_sort", "-id")
    search_fields = ("speech_act__slug", "note")
    search_help_text = _("Words of the speech act's slug or of the note.")
    fieldsets = ((None, {"fields": ("speech_act", ("date", "kind"), ("event", "answer"), "note")}),)
    inlines = (CitationInline.of("outcome"),)

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.record_view)
        return [path("of/<path:act_id>/", view, name="archive_outcome_of_act"), *super().get_urls()]

    def record_view(self, request: HttpRequest, act_id: str) -> HttpResponse:
        """The form of a new outcome of a speech act; where there can be none, the statement's form with a message.

        A form that was sent is always answered with itself: what was typed is not lost.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        act: SpeechAct = record_or_404(self.admin_site.get_model_admin(SpeechAct), request, act_id)
        proposes = proposals.may_propose_outcomes(act.statement, request.user)
        if request.method != "POST" and (refusal := _refusal(request, act, proposes)):
            messages.error(request, refusal)
            return HttpResponseRedirect(record_form_url(act.statement))
        request.act_of_outcome, request.offers_proposal = act, proposes  # type: ignore[attr-defined]
        if proposes:
            return self._propose(request, act)
        if request.method == "POST" and _is_sent_as_proposal(request):
            save_state(request).refused = gettext(
                "Not proposed: the statement is not published any more. Record the outcome itself."
            )
        return self._form_of_act(request, act, {"title": gettext("Record an outcome")})

    def _form_of_act(self, request: HttpRequest, act: SpeechAct, context: dict[str, Any]) -> HttpResponse:
        response: HttpResponse = self.changeform_view(
            request, None, "", {"act": act, "next": act_form_url(act), **context}
        )
        if isinstance(response, TemplateResponse):
            response.template_name = "admin/archive/outcome_of_act.html"
        return response

    def _propose(self, request: HttpRequest, act: SpeechAct) -> HttpResponse:
        """The form of an outcome that is proposed: what it saves is taken back, and stored in the user's proposal.

        An earlier proposed outcome of the same date is replaced. A form that was sent to record an outcome, because the
        statement was not published when it was opened, is answered with itself.
        """
        change = proposals.open_proposal(act.statement, request.user)
        request.is_proposing = request.method != "POST" or _is_sent_as_proposal(request)  # type: ignore[attr-defined]
        request.open_proposal = change  # type: ignore[attr-defined]
        context = {
            "title": gettext("Propose an outcome"),
            "proposes": True,
            "open_proposal": change and {"is_draft": change.state != ProposalState.SUBMITTED},
        }
        with transaction.atomic():
            base = proposals.state_of(act.statement)
            planned = self._apply_proposal(request, act, change) if request.method == "POST" else None
            response = self._form_of_act(request, act, context)
            is_saved = save_state(request).is_saved
            if is_saved:
                proposed = proposals.state_of(type(act.statement)._default_manager.get(pk=act.statement_id))
                states = proposals.states_of_form(base, proposed, planned)
            elif isinstance(response, TemplateResponse):
                response = response.render()
            transaction.set_rollback(True)
        if not is_saved:
            return response
        note, submit = save_state(request).proposal_note, _PROPOSE in request.POST
        try:
            change = proposals.save_proposal(act.statement, request.user, states, note, submit)
        except IntegrityError:
            messages.error(request, gettext("Not stored: you sent the same form twice. This is what was stored first."))
            change = proposals.open_proposal(act.statement, request.user)
        return self._after_proposing_outcome(request, act, change)

    def _apply_proposal(self, request: HttpRequest, act: SpeechAct, change: ProposedChange | None) -> Any:
        """Store what the user proposes so far, but for an outcome of the act at the date that the form has."""
        if change is None:
            return None
        planned = proposals.plan_of(change, act.statement)
        try:
            with transaction.atomic():
                proposals.apply(planned.plan, request.user)
        except (ValidationError, IntegrityError):
            save_state(request).refused = gettext(
                "Not proposed: your open proposal cannot be applied any more, as the record was changed. Discard it "
                "first."
            )
            return None
        if not SpeechAct.objects.filter(pk=act.pk).exists():
            save_state(request).refused = gettext("Not proposed: your open proposal deletes this speech act.")
        date = request.POST.get(f"{_PREFIX}-date", "").strip()
        added = [key[1] for key in planned.plan.target if key[0] is Outcome and key not in planned.plan.stored]
        for outcome in Outcome.objects.filter(pk__in=added, speech_act=act.pk):
            if str(outcome.date) == date:
                outcome.delete()
        return planned

    def _after_proposing_outcome(
        self, request: HttpRequest, act: SpeechAct, change: ProposedChange | None
    ) -> HttpResponse:
        if change is not None and change.state == ProposalState.SUBMITTED:
            text = gettext("The outcome is proposed: an editor reviews it. Readers see the statement as it was.")
        else:
            text = gettext("The outcome is stored in your proposal. Submit that when it is whole.")
        messages.success(request, text)
        return self._answer(request, act, HttpResponseRedirect(act_form_url(act)))

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: object) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        act = _act_of(request)
        if act is not None:
            form.prefix = _PREFIX
            field = form.base_fields["speech_act"]
            field.widget, field.disabled, field.initial = forms.HiddenInput(), True, act
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if _act_of(request) is None:
            return super().get_fieldsets(request, obj)
        why = "review_note" if request.offers_proposal else "change_reason"  # type: ignore[attr-defined]
        return [(None, {"fields": (*_FIELDS, why)})]

    def get_inline_instances(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return super().get_inline_instances(request, obj) if _act_of(request) is None else []

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> Any:
        """After the page that records an outcome: back to the statement, or the act's outcomes as JSON."""
        response = super().response_add(request, obj, post_url_continue)
        act = _act_of(request)
        if act is None or is_proposing(request):
            return response
        return self._answer(request, act, HttpResponseRedirect(act_form_url(act)))

    @staticmethod
    def _answer(request: HttpRequest, act: SpeechAct, page: HttpResponse) -> HttpResponse:
        """The page, or what the dialog shows as JSON."""
        if request.get_preferred_type(["text/html", "application/json"]) != "application/json":
            return page
        texts = [conditional_escape(message.message) for message in messages.get_messages(request)]
        outcomes = Outcome.objects.visible_to(request.user).filter(speech_act=act)
        html = OutcomeEntry.of(act.statement, request.user).html(act, outcomes)
        return JsonResponse({"messages": texts, "outcomes": html}, status=201)


def _refusal(request: HttpRequest, act: SpeechAct, proposes: bool) -> str:
    """Why a user who may add outcomes may neither record nor propose one of this act; empty if they may."""
    if not act.is_answerable:
        return gettext("No outcome can be recorded: only demands, offers and the like have outcomes.")
    return "" if proposes or may_record_outcomes(request.user, act.statement) else str(PUBLISHED_OWNER)


def _is_sent_as_proposal(request: HttpRequest) -> bool:
    return not {_PROPOSE, _STORE}.isdisjoint(request.POST)


def _act_of(request: HttpRequest) -> SpeechAct | None:
    """The speech act whose outcome the request records; None on other pages."""
    return getattr(request, "act_of_outcome", None)
