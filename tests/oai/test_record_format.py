"""The archive's own format: all that a record has, valid by the schema that is served."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from lxml import etree

from archive.oai.record_fields import record_fields
from archive.oai.record_xml import NAMESPACE
from archive.registry import COLLECTIONS, page_names
from tests.support.oai_client import OAI, OaiClient, protocol_schema

pytestmark = pytest.mark.django_db
NS = {"c": NAMESPACE}


class RecordClient(OaiClient):
    """Validates metadata by the served schema: the schemas of the protocol don't know it."""

    def __init__(self) -> None:
        super().__init__()
        self.schema = etree.XMLSchema(etree.fromstring(Client().get("/oai/record.xsd").content))

    def parse(self, response: Any) -> Any:
        root = etree.fromstring(response.content)
        for metadata in root.iter(f"{OAI}metadata"):
            [record] = metadata
            self.schema.assertValid(etree.fromstring(etree.tostring(record)))
        return root

    def record(self, item: str) -> Any:
        root = self.get("GetRecord", metadataPrefix="chancery", identifier=f"oai:chancery.invalid:{item}")
        return root.find(f".//{OAI}metadata")[0]


@pytest.fixture
def client(dossier: None) -> RecordClient:
    return RecordClient()


def test_every_record_is_valid_by_the_served_schema(client: RecordClient) -> None:
    for collection in page_names().values():
        pages = client.pages("ListRecords", metadataPrefix="chancery", set=f"collection:{collection}")
        metadata_elements = [element for page in pages for element in page.iter(f"{OAI}metadata")]
        assert len(metadata_elements) == COLLECTIONS[collection].model.objects.visible_to(None).count()


def test_a_statement_has_its_columns_links_and_parts(client: RecordClient) -> None:
    record = client.record("statements/2019-07-12-kim-you-geun-international-probe")
    assert record.tag == f"{{{NAMESPACE}}}statement"
    assert record.get("url") == "http://testserver/statements/2019-07-12-kim-you-geun-international-probe/"
    speaker = record.find("c:speaker", NS)
    assert (speaker.text, speaker.get("collection"), speaker.get("slug")) == (
        "Kim You-geun", "officials", "kim-you-geun",
    )  # fmt: skip
    date = record.find("c:date", NS)
    assert (date.text, dict(date.attrib)) == (
        "2019-07-12", {"display": "12 July 2019", "earliest": "2019-07-12", "latest": "2019-07-12"},
    )  # fmt: skip
    acts = record.findall("c:speech_acts/c:speech_act", NS)
    assert len(acts) == 11
    assert record.findall("c:speech_acts/c:speech_act/c:addressee_bodies[@slug='japan']", NS)
    assert record.findall("c:speech_acts/c:speech_act/c:outcomes/c:outcome/c:event", NS)
    assert record.findall("c:speech_acts/c:speech_act/c:citations/c:citation/c:variant_value", NS)


def test_the_format_has_every_editable_field_of_the_models() -> None:
    for model in page_names():
        names = {field.name for field in record_fields(model)}
        columns = (*model._meta.concrete_fields, *model._meta.many_to_many)
        editable = {field.name for field in columns if field.editable}
        assert editable - names <= {"id", "slug", "status"}, model


def test_both_formats_are_listed_with_their_schemas() -> None:
    root = OaiClient().get("ListMetadataFormats")
    assert protocol_schema().validate(root)
    schemas = dict(zip((element.text for element in root.iter(f"{OAI}metadataPrefix")),
                       (element.text for element in root.iter(f"{OAI}schema")), strict=True))  # fmt: skip
    assert schemas == {
        "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        "chancery": "http://testserver/oai/record.xsd",
    }
