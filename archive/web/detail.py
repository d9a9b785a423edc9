"""The relations that each record's page shows, loaded in a number of queries that is independent of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

from archive.choices import ANSWERABLE_KINDS, AppointmentMode
from archive.models import Appointment, Body, Dossier, Office, SpeechAct, Statement
from archive.models.base import Record
from archive.registry import COLLECTIONS
from archive.sql.act_states import act_state
from archive.sql.relations import belongs_to, includes_descendants
from archive.visibility import Viewer, with_visible

#: A page lists at most so many records of one relation; lists with filters have all.
MAX_RELATED = 200
#: An office with its terms, each with the term of the predecessor.
OfficeHolders: TypeAlias = tuple[Office, list[tuple[Appointment, Appointment | None]]]


#: Collection -> relation -> the collection that lists its rows (empty: all kinds), and the filter that selects those.
#: The rest has no list.
_LISTS = {
    "bodies": {
        "children": ("bodies", "parent"), "holders": ("appointments", "body"), "offices": ("offices", "body"),
        "measures_imposed": ("measures", "imposer"), "measures_suffered": ("measures", "target"),
        "participations": ("events", "participant"), "statements": ("statements", "body"),
    },
    "events": {
        "related_from": ("events", "related_to"), "statements": ("statements", "occasion"),
        "statements_about": ("statements", "about"),
    },
    "sources": {"citations": ("", "source")},
    "measures": {"statements_about": ("statements", "about"), "steps": ("events", "measure")},
    "offices": {"appointments": ("appointments", "office")},
    "officials": {
        "appointments": ("appointments", "official"), "participations": ("events", "participant"),
        "statements": ("statements", "speaker"),
    },
    "statements": {"replies": ("statements", "in_reply_to")},
    "topics": {
        "children": ("topics", "parent"), "events": ("events", "topic"), "measures": ("measures", "topic"),
        "statements": ("statements", "topic"),
    },
}  # fmt: skip
#: Collection -> parts that the data of a record has on request, by REST's ``include``.
_PARTS = {
    "appointments": {"citations", "identifiers"},
    "bodies": {"citations", "identifiers", "names"},
    "events": {"citations", "identifiers", "participations", "relations"},
    "measures": {"citations", "goods", "identifiers"},
    "offices": {"citations"},
    "officials": {"citations", "identifiers", "names"},
    "sources": {"identifiers"},
    "statements": {"citations", "identifiers", "speech_acts"},
}


def detail_relations(collection: str, record: Record, user: Viewer) -> dict[str, Any]:
    """Relation -> its visible rows, prefetched.

    ``more_<relation>`` is the address of all rows if there are more, True if no address lists them, else empty.
    """
    relations: dict[str, Any] = {}
    for name, paths in (COLLECTIONS[collection].page or {}).items():
        rows = _related(record, name, user, paths)
        relations[name] = rows[:MAX_RELATED]
        relations[f"more_{name}"] = _address_of_more(collection, record, name, rows)
    return relations


def _address_of_more(collection: str, record: Record, relation: str, rows: Sequence[object]) -> str | bool:
    """The address of all rows if there are more than a page lists, True if no address lists them, else empty."""
    return (_list_address(collection, record, relation) or True) if len(rows) > MAX_RELATED else ""


def _list_address(collection: str, record: Record, relation: str) -> str:
    """The address that lists all rows of a record's relation; empty if nothing does.

    It is the record's data for parts, which have no list, and a list of REST for appointments, which have no page.
    """
    if (listed := _LISTS.get(collection, {}).get(relation)) is None:
        is_part = relation in _PARTS.get(collection, ())
        return f"/api/v1/{collection}/{record.slug}/?include={relation}" if is_part else ""
    kind, name = listed
    if kind == "appointments":
        return f"/api/v1/{kind}/?{urlencode({name: record.slug})}"
    query = {"kind": kind, name: record.slug} if kind else {name: record.slug}
    return f"{reverse('web:search')}?{urlencode(query)}"


def _related(record: Any, name: str, user: Viewer, paths: Sequence[str]) -> list[Any]:
    """The visible records of a forward or reverse relation, at most one more than ``MAX_RELATED``."""
    field = record._meta.get_field(name)
    if field.many_to_one:
        key = getattr(record, f"{name}_id")
        rows = field.related_model._default_manager.visible_to(user).filter(pk=key)
        return list(with_visible(rows, user, *paths)) if key is not None else []
    if includes_descendants(type(record), name):
        linked = field.related_model._default_manager.filter(belongs_to(type(record), name, record.pk, user))
    else:
        linked = getattr(record, field.get_accessor_name() if field.auto_created else name)
    rows = linked.visible_to(user).order_by(*field.related_model._meta.ordering)
    return list(with_visible(rows, user, *paths)[: MAX_RELATED + 1])


def own_parts(record: Model, parts: dict[str, list[Any]], user: Viewer) -> dict[str, Any]:
    """Template context of what only records of this type have: speech acts, entries or holders of offices."""
    match record:
        case Statement():
            return {"acts": acts_with_states(parts["speech_acts"])}
        case Dossier():
            entries = _entries(record, user)
            return {"entries": entries, "has_ledger": _has_ledger(entries, user)}
        case Body():
            terms = _terms_in(record, user)
            more = _address_of_more("bodies", record, "holders", terms)
            return {"holders": _holders_by_office(terms[:MAX_RELATED]), "more_holders": more}
        case Office():
            return {"holders": _holders_by_office(parts["appointments"])}
        case _:
            return {}


def _entries(dossier: Dossier, user: Viewer) -> list[Any]:
    """A dossier's visible entries in order, with their records."""
    rows = dossier.entries.visible_to(user).select_related("event", "statement", "measure")
    return list(rows.order_by("position"))


