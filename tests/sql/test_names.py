"""Officials and bodies by the spelling of their names: the trigram index, similar names, and who uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test import Client

from archive.cache.search_index import differences, rebuild
from archive.filters import FILTERSETS
from archive.models import Body, Name, Official
from archive.search.ranking import parse_search
from archive.search.suggestions import suggestion
from archive.sql.name_conditions import name_matches, name_patterns
from archive.sql.similar_names import similar_names
from tests.support.datasets import PEOPLE, load_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def officials() -> None:
    for slug, name, others in (
        ("kim-you-geun", "Kim You-geun", ("김유근", "Kim Yu-gŭn", "金有根")),
        ("moon-jae-in", "Moon Jae-in", ("문재인",)),
        ("kissinger", "Henry A. Kissinger", ("Heinz Alfred Kissinger",)),
        ("abe", "Abe Shinzō", ("安倍晋三", "アベ シンゾウ")),
        ("capek", "Karel Čapek", ()),
        ("de-gaulle", "Charles de Gaulle", ()),
    ):
        official = Official.objects.create(slug=slug, name=name, status="published")
        for text in others:
            Name.objects.create(official=official, text=text, scheme="native")


def matching(text: str) -> list[str]:
    return sorted(Official.objects.filter(name_matches(Official, name_patterns(text))).values_list("slug", flat=True))


def similar(text: str) -> list[str]:
    return [candidate.slug for candidate in similar_names(Official.objects.all(), text)]


@pytest.mark.parametrize(("text", "slugs"), [
    ("Kim You-geun", ["kim-you-geun"]), ("yougeun kim", ["kim-you-geun"]), ("KIM YUGUN", ["kim-you-geun"]),
    ("김유근", ["kim-you-geun"]), ("유근", ["kim-you-geun"]), ("金有根", ["kim-you-geun"]), ("kissing", ["kissinger"]),
    ("heinz kissinger", ["kissinger"]), ("shinzo", ["abe"]), ("安倍", ["abe"]), ("capek", ["capek"]), ("xyzzy", []),
    ("heinz henry", []), ("%", []), ("_", []), ("'\"", []), ("OR", []), ("\\", []),
])  # fmt: skip
def test_a_name_is_found_by_any_spelling_order_and_script(officials: None, text: str, slugs: list[str]) -> None:
    assert matching(text) == slugs
    results = Client().get("/api/v1/officials/", {"name": text, "fields": "slug"}).json()["results"]
    assert sorted(result["slug"] for result in results) == slugs


def test_bodies_are_found_by_abbreviation_and_name(officials: None) -> None:
    Body.objects.create(slug="nso", name="National Security Office", abbreviation="NSO", kind="government_organ")
    for text in ("nso", "security office", "national"):
        assert Body.objects.filter(name_matches(Body, name_patterns(text)), slug="nso").exists()


@pytest.mark.parametrize(("text", "slug"), [
    ("Kisinger", "kissinger"), ("kissingre", "kissinger"), ("Henri Kissinger", "kissinger"),
    ("moon jaein", "moon-jae-in"),
    ("kim yugeun", "kim-you-geun"), ("yogeun", "kim-you-geun"), ("shinso abe", "abe"), ("Karl Chapek", "capek"),
    ("De Gaule", "de-gaulle"), ("degaulle charls", "de-gaulle"), ("김유군 김유근", ""), ("xyzzy plugh", ""), ("", ""),
])  # fmt: skip
def test_a_name_a_typo_away_is_similar(officials: None, text: str, slug: str) -> None:
    assert next(iter(similar(text)), "") == slug


def test_drafts_are_not_similar(officials: None) -> None:
    Official.objects.filter(slug="kissinger").update(status="draft")
    search = parse_search(["kisinger"], ("officials",))
    assert suggestion(search, AnonymousUser()) is None


def test_a_search_suggests_a_name_a_typo_away(officials: None) -> None:
    answer = Client().get("/api/v1/search/", {"q": "henry kisinger"}).json()
    assert (answer["results"], answer["suggestion"]) == ([], "henry kissinger")
    query = '{ searchResults(q: "henry kisinger") { suggestion } }'
    answer = Client().post("/graphql/", {"query": query}, content_type="application/json").json()
    assert answer["data"]["searchResults"]["suggestion"] == "henry kissinger"


def test_a_picker_finds_names_a_typo_away(officials: None) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("editor"))
    for term, name in (("kisinger", "Henry A. Kissinger"), ("김유근", "Kim You-geun"), ("geun kim", "Kim You-geun")):
        options = {"term": term, "app_label": "archive", "model_name": "statement", "field_name": "speaker"}
        results = client.get("/admin/autocomplete/", options).json()["results"]
        assert [name in result["text"] for result in results] == [True], term


def test_load_suggests_the_official_with_the_name(tmp_path: Path, officials: None) -> None:
    files = {
        **PEOPLE,
        "participations.csv": "event,official,role\nvisit,김유근,host\n",
        "events.csv": "slug,status,name,classification,date\nvisit,published,A visit,visit,2020\n",
    }
    report = load_files(tmp_path, files)
    assert "kim-you-geun" in "\n".join(report.problems.lines())


@pytest.mark.parametrize("write", [
    lambda: Official.objects.filter(slug="kissinger").update(name="Heinz"),
    lambda: Official.objects.get(slug="kissinger").delete(),
    lambda: Name.objects.filter(text="김유근").update(text="김"),
    lambda: Name.objects.all().delete(),
    lambda: Official.objects.bulk_create([Official(slug=f"o-{n}", name=f"Official {n}") for n in range(3)]),
])  # fmt: skip
def test_the_index_of_names_follows(officials: None, write: Any) -> None:
    write()
    assert differences("default") == {}


@pytest.mark.sqlite  # PostgreSQL keeps its index by itself.
def test_a_wrong_index_of_names_is_reported_and_rebuilt(officials: None) -> None:
    official = Official.objects.get(slug="capek")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO archive_official_trigrams(rowid, folded) VALUES (%s, 'wrong')", [official.pk])
    assert differences("default") == {"officials": [official.pk]}
    rebuild("default")
    assert differences("default") == {}


@pytest.mark.sqlite  # The plan is SQLite's.
def test_the_filter_of_names_reads_the_index_of_trigrams(officials: None) -> None:
    rows = FILTERSETS["officials"]({"name": ["kissinger"]}, AnonymousUser()).result()
    plan = rows.explain()
    assert "archive_official_trigrams VIRTUAL TABLE INDEX 0:L0" in plan
    assert "SCAN archive_official\n" not in plan
