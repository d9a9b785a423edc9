"""Links from names, identifiers and citations to their records, for the public and for editors."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from graphql_relay import to_global_id

from archive.choices import Status
from archive.models import Appointment, Body, Citation, Event, Identifier, Measure, MeasureGood, Name, Official
from tests.reference.graphql_core import local_id
from tests.support.draft_neighbours import Neighbours
from tests.support.graphql_client import data

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CURBS = "2019-07-04-japan-export-curbs-take-effect"
PROBE = "2019-07-12-kim-you-geun-international-probe"
PARTS = {Name: "bearer", Identifier: "subject", Citation: "subject"}


def id_list(*rows: Any) -> str:
    return ", ".join(f'"{to_global_id(row._meta.object_name, local_id(row))}"' for row in rows)


def linked_records(rows: Any, client: Client | None = None) -> list[Any]:
    """The record of each part, in the order of the rows; loaded in hundreds by one query each."""
    nodes: list[Any] = []
    for start in range(0, len(rows), 100):
        with CaptureQueriesContext(connection) as queries:
            nodes += data(
                f"""{{ nodes(ids: [{id_list(*rows[start : start + 100])}]) {{
                  ... on Name {{ of: bearer {{ __typename id }} }}
                  ... on Identifier {{ on: subject {{ __typename ... on Node {{ id }} }} }}
                  ... on Citation {{ for: subject {{ __typename ... on Node {{ id }} }} }}
                }} }}""",
                client,
            )["nodes"]
        assert client is not None or len(queries) == 1
    return [next(iter(node.values())) if node else None for node in nodes]


@pytest.mark.parametrize(
    ("root", "part", "subject"),
    [
        (f'event(slug: "{CURBS}")', "citations", {"slug": CURBS}),
        (f'event(slug: "{CURBS}")', "relations { citations", {"kind": "RETALIATES_FOR"}),
        ('measure(slug: "japan-export-curbs-on-three-materials")', "goods { citations",
         {"measure": {"slug": "japan-export-curbs-on-three-materials"}}),
        (f'statement(slug: "{PROBE}")', "citations", {"slug": PROBE}),
        (f'speechAct(slug: "{PROBE}-5")', "outcomes { citations", {"date": {"text": "2023-03-23"}}),
        ('official(slug: "kim-you-geun")', "citations", {"name": "Kim You-geun"}),
        ('body(slug: "south-korea")', "citations", {"name": "South Korea"}),
    ],
)  # fmt: skip
def test_subject_of_citations(dossier: None, root: str, part: str, subject: Any) -> None:
    every = """... on Event { slug } ... on Relation { kind } ... on MeasureGood { measure { slug } } ... on Statement {
      slug } ... on Outcome { date { text } } ... on Official { name } ... on Body { name }"""
    record = data(f"{{ record: {root} {{ {part} {{ subject {{ {every} }} }} {'}' * part.count('{')} }} }}")["record"]
    cited = [citation["subject"] for key in record for citation in _citations(record[key])]
    assert cited
    assert all(record.keys() == subject.keys() for record in cited)
    assert subject in cited


def _citations(rows: list[Any]) -> list[Any]:
    return [citation for row in rows for citation in row.get("citations", [row] if "subject" in row else [])]


def test_bearer_of_names_and_subject_of_identifiers(dossier: None) -> None:
    names = Name.objects.filter(text__in=["김유근", "국가안보실"]).order_by("text")
    disputed = Identifier.objects.filter(value="DS590")
    nodes = data(f"""{{ nodes(ids: [{id_list(*names, *disputed)}]) {{
      ... on Name {{ text bearer {{ __typename slug }} }}
      ... on Identifier {{ scheme value subject {{ ... on Event {{ date {{ text }} name }} }} }}
    }} }}""")["nodes"]
    security, kim, wto = nodes
    assert kim["bearer"] == {"__typename": "Official", "slug": "kim-you-geun"}
    assert security["bearer"] == {"__typename": "Body", "slug": "national-security-office"}
    assert (kim["text"], security["text"]) == ("김유근", "국가안보실")
    assert wto["subject"]["name"] == "South Korea requests WTO consultations (DS590)"


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("drafts", [False, True])
def test_visible_parts_have_visible_records(dossier: None, editor: Any, status: str, drafts: bool) -> None:
    Neighbours(status)
    client = Client()
    if drafts:
        client.force_login(editor)
    for part, link in PARTS.items():
        rows = list(part.objects.order_by("pk"))
        kinds = {getattr(row, link)._meta.object_name for row in rows}
        assert kinds == {part._meta.get_field(key).related_model.__name__ for key in part.subjects}
        seen = set(part.objects.visible_to(editor if drafts else AnonymousUser()).values_list("pk", flat=True))
        assert len(seen) < len(rows) or drafts or status == Status.PUBLISHED
        expected = [_named(getattr(row, link)) if row.pk in seen else None for row in rows]
        assert linked_records(rows, client if drafts else None) == expected


def _named(record: Any) -> dict[str, str]:
    kind = record._meta.object_name
    return {"__typename": kind, "id": to_global_id(kind, local_id(record))}


def test_part_is_hidden_if_a_parent_of_its_record_is_a_draft(dossier: None, editor: Any) -> None:
    drafts = Client()
    drafts.force_login(editor)
    good = MeasureGood.objects.filter(citations__isnull=False).first()
    appointment = Appointment.objects.filter(citations__isnull=False, office__body__isnull=False).first()
    cases: list[tuple[Any, Any, Any, Any]] = [
        (Citation, good, Measure, good.measure_id),
        (Citation, appointment, Body, appointment.office.body_id),
        (Citation, appointment, Official, appointment.official_id),
        (Identifier, Event.objects.get(identifiers__value="DS590"), Event, None),
        (Name, Official.objects.get(slug="kim-you-geun"), Official, None),
    ]
    for part, record, parent, key in cases:
        manager = record.names if part is Name else record.identifiers if part is Identifier else record.citations
        rows = [manager.first()]
        above = parent.objects.filter(pk=key or record.pk)
        assert linked_records(rows) == [_named(record)]
        above.update(status=Status.DRAFT)
        assert linked_records(rows) == [None], (record, parent)
        assert linked_records(rows, drafts) == [_named(record)]
        above.update(status=Status.PUBLISHED)


def test_nested_links_and_links_back_return_the_same_records(dossier: None) -> None:
    link_and_back = "citations { source { slug } subject { ... on Event { slug %s } } }"
    with CaptureQueriesContext(connection) as queries:
        event = data(
            f'{{ event(slug: "{CURBS}") {{ slug {link_and_back % (link_and_back % (link_and_back % ""))} }} }}'
        )["event"]
    assert len(queries) == 1
    sources = [citation["source"] for citation in event["citations"]]
    for _ in range(3):
        assert event["slug"] == CURBS
        assert [citation["source"] for citation in event["citations"]] == sources != []
        event = event["citations"][-1]["subject"]
    assert event == {"slug": CURBS}
