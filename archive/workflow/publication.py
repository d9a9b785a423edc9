"""Links from published records to unpublished ones, and publication together with them.

The number of queries depends on the relations of the records' model, not on the number of records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext

from archive.checks.finding import Finding
from archive.checks.publication import record_links
from archive.choices import Status
from archive.models import Appointment, NoteStep, Office, Official
from archive.models.base import Record
from archive.permissions import PARENT_PATHS
from archive.terms import field_label, record_type
from archive.visibility import related_model, related_record
from archive.workflow.findings import accepted_keys, check, key_of
from archive.workflow.records import Reference, kind_of, load_records, lock_each
from archive.workflow.row_versions import digest, row_versions
from archive.workflow.steps import take

#: The most links that are listed for a selection of records.
MAX_LINKS = 500
#: Model -> (model of records without which it shows little, the foreign key to it, what they are called).
_DEPENDENT_RECORDS: dict[Any, tuple[Any, str, str]] = {Official: (Appointment, "official", "appointment")}


@dataclass(frozen=True, slots=True)
class HiddenLink:
    """A record that is not published, and the place from which a record leads to it."""

    owner: Any
    #: The field, with the part in front if a part has it: "speaker", "citation: source".
    place: str
    target: Any

    @property
    def key(self) -> str:
        """The kind and id of the target, as forms send it."""
        return f"{kind_of(self.target)}:{self.target.pk}"


@dataclass(frozen=True, slots=True)
class PublicationReview:
    """The data for the decision on a publication: the links that readers would not see, and open findings."""

    links: list[HiddenLink]
    findings: list[Finding]
    #: Changes with the records, what they link to, and what contradicts: a form with another token is stale.
    token: str

    @property
    def is_cut(self) -> bool:
        """Whether there may be more links than are listed."""
        return len(self.links) >= MAX_LINKS

    def __bool__(self) -> bool:
        return bool(self.links or self.findings)


def review_publication(records: Sequence[Any]) -> PublicationReview:
    """The hidden links of records of one model, and the findings about them that are not accepted."""
    accepted = accepted_keys()
    findings = [finding for finding in check(records) if key_of(finding) not in accepted]
    links = hidden_links(records)
    versions = row_versions({(type(row), row.pk): row for row in [*records, *(link.target for link in links)]}.values())
    places = [(kind_of(link.owner), link.owner.pk, link.place, link.key) for link in links]
    token = digest(sorted(versions.items()), sorted(places), sorted(map(key_of, findings)))
    return PublicationReview(links, findings, token)


def hidden_links(records: Sequence[Any]) -> list[HiddenLink]:
    """The links of records of one model, and of their parts, to records that are not published.

    A link to one of the records themselves is left out. With a target comes what it cannot be seen without: of an
    appointment the official and the office.
    """
    if not records:
        return []
    model = type(records[0])
    owners = {record.pk: record for record in records}
    own: set[Reference] = {(kind_of(model), pk) for pk in owners}
    references: dict[tuple[int, str, Reference], None] = {}
    for owner, place, reference in _rows(model, list(owners)):
        if reference not in own:
            references.setdefault((owner, place, reference))
        if len(references) >= MAX_LINKS:
            break
    targets = load_records(reference for _, _, reference in references)
    links = [HiddenLink(owners[owner], place, targets[key]) for owner, place, key in references if key in targets]
    return [*links, *_needed_by(links, own)]


def _rows(model: type[Model], keys: list[int]) -> Iterable[tuple[int, str, Reference]]:
    """(id of the record, place, target) of all links to records that are not published."""
    for holder, path in _holders(model):
        prefix = f"{record_type(holder._meta.verbose_name)}: " if path != "pk" else ""
        for field in record_links(holder):
            kind = kind_of(field.related_model)
            rows = holder._default_manager.filter(**{f"{path}__in": keys, f"{field.name}__isnull": False})
            rows = rows.exclude(**{f"{field.name}__status": Status.PUBLISHED}) if not field.many_to_many else rows
            if field.many_to_many:
                through, source = field.remote_field.through, field.m2m_field_name()
                target = field.m2m_reverse_field_name()
                rows = through._default_manager.filter(**{f"{source}__{path}__in": keys})
                rows = rows.exclude(**{f"{target}__status": Status.PUBLISHED})
                pairs = rows.order_by(source, target).values_list(f"{source}__{path}", f"{target}_id")
            else:
                pairs = rows.order_by("pk").values_list(path, f"{field.name}_id")
            for owner, target_pk in pairs[:MAX_LINKS]:
                yield owner, f"{prefix}{field_label(field.verbose_name)}", (kind, target_pk)
    if model in _DEPENDENT_RECORDS:
        belonging, foreign_key, name = _DEPENDENT_RECORDS[model]
        rows = belonging._default_manager.filter(**{f"{foreign_key}__in": keys}).exclude(status=Status.PUBLISHED)
        for owner, target_pk in rows.order_by("pk").values_list(f"{foreign_key}_id", "pk")[:MAX_LINKS]:
            yield owner, name, (kind_of(belonging), target_pk)


def _holders(model: type[Model]) -> list[tuple[Any, str]]:
    """The model itself and the models of its parts, each with the path to the record."""
    holders = [(model, "pk")]
    for part, paths in PARENT_PATHS.items():
        holders += [(part, path) for path in paths if related_model(part, path) is model]
    return holders


def _needed_by(links: list[HiddenLink], own: set[Reference]) -> list[HiddenLink]:
    """The records without which the targets are not seen although they are published."""
    listed = own | {(kind_of(link.target), link.target.pk) for link in links}
    needed: list[tuple[HiddenLink, str, Reference]] = []
    for link in links:
        for path in link.target.visibility_parents:
            parent = related_record(link.target, path)
            if parent is None or parent.status == Status.PUBLISHED:
                continue
            reference = (kind_of(parent), parent.pk)
            if reference not in listed:
                listed.add(reference)
                needed.append((link, f"{link.place}: {record_type(parent._meta.verbose_name)}", reference))
    targets = load_records(reference for _, _, reference in needed)
    return [HiddenLink(link.owner, place, targets[key]) for link, place, key in needed if key in targets]


def hiding_parents(record: Record) -> list[Any]:
    """The records that are not published and without which readers do not see the record, each once."""
    parents = (related_record(record, path) for path in record.visibility_parents)
    hiding = [parent for parent in parents if getattr(parent, "status", Status.PUBLISHED) != Status.PUBLISHED]
    return list(dict.fromkeys(hiding))


def chosen_targets(links: Iterable[HiddenLink], keys: Iterable[str]) -> list[Any]:
    """The targets among the links whose keys a form sent, each once. Unknown keys are left out."""
    wanted = set(keys)
    targets = {link.key: link.target for link in links}
    return [target for key, target in targets.items() if key in wanted]


def publish_with(
    records: Sequence[Any], others: Sequence[Any], user: User | AnonymousUser, text: str = "", reason: str = ""
) -> list[Any]:
    """Publish the records and others with them: all or none. Returns what was published. Raises ValidationError."""
    # First what others depend on, so that the rules of a record see what it is published with.
    order = (Official, Office, Appointment)
    ranked = sorted(others, key=lambda record: order.index(type(record)) if type(record) in order else len(order))
    return take(NoteStep.PUBLISHED, [*ranked, *records], user, text, reason)


def publish_if_unchanged(
    records: Sequence[Any], choose: Callable[[list[HiddenLink]], Sequence[Any]], user: User | AnonymousUser, token: str
) -> list[Any]:
    """``publish_with`` the targets that ``choose`` takes of the links, if the records still have this token."""
    with transaction.atomic():
        # All rows at once, in the one order of all steps; if others are chosen below, the token is another too.
        lock_each([*records, *choose(hidden_links(records))])
        review = review_publication(records)
        others = choose(review.links)
        if review.token != token:
            raise ValidationError(
                gettext(
                    "A record, a link or a finding changed since you opened the page. It shows what is stored now. "
                    "Look at it, and confirm again."
                )
            )
        return publish_with(records, others, user)
