"""Proposed changes: drafts over published records, compared field by field, and published as one revision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext

from archive.accounts.audit import AuditDetail, report
from archive.choices import Status
from archive.models import AuditAction, Note, NoteStep, Outcome, ProposalState, ProposedChange
from archive.models.base import Record
from archive.models.review import OPEN_PROPOSALS
from archive.permissions import PUBLISH, may_write, require_editor
from archive.revisions.merged_links import follow_merges
from archive.revisions.names import Names
from archive.revisions.plan import Change, Plan, differing
from archive.revisions.planning import make_plan, referenced_keys
from archive.revisions.reason_texts import Reason
from archive.revisions.restore import restore
from archive.revisions.state import Node, Tree, live_node, own_parts, tree
from archive.revisions.version import Version
from archive.terms import term
from archive.visibility import PermissionHolder, sees_drafts
from archive.workflow import findings
from archive.workflow.note_texts import NoteText, with_added
from archive.workflow.records import Reference, locked, reference
from archive.workflow.states import PROVISIONAL, Conflict, dump_tree, load_tree, merged, with_provisional_ids


class ProposingUser:
    """A user who may change published records, for the forms of a proposal: what they save is taken back."""

    def __init__(self, user: User | AnonymousUser) -> None:
        self._user = user

    def has_perm(self, name: str, obj: Model | None = None) -> bool:
        return name == PUBLISH or bool(self._user.has_perm(name, obj))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._user, name)


@dataclass(frozen=True, slots=True)
class ProposedVersion(Version):
    """The record as it would be with a proposal, as a version that can be restored."""

    target: Tree

    @property
    def number(self) -> int:
        return int(self.stored.version) + 1

    @property
    def is_current(self) -> bool:
        return False

    @property
    def is_deletion(self) -> bool:
        return False

    def root(self) -> Node:
        return next(iter(self.target.values()))

    def tree(self) -> Tree:
        return self.target


@dataclass(frozen=True, slots=True)
class Difference:
    """A conflict as texts: what the record said when the change was proposed, says now, and is to say."""

    part: str
    name: str
    before: str
    now: str
    proposed: str


@dataclass(slots=True)
class ProposalPlan:
    """The plan of publishing a proposal: its changes to the record as it is stored now."""

    change: ProposedChange
    plan: Plan
    conflicting: list[Conflict]

    @property
    def conflicts(self) -> list[Difference]:
        return [_difference(self.plan, conflict) for conflict in self.conflicting]

    @property
    def changes(self) -> list[Change]:
        return self.plan.changes()

    @property
    def token(self) -> str:
        """Changes whenever the record or the proposal is saved; a form with another token is stale."""
        return f"{self.plan.token}-{self.change.updated_at:%Y%m%d%H%M%S%f}"


def refusal_to_propose(record: Record, user: PermissionHolder) -> str:
    """Why the user may not propose a change of the record; empty if they may."""
    if record.status != Status.PUBLISHED:
        return gettext("{slug}: it is not published: change it itself.").format(slug=record.slug)
    if not sees_drafts(user) or not user.has_perm(f"archive.change_{record._meta.model_name}"):
        text = gettext("{slug}: got a user without the right to change such records, expected a contributor.")
        return text.format(slug=record.slug)
    return ""


def may_propose_outcomes(statement: Record, user: PermissionHolder) -> bool:
    """Whether the user may only propose outcomes of the statement's speech acts, because it is published."""
    if not user.has_perm("archive.add_outcome") or may_write(user, statement):
        return False
    return not refusal_to_propose(statement, user)


def proposed_outcomes(statement: Record, user: User | AnonymousUser) -> tuple[ProposedChange | None, list[Outcome]]:
    """The user's open proposal, and the outcomes that it adds; these are not stored."""
    change = open_proposal(statement, user)
    if change is None:
        return None, []
    base = load_tree(change.base)
    added = [node for key, node in load_tree(change.proposed).items() if node.model is Outcome and key not in base]
    return change, [Outcome(**node.values) for node in added]


def state_of(record: Model) -> Tree:
    """The record and its own parts, as they are stored."""
    return tree(live_node(record), None, own_parts)


def open_proposal(record: Record, user: User | AnonymousUser) -> ProposedChange | None:
    """The proposal of the user that is not decided on."""
    rows = ProposedChange.objects.filter(**reference(record), author=user.pk, state__in=OPEN_PROPOSALS)
    return rows.first()


def proposals_of(record: Model) -> list[ProposedChange]:
    """Up to 20 proposals of a record that are not decided on, the last changed first, without their states."""
    rows = ProposedChange.objects.filter(**reference(record), state__in=OPEN_PROPOSALS)
    return list(rows.select_related("author", "reviewer").defer("base", "proposed")[:20])


