"""Removes single parts from a proposed change: a part that it adds, deletes or changes is as stored again."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from archive.models import ProposalState, ProposedChange
from archive.models.base import Record
from archive.revisions.comparison import row_key
from archive.revisions.plan import differing
from archive.revisions.planning import referenced_keys
from archive.revisions.state import Key, Node, Tree
from archive.workflow.proposals import (
    ProposalPlan,
    apply,
    has_changes,
    locked_own,
    plan_of,
    require_current,
)
from archive.workflow.records import locked
from archive.workflow.states import dump_tree, load_tree


@transaction.atomic
def remove_part(
    change: ProposedChange, record: Record, user: User | AnonymousUser, token: str, key: str
) -> tuple[ProposedChange, str]:
    """Remove what the proposal does to one part, by its ``row_key``; returns the proposal and the part's name.

    What the proposal does to the parts of that part goes too. A submitted proposal stays submitted, unless nothing of
    it is left. Raises ValidationError with the reason, and nothing is changed.
    """
    stored = locked(record)
    change = locked_own(change, user)
    planned = plan_of(change, stored)
    require_current(planned, token)
    base, proposed = load_tree(change.base), load_tree(change.proposed)
    node = _changed_part(base, proposed, key)
    name = planned.plan.part_name(node)
    left = _without(base, proposed, node)
    if holders := [row for row in left.values() if _refers(row, proposed.keys() - left.keys())]:
        holder = planned.plan.part_name(holders[0]) if holders[0].via is not None else planned.plan.kind(holders[0])
        text = gettext("Not removed: {holder} of the proposal refers to {part}. Remove or change that first.")
        raise ValidationError(text.format(holder=holder, part=name))
    change.proposed = dump_tree(left if has_changes(base, left) else base)
    if not change.has_difference:
        change.state = ProposalState.DRAFT
    elif (error := _error(plan_of(change, stored), user)) and not _error(planned, user):
        text = gettext("Not removed: without {part} the rest of the proposal cannot be published. {reason}")
        raise ValidationError(text.format(part=name, reason=error))
    change.save()
    return change, name


def _changed_part(base: Tree, proposed: Tree, key: str) -> Node:
    """The part, as proposed or else as it was. Raises ValidationError if the proposal does not change it."""
    node = next((row for row in (*proposed.values(), *base.values()) if row_key(row) == key), None)
    if node is None or node.via is None or not _differs(base.get(node.key), proposed.get(node.key)):
        raise ValidationError(gettext("Not removed: the proposal does nothing to this part any more."))
    return node


def _differs(before: Node | None, after: Node | None) -> bool:
    return before is None or after is None or bool(differing(before, after))


def _without(base: Tree, proposed: Tree, node: Node) -> Tree:
    """The proposed state with the part as it was before, in the order of the base. Raises ValidationError."""
    if node.key not in proposed:
        if node.parent not in proposed:
            text = gettext("Not removed: the proposal deletes what the part belongs to. Remove that deletion first.")
            raise ValidationError(text)
        restored = {key: base[key] for key in _with_parts(base, node.key) if key not in proposed}
        return {key: row for key, row in {**base, **proposed, **restored}.items() if key in proposed or key in restored}
    if node.key in base:
        return {**proposed, node.key: base[node.key]}
    removed = _with_parts(proposed, node.key)
    return {key: row for key, row in proposed.items() if key not in removed}


def _with_parts(tree: Tree, root: Key) -> set[Key]:
    """The key of a row, and those of its parts and theirs; in a tree parents precede their parts."""
    keys = {root}
    for key, node in tree.items():
        if node.parent in keys:
            keys.add(key)
    return keys


def _refers(node: Node, keys: set[Key]) -> bool:
    return bool(referenced_keys({node.key: node}) & keys)


def _error(planned: ProposalPlan, user: User | AnonymousUser) -> str:
    """Why the proposal cannot be applied to the record as it is stored; empty if it can. Nothing is stored."""
    try:
        with transaction.atomic():
            apply(planned.plan, user)
            transaction.set_rollback(True)
    except ValidationError as error:
        return " ".join(error.messages)
    except IntegrityError:
        return gettext("It contradicts what is stored now.")
    return ""
