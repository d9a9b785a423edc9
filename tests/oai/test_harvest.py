"""Lists of OAI-PMH: their pages, sets and periods; read to the end also by Sickle, a client that is not ours."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch

from archive.filters import FILTERSETS
from archive.models import Body, DossierEntry, Event, PublicChange, Statement
from archive.oai import harvest, sets
from archive.oai.arguments import format_datestamp
from archive.registry import COLLECTIONS, page_names
from archive.sql.query import CompiledCache
from tests.support.oai_client import OAI, OaiClient, error_code

pytestmark = pytest.mark.django_db
DOSSIER = "japan-south-korea-export-controls"


@pytest.fixture
def client(dossier: None) -> OaiClient:
    return OaiClient()


def _public(collection: str) -> set[str]:
    rows = COLLECTIONS[collection].model.objects.visible_to(None)
    return {f"{collection}/{slug}" for slug in rows.values_list("slug", flat=True)}


def test_sickle_harvests_every_published_record_once(served: str, dossier: None) -> None:
    sickle = Sickle(f"{served}/oai")
    records = list(sickle.ListRecords(metadataPrefix="oai_dc"))
    counts = Counter(record.header.identifier.removeprefix("oai:chancery.invalid:") for record in records)
    assert set(counts) == set().union(*map(_public, page_names().values()))
    assert set(counts.values()) == {1}
    assert all(record.metadata["title"] and record.metadata["identifier"] for record in records)
    assert sickle.Identify().deletedRecord == "transient"
    assert {"collection:events", f"dossier:{DOSSIER}", "country:japan"} <= {
        ListSet.setSpec for ListSet in sickle.ListSets()
    }
    assert next(ListMetadataFormat.metadataPrefix for ListMetadataFormat in sickle.ListMetadataFormats()) == "oai_dc"
    get_record = sickle.GetRecord(identifier=records[0].header.identifier, metadataPrefix="oai_dc")
    assert get_record.metadata == records[0].metadata
    with pytest.raises(NoRecordsMatch):
        sickle.ListRecords(metadataPrefix="oai_dc", set="dossier:no-such-dossier")


def test_sickle_harvests_every_set_by_small_pages(served: str, dossier: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (harvest, sets):
        monkeypatch.setattr(module, "PAGE_SIZE", 5)
    monkeypatch.setattr(harvest, "_COMPILED", CompiledCache(4_000_000))
    # Fewer sets of countries: each takes a tenth of a second.
    Body.objects.filter(kind="state").exclude(slug__in=("china", "japan", "south-korea")).update(status="draft")
    sickle = Sickle(f"{served}/oai")
    specs = [list_set.setSpec for list_set in sickle.ListSets()]
    assert len(specs) == len(set(specs)) == len(page_names()) + 1 + 3
    for spec in specs:
        if expected := _records_of(spec):
            headers = sickle.ListIdentifiers(metadataPrefix="oai_dc", set=spec)
            found = sorted(header.identifier.removeprefix("oai:chancery.invalid:") for header in headers)
            assert found == sorted(expected), spec


def _records_of(spec: str) -> list[str]:
    """The records of a set by the filters of lists."""
    selection = sets.parse_set(spec)
    rows = {name: FILTERSETS[name](selection.filters, None).result() for name in selection.collections}
    return [f"{name}/{slug}" for name in rows for slug in rows[name].values_list("slug", flat=True)]


def test_pages_are_bounded_and_have_every_item_once(client: OaiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvest, "PAGE_SIZE", 7)
    monkeypatch.setattr(harvest, "_COMPILED", CompiledCache(4_000_000))
    pages = list(client.pages("ListIdentifiers", metadataPrefix="oai_dc"))
    sizes = [len(page.findall(f".//{OAI}header")) for page in pages]
    assert set(sizes[:-1]) == {7}
    assert 0 < sizes[-1] <= 7
    cursors = [page.find(f".//{OAI}resumptionToken").get("cursor") for page in pages]
    assert cursors == [str(7 * number) for number in range(len(pages))]
    texts = [item.text for page in pages for item in page.iter(f"{OAI}identifier")]
    assert len(texts) == len(set(texts)) == sum(len(_public(name)) for name in page_names().values())
    assert pages[-1].findtext(f".//{OAI}resumptionToken") == ""


def test_sets_have_pages_too(client: OaiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [item.text for item in client.get("ListSets").iter(f"{OAI}setSpec")]
    monkeypatch.setattr(sets, "PAGE_SIZE", 9)
    pages = list(client.pages("ListSets"))
    assert [item.text for page in pages for item in page.iter(f"{OAI}setSpec")] == [
        *texts, *(f"country:{slug}" for slug in _countries_after(texts[-1])),
    ]  # fmt: skip


def _countries_after(spec: str) -> list[str]:
    rows = Body.objects.visible_to(None).filter(kind="state", slug__gt=spec.partition(":")[2])
    return list(rows.order_by("slug").values_list("slug", flat=True))


def test_a_set_has_the_records_of_its_collection_dossier_or_country(client: OaiClient) -> None:
    assert set(client.identifiers(set="collection:measures")) == _public("measures")
    entries = DossierEntry.objects.visible_to(None).filter(dossier__slug=DOSSIER)
    expected = {
        f"{name}/{slug}"
        for name, key in (("events", "event"), ("statements", "statement"), ("measures", "measure"))
        for slug in entries.filter(**{f"{key}__isnull": False}).values_list(f"{key}__slug", flat=True)
    }
    assert set(client.identifiers(set=f"dossier:{DOSSIER}")) == expected
    japan = client.identifiers(set="country:japan")
    assert {"bodies/japan", "officials/kono-taro"} <= set(japan)
    assert "officials/kim-you-geun" not in japan
    root = client.get("GetRecord", metadataPrefix="oai_dc",
                      identifier="oai:chancery.invalid:events/2019-07-04-japan-export-curbs-take-effect")  # fmt: skip
    specs = [item.text for item in root.iter(f"{OAI}setSpec")]
    assert specs == ["collection:events", f"dossier:{DOSSIER}"]


def test_from_and_until_include_their_second(client: OaiClient) -> None:
    event = Event.objects.create(slug="e", name="E", date="2019", classification="meeting", status="published")
    event.refresh_from_db()
    stamp = event.updated_at
    second = format_datestamp(stamp)
    before, after = (format_datestamp(stamp + timedelta(seconds=number)) for number in (-1, 1))
    assert "events/e" in client.identifiers(from_=second, until=second, set="collection:events")
    assert "events/e" in client.identifiers(from_=before, until=after, set="collection:events")
    assert "events/e" in client.identifiers(from_=second[:10], until=second[:10], set="collection:events")
    assert "events/e" not in client.identifiers(from_=after, set="collection:events")
    assert "events/e" not in client.identifiers(until=before, set="collection:events")
    root = client.get("ListRecords", metadataPrefix="oai_dc", from_="2999-01-01")
    assert error_code(root) == "noRecordsMatch"
    assert client.identifiers(from_="0001-01-01", until="9999-12-31", set="collection:events")


def test_a_change_puts_a_record_in_the_next_harvest(client: OaiClient) -> None:
    later = format_datestamp(datetime.now(UTC) + timedelta(seconds=2))
    assert client.identifiers(from_=later) == []
    statement = Statement.objects.first()
    assert statement is not None
    stamp = datetime.now(UTC) + timedelta(seconds=5)
    Statement.objects.filter(pk=statement.pk).update(updated_at=stamp)
    assert client.identifiers(from_=later) == [f"statements/{statement.slug}"]


def test_what_a_long_transaction_changed_is_in_the_harvest_after_its_commit(client: OaiClient) -> None:
    """It was stamped before the earlier harvest, which did not see it."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    PublicChange.objects.all().delete()
    Event.objects.create(slug="e", name="E", date="2019", classification="meeting", status="published")
    Event.objects.filter(slug="e").update(updated_at=start + timedelta(minutes=1))
    change = PublicChange.objects.create(
        began_at=start, last_at=start + timedelta(minutes=1), ended_at=start + timedelta(minutes=9)
    )
    query = format_datestamp(start + timedelta(minutes=5))
    until = format_datestamp(start + timedelta(days=1))
    assert client.identifiers(from_=query, until=until) == ["events/e"]
    root = client.get("ListIdentifiers", metadataPrefix="oai_dc", from_=query, until=until)
    assert root.findtext(f".//{OAI}datestamp") == query
    change.delete()


def test_a_page_is_one_statement_per_collection(client: OaiClient) -> None:
    query = {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "country:japan"}
    client.client.get("/oai", query)
    with CaptureQueriesContext(connection) as queries:
        client.client.get("/oai", query)
    harvested = [
        captured_query
        for captured_query in queries.captured_queries
        if "archive_" in captured_query["sql"] and "SELECT" in captured_query["sql"]
    ]
    assert len(harvested) <= len(page_names())


def test_ids_and_texts_are_escaped(client: OaiClient) -> None:
    name = 'a<b & "c" \u0001 ]]> 김유근 \U0001f54a'
    Event.objects.create(slug="e", name=name, date="2019~", classification="meeting", status="published")
    root = client.get("GetRecord", metadataPrefix="oai_dc", identifier="oai:chancery.invalid:events/e")
    values: dict[str, Any] = {item.tag.rpartition("}")[2]: item.text for item in root.iter() if "/dc/" in item.tag}
    assert values["title"] == name.replace("\u0001", "")
    assert values["date"] == "2019~"
