"""Withdrawn and deleted records: harvesters are told, and learn nothing of what was never public."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.choices import Status
from archive.models import Event, Office, PublicChange, Topic
from archive.oai import harvest
from archive.oai.arguments import format_datestamp
from tests.support.oai_client import OAI, OaiClient, error_code

pytestmark = pytest.mark.django_db
HEADER = f".//{OAI}header"


@pytest.fixture
def client() -> OaiClient:
    return OaiClient()


def _topic(slug: str = "t", status: str = Status.PUBLISHED) -> Topic:
    return Topic.objects.create(slug=slug, name=slug.upper(), status=status)


def _set_status(record: Any, status: str) -> None:
    record.status = status
    record.save()


def _deleted(client: OaiClient, **arguments: str) -> dict[str, str]:
    """Identifier -> datestamp of the deleted records of a list, none of which it may have twice."""
    pages = client.pages("ListRecords", metadataPrefix="oai_dc", **arguments)
    headers = [header for page in pages for header in page.iterfind(HEADER) if header.get("status") == "deleted"]
    datestamps = {
        header.findtext(f"{OAI}identifier").rpartition(":")[2]: header.findtext(f"{OAI}datestamp") for header in headers
    }
    assert len(headers) == len(datestamps)
    return datestamps


@pytest.mark.parametrize("leave", ["withdraw", "delete", "back to draft"])
def test_a_record_that_is_no_longer_public_is_deleted(client: OaiClient, leave: str) -> None:
    topic = _topic()
    _topic("other")
    before = datetime.now(UTC)
    if leave == "delete":
        topic.delete()
    else:
        _set_status(topic, Status.WITHDRAWN if leave == "withdraw" else Status.DRAFT)
    deleted = _deleted(client, set="collection:topics")
    assert list(deleted) == ["topics/t"]
    assert deleted["topics/t"] >= format_datestamp(before)
    root = client.get("GetRecord", metadataPrefix="oai_dc", identifier="oai:chancery.invalid:topics/t")
    assert root.find(HEADER).get("status") == "deleted"
    assert root.find(f".//{OAI}metadata") is None
    assert _deleted(client, from_=format_datestamp(before)) == deleted
    later = format_datestamp(datetime.now(UTC) + timedelta(seconds=2))
    assert error_code(client.get("ListRecords", metadataPrefix="oai_dc", from_=later)) == "noRecordsMatch"


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REVIEW, Status.WITHDRAWN])
def test_what_was_never_public_leaves_nothing(client: OaiClient, status: str) -> None:
    topic = _topic(status=status)
    topic.name = "Another"
    topic.save()
    assert _deleted(client) == {}
    topic.delete()
    assert _deleted(client) == {}
    root = client.get("GetRecord", metadataPrefix="oai_dc", identifier="oai:chancery.invalid:topics/t")
    assert error_code(root) == "idDoesNotExist"


def test_what_becomes_of_a_withdrawn_record_does_not_show(client: OaiClient) -> None:
    topic = _topic()
    _set_status(topic, Status.WITHDRAWN)
    withdrawn = _deleted(client)
    moment = datetime.now(UTC) + timedelta(hours=1)
    topic._history_date = moment
    topic.name = "Corrected"
    topic.save()
    assert _deleted(client) == withdrawn
    topic._history_date = moment
    _set_status(topic, Status.REVIEW)
    assert _deleted(client) == withdrawn
    topic.delete()
    assert _deleted(client) == withdrawn


def test_a_record_that_is_published_again_is_no_longer_deleted(client: OaiClient) -> None:
    topic = _topic()
    _set_status(topic, Status.WITHDRAWN)
    _set_status(topic, Status.PUBLISHED)
    assert _deleted(client) == {}
    _set_status(topic, Status.WITHDRAWN)
    assert list(_deleted(client)) == ["topics/t"]
    topic.delete()
    _topic()
    assert _deleted(client) == {}


def test_a_slug_that_two_records_had_is_deleted_once(client: OaiClient) -> None:
    _topic().delete()
    second = _topic()
    _set_status(second, Status.WITHDRAWN)
    withdrawn = _deleted(client)
    second.delete()
    assert list(_deleted(client)) == ["topics/t"]
    assert _deleted(client) == withdrawn
    _topic(status=Status.DRAFT).delete()
    assert _deleted(client) == withdrawn


@pytest.mark.parametrize("leave", ["withdraw", "delete"])
def test_what_a_long_transaction_deleted_is_in_the_harvest_after_its_commit(client: OaiClient, leave: str) -> None:
    """It has a moment before the earlier harvest, which did not see it."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    topic, before = _topic(), _topic("before")
    before._history_date = start
    _set_status(before, Status.WITHDRAWN)
    topic._history_date = start + timedelta(minutes=1)
    if leave == "delete":
        topic.delete()
    else:
        _set_status(topic, Status.WITHDRAWN)
    PublicChange.objects.all().delete()
    query = {"from_": format_datestamp(start + timedelta(minutes=5)), "until": "2026-01-02T00:00:00Z"}
    assert _deleted(client, **query) == {}
    PublicChange.objects.create(
        began_at=start, last_at=start + timedelta(minutes=1), ended_at=start + timedelta(minutes=9)
    )
    assert _deleted(client, **query) == {"topics/t": query["from_"]}
    assert client.identifiers(**query) == ["topics/t"]
    root = client.get("GetRecord", metadataPrefix="oai_dc", identifier="oai:chancery.invalid:topics/t")
    assert root.findtext(f".//{OAI}datestamp") == format_datestamp(start + timedelta(minutes=1))
    later = {**query, "from_": format_datestamp(start + timedelta(minutes=10))}
    assert _deleted(client, **later) == {}


