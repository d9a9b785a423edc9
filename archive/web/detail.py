"""The relations that each record's page shows, loaded in a number of queries that is independent of the rows."""

from __future__ import annotations

from typing import Any

from archive.models import Dossier, Outcome
from archive.sql.act_states import act_state
from archive.sql.relations import belongs_to, includes_descendants
from archive.visibility import prefetch_visible

#: A page lists at most so many records of one relation; lists with filters have all.
MAX_RELATED = 200

_CITED = ("citations__source__publisher",)
#: Collection -> relation -> the paths to prefetch for its rows.
DETAIL_RELATIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "events": {
        "part_of": (), "topics": (), "identifiers": (),
        "participations": ("body", "official", *_CITED),
        "relations": ("to_event", *_CITED),
        "related_from": ("from_event", *_CITED),
        "measure_steps": ("measure",),
        "parts": (), "statements": (), "statements_about": (),
        "outcomes": ("speech_act__statement",),
        "citations": ("source__publisher",),
    },
    "measures": {
        "imposers": (), "targets": (), "topics": (), "identifiers": (),
        "goods": _CITED,
        "steps": ("event",),
        "statements_about": (),
        "citations": ("source__publisher",),
    },
    "statements": {
        "speaker": (), "body": (), "occasion": (), "topics": (), "identifiers": (),
        "capacities": ("official", "office__body"),
        "about_events": (), "about_measures": (), "in_reply_to": (), "replies": (),
        "speech_acts": (
            "addressee_bodies", "addressee_officials", "about_event", "about_measure",
            "outcomes__event", "outcomes__answer__statement", *_CITED,
        ),
        "citations": ("source__publisher",),
    },
    "officials": {
        "state": (), "names": (), "identifiers": (),
        "appointments": ("office__body", *_CITED),
        "statements": (),
        "participations": ("event",),
        "citations": ("source__publisher",),
    },
    "bodies": {
        "parent": (), "names": (), "identifiers": (), "offices": (), "children": (), "statements": (),
        "measures_imposed": (), "measures_suffered": (),
        "participations": ("event",),
        "citations": ("source__publisher",),
    },
    "offices": {
        "body": (), "identifiers": (), "appointments": ("official", *_CITED), "citations": ("source__publisher",),
    },
    "appointments": {
        "official": (), "office": ("body",), "identifiers": (), "statements": (), "citations": ("source__publisher",),
    },
    "topics": {"parent": (), "children": (), "identifiers": (), "events": (), "measures": (), "statements": ()},
    "sources": {
        "publisher": (), "identifiers": (),
        "citations": (
            "event", "measure", "measure_good__measure", "statement", "speech_act__statement",
            "outcome__speech_act__statement", "relation__from_event", "relation__to_event", "participation__event",
            "official", "appointment__official", "appointment__office__body", "body", "office__body",
        ),
    },
    "dossiers": {},
}  # fmt: skip


def detail_relations(collection: str, record: Any, user: Any) -> dict[str, list[Any]]:
    """Relation -> its visible rows, prefetched; ``more_<relation>`` is not empty if there are more rows."""
    relations = {}
    for name, paths in DETAIL_RELATIONS[collection].items():
        rows = _related(record, name, user)
        relations[f"more_{name}"], rows = rows[MAX_RELATED:], rows[:MAX_RELATED]
        prefetch_visible(rows, user, *paths)
        relations[name] = rows
    return relations


def _related(record: Any, name: str, user: Any) -> list[Any]:
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


def dossier_entries(dossier: Dossier, user: Any) -> list[Any]:
    """A dossier's visible entries in order, with their records."""
    rows = dossier.entries.visible_to(user).select_related("event", "statement", "measure")
    return list(rows.order_by("position"))


def acts_with_states(acts: list[Any], user: Any) -> list[tuple[Any, str]]:
    """Each speech act with its state; the outcomes are read by one query."""
    outcomes: dict[int, list[Outcome]] = {}
    for outcome in Outcome.objects.visible_to(user).filter(speech_act__in=[act.pk for act in acts]):
        outcomes.setdefault(outcome.speech_act_id, []).append(outcome)
    return [(act, (act_state(act, outcomes.get(act.pk, [])) or "").replace("_", " ")) for act in acts]
