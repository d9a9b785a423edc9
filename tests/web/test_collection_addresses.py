"""The addresses of collections lead to the lists that show them."""

from __future__ import annotations

import pytest
from django.test import Client

from archive.registry import page_names
from tests.web.test_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prefix", ["", "/ko", "/ja"])
@pytest.mark.parametrize("name", sorted(page_names().values()))
def test_the_address_of_a_collection_leads_to_its_list(prefix: str, name: str) -> None:
    response = Client().get(f"{prefix}/{name}/")
    if name == "appointments":
        assert response.status_code == 404
        return
    expected = "/" if name == "events" else f"/search/?kind={name}"
    assert (response.status_code, response["Location"]) == (301, f"{prefix}{expected}")
    assert Client().get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/statements/?speaker=kim-you-geun", "/search/?kind=statements&speaker=kim-you-geun"),
        ("/events/?topic=gsomia&date=2019", "/?topic=gsomia&date=2019"),
        ("/about/", "/about/api/"), ("/ko/about/", "/ko/about/api/"), ("/events", "/events/"),
    ],
)  # fmt: skip
def test_parameters_and_language_stay(address: str, location: str) -> None:
    response = Client().get(address)
    assert (response.status_code, response["Location"]) == (301, location)


def test_the_404_of_appointments_says_where_they_are() -> None:
    assert "Appointments are on the pages of officials and offices" in text_of(Client().get("/appointments/"))
    assert "在任は公職者と役職の" in text_of(Client().get("/ja/appointments/"))


def test_oembed_knows_no_collection() -> None:
    assert Client().get("/oembed?url=http://testserver/topics/").status_code == 404
