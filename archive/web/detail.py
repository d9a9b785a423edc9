"""The relations that each record's page shows, loaded in a number of queries that is independent of the rows."""

from __future__ import annotations

from typing import Any

from archive.models import Dossier, Outcome
from archive.registry import COLLECTIONS
from archive.sql.act_states import act_state
from archive.sql.relations import belongs_to, includes_descendants
from archive.visibility import Viewer, prefetch_visible

#: A page lists at most so many records of one relation; lists with filters have all.
MAX_RELATED = 200


def detail_relations(collection: str, record: Any, user: Viewer) -> dict[str, list[Any]]:
    """Relation -> its visible rows, prefetched; ``more_<relation>`` is not empty if there are more rows."""
    relations = {}
    for name, paths in (COLLECTIONS[collection].page or {}).items():
        rows = _related(record, name, user)
        relations[f"more_{name}"], rows = rows[MAX_RELATED:], rows[:MAX_RELATED]
        prefetch_visible(rows, user, *paths)
        relations[name] = rows
    return relations


def _related(record: Any, name: str, user: Viewer) -> list[Any]:
    """The visible records of a forward or reverse relation, at most one more than ``MAX_RELATED``."""
    field = record._meta.get_field(name)
    if field.many_to_one:
        key = getattr(record, f"{name}_id")
        return list(field.related_model._default_manager.visible_to(user).filter(pk=key)) if key is not None else []
    if includes_descendants(type(record), name):
        linked = field.related_model._default_manager.filter(belongs_to(type(record), name, record.pk, user))
    else:
        linked = getattr(record, field.get_accessor_name() if field.auto_created else name)
    return list(linked.visible_to(user).order_by(*field.related_model._meta.ordering)[: MAX_RELATED + 1])


def dossier_entries(dossier: Dossier, user: Viewer) -> list[Any]:
    """A dossier's visible entries in order, with their records."""
    rows = dossier.entries.visible_to(user).select_related("event", "statement", "measure")
    return list(rows.order_by("position"))


def acts_with_states(acts: list[Any], user: Viewer) -> list[tuple[Any, str]]:
    """Each speech act with its state; the outcomes are read by one query."""
    outcomes: dict[int, list[Outcome]] = {}
    for outcome in Outcome.objects.visible_to(user).filter(speech_act__in=[act.pk for act in acts]):
        outcomes.setdefault(outcome.speech_act_id, []).append(outcome)
    return [(act, (act_state(act, outcomes.get(act.pk, [])) or "").replace("_", " ")) for act in acts]
