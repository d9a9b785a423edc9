"""The admin of outcomes, and the page that records the outcome of one speech act.

That page is the form of a new outcome whose speech act is fixed. ``outcomes.js`` shows the same form in a dialog on the
statement's form, and sends it with a preference for JSON: the answer has the act's outcomes, and no page is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.base import ArchiveAdmin
from archive.admin.forms import PUBLISHED_OWNER
from archive.admin.record_lookup import record_form_url, record_or_404
from archive.admin.source import CitationInline
from archive.models import Outcome, SpeechAct
from archive.permissions import may_record_outcomes
from archive.terms import date_in_words, term

#: The prefix of the fields' names and ids, which stand on one page with those of the statement.
_PREFIX = "outcome"
#: Characters of an act's text in the name of its button.
_MAX_NAME = 80
_FIELDS = ("speech_act", ("date", "kind"), ("event", "answer"), "note", "change_reason")


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
        """The form of a new outcome of a speech act; where none can be recorded, the statement's form with a message.

        A form that was sent is always answered with itself: what was typed is not lost.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        act: SpeechAct = record_or_404(self.admin_site.get_model_admin(SpeechAct), request, act_id)
        if request.method != "POST" and (refusal := _refusal(request, act)):
            messages.error(request, refusal)
            return HttpResponseRedirect(record_form_url(act.statement))
        request.act_of_outcome = act  # type: ignore[attr-defined]
        context = {"title": gettext("Record an outcome"), "act": act, "next": _form_url(act)}
        response: HttpResponse = self.changeform_view(request, None, "", context)
        if isinstance(response, TemplateResponse):
            response.template_name = "admin/archive/outcome_of_act.html"
        return response

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: object) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        act = _act_of(request)
        if act is not None:
            form.prefix = _PREFIX
            field = form.base_fields["speech_act"]
            field.widget, field.disabled, field.initial = forms.HiddenInput(), True, act
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return super().get_fieldsets(request, obj) if _act_of(request) is None else [(None, {"fields": _FIELDS})]

    def get_inline_instances(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return super().get_inline_instances(request, obj) if _act_of(request) is None else []

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> Any:
        """After the page that records an outcome: back to the statement, or the act's outcomes as JSON."""
        response = super().response_add(request, obj, post_url_continue)
        act = _act_of(request)
        if act is None:
            return response
        if request.get_preferred_type(["text/html", "application/json"]) != "application/json":
            return HttpResponseRedirect(_form_url(act))
        texts = [conditional_escape(message.message) for message in messages.get_messages(request)]
        outcomes = Outcome.objects.visible_to(request.user).filter(speech_act=act)
        return JsonResponse({"messages": texts, "outcomes": outcomes_html(outcomes)}, status=201)


def _refusal(request: HttpRequest, act: SpeechAct) -> str:
    """Why a user who may add outcomes may record none of this act; empty if they may."""
    if not act.is_answerable:
        return gettext("No outcome can be recorded: only demands, offers and the like have outcomes.")
    return "" if may_record_outcomes(request.user, act.statement) else str(PUBLISHED_OWNER)


def outcomes_html(outcomes: Iterable[Outcome]) -> SafeString:
    """Outcomes as links to their forms."""
    rows = [
        (record_form_url(outcome), term(outcome.get_kind_display()), date_in_words(outcome.date))
        for outcome in outcomes
    ]
    links = format_html_join("; ", '<a href="{}">{}, {}</a>', rows)
    return links or SafeString(conditional_escape(gettext("still open")))


def outcomes_of_act(act: SpeechAct, may_record: bool) -> SafeString:
    """The outcomes of an act on its statement's form, with the link to the page that records another."""
    link = SafeString("")
    if may_record:
        name = f"{term(act.get_kind_display())}: {act.text[:_MAX_NAME]}"
        link = format_html(
            ' <a class="record-outcome button" href="{}" aria-label="{}">{}</a>',
            reverse("admin:archive_outcome_of_act", args=[act.pk]),
            gettext("Record an outcome of “{act}”").format(act=name),
            gettext("Record an outcome"),
        )
    return format_html(
        '<div class="act-outcomes" id="{}"><span>{}</span>{}</div>',
        _anchor(act),
        outcomes_html(act.outcomes.all()),
        link,
    )


def _anchor(act: SpeechAct) -> str:
    return f"outcomes-of-{act.pk}"


def _act_of(request: HttpRequest) -> SpeechAct | None:
    """The speech act whose outcome the request records; None on other pages."""
    return getattr(request, "act_of_outcome", None)


def _form_url(act: SpeechAct) -> str:
    """The act on its statement's form, which says what the archive has to say of the outcome."""
    return f"{record_form_url(act.statement)}#{_anchor(act)}"