def open_proposals_of(references: Iterable[Reference]) -> dict[Reference, list[ProposedChange]]:
    """The proposals that are not decided on of a page of records, without their states, by one query."""
    condition, proposed = Q(pk__in=[]), defaultdict(list)
    for kind, pk in references:
        condition |= Q(kind=kind, record_id=pk)
    rows = ProposedChange.objects.filter(condition, state__in=OPEN_PROPOSALS).select_related("author")
    for change in rows.defer("base", "proposed"):
        proposed[change.kind, change.record_id].append(change)
    return proposed


@transaction.atomic
def save_proposal(
    record: Record, user: User | AnonymousUser, states: tuple[Tree, Tree], note: str, submit: bool
) -> ProposedChange | None:
    """Store the user's proposal; None if there is none yet, and it would change nothing.

    ``states`` are that which it was made of, and that which the record is to have. An open proposal that would change
    nothing any more is stored as a draft, with its note: it may have been sent back, and its author answers.
    """
    base, proposed = states[0], with_provisional_ids(states[1], states[0])
    change = ProposedChange.objects.select_for_update().filter(
        **reference(record), author=user.pk, state__in=OPEN_PROPOSALS
    ).first() or ProposedChange(**reference(record), author_id=user.pk)  # fmt: skip
    if not has_changes(base, proposed):
        if not change.pk:
            return None
        proposed, submit = base, False
    change.base, change.proposed, change.note = dump_tree(base), dump_tree(proposed), note
    change.state = ProposalState.SUBMITTED if submit else ProposalState.DRAFT
    change.save()
    if submit:
        _note(change, NoteStep.PROPOSED, user, change.note)
    return change


def has_changes(base: Tree, proposed: Tree) -> bool:
    """Whether the second of two states of a record differs from the first in a row, a column or a link."""
    return proposed.keys() != base.keys() or any(differing(node, base[key]) for key, node in proposed.items())


def states_of_form(base: Tree, proposed: Tree, planned: ProposalPlan | None) -> tuple[Tree, Tree]:
    """The states of a proposal as its form makes them, of which ``planned`` is what was proposed before.

    Where others changed the same meanwhile and the author left what was proposed, the state that it was made of stays
    the earlier one: the conflict is shown to who decides on it.
    """
    base = dict(base)
    for conflict in planned.conflicting if planned is not None else ():
        key = conflict.node.key
        if key not in base or conflict.before is None:
            continue
        if not conflict.name and key not in proposed:
            base[key] = replace(conflict.before)
        elif conflict.name and key in proposed and conflict.name not in differing(proposed[key], conflict.node):
            values = {**base[key].values, conflict.name: conflict.before.values[conflict.name]}
            base[key] = replace(base[key], values=values)
    return base, proposed


def plan_of(change: ProposedChange, record: Record) -> ProposalPlan:
    """The plan of publishing the proposal, merged with what was saved since it was made."""
    stored = state_of(record)
    base, proposed = load_tree(change.base), load_tree(change.proposed)
    for state in (base, proposed):
        follow_merges(state)
    target, conflicts = merged(base, proposed, stored)
    root = next(iter(target.values()))
    if "status" in root.values:
        root.values["status"] = record.status
    version = ProposedVersion(type(record), record.pk, None, None, None, None, None, record, target)
    plan = make_plan(version)
    return ProposalPlan(change, plan, conflicts)


def changes_of(change: ProposedChange, record: Record) -> list[Change]:
    """The differences between a proposal and the version of the record that it was made of."""
    base, proposed = load_tree(change.base), load_tree(change.proposed)
    names = Names()
    names.fetch(referenced_keys(base) | referenced_keys(proposed))
    version = ProposedVersion(type(record), record.pk, None, None, None, None, None, record, proposed)
    return Plan(version, names, proposed, base).changes()


def apply(plan: Plan, user: User | AnonymousUser, reason: str = "") -> Any:
    """Store the plan with provisional ids, in a transaction that is taken back; to show and edit a proposal."""
    return restore(plan, ProposingUser(user), reason)


@transaction.atomic
def accept(change: ProposedChange, record: Record, user: User | AnonymousUser, token: str, remark: str = "") -> Any:
    """Publish the proposal as one revision, and return the record. Raises ValidationError, and nothing is changed."""
    stored = locked(record)
    change = _decidable(change, user)
    if stored.status != Status.PUBLISHED:
        text = gettext("It is {status} meanwhile, expected a published record.")
        raise ValidationError(text.format(status=term(Status(stored.status).label)))
    planned = plan_of(change, stored)
    require_current(planned, token)
    for node in planned.plan.target.values():
        if node.pk >= PROVISIONAL:
            node.pk = None  # type: ignore[assignment]  # the database numbers it
    author = change.author.get_username() if change.author else "somebody"
    text = f": {change.note}" if change.note else ""
    stored = restore(planned.plan, user, (Reason.PROPOSED.format(person=author) + text)[:500])
    stored.check_publishable()
    _decide(change, user, ProposalState.ACCEPTED, remark)
    _note(change, NoteStep.PUBLISHED, user, with_added(NoteText.CHANGE_PUBLISHED.format(person=author), change.note))
    findings.store(stored, user)
    report(AuditAction.PUBLISHED, stored, AuditDetail.PROPOSED.format(person=author, version=stored.version))
    return stored