def test_pages_of_what_a_long_transaction_deleted(client: OaiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page goes on after the moments that are stored, not the datestamps that are shown."""
    monkeypatch.setattr(harvest, "PAGE_SIZE", 2)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(5):
        topic = _topic(f"t{number}")
        topic._history_date = start + timedelta(seconds=number)
        _set_status(topic, Status.WITHDRAWN)
    PublicChange.objects.all().delete()
    PublicChange.objects.create(
        began_at=start - timedelta(minutes=1), last_at=start, ended_at=start + timedelta(days=1)
    )
    query = {"from_": format_datestamp(start + timedelta(minutes=5)), "until": "2026-01-02T00:00:00Z"}
    assert _deleted(client, **query) == {f"topics/t{number}": query["from_"] for number in range(5)}


@pytest.mark.parametrize("start", ["0001-01-01", "0001-01-01T00:00:00Z"])
def test_deletions_since_the_first_day(client: OaiClient, start: str) -> None:
    _topic().delete()
    assert list(_deleted(client, from_=start)) == ["topics/t"]


def test_deletions_have_pages(client: OaiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvest, "PAGE_SIZE", 3)
    topics = [_topic(f"t{number}") for number in range(8)]
    moment = datetime.now(UTC)
    for topic in topics:
        topic._history_date = moment
        _set_status(topic, Status.WITHDRAWN)
    assert len(_deleted(client, set="collection:topics")) == 8


def test_records_that_others_hide_are_only_missing(client: OaiClient, dossier: None) -> None:
    """An office is public only with its body, so its own revisions do not say when it was."""
    office = Office.objects.visible_to(None).first()
    assert office is not None
    _set_status(office, Status.WITHDRAWN)
    assert f"offices/{office.slug}" not in client.identifiers(set="collection:offices")
    assert _deleted(client, set="collection:offices") == {}


def test_sets_of_dossiers_and_countries_have_no_deletions(client: OaiClient, dossier: None) -> None:
    event = Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")
    _set_status(event, Status.WITHDRAWN)
    assert list(_deleted(client, set="collection:events")) == [f"events/{event.slug}"]
    for spec in ("dossier:japan-south-korea-export-controls", "country:japan"):
        assert f"events/{event.slug}" not in client.identifiers(set=spec)
