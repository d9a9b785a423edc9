"""How many SQL statements each kind of page costs that no cache answers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.models import Body, Citation, Event, Participation, Source
from archive.registry import page_names
from archive.search.ranking import kind_names
from archive.visibility import with_visible
from tests.web.test_page_weight import other_pages, record_pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

#: First part of the address, or an address with its query -> the statements that its dearest page takes at most.
STATEMENTS = {
    "": 5, "timeline": 2, "speech-acts": 11, "search": 0, "about": 1, "/?country=JP": 10, "/search/?q=japan": 2,
    "/search/?country=JP": 3, "/search/?kind=events": 4, "/search/?kind=statements": 4,
    "/search/?kind=events&q=japan": 4, "/search/?kind=statements&q=japan": 4, "/speech-acts/?day=2019-08-01": 11,
    "events": 2, "measures": 1, "statements": 2, "officials": 1, "bodies": 3, "offices": 1, "appointments": 1,
    "topics": 3, "sources": 1, "dossiers": 3,
}  # fmt: skip


def test_no_kind_of_page_takes_more_statements_than_its_limit(client: Client) -> None:
    taken: dict[str, int] = {}
    for path in [*other_pages(), *record_pages()]:
        with CaptureQueriesContext(connection) as statements:
            response = client.get(path)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            kind = path if "?" in path else path.split("/")[1]
            taken[kind] = max(taken.get(kind, 0), len(statements))
    assert taken.keys() == STATEMENTS.keys()
    assert {kind: count for kind, count in taken.items() if count > STATEMENTS[kind]} == {}


def test_the_index_of_sitemaps_takes_one_statement(client: Client) -> None:
    with CaptureQueriesContext(connection) as statements:
        response = client.get("/sitemap.xml")
    assert response.content.count(b"<sitemap>") == len(page_names())
    assert len(statements) == 1


@pytest.mark.parametrize("kind", list(kind_names()))
def test_a_list_of_the_search_takes_at_most_four_statements(client: Client, kind: str) -> None:
    with CaptureQueriesContext(connection) as statements:
        client.get("/search/", {"kind": kind})
    assert len(statements) <= (4 if kind in ("events", "statements") else 2)


def test_records_that_a_visible_row_implies_are_joined() -> None:
    rows = Citation.objects.visible_to(None).filter(event__isnull=False)
    with CaptureQueriesContext(connection) as statements:
        read = list(with_visible(rows, None, "source__publisher", "event"))
        assert read[0].source.title
        assert read[0].event.name
    assert len(statements) == 2


def test_a_record_that_a_visible_row_does_not_imply_is_none_as_a_draft() -> None:
    source = Source.objects.exclude(publisher=None).first()
    assert source is not None
    Body.objects.filter(pk=source.publisher_id).update(status="draft")
    rows = Citation.objects.visible_to(None).filter(source=source)
    assert {row.source.publisher for row in with_visible(rows, None, "source__publisher")} == {None}


def test_rows_with_a_hidden_record_are_left_out_of_lists() -> None:
    event = Event.objects.visible_to(None).exclude(participations=None)[0]
    shown = with_visible(Event.objects.filter(pk=event.pk), None, "participations__body").get()
    assert len(shown.participations.all()) > 0
    Source.objects.update(status="draft")
    Body.objects.update(status="draft")
    hidden = with_visible(Event.objects.filter(pk=event.pk), None, "participations__body").get()
    officials = Participation.objects.filter(event=event, official__isnull=False)
    assert {row.pk for row in hidden.participations.all()} == {*officials.values_list("pk", flat=True)}
