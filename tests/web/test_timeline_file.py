"""The timeline as an SVG file: it carries its own colours for light and dark, and its links lead to the archive."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client

from archive.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

FILE = "/timeline.svg?from=2018&to=2023&lanes=participant"


def test_the_file_has_plain_colours_for_light_and_dark(client: Client) -> None:
    svg = client.get(FILE).content.decode()
    style = svg.partition("<style>")[2].partition("</style>")[0]
    light, _, dark = style.partition("@media (prefers-color-scheme: dark) {")
    assert ".timeline-drawing .side-1 {color: #1f5f8b;}" in re.sub(r"\s+", " ", light).replace("{ ", "{").replace(
        "; }", ";}"
    )
    assert "#7fbbe3" in dark
    assert "#1f5f8b" not in dark
    assert not re.search(r"var\(|light-dark\(|color-mix\(|--\w", style)


def test_the_style_is_permitted_by_its_hash(client: Client) -> None:
    response = client.get(FILE)
    style = next(element.text or "" for element in fromstring(response.content) if element.tag.endswith("}style"))
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in response["Content-Security-Policy"]


def test_the_file_leaves_out_characters_that_xml_excludes(client: Client) -> None:
    Event.objects.create(slug="e", name="a\x01b\uffffc", date="1999", classification="meeting", status="published")
    svg = client.get("/timeline.svg?from=1999&to=1999").content.decode()
    assert "a bc" in svg
    assert not re.search("[\x00-\x08\ufffe\uffff]", svg)


def test_links_lead_to_the_archive_from_anywhere(client: Client) -> None:
    svg = fromstring(client.get(FILE).content)
    links = [str(link.get("href")) for link in svg.iter("{http://www.w3.org/2000/svg}a")]
    assert len(links) > 20
    assert all(link.startswith("http://testserver/") for link in links)


def test_every_pattern_that_the_style_names_is_in_the_file(client: Client) -> None:
    svg = client.get(FILE).content.decode()
    sides = set(re.findall(r'class="lane side-([2-6])"', svg))
    assert sides == {"2", "3", "4", "5", "6"}
    assert all(f'id="tl-side-{side}"' in svg for side in sides)
