"""What an export may hold: what the public sees, or for an operator's backup everything."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from archive.choices import Attribution
from archive.models import Statement
from archive.visibility import published, sees_drafts


class Operator:
    """Asks on behalf of whoever runs the machine, and sees all."""

    is_active = True

    def has_perm(self, permission: str) -> bool:
        return True


def exported(model: Any, asker: Any, prefix: str = "") -> Q:
    """The condition under which a record at the end of a prefix is in the export.

    It is visible, and so is what it can't do without: a named statement whose speaker is hidden would be refused when
    the export is loaded, so it stays out, with its parts.
    """
    if sees_drafts(asker):
        return Q()
    condition = published(model, prefix)
    for path in ("", *getattr(model, "visibility_parents", ())):
        if end(model, path) is Statement:
            at = f"{prefix}{path}__" if path else prefix
            sound = _complete(at)
            condition &= Q(**{f"{prefix}{path}__isnull": True}) | sound if path else sound
    return condition


def rows(model: Any, asker: Any) -> Any:
    """All records of a kind that are in the export of the whole archive."""
    return model._default_manager.visible_to(asker).filter(exported(model, asker))


def left_out(asker: Any) -> int:
    """How many visible statements stay out because whom they must name is not visible."""
    if sees_drafts(asker):
        return 0
    return int(Statement.objects.visible_to(asker).exclude(pk__in=rows(Statement, asker).values("pk")).count())


def _complete(at: str) -> Q:
    speaker, body = Q(**{f"{at}speaker__status": "published"}), Q(**{f"{at}body__status": "published"})
    named = Q(**{f"{at}attribution": Attribution.NAMED})
    unnamed = Q(**{f"{at}attribution__in": [Attribution.ANONYMOUS, Attribution.ON_BACKGROUND]})
    return (named & speaker) | (unnamed & body) | (~named & ~unnamed & (speaker | body))


def end(model: Any, path: str) -> Any:
    for name in path.split("__") if path else ():
        model = model._meta.get_field(name).related_model
    return model
