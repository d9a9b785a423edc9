"""Relations between models: visible related rows and reverse lookups."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q

from archive.models import Topic
from archive.sql.references import RefsBySlug
from archive.visibility import Viewer, join_path, published, sees_drafts


def reverse_lookup(model: type[Model], relation: str) -> str:
    """The lookup from related rows to the row that they belong to."""
    field: Any = model._meta.get_field(relation)
    return str(field.remote_field.name if field.auto_created else field.related_query_name())


def includes_descendants(model: type[Model], relation: str) -> bool:
    """Whether a record has the relation's rows of all its descendants too: the records on a topic."""
    field: Any = model._meta.get_field(relation)
    return model is Topic and field.many_to_many


def belongs_to(model: type[Model], relation: str, key: object, user: Viewer) -> Q:
    """The condition that related rows belong to the record with this key, a value or an expression."""
    if not includes_descendants(model, relation):
        return Q(**{reverse_lookup(model, relation): key})
    field: Any = model._meta.get_field(relation)
    rows = model._default_manager.all()
    topics = RefsBySlug([rows.filter(pk=key)]).with_descendants(rows.visible_to(user))  # type: ignore[attr-defined]
    links = field.through._default_manager.filter(topics.q(str(model._meta.model_name)))
    return Q(pk__in=links.values(field.related_model._meta.model_name))


def visible_related(model: type[Model], relation: str, user: Viewer) -> Any:
    """Visible rows of the related model, reached from a visible row.

    Conditions that the first row's visibility implies are left out: a citation joins thirteen tables to find its one
    record, and none when it is reached from that record.
    """
    field: Any = model._meta.get_field(relation)
    rows = field.related_model._default_manager.all()
    return (
        rows
        if sees_drafts(user)
        else rows.filter(published(field.related_model, implied=_implied_parents(model, field)))
    )


def _implied_parents(model: type[Model], field: Any) -> set[str]:
    """The visibility parents of the related row that are published because the first row is visible."""
    related = field.related_model
    parents = getattr(related, "visibility_parents", ())
    own = ("", *getattr(model, "visibility_parents", ()))
    if field.many_to_one:
        return {parent for parent in ("", *parents) if join_path(field.name, parent) in own}
    if not field.one_to_many:
        return set()
    back = field.remote_field.name
    implied = {parent for parent in parents if parent in {join_path(back, parent_path) for parent_path in own}}
    subjects = getattr(related, "subjects", ())
    if back in subjects:  # of these keys exactly one is set: the others are null
        implied |= {parent for parent in parents if parent.partition("__")[0] in {*subjects} - {back}}
    return implied
