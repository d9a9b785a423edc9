"""The demo: what ``make run`` sets up and prints, once, and on one's own machine only."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from archive.models import Dossier, Event, PublicVersion

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(autouse=True)
def debug(settings: Any) -> None:
    settings.DEBUG = True


def demo(*words: str) -> str:
    out = StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue()


def test_an_empty_archive_gets_the_first_dossier_and_an_editor() -> None:
    demo()
    assert Dossier.objects.get().slug == "japan-south-korea-export-controls"
    assert Event.objects.filter(slug="2019-07-04-japan-export-curbs-take-effect").exists()
    editor = User.objects.get()
    assert [group.name for group in editor.groups.all()] == ["editor"]
    assert (editor.is_staff, editor.is_superuser) == (True, False)


def test_the_demo_prints_urls_and_credentials(dossier: None) -> None:
    assert demo("--host", "0.0.0.0", "--port", "8123").splitlines() == [
        "Timeline   http://127.0.0.1:8123/",
        "Admin      http://127.0.0.1:8123/admin/",
        "GraphQL    http://127.0.0.1:8123/graphql/",
        "REST       http://127.0.0.1:8123/api/v1/",
        "REST docs  http://127.0.0.1:8123/api/v1/docs/",
        "Log in as  editor, password chancery-demo",
    ]


@pytest.mark.parametrize(
    ("host", "printed"), [("localhost", "localhost"), ("[::1]", "[::1]"), ("[::]", "[::1]"), ("0.0.0.0", "127.0.0.1")]
)
def test_the_demo_prints_urls_that_a_browser_can_open(settings: Any, host: str, printed: str, dossier: None) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"]
    assert demo("--host", host).startswith(f"Timeline   http://{printed}:8000/\n")


def test_a_host_outside_allowed_hosts_is_refused(settings: Any, dossier: None) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with pytest.raises(CommandError) as error:
        demo("--host", "192.0.2.7")
    assert str(error.value).startswith(
        "HOST: got '192.0.2.7', which would answer all requests with 400; expected a name"
    )
    assert "ALLOWED_HOSTS=127.0.0.1,192.0.2.7 make run HOST=192.0.2.7" in str(error.value)
    settings.ALLOWED_HOSTS = ["127.0.0.1", "192.0.2.7"]
    assert "http://192.0.2.7:8000/" in demo("--host", "192.0.2.7")


def test_the_printed_urls_open(client: Client, dossier: None) -> None:
    *addresses, login = demo().splitlines()
    name, _, password = login.removeprefix("Log in as  ").partition(", password ")
    typed = {"username": name, "password": password, "next": "/admin/"}
    assert client.post("/admin/login/", typed)["Location"] == "/admin/"
    for line in addresses:
        path = line.partition("127.0.0.1:8000")[2]
        assert client.get(path, headers={"accept": BROWSER}).status_code == 200, path


def test_running_the_demo_again_changes_nothing(dossier: None) -> None:
    first = demo()
    Event.objects.filter(slug="2019-07-04-japan-export-curbs-take-effect").update(name="My own words")
    user, version = User.objects.get(), PublicVersion.objects.get()
    assert demo() == first
    assert User.objects.get().password == user.password
    assert PublicVersion.objects.get().stamp == version.stamp
    assert Event.objects.filter(name="My own words").count() == 1


def test_a_known_password_is_refused_in_production(settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="got DEBUG=false, expected DEBUG=true"):
        demo()
    assert (Dossier.objects.count(), User.objects.count()) == (0, 0)
