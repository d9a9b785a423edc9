"""Errors of OAI-PMH: each wrong request gets the protocol's code in a valid response, and never a 500."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from archive.oai.errors import OaiError
from archive.oai.tokens import Token, decode_token
from tests.support.oai_client import OAI, OaiClient, error_code

pytestmark = pytest.mark.django_db
CURBS = "oai:chancery.invalid:events/2019-07-04-japan-export-curbs-take-effect"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=", "badVerb"),
        ("verb=ListRecord", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=%00", "badVerb"),
        ("verb=Identify&set=collection:events", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        (f"verb=GetRecord&identifier={CURBS}", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&limit=5", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2019", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2019-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2019-07-04T10:00:00", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2019-7-4", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2019-07-04&until=2019-07-03", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2019-07-04&until=2019-07-05T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=a%20b", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=%00", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=collection:", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=collection:speech-acts", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=dossier", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=dossier:none", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=topic:export-controls", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"),
        (f"verb=GetRecord&identifier={CURBS}&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=GetRecord&identifier=x&metadataPrefix=oai_dc", "idDoesNotExist"),
        (f"verb=GetRecord&identifier={CURBS}x&metadataPrefix=oai_dc", "idDoesNotExist"),
        ("verb=GetRecord&identifier=oai:chancery.invalid:speech-acts/x&metadataPrefix=oai_dc", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=oai:chancery.invalid:events/none", "idDoesNotExist"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc", "badArgument"),
        (f"verb=ListRecords&resumptionToken={'x' * 3000}", "badArgument"),
    ],
)
def test_wrong_requests_have_the_code_of_the_protocol(query: str, code: str, dossier: None) -> None:
    client = OaiClient()
    root = client.parse(client.client.get(f"/oai?{query}"))
    assert error_code(root) == code
    request = root.find(f"{OAI}request")
    assert request.text == "http://testserver/oai"
    assert bool(request.attrib) == (code not in ("badVerb", "badArgument"))


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("verb=ListRecord", "ListRecords"),
        ("verb=listrecords", "ListRecords"),
        ("verb=ListRecords&metadataprefix=oai_dc", "metadataPrefix"),
        ("verb=ListRecords&resumption_token=x", "resumptionToken"),
        ("verb=GetRecord&identifer=x", "identifier"),
        ("verb=ListRecords&metadataPrefix=oai-dc", "oai_dc"),
    ],
)
def test_what_is_misspelt_is_suggested(query: str, suggestion: str) -> None:
    client = OaiClient()
    root = client.parse(client.client.get(f"/oai?{query}"))
    assert root.findtext(f"{OAI}error").endswith(f". Did you mean '{suggestion}'?")


def test_post_has_its_arguments_in_a_form(dossier: None) -> None:
    client = OaiClient()
    root = client.post("ListIdentifiers", metadataPrefix="oai_dc", set="collection:measures")
    assert len(root.findall(f".//{OAI}header")) >= 1
    assert root.find(f"{OAI}request").get("set") == "collection:measures"
    response = client.client.post("/oai?verb=Identify", "{}", content_type="application/json")
    assert error_code(client.parse(response)) == "badVerb"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(method: str) -> None:
    response = Client().generic(method, "/oai?verb=Identify")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")


def test_head_has_no_body() -> None:
    response = Client().head("/oai?verb=Identify")
    assert (response.status_code, response.content) == (200, b"")


def _token(values: Any) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "values",
    [
        [],
        {},
        None,
        ["ListRecords"] * 9,
        ["ListIdentifiers", "oai_dc", "", "", "", "events", ["2026-01-01T00:00:00Z", "x"], 0],
        ["ListRecords", "oai_dc", "", "", "", "speech-acts", ["2026-01-01T00:00:00Z", "x"], 0],
        ["ListRecords", "oai_dc", "", "", "", "events", ["2026-01-01T00:00:00", "x"], 0],
        ["ListRecords", "oai_dc", "", "", "", "events", ["yesterday", "x"], 0],
        ["ListRecords", "oai_dc", "", "", "", "events", ["2026-01-01T00:00:00Z", 1], 0],
        ["ListRecords", "oai_dc", "", "", "", "events", ["2026-01-01T00:00:00Z", "\x00"], 0],
        ["ListRecords", "oai_dc", "", "", "", "events", [], 0],
        ["ListRecords", "oai_dc", "", "", "", "", ["2026-01-01T00:00:00Z", "x"], 0],
        ["ListRecords", "oai_dc", "", "", "", "events/deleted", ["2026-01-01T00:00:00Z", "x"], 0],
        ["ListRecords", "oai_dc", "", "", "", "events/deleted", ["2026-01-01T00:00:00Z", "9" * 40], 0],
        ["ListRecords", "oai_dc", "", "", "", "events", ["9999-12-31T23:59:59-23:00", "x"], 0],
        ["ListRecords", "oai_dc", "", "", "", "events", ["2026-01-01T00:00:00Z", "x"], -1],
        ["ListRecords", "oai_dc", "", "", "", "events", ["2026-01-01T00:00:00Z", "x"], True],
        ["ListRecords", "marc", "", "", "", "events", ["2026-01-01T00:00:00Z", "x"], 0],
        ["ListRecords", "oai_dc", "dossier:none", "", "", "events", ["2026-01-01T00:00:00Z", "x"], 0],
        ["ListRecords", "oai_dc", "", "2019", "", "events", ["2026-01-01T00:00:00Z", "x"], 0],
        ["ListRecords", "oai_dc", "", "", "", "topics/deleted", ["9999-12-31T00:00:00Z", "1"], 0],
    ],
)
def test_forged_tokens_are_refused(values: Any) -> None:
    client = OaiClient()
    query = urlencode({"verb": "ListRecords", "resumptionToken": _token(values)})
    assert error_code(client.parse(client.client.get(f"/oai?{query}"))) == "badResumptionToken"


@given(st.text() | st.binary().map(lambda raw: urlsafe_b64encode(raw).decode()))
def test_any_other_text_is_no_token(text: str) -> None:
    with pytest.raises(OaiError) as refused:
        decode_token(text, "ListRecords")
    assert refused.value.code == "badResumptionToken"


def test_a_token_survives_its_encoding() -> None:
    token = Token("ListRecords", "oai_dc", "collection:events", "2019-01-01", "", "events", ("x", "y"), 7)
    assert decode_token(token.encode(), "ListRecords") == token


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_slash_at_the_end_leads_to_the_address_without_it(method: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, "/oai/?verb=Identify")
    assert (answer.status_code, answer["Location"]) == (308, "/oai?verb=Identify")
