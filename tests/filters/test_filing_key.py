"""Order by name: by filing key, equal on both databases, set by every kind of write."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.test import Client

from archive.filters import FILTERSETS
from archive.models import Body, Event, Official, Source, Topic
from archive.text import filing_key
from tests.support import api_clients
from tests.support import filter_records as make
from tests.support.admin_forms import address, opened, send
from tests.support.datasets import load_files

pytestmark = pytest.mark.django_db

#: In the order in which they are filed.
FILED = [
    "---", "1979 Committee", "2 plus 4", "al-Assad, Hafez", "Angel", "angel", "Ángel", "Angel, Zoe", "Angelo",
    "bin Salman", "Çakmak, Ömer", "Cape", "Čapek", "Car", "Əliyev", "Ḥarīrī", "Kim Il-sung", "Kim You-geun",
    "Kim Yougeun", "Kimball", "Ólafur Jóhannesson", "Ørsted", "Özal, Turgut", "Strasse", "Straße", "Strassen",
    "von Ribbentrop, Joachim", "Zulu, Abel", "Ωνάσης", "Лавров", "אבן", "عرفات", "かな", "カナ", "李克强", "金九",
    "김구",
]  # fmt: skip
_SLUGS = {name: f"n{(7 * place) % len(FILED):02}" for place, name in enumerate(FILED)}
ORDER = [_SLUGS[name] for name in FILED]


@pytest.fixture
def named(db: None) -> None:
    """An event of each name; neither slugs nor ids are in the order of the names."""
    for name, slug in sorted(_SLUGS.items(), key=lambda pair: pair[1]):
        make.event(slug, "2019", name=name)


def test_every_door_gives_the_same_order(named: None, client: Client) -> None:
    for by, expected in (("name", ORDER), ("-name", ORDER[::-1])):
        params = {"order_by": [by]}
        assert api_clients.by_filterset("events", params, make.NOBODY).slugs == expected
        assert api_clients.by_rest("events", params, client).slugs == expected
        assert api_clients.by_rest("events", params, client, as_usual=True).slugs == expected
        assert api_clients.by_graphql("events", params, client).slugs == expected
        assert api_clients.by_page("events", params, client)[0] == expected


@pytest.mark.parametrize("order", ["name", "-name"])
def test_cursors_continue_through_names_with_equal_folding(named: None, client: Client, order: str) -> None:
    seen: list[str] = []
    following: str | None = f"/api/v1/events/?order_by={order}&limit=3"
    while following:
        page = client.get(following).json()
        seen += [row["slug"] for row in page["results"]]
        following = page["next"]
    assert seen == (ORDER if order == "name" else ORDER[::-1])
    back = client.get(page["previous"]).json()
    assert [row["slug"] for row in back["results"]] == seen[-4:-1]


def test_records_with_the_same_name_are_ordered_by_slug(client: Client) -> None:
    for slug in ("c", "a", "d", "b"):
        make.event(slug, "2019", name="Talks")
    first = client.get("/api/v1/events/?order_by=name&limit=3").json()
    assert [row["slug"] for row in first["results"]] == ["a", "b", "c"]
    assert [row["slug"] for row in client.get(first["next"]).json()["results"]] == ["d"]


def test_a_cursor_of_another_order_is_refused(named: None, client: Client) -> None:
    old = ["events", ["name", "slug"], 0, ["Cape", "n01"]]
    cursor = base64.urlsafe_b64encode(json.dumps(old).encode()).decode().rstrip("=")
    answer = client.get(f"/api/v1/events/?order_by=name&cursor={cursor}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_officials_are_ordered_by_their_filing_name(client: Client) -> None:
    make.official("b", name="Winston Churchill", sort_name="Churchill, Winston")
    make.official("a", name="Karel Čapek", sort_name="čapek, Karel")
    make.official("d", name="Dahl")
    make.official("c", name="Hans Christian Ørsted", sort_name="Ørsted, Hans")
    assert make.matching_slugs("officials", order_by="name") == ["a", "b", "d", "c"]
    assert api_clients.by_graphql("officials", {"order_by": ["name"]}, client).slugs == ["a", "b", "d", "c"]


@pytest.mark.parametrize("kind", [kind for kind, filterset in FILTERSETS.items() if "name" in filterset.orders])
def test_every_list_of_names_is_ordered_by_the_key(kind: str) -> None:
    assert FILTERSETS[kind].orders["name"] == ("filing_key", "slug")


def test_no_response_contains_the_filing_key(named: None, client: Client) -> None:
    make.official("o", name="Ángel")
    answers = [
        client.get("/api/v1/events/?order_by=name&include=citations").content,
        client.get("/api/v1/officials/o/").content,
        client.get("/api/v1/officials/o/history/").content,
        b"".join(client.get("/api/v1/events/?format=csv")),  # type: ignore[arg-type]
        client.get("/api/v1/openapi.json").content,
    ]
    assert not [filterset for filterset in answers if b"filing_key" in filterset or b"filingKey" in filterset]
    assert "filing" not in str(api_clients.SCHEMA.type_map["Event"].fields.keys()).lower()


# However a name is written


def key(model: Any = Event, slug: str = "e") -> str:
    return str(model.objects.get(slug=slug).filing_key)


def test_save_sets_the_filing_key() -> None:
    event = make.event("e", "2019", name="Ángel")
    assert key() == "angel\nÁngel"
    event.name = "Ørsted"
    event.save(update_fields=["name"])
    assert key() == "orsted\nØrsted"


def test_bulk_writes_set_the_filing_key() -> None:
    Source.objects.bulk_create([Source(slug="e", title="L'Été")])
    assert key(Source) == "lete\nL'Été"
    Source.objects.filter(slug="e").update(title="Čas")
    assert key(Source) == "cas\nČas"
    source = Source.objects.get(slug="e")
    source.title = "Žít"
    Source.objects.bulk_update([source], ["title"])
    assert key(Source) == "zit\nŽít"


def test_the_filing_name_defaults_to_the_name() -> None:
    make.official("e", name="Ánna")
    assert key(Official) == "anna\nÁnna"
    Official.objects.filter(slug="e").update(sort_name="")
    assert key(Official) == "anna\nÁnna"


def test_loading_a_fixture_recomputes_the_filing_key() -> None:
    fields = {"slug": "e", "name": "Ünion", "kind": "other", "filing_key": "nonsense"}
    for read in serializers.deserialize("python", [{"model": "archive.body", "fields": fields}]):
        read.save()
    assert key(Body) == "union\nÜnion"
    (dumped,) = serializers.serialize("python", Body.objects.filter(slug="e"))
    assert "filing_key" not in dumped["fields"]


def test_rest_and_admin_set_the_filing_key(admin_client: Client) -> None:
    posted = admin_client.post("/api/v1/topics/", {"slug": "e", "name": "Émigrés"}, content_type="application/json")
    assert posted.status_code == 201
    assert key(Topic) == "emigres\nÉmigrés"
    topic = Topic.objects.get(slug="e")
    sent = opened(admin_client, topic)
    assert send(admin_client, topic, {**sent, "name": "Çiftçi", "change_reason": "spelling"}).status_code == 302
    assert key(Topic) == "ciftci\nÇiftçi"


def test_a_load_sets_the_filing_keys_of_new_and_changed_records(tmp_path: Path) -> None:
    header = "slug,name,classification,date\n"
    load_files(tmp_path / "1", {"events.csv": header + "e,Ángel,meeting,2019\nf,Bo,meeting,2019\n"})
    assert (key(), key(slug="f")) == ("angel\nÁngel", "bo\nBo")
    load_files(tmp_path / "2", {"events.csv": "slug,name\ne,Čapek\n"})
    assert (key(), key(slug="f")) == ("capek\nČapek", "bo\nBo")
    load_files(tmp_path / "3", {"events.csv": "slug,place\ne,Brno\n"})
    assert key() == "capek\nČapek"
    load_files(tmp_path / "4", {"officials.csv": 'slug,name,sort_name\no,Karel Čapek,"Čapek, Karel"\n'})
    assert key(Official, "o") == "capek karel\nČapek, Karel"
    load_files(tmp_path / "5", {"officials.csv": "slug,sort_name\no,Karel Č.\n"})
    assert key(Official, "o") == "karel c\nKarel Č."


def test_an_export_has_no_filing_key(tmp_path: Path, named: None) -> None:
    call_command("export", str(tmp_path / "out"), "--format", "csv", verbosity=0)
    assert "filing_key" not in (tmp_path / "out" / "events.csv").read_text().partition("\n")[0]


def test_the_admin_lists_and_autocompletes_in_filing_order(admin_client: Client, named: None) -> None:
    listed = admin_client.get(address(Event, "changelist") + "?o=2").context["cl"].result_list
    assert [row.slug for row in listed] == ORDER
    listed = admin_client.get(address(Event, "changelist") + "?o=-2").context["cl"].result_list
    assert [row.slug for row in listed] == ORDER[::-1]
    make.official("b", name="Čapek"), make.official("a", name="Cape"), make.official("c", name="Car")
    choices = admin_client.get(
        "/admin/autocomplete/", {"app_label": "archive", "model_name": "statement", "field_name": "speaker", "term": ""}
    ).json()["results"]
    assert [choice["text"].partition(" ")[0] for choice in choices] == ["Cape", "Čapek", "Car"]


def test_long_names_fit_into_the_index() -> None:
    title = "\U00020000" * 300
    make.source("e", title=title)
    assert key(Source) == filing_key(title)
    # One letter that stands for eighteen.
    make.event("f", "2019", name="ﷺ" * 250)
    assert len(key(slug="f")) == 551
