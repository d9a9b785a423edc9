"""What pages say of their records to reference managers and search engines."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from archive.bibliography.schema_org import DESCRIBED
from archive.models import Event, Official, Statement
from archive.registry import COLLECTIONS, page_names

pytestmark = pytest.mark.django_db
STATEMENT = "2019-07-12-kim-you-geun-international-probe"


class Head(HTMLParser):
    """The ``meta`` elements, and the texts of scripts of type ``application/ld+json``."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.meta: dict[str, list[str]] = {}
        self.scripts: list[str] = []
        self.is_data = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values: dict[str, Any] = dict(attrs)
        if tag == "meta" and (name := values.get("name") or values.get("property")):
            self.meta.setdefault(name, []).append(values["content"])
        self.is_data = tag == "script" and values.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self.is_data:
            self.scripts.append(data)
            self.is_data = False


def _head(path: str) -> Head:
    response = Client().get(path)
    assert response.status_code == 200
    return Head(response.content.decode())


def test_a_page_has_what_zotero_saves(dossier: None) -> None:
    meta = _head(f"/statements/{STATEMENT}/").meta
    assert (meta["DC.creator"], meta["DC.date"]) == (["Kim You-geun"], ["2019-07-12"])
    assert meta["DC.title"] == [Statement.objects.get(slug=STATEMENT).name]
    assert meta["DC.identifier"] == [f"http://testserver/statements/{STATEMENT}/"]
    assert meta["og:site_name"] == ["Chancery"]


@pytest.mark.parametrize("collection", DESCRIBED)
def test_a_page_has_the_json_ld_of_its_record(dossier: None, collection: str) -> None:
    record = COLLECTIONS[collection].model.objects.visible_to(None).first()
    [script] = _head(f"/{collection}/{record.slug}/").scripts
    embedded = json.loads(script)
    answer = Client().get(f"/api/v1/{collection}/{record.slug}/?format=jsonld")
    assert embedded == json.loads(b"".join(answer) if answer.streaming else answer.content)
    [node] = embedded["@graph"]
    assert node["mainEntityOfPage"] == f"http://testserver/{collection}/{record.slug}/"


def test_every_page_has_a_title_for_programs(dossier: None) -> None:
    for model, name in page_names().items():
        record = model.objects.visible_to(None).first()
        assert _head(f"/{name}/{record.slug}/").meta["DC.title"]


def test_texts_cannot_end_the_script(client: Client) -> None:
    name = '</script><script>alert(1)</script><!-- " & \u2028'
    Event.objects.create(slug="e", name=name, date="2019", classification="meeting", status="published")
    text = client.get("/events/e/").content.decode()
    assert "<script>alert" not in text
    head = Head(text)
    assert head.meta["DC.title"] == [name]
    [script] = head.scripts
    assert json.loads(script)["@graph"][0]["name"] == name


def test_drafts_are_not_in_the_metadata_of_others(dossier: None) -> None:
    Official.objects.filter(slug="kim-you-geun").update(status="draft", name="Zebra")
    text = Client().get(f"/statements/{STATEMENT}/").content.decode()
    assert "Zebra" not in text


def test_the_policy_allows_no_inline_scripts(dossier: None) -> None:
    """JSON-LD is data, which browsers do not run: it needs no exception."""
    response = Client().get(f"/statements/{STATEMENT}/")
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert "nonce" not in response["Content-Security-Policy"]