def require_current(planned: ProposalPlan, token: str) -> None:
    """Raise ValidationError unless the token is that of the plan: the user's page shows other differences."""
    if planned.token != token:
        raise ValidationError(
            gettext(
                "Nothing was changed: somebody saved the record or the proposal since you opened the page. The "
                "differences are now those from what is stored now. Look at them, and confirm again."
            )
        )


@transaction.atomic
def send_back(change: ProposedChange, user: User | AnonymousUser, remark: str) -> None:
    """Send the proposal back to its author. Raises ValidationError without a remark."""
    if not remark:
        raise ValidationError(gettext("Got no remark, expected one that says what is to be mended."))
    _decide(_decidable(change, user), user, ProposalState.SENT_BACK, remark)
    _note(change, NoteStep.SENT_BACK, user, with_added(NoteText.CHANGE_SENT_BACK, remark))


@transaction.atomic
def decline(change: ProposedChange, user: User | AnonymousUser, remark: str) -> None:
    """Decline the proposal; it stays stored, and is open no more."""
    _decide(_decidable(change, user), user, ProposalState.DECLINED, remark)
    _note(change, NoteStep.DECLINED, user, remark)


@transaction.atomic
def submit(change: ProposedChange, user: User | AnonymousUser) -> None:
    """Submit the user's own proposal as it is."""
    stored = locked_own(change, user)
    if not stored.has_difference:
        raise ValidationError(gettext("The proposal changes nothing: edit it first, or discard it."))
    if stored.state != ProposalState.SUBMITTED:
        stored.state = ProposalState.SUBMITTED
        stored.save()
        _note(stored, NoteStep.PROPOSED, user, stored.note)


@transaction.atomic
def discard(change: ProposedChange, user: User | AnonymousUser) -> None:
    """Delete the user's own proposal."""
    stored = _open(change)
    if stored.author_id != user.pk:
        raise ValidationError(
            gettext("Got somebody else's proposal, expected one of your own. An editor can decline it.")
        )
    stored.delete()


def locked_own(change: ProposedChange, user: User | AnonymousUser) -> ProposedChange:
    """The user's own proposal as it is stored, locked. Raises ValidationError if it is another's or decided on."""
    stored = _open(change)
    if stored.author_id != user.pk:
        raise ValidationError(gettext("Got somebody else's proposal, expected one of your own."))
    return stored


def _open(change: ProposedChange) -> ProposedChange:
    """The proposal as it is stored, locked. Raises ValidationError if it is decided on or deleted."""
    rows = ProposedChange.objects.select_for_update().filter(pk=change.pk)
    stored = rows.first()
    if stored is None:
        raise ValidationError(gettext("Its author discarded the proposal a moment ago."))
    if stored.state not in OPEN_PROPOSALS:
        text = gettext("The proposal is {state} already, expected one that is not decided on.")
        raise ValidationError(text.format(state=term(ProposalState(stored.state).label)))
    return stored


def _decidable(change: ProposedChange, user: User | AnonymousUser) -> ProposedChange:
    require_editor(user, gettext("Got a contributor, expected an editor to decide on a proposal."))
    return _open(change)


def _decide(change: ProposedChange, user: User | AnonymousUser, state: ProposalState, remark: str) -> None:
    change.state, change.reviewer, change.remark = state, user, remark
    change.save()


def _note(change: ProposedChange, step: NoteStep, user: User | AnonymousUser, text: str) -> None:
    Note.objects.create(kind=change.kind, record_id=change.record_id, step=step, author_id=user.pk, text=text)


def _difference(plan: Plan, conflict: Conflict) -> Difference:
    node, name = conflict.node, conflict.name
    part = "" if node.via is None else plan.part_name(node)
    if name:
        before, now = (plan.text(state, name) if state else "" for state in (conflict.before, conflict.now))
        return Difference(part, plan.label(node, name), before, now, plan.text(node, name))
    if conflict.now is None and conflict.before is None:
        text = gettext("what it belongs to was deleted meanwhile")
        return Difference(part, "", "", text, gettext("added: it is left out"))
    if conflict.now is None:
        return Difference(part, "", "", gettext("deleted meanwhile"), gettext("changed: it stays deleted"))
    return Difference(part, "", "", gettext("changed meanwhile"), term("deleted"))
