"""The record and relations of a record's page, read by one SQL statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import urlencode

from django.db.models import Model, Q
from django.urls import reverse

from archive.bind_parameters import number_param
from archive.choices import ANSWERABLE_KINDS, AppointmentMode
from archive.models import (
    Appointment,
    Body,
    Citation,
    Dossier,
    DossierEntry,
    Event,
    Office,
    Official,
    Participation,
    Source,
    SpeechAct,
    Statement,
)
from archive.models.base import Record
from archive.registry import ACTS_PER_PAGE, COLLECTIONS, collection_of
from archive.sql import query_tree
from archive.sql.act_states import act_state
from archive.sql.instances import Instances
from archive.sql.reads import read_record
from archive.sql.row_lists import HasRows, RowsAlong
from archive.text import whole_number
from archive.visibility import Viewer, related_model
from archive.web.embedded import metadata_fields

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
#: The speech acts of a statement, the appointments to a body's offices, and the entries of a dossier.
_ACTS = Instances(SpeechAct, (COLLECTIONS["statements"].page or {})["speech_acts"], is_related=True)
_TERMS = Instances(Appointment, ("official", "office__body", "citations__source__publisher"))
_ENTRIES = Instances(DossierEntry, ("event", "statement", "measure"))


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A record with the rows of its relations, as instances. ``row`` is all that was read.

    ``parts`` are the visible rows by relation. ``more_<relation>`` is the address of all rows if there are more, True
    if no address lists them, else empty.
    """

    record: Any
    parts: dict[str, Any]
    row: dict[str, Any]


def read_page(collection: str, slug: str, user: Viewer, from_act: int = 1) -> RecordPage | None:
    """The record with this slug; None if the user can see none. Speech acts are those from the ordinal ``from_act``."""
    model = COLLECTIONS[collection].model
    row = read_record(model, _page_node, slug, user, {"from_act": from_act} if model is Statement else None)
    if row is None:
        return None
    record = _instances(model).instance(row["record"])
    parts: dict[str, Any] = {}
    for name in _relations(model):
        rows = _rows(record, name)
        parts[name] = rows[:MAX_RELATED]
        parts[f"more_{name}"] = _address_of_more(collection, record, name, rows)
    return RecordPage(record, parts, row)


@cache
def _page_node(model: type[Record]) -> query_tree.Object:
    fields: list[tuple[str, query_tree.Node]] = [("record", _instances(model).node()), *metadata_fields(model)]
    if model is Statement:
        later = Q(ordinal__gte=number_param("from_act"))
        fields.append(("acts", RowsAlong(SpeechAct, "statement", _ACTS.node(), ACTS_PER_PAGE + 1, later)))
    if model is Body:
        terms = RowsAlong(Appointment, "office__body", _TERMS.node(), MAX_RELATED + 1)
        fields.append(("terms", terms))
    if model is Dossier:
        answerable = Q(kind__in=ANSWERABLE_KINDS)
        fields += [
            ("entries", query_tree.ToMany((query_tree.Relation("entries", DossierEntry, _ENTRIES.node()),))),
            ("has_ledger", HasRows(SpeechAct, "statement__dossier_entries__dossier", answerable)),
        ]
    return query_tree.Object(tuple(fields))


@cache
def _instances(model: type[Model]) -> Instances:
    """The record with the relations that its page lists, each with one row more than a page has."""
    paths = [
        path for name, steps in _relations(model).items() for path in (name, *(f"{name}__{step}" for step in steps))
    ]
    return Instances(model, paths, MAX_RELATED + 1)


def _relations(model: type[Model]) -> dict[str, tuple[str, ...]]:
    """The relations of a record's page with what is read of their rows; speech acts are read by page."""
    collection = collection_of(model)
    relations = collection.page or {} if collection else {}
    return {name: steps for name, steps in relations.items() if name != "speech_acts"}


def _rows(record: Any, relation: str) -> list[Any]:
    """The rows of a relation that were read with the record; of a foreign key the record, if there is one."""
    field = record._meta.get_field(relation)
    if field.many_to_one:
        return [related] if (related := getattr(record, relation)) is not None else []
    return list(getattr(record, field.get_accessor_name() if field.auto_created else relation).all())


def _address_of_more(collection: str, record: Record, relation: str, rows: Sequence[object]) -> str | bool:
    """The address of all rows if there are more than a page lists, True if no address lists them, else empty."""
    return (_list_address(collection, record, relation) or True) if len(rows) > MAX_RELATED else ""


