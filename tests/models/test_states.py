"""The states are seeded: all of ISO 3166-1, and the former ones of ISO 3166-3."""

from __future__ import annotations

import pycountry
import pytest

from archive.dates import PartialDate
from archive.models import Body
from archive.states import states

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


def test_a_former_state_says_until_when_it_existed() -> None:
    gdr = Body.objects.get(iso3166="DDDE")
    assert gdr.existed == PartialDate.parse("/1990-10-30")
    assert (str(gdr.existed_latest), gdr.existed_ends) == ("1990-10-30", "unknown/known")
    assert not Body.objects.filter(iso3166__regex="^....$", existed_latest=None).exists()


def test_a_state_of_today_does_not_say_how_long() -> None:
    assert Body.objects.get(iso3166="KR").existed is None


def test_no_two_states_share_a_slug() -> None:
    slugs = [state["slug"] for state in states()]
    assert len(slugs) == len(set(slugs))
