"""Stored findings of the checks: compared with what a record, or the whole archive, contradicts now.

After a save the rules run on what the record can make contradict them; ``store_all`` runs all of them on everything.
A finding keeps when and after whose save it was first found, and the reason for which an editor accepted it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete
from django.utils import timezone
from django.utils.translation import gettext

from archive.checks.finding import Finding, Rule, Violation
from archive.checks.rows_to_check import rules_with_rows
from archive.checks.rules import RULES
from archive.checks.scope import Scope
from archive.database import in_chunks
from archive.models import Event, FindingSlug, Measure, SpeechAct, Statement, StoredFinding
from archive.models.base import Record
from archive.permissions import owner_of, require_editor
from archive.workflow.records import Reference, kind_of, load_records, reference, reviewed_models
from archive.workflow.steps import MAX_TEXT

#: The most records that are checked at once: the query of the findings about them names each three times.
_MAX_CHECKED = 100
#: The rules that check nothing in the scope of a record.
_OF_WHOLE_ARCHIVE = ("published-points-to-unpublished",)
#: Rule name -> the field, or the relation with the parts, of the form beside which its findings are shown.
FIELDS = {rule.name: rule.field for rule in RULES}
#: Kinds of parts as the rules name them -> the model by whose slug their keys begin, and its way to the record.
_PARTS: dict[str, tuple[Any, str]] = {
    "outcome": (SpeechAct, "statement_id"),
    "relation": (Event, "pk"),
    "measure step": (Measure, "pk"),
    "measure good": (Measure, "pk"),
    "citation": (Statement, "pk"),
}


def key_of(finding: Finding) -> str:
    """The digest that identifies a finding: if a date changes, the finding is another."""
    return sha256("\n".join((finding.rule, finding.record, finding.got)).encode()).hexdigest()


def check(records: Iterable[Any]) -> list[Finding]:
    """The findings about records of one model, or that these make about others, as they are stored now."""
    rows = list(records)
    return _check(rows)[0] if rows else []


def _check(records: list[Any]) -> tuple[list[Finding], bool]:
    """``check``, and whether findings about the records may be stored."""
    scope = Scope.of(type(records[0]), [record.pk for record in records])
    rules = list(rules_with_rows((*RULES, _STORED), scope))
    return [finding for rule in rules if rule is not _STORED for finding in rule.findings(scope)], _STORED in rules


def _read_stored(scope: Scope) -> Iterator[Violation]:
    """Reads the findings about the records of a scope, of which it makes no others."""
    records: Any = scope.model
    scope.read(_own_rows(records, scope.keys))
    scope.read(_naming_rows(records._base_manager.filter(pk__in=scope.keys).values("slug")))
    yield from ()


def _own_rows(model: type[Record], keys: Collection[int]) -> QuerySet[StoredFinding]:
    return StoredFinding.objects.filter(kind=kind_of(model), record_id__in=keys).order_by()


def _naming_rows(slugs: Collection[str] | QuerySet[Any, Any]) -> QuerySet[FindingSlug]:
    return FindingSlug.objects.filter(slug__in=slugs)


#: No rule of the archive: by it the statement about the rules says whether there are stored findings too.
_STORED = Rule("stored-finding", "A finding about the record is stored.", "", _read_stored)


def store(record: Model, user: User | AnonymousUser | None) -> list[StoredFinding]:
    """Check a record or the record of a part, store what is found, and return the record's findings that stand."""
    owner = owner_of(record)
    if owner is None:
        return []
    return findings_of(owner) if _store([owner], user) else []


def store_each(records: Iterable[Model], user: User | AnonymousUser | None) -> None:
    """``store`` for several records or parts, a hundred records of a model at once."""
    owners: dict[Any, dict[int, Any]] = {}
    for owner in map(owner_of, records):
        if owner is not None:
            owners.setdefault(type(owner), {})[owner.pk] = owner
    for of_model in owners.values():
        for chunk in in_chunks(of_model.values(), _MAX_CHECKED):
            _store(chunk, user)


def _store(records: list[Any], user: User | AnonymousUser | None) -> bool:
    """Check records of one model and store what is found; False if there is no finding about them, nor was one."""
    findings, has_stored = _check(records)
    # In the transaction of the save, if there is one: what fails here is to undo it too.
    with transaction.atomic(savepoint=False):
        about = _about(records) if has_stored else []
        if findings or about:
            _reconcile(findings, _refuted(about, records, {key_of(finding) for finding in findings}), user)
    return bool(findings or about)


def connect() -> None:
    """Connect the receiver of deletions; called once, from ``AppConfig.ready``."""
    for model in reviewed_models().values():
        post_delete.connect(_delete_findings, sender=model, dispatch_uid="archive.workflow.findings")


def _delete_findings(sender: object, instance: Record, **kwargs: object) -> None:
    """Delete the findings about a deleted record, and those of others that its deletion refutes."""
    if (about := _about([instance])) and (refuted := _refuted(about, [instance], set())):
        StoredFinding.objects.filter(pk__in=[row.pk for row in refuted]).delete()


def store_all(findings: Iterable[Finding]) -> None:
    """Store the findings of all rules on the whole archive, and delete those that are found no more."""
    with transaction.atomic():
        _reconcile(findings, list(StoredFinding.objects.all()), None)


def findings_of(record: Model) -> list[StoredFinding]:
    """The stored findings that are shown with a record, accepted ones last."""
    rows = StoredFinding.objects.filter(**reference(record)).select_related("user", "accepted_by")
    return sorted(rows, key=lambda row: (row.accepted_at is not None, row.pk))


