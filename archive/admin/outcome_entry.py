"""Outcomes of speech acts on the statement's form: those that are stored or proposed, and the button for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archive.admin.collapsed_parts import EXPAND
from archive.admin.record_lookup import record_form_url
from archive.models import Outcome, SpeechAct, Statement
from archive.permissions import may_record_outcomes
from archive.terms import date_in_words, term
from archive.workflow.proposals import may_propose_outcomes, proposed_outcomes
from archive.workflow.states import PROVISIONAL

#: Characters of an act's text in the name of its button.
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class OutcomeEntry:
    """What a user may do with the outcomes of a statement's speech acts, and which ones the user proposes."""

    may_record: bool = False
    may_propose: bool = False
    #: The page of the user's open proposal; empty if there is none.
    proposal_url: str = ""
    #: Primary key of a speech act -> the outcomes that the proposal adds.
    proposed: Mapping[int, list[Outcome]] = field(default_factory=dict)

    @classmethod
    def of(cls, statement: Statement, user: User | AnonymousUser) -> Self:
        if may_record_outcomes(user, statement):
            return cls(may_record=True)
        if not may_propose_outcomes(statement, user):
            return cls()
        change, outcomes = proposed_outcomes(statement, user)
        url = reverse("admin:archive_statement_proposal", args=[statement.pk, change.pk]) if change else ""
        by_act = defaultdict(list)
        for outcome in outcomes:
            by_act[outcome.speech_act_id].append(outcome)
        return cls(may_propose=True, proposal_url=url, proposed=by_act)

    def html(self, act: SpeechAct, outcomes: Iterable[Outcome]) -> SafeString:
        """The act's stored outcomes as links to their forms, then those that the user proposes."""
        proposed = self.proposed.get(act.pk, ())
        items = [*map(_link, outcomes), *(self._proposed(outcome) for outcome in proposed)]
        if not items or len(items) == len(proposed):
            items.insert(0, SafeString(conditional_escape(gettext("still open"))))
        return format_html_join("; ", "{}", ((item,) for item in items))

    def _proposed(self, outcome: Outcome) -> SafeString:
        text = gettext("you propose: {outcome}").format(outcome=_text(outcome))
        return format_html('<a href="{}">{}</a>', self.proposal_url, text)


def outcomes_of_act(act: SpeechAct, entry: OutcomeEntry) -> SafeString:
    """The outcomes of an act on its statement's form, with the link to the page that records or proposes another."""
    link = SafeString("")
    if entry.may_record or entry.may_propose:
        name = f"{term(act.get_kind_display())}: {act.text[:_MAX_NAME]}"
        record, propose = gettext("Record an outcome of “{act}”"), gettext("Propose an outcome of “{act}”")
        link = format_html(
            ' <a class="record-outcome button" href="{}" aria-label="{}">{}</a>',
            reverse("admin:archive_outcome_of_act", args=[act.pk]),
            (record if entry.may_record else propose).format(act=name),
            gettext("Record an outcome") if entry.may_record else gettext("Propose an outcome"),
        )
    outcomes = entry.html(act, act.outcomes.all())
    return format_html('<div class="act-outcomes" id="{}"><span>{}</span>{}</div>', _anchor(act), outcomes, link)


def act_form_url(act: SpeechAct) -> str:
    """The act on its statement's form, which says what the archive has to say of the outcome."""
    return f"{record_form_url(act.statement)}?{EXPAND}=speech_acts-{act.pk}#{_anchor(act)}"


def _link(outcome: Outcome) -> SafeString:
    """An outcome as a link to its form, which one that is not stored does not have."""
    text = _text(outcome)
    if outcome.pk >= PROVISIONAL:
        return SafeString(conditional_escape(text))
    return format_html('<a href="{}">{}</a>', record_form_url(outcome), text)


def _text(outcome: Outcome) -> str:
    return f"{term(outcome.get_kind_display())}, {date_in_words(outcome.date)}"


def _anchor(act: SpeechAct) -> str:
    return f"outcomes-of-{act.pk}"
