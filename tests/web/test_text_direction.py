"""Texts with direction marks are isolated from the text around them."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from archive.filters import FILTERSETS
from archive.labels import record_label
from archive.models import Event, Name, Official

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("dossier")]

TURNED = "\u202egpj.exe\u2066"
#: An element with a direction of its own, and what is in it; and a block that holds a text and nothing beside it.
ISOLATED = re.compile(r"<bdi[^>]*>[^<]*</bdi>|<(\w+)[^>]* dir=\"auto\"[^>]*>.*?</\1>|<(h1|dd)>[^<]*</\2>", re.DOTALL)


def _turn(table: str, column: str) -> None:
    """As old data have it, or a program that writes by SQL; a form refuses it."""
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE {table} SET "{column}" = "{column}" || %s', [TURNED])


def _turn_all() -> None:
    for filters in FILTERSETS.values():
        model = filters._meta.model
        names = {field.name for field in model._meta.fields} & {"name", "title", "summary", "text", "condition"}
        for name in sorted(names):
            _turn(model._meta.db_table, name)
    for table, column in (
        ("archive_name", "text"), ("archive_citation", "quotation"), ("archive_citation", "locator"),
        ("archive_outcome", "note"), ("archive_relation", "note"), ("archive_measuregood", "name"),
        ("archive_dossierentry", "note"), ("archive_source", "agency"), ("archive_statement", "attributed_as"),
    ):  # fmt: skip
        _turn(table, column)


def _bare(html: str) -> str:
    """The page without what is in an element with a direction of its own."""
    return ISOLATED.sub("", html)


def test_every_text_of_the_web_pages_is_isolated(client: Client) -> None:
    _turn_all()
    addresses = ["/", "/speech-acts/", "/search/?q=gpj"]
    for kind, filters in FILTERSETS.items():
        slugs = filters._meta.model._default_manager.order_by("pk").values_list("slug", flat=True)[:4]
        addresses += [f"/{kind}/{slug}/" for slug in slugs if kind != "speech-acts"]
    for address in addresses:
        html = client.get(address).content.decode()
        title = html.partition("<title>")[2].partition("</title>")[0]
        assert "\u202e" not in title, address
        assert not [line for line in _bare(html).splitlines() if "\u202e" in line], address


def test_labels_of_autocompletes_have_no_direction_marks() -> None:
    _turn_all()
    for filters in FILTERSETS.values():
        for record in filters._meta.model._default_manager.order_by("pk")[:3]:
            assert "\u202e" not in record_label(record)
            assert "\u2066" not in record_label(record)


def test_cells_of_lists_isolate_names(client: Client, administrator: User) -> None:
    _turn_all()
    client.force_login(administrator)
    statements = client.get("/admin/archive/statement/").content.decode()
    assert re.search(r'field-by">(<[^>]*>)*<bdi>[^<]*\u202egpj\.exe\u2066</bdi>', statements)
    citations = client.get("/admin/archive/citation/").content.decode()
    assert re.search(r'field-cited_for">[^<]*: <bdi>[^<]*\u202egpj\.exe\u2066', citations)
    page = client.get(f"/admin/archive/event/{Event.objects.order_by('pk')[0].pk}/change/").content.decode()
    assert "\u202e" not in page.partition("</title>")[0]
    assert "\u202e" not in page.partition("<h1>")[2].partition("</h1>")[0]


def test_a_name_says_its_language_in_lists_and_forms(client: Client, administrator: User) -> None:
    official = Official.objects.create(slug="o", name="O", sort_name="O", status="published")
    Name.objects.create(official=official, text="김유근", scheme="native", language="ko", script="Hang")
    client.force_login(administrator)
    listed = client.get("/admin/archive/name/?q=김유근").content.decode()
    assert '<bdi lang="ko-Hang">김유근</bdi>' in listed
    form = client.get(f"/admin/archive/official/{official.pk}/change/").content.decode()
    assert re.search(r'<input[^>]*value="김유근"[^>]*lang="ko-Hang"', form)
    assert '<bdi lang="ko-Hang">김유근</bdi>' in client.get("/officials/o/").content.decode()
