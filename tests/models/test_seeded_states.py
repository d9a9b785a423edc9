"""The migrations create the states of ISO 3166-1 and the former ones of ISO 3166-3."""

from __future__ import annotations

import pycountry
import pytest
from django.utils.text import slugify

from archive.countries import states
from archive.models import Body
from archive.text import fold

pytestmark = pytest.mark.django_db


def test_each_state_of_both_standards_is_a_published_body() -> None:
    codes = {country.alpha_2 for country in pycountry.countries}
    former = {country.alpha_4 for country in pycountry.historic_countries}
    seeded = Body.objects.filter(kind="state", status="published")
    assert set(seeded.values_list("iso3166", flat=True)) == codes | former
    assert seeded.count() == len(codes) + len(former) == len(pycountry.countries) + len(pycountry.historic_countries)


@pytest.mark.parametrize(
    ("code", "slug", "name"),
    [
        ("KR", "south-korea", "South Korea"), ("KP", "north-korea", "North Korea"), ("JP", "japan", "Japan"),
        ("RU", "russia", "Russia"), ("US", "united-states", "United States"), ("CI", "ivory-coast", "Ivory Coast"),
        ("DDDE", "east-germany", "East Germany"), ("SUHH", "soviet-union", "Soviet Union"),
        ("YUCS", "yugoslavia", "Yugoslavia"), ("CSHH", "czechoslovakia", "Czechoslovakia"),
    ],
)  # fmt: skip
def test_a_state_is_called_as_readers_call_it(code: str, slug: str, name: str) -> None:
    body = Body.objects.get(iso3166=code)
    assert (body.slug, body.name) == (slug, name)
    assert body.folded


def test_the_date_on_which_a_code_was_withdrawn_is_no_date_of_a_state() -> None:
    former = Body.objects.filter(iso3166__regex="^....$")
    assert not former.filter(existed__isnull=False).exists()
    withdrawn = {country.alpha_4: country.withdrawal_date for country in pycountry.historic_countries}
    assert {body.iso3166: body.code_withdrawn for body in former} == withdrawn
    assert Body.objects.get(iso3166="DDDE").code_withdrawn == "1990-10-30"


@pytest.mark.parametrize(
    ("code", "name"),
    [("BYAA", "Byelorussian SSR"), ("VDVN", "North Vietnam"), ("HVBF", "Upper Volta"), ("FXFR", "Metropolitan France")],
)
def test_a_former_state_is_called_by_its_usual_name(code: str, name: str) -> None:
    body = Body.objects.get(iso3166=code)
    assert (body.name, body.slug, body.folded) == (name, slugify(name), fold(name))


def test_a_state_of_today_does_not_say_how_long() -> None:
    assert Body.objects.get(iso3166="KR").existed is None


def test_no_two_states_share_a_slug() -> None:
    slugs = [state["slug"] for state in states()]
    assert len(slugs) == len(set(slugs))
