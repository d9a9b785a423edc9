"""The timeline in a frame of another site: the only page that may be framed, and the same for everybody."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from archive.models import Dossier, Event
from archive.web.frames import frame_html
from tests.web.test_pages import outline, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

EMBED = "/timeline/embed/"
DOSSIER = "japan-south-korea-export-controls"


def framing(response: Any) -> tuple[bool, str | None]:
    return "frame-ancestors *" in response["Content-Security-Policy"], response.get("X-Frame-Options")


@pytest.mark.parametrize("query", ["", "?from=2019-07&to=2019-08", f"?dossier={DOSSIER}", "?from=nonsense"])
def test_the_frame_may_be_shown_by_any_site(client: Client, query: str) -> None:
    response = client.get(EMBED + query)
    assert response.status_code == (400 if "nonsense" in query else 200)
    assert framing(response) == (True, None)
    assert "script-src" not in response["Content-Security-Policy"].replace("default-src 'self'", "")


@pytest.mark.parametrize("path", ["/", "/timeline/", f"/dossiers/{DOSSIER}/", "/timeline.svg", "/oembed", "/nothing/"])
def test_no_other_page_may_be_framed(client: Client, path: str) -> None:
    response = client.get(path)
    assert framing(response) == (False, "DENY")
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_it_reads_no_cookie_and_sets_none(client: Client, editor: Any) -> None:
    Event.objects.create(slug="x", name="A secret", classification="meeting", date="2019-07-05", status="draft")
    path = f"{EMBED}?from=2019-07-05&to=2019-07-05&lanes=none"
    public = client.get(path)
    client.force_login(editor)
    assert "A secret" in client.get(path.replace("embed/", "")).content.decode()
    response = client.get(path)
    assert response.content == public.content
    assert not response.cookies
    assert "cookie" not in public["Vary"].lower()


def test_its_links_lead_out_of_the_frame_to_the_whole_page(client: Client) -> None:
    response = client.get(f"{EMBED}?from=2019-07&to=2019-08&lanes=participant")
    content = response.content.decode()
    assert '<base target="_top">' in content
    links = set(re.findall(r'<a [^>]*href="([^"]+)"', content))
    assert len(links) > 10
    assert not [link for link in links if link.startswith(EMBED)]
    assert "/timeline/?from=2019-07&amp;to=2019-08&amp;lanes=participant" in links
    for link in sorted(links)[:12]:
        assert client.get(unescape(link)).status_code == 200
    assert "Log in" not in content
    assert "<form" not in content


def test_it_is_a_page_with_a_heading_and_says_what_is_wrong(client: Client) -> None:
    response = client.get(f"{EMBED}?dossier={DOSSIER}")
    assert outline(response).headings == ["h1"]
    assert outline(response).wrong == []
    name = Dossier.objects.get(slug=DOSSIER).name
    assert text_of(response).startswith(f"Timeline: {name}")
    assert "lanes: got 'sides', expected one of" in text_of(client.get(f"{EMBED}?lanes=sides"))


def test_a_draft_dossier_is_not_named(client: Client, editor: Any) -> None:
    Dossier.objects.create(slug="secret", name="A secret", status="draft")
    client.force_login(editor)
    response = client.get(f"{EMBED}?dossier=secret")
    assert response.status_code == 400
    assert "A secret" not in response.content.decode()


@pytest.mark.parametrize(
    "page", ["/timeline/?from=2019-07&to=2019-08", "/", f"/dossiers/{DOSSIER}/", "/topics/gsomia/"]
)
def test_a_page_with_a_timeline_has_the_html_to_copy(client: Client, page: str) -> None:
    content = client.get(page).content.decode()
    [text] = re.findall(r'<textarea id="frame-code" rows="3" readonly>([^<]+)</textarea>', content)
    frame = unescape(text)
    [address] = re.findall(r'<iframe src="http://testserver(/timeline/embed/\?[^"]+)"', frame)
    assert client.get(unescape(address)).status_code == 200
    assert "from=20" in address
    if "dossiers" in page:
        assert f"dossier={DOSSIER}" in address
        assert 'title="Timeline: The dispute' in frame


def test_a_name_cannot_leave_its_attribute() -> None:
    html = frame_html('http://a/?q="><script>', '"><script>alert(1)</script>')
    assert "<script" not in html
    assert html.count('"') == 10