def _has_ledger(entries: list[Any], user: Viewer) -> bool:
    """Whether a statement of the entries has a speech act that calls for an answer."""
    statements = [entry.statement_id for entry in entries if entry.statement_id]
    acts = SpeechAct.objects.visible_to(user).filter(statement__in=statements, kind__in=ANSWERABLE_KINDS)
    return bool(statements) and acts.exists()


def _terms_in(body: Body, user: Viewer) -> list[Appointment]:
    """The visible appointments to the body's offices in order of time, with officials and offices."""
    rows = Appointment.objects.visible_to(user).filter(office__body=body).order_by("start_sort", "slug")
    rows = with_visible(rows, user, "official", "office__body", "citations__source__publisher")
    return list(rows[: MAX_RELATED + 1])


def _holders_by_office(terms: list[Appointment]) -> list[OfficeHolders]:
    """The offices in the order in which they were first held, each with its terms in order of time."""
    offices: dict[int, list[Appointment]] = {}
    for term in terms:
        offices.setdefault(term.office_id, []).append(term)
    return [(rows[0].office, [(term, _predecessor(term, rows)) for term in rows]) for rows in offices.values()]


def _predecessor(term: Appointment, terms: list[Appointment]) -> Appointment | None:
    """The last term of somebody else in the office that began before this one and may have ended by its start."""
    earlier = [
        other
        for other in terms
        if other.official_id != term.official_id and other.mode != AppointmentMode.NOMINEE and _may_follow(term, other)
    ]
    return max(earlier, key=lambda other: other.start.sort, default=None)


def _may_follow(term: Appointment, other: Appointment) -> bool:
    if (
        term.mode == AppointmentMode.NOMINEE
        or not term.start
        or not other.start
        or not other.end
        or other.end.earliest is None
    ):
        return False
    return other.start.sort < term.start.sort and (term.start.latest is None or other.end.earliest <= term.start.latest)


def acts_with_states(acts: list[Any]) -> list[tuple[Any, str]]:
    """Each speech act, of which the visible outcomes were read, with its state."""
    return [(act, (act_state(act, act.outcomes.all()) or "").replace("_", " ")) for act in acts]
