"""The states are seeded: all of ISO 3166-1, and the former ones of ISO 3166-3."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pycountry
import pytest
from django.apps import apps
from django.db import connection
from django.utils.text import slugify

from archive.countries import states, withdrawals
from archive.models import Body
from archive.text import fold
from tests.support import filter_records

migration: Any = import_module("archive.migrations.0022_refold_names_and_correct_former_states")

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
    assert {one.iso3166: one.code_withdrawn for one in former} == withdrawals()
    assert Body.objects.get(iso3166="DDDE").code_withdrawn == "1990-10-30"


@pytest.mark.parametrize(
    ("code", "name"),
    [("BYAA", "Byelorussian SSR"), ("VDVN", "North Vietnam"), ("HVBF", "Upper Volta"), ("FXFR", "Metropolitan France")],
)
def test_a_former_state_is_called_by_its_usual_name(code: str, name: str) -> None:
    body = Body.objects.get(iso3166=code)
    assert (body.name, body.slug, body.folded) == (name, slugify(name), fold(name))


def test_what_was_seeded_wrongly_is_corrected_and_what_a_person_wrote_stays() -> None:
    wrong = {"existed": "/1992-08-30", "code_withdrawn": ""}
    stored: dict[str, dict[str, Any]] = {
        "SUHH": wrong,
        "DDDE": {"existed": "1949-10-07/1990-10-02"},
        "HVBF": {"slug": "upper-volta-republic-of", "name": "Upper Volta, Republic of"},
        "VDVN": {"slug": "south-vietnam-former-state", "name": "South Vietnam (former state)"},
        "BYAA": {"slug": "byelorussian-ssr-soviet-socialist-republic", "name": "White Ruthenia"},
    }
    for code, values in stored.items():
        Body.objects.filter(iso3166=code).update(**values)
    filter_records.office("president", Body.objects.get(iso3166="VDVN"))
    Body.objects.filter(iso3166="HVBF").update(folded="")
    for migrate in (migration.correct_former_states, migration.fold_anew):
        migrate(apps, SimpleNamespace(connection=connection))
    found = {body.iso3166: body for body in Body.objects.filter(iso3166__regex="^....$")}
    assert (found["SUHH"].existed, found["SUHH"].existed_latest) == (None, None)
    assert found["SUHH"].code_withdrawn == "1992-08-30"
    assert found["DDDE"].existed.text == "1949-10-07/1990-10-02"
    assert (found["HVBF"].slug, found["HVBF"].folded) == ("upper-volta", "uppervolta")
    assert found["VDVN"].name == "South Vietnam (former state)"  # somebody filed an office there: they meant the south
    assert found["BYAA"].name == "White Ruthenia"


def test_a_state_of_today_does_not_say_how_long() -> None:
    assert Body.objects.get(iso3166="KR").existed is None


def test_no_two_states_share_a_slug() -> None:
    slugs = [state["slug"] for state in states()]
    assert len(slugs) == len(set(slugs))