def _list_address(collection: str, record: Record, relation: str) -> str:
    """The address that lists all rows of a record's relation; empty if nothing does.

    It is the record's data for parts, which have no list, and a list of REST for appointments, which have no page.
    """
    if (listed := _LISTS.get(collection, {}).get(relation)) is None:
        is_part = relation in COLLECTIONS[collection].parts
        return f"/api/v1/{collection}/{record.slug}/?include={relation}" if is_part else ""
    kind, name = listed
    if kind == "appointments":
        return f"/api/v1/{kind}/?{urlencode({name: record.slug})}"
    query = {"kind": kind, name: record.slug} if kind else {name: record.slug}
    return f"{reverse('web:search')}?{urlencode(query)}"


def own_parts(page: RecordPage, from_act: int = 1) -> dict[str, Any]:
    """Template context of what only records of this type have: speech acts, entries, holders, roles in events."""
    match page.record:
        case Statement():
            acts = [_ACTS.instance(row) for row in page.row["acts"]]
            for act in acts:
                act.statement = page.record
            return _act_parts(acts, from_act, page.parts["citations"])
        case Dossier():
            entries = [_ENTRIES.instance(row) for row in page.row["entries"]]
            return {"entries": entries, "has_ledger": page.row["has_ledger"]}
        case Body():
            terms = [_TERMS.instance(row) for row in page.row["terms"]]
            more = _address_of_more("bodies", page.record, "holders", terms)
            holders = _holders_by_office(terms[:MAX_RELATED])
            took_part = roles_by_event(page.parts["participations"])
            return {"holders": holders, "more_holders": more, "took_part": took_part}
        case Official():
            return {"took_part": roles_by_event(page.parts["participations"])}
        case Office():
            return {"holders": _holders_by_office(page.parts["appointments"])}
        case Source():
            return {"cited_for": _by_kind(page.parts["citations"])}
        case _:
            return {}


def roles_by_event(participations: Iterable[Participation]) -> list[tuple[Event, list[str]]]:
    """The events of a party in order of time, each with the names of all roles that it had there."""
    roles: dict[Event, list[str]] = {}
    for row in participations:
        roles.setdefault(row.event, []).append(row.get_role_display())
    return sorted(roles.items(), key=lambda item: (item[0].date.sort, item[0].slug))


def _by_kind(citations: Iterable[Citation]) -> list[tuple[str, list[Citation]]]:
    """The citations by the plural of the kind of what they are for, in the order in which citations name the kinds."""
    groups: dict[str, list[Citation]] = {name: [] for name in Citation.subjects}
    for citation in citations:
        groups[next(name for name in groups if getattr(citation, f"{name}_id") is not None)].append(citation)
    kinds = ((related_model(Citation, name), rows) for name, rows in groups.items() if rows)
    return [(str(model._meta.verbose_name_plural), rows) for model, rows in kinds]


def first_act(text: str) -> int:
    """The ordinal with which the speech acts of a page begin; that of no or an invalid number is 1."""
    return whole_number(text, 1, 32_767) or 1


def _act_parts(acts: list[SpeechAct], from_act: int, citations: list[Citation]) -> dict[str, Any]:
    """The speech acts of the page, and the ordinals with which the pages before and after it begin."""
    page = acts[:ACTS_PER_PAGE]
    return {
        "acts": acts_with_states(page, citations),
        "acts_before": max(1, from_act - ACTS_PER_PAGE) if from_act > 1 else 0,
        "acts_after": acts[ACTS_PER_PAGE].ordinal if len(acts) > ACTS_PER_PAGE else 0,
    }


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


def acts_with_states(acts: list[Any], own_citations: Iterable[Citation]) -> list[tuple[Any, str, str]]:
    """Each speech act, of which visible outcomes and citations were read, with its state and where its sources stand.

    That is the fragment of equal ones before: of the statement, or of an earlier act. It is empty for those of its own.
    """
    first = {_citation_keys(own_citations): "sources"}
    rows = []
    for act in acts:
        state = (act_state(act, act.outcomes.all()) or "").replace("_", " ")
        own = f"act-{act.ordinal}"
        fragment = first.setdefault(_citation_keys(act.citations.all()), own)
        rows.append((act, state, "" if fragment == own else fragment))
    return rows


def _citation_keys(citations: Iterable[Citation]) -> tuple[tuple[Any, ...], ...]:
    """All that a page says of the citations."""
    return tuple(
        (row.source_id, row.stance, row.locator, row.field, row.variant_value, row.quotation) for row in citations
    )