def accepted_keys() -> set[str]:
    """The digests of the findings that are accepted as facts."""
    return set(StoredFinding.objects.filter(accepted_at__isnull=False).values_list("key", flat=True))


def accept(finding: StoredFinding, user: User | AnonymousUser, reason: str) -> None:
    """Accept a finding as a fact, for a reason. Raises ValidationError."""
    reason = reason.strip()
    _require_editor(user)
    if not reason:
        raise ValidationError(gettext("Got no reason, expected one that says why the record is right."))
    if len(reason) > MAX_TEXT:
        text = gettext("Got a reason of {count} characters, expected 1 to {limit}.")
        raise ValidationError(text.format(count=len(reason), limit=f"{MAX_TEXT:,}"))
    _update(finding, accepted_at=timezone.now(), accepted_by=user, reason=reason)


def reopen(finding: StoredFinding, user: User | AnonymousUser) -> None:
    """Take back the acceptance of a finding. Raises ValidationError."""
    _require_editor(user)
    _update(finding, accepted_at=None, accepted_by=None, reason="")


def _update(finding: StoredFinding, **columns: object) -> None:
    """Store the columns of a finding. Raises ValidationError if it was deleted, which saving would undo."""
    if not StoredFinding.objects.filter(pk=finding.pk).update(**columns):
        raise ValidationError(gettext("It is no contradiction any more: somebody corrected it meanwhile."))
    for name, value in columns.items():
        setattr(finding, name, value)


def _require_editor(user: User | AnonymousUser) -> None:
    require_editor(user, gettext("Got a contributor, expected an editor to decide on a finding."))


def _about(records: list[Any]) -> list[StoredFinding]:
    """The stored findings of the records of one model, and those that name one of them or of their speech acts."""
    own = _own_rows(type(records[0]), [record.pk for record in records])
    named = _naming_rows([record.slug for record in records]).values("finding")
    # Two lookups by index: of conditions joined by OR, SQLite and PostgreSQL scan the table.
    return list(StoredFinding.objects.filter(pk__in=own.values("pk").union(named)))


def _keys_of(records: Iterable[Record]) -> set[tuple[str, int | None]]:
    return {(kind_of(record), record.pk) for record in records}


def _refuted(about: Iterable[StoredFinding], records: Iterable[Record], current_keys: set[str]) -> list[StoredFinding]:
    """The findings about records that no longer hold; ``current_keys`` are those of the records' check.

    A finding of another record only names one of these, by a slug that a record of another kind may have too: the
    check of its own record decides. What an editor accepted stays until its own record is checked, and what only the
    check of the whole archive finds, until then.
    """
    own = _keys_of(records)
    doubtful = [row for row in about if row.key not in current_keys and row.rule not in _OF_WHOLE_ARCHIVE]
    others = [row for row in doubtful if (row.kind, row.record_id) not in own and row.record_id is not None]
    others = [row for row in others if row.accepted_at is None]
    owners = load_records({(row.kind, row.record_id) for row in others if row.record_id is not None})
    found_by_others = {key_of(finding) for owner in owners.values() for finding in check([owner])}
    return [
        *(row for row in doubtful if (row.kind, row.record_id) in own),
        *(row for row in others if row.key not in found_by_others),
    ]


def _reconcile(findings: Iterable[Finding], old: list[StoredFinding], user: User | AnonymousUser | None) -> None:
    """Insert the findings that are not stored, and delete the old ones that are not among them."""
    current = {key_of(finding): finding for finding in findings}
    stored: set[str] = set()
    for keys in in_chunks(current):
        stored |= set(StoredFinding.objects.filter(key__in=keys).values_list("key", flat=True))
    gone = [row.pk for row in old if row.key not in current]
    for pks in in_chunks(gone):
        StoredFinding.objects.filter(pk__in=pks).delete()
    new = {key: finding for key, finding in current.items() if key not in stored}
    owners = _owners(new.values())
    StoredFinding.objects.bulk_create(
        [_row(key, finding, owners.get((finding.kind, finding.record)), user) for key, finding in new.items()],
        batch_size=200, ignore_conflicts=True,
    )  # fmt: skip


def _row(key: str, finding: Finding, owner: Reference | None, user: User | AnonymousUser | None) -> StoredFinding:
    kind, record_id = owner or ("", None)
    return StoredFinding(
        key=key, rule=finding.rule, subject=finding.kind, record=finding.record, got=finding.got,
        expected=finding.expected, kind=kind, record_id=record_id, user_id=user.pk if user else None,
    )  # fmt: skip


def _owners(findings: Iterable[Finding]) -> dict[tuple[str, str], Reference]:
    """(kind, record) of findings -> the record on whose page they are shown; one query for each model."""
    names = {str(model._meta.verbose_name): model for model in reviewed_models().values()}
    slugs: dict[tuple[Any, str], dict[str, list[tuple[str, str]]]] = {}
    for finding in findings:
        if finding.kind == "record":  # "event 2019-07-04-...": the kind of the record and its slug
            kind, _, slug = finding.record.rpartition(" ")
            model, column = names.get(kind), "pk"
        else:
            slug = finding.record.split(" ")[0]
            model, column = _PARTS.get(finding.kind, (names.get(finding.kind), "pk"))
        if model is not None:
            slugs.setdefault((model, column), {}).setdefault(slug, []).append((finding.kind, finding.record))
    owners: dict[tuple[str, str], Reference] = {}
    for (model, column), places in slugs.items():
        owner = kind_of(model._meta.get_field("statement").related_model if column == "statement_id" else model)
        for chunk in in_chunks(places):
            for slug, pk in model._default_manager.filter(slug__in=chunk).values_list("slug", column):
                owners |= dict.fromkeys(places[slug], (owner, pk))
    return owners
