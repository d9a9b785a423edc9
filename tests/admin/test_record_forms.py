"""Every record is added, changed and deleted in the admin, with the least that it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from archive import models as m
from archive.merging.merge import merge
from tests.support.admin_forms import address, errors, opened, send

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


def _key(model: Any, slug: str) -> str:
    return str(model.objects.get(slug=slug).pk)


def _event() -> str:
    return _key(m.Event, "2019-07-04-japan-export-curbs-take-effect")


def _demand() -> str:
    return _key(m.SpeechAct, "2019-07-12-kim-you-geun-international-probe-4")


#: Of each record: the least that it needs, and a field with another value to change it by.
LEAST: dict[Any, tuple[Callable[[], dict[str, Any]], str, str]] = {
    m.Event: (
        lambda: {"date": "2019-08", "classification": "meeting", "name": "A meeting", "slug": "2019-08-a-meeting"},
        "name", "Another meeting",
    ),
    m.Measure: (lambda: {"instrument": "sanction", "name": "Sanctions", "slug": "sanctions"}, "in_force", "2019-07/.."),
    m.Statement: (
        lambda: {
            "date": "2019-08-01", "classification": "press_statement", "name": "Regret", "slug": "2019-08-01-regret",
            "attribution": "collective", "body": _key(m.Body, "cheong-wa-dae"),
        },
        "summary", "Words of regret.",
    ),
    m.Official: (lambda: {"name": "Han Duck-soo", "slug": "han-duck-soo"}, "born", "1949~"),
    m.Body: (lambda: {"name": "Suedes Co.", "slug": "suedes", "kind": "company"}, "abbreviation", "SC"),
    m.Office: (
        lambda: {"name": "Third Deputy", "slug": "third-deputy", "body": _key(m.Body, "cheong-wa-dae")},
        "name", "Third Deputy Director",
    ),
    m.Appointment: (
        lambda: {
            "official": _key(m.Official, "moon-jae-in"),
            "office": str(m.Office.objects.order_by("slug").first().pk),
            "end_state": "unknown", "mode": "acting",
        },
        "start", "2001-02~",
    ),
    m.Source: (lambda: {"title": "A note", "slug": "a-note", "tier": "primary"}, "published", "2019-07"),
    m.Topic: (lambda: {"name": "Fisheries", "slug": "fisheries"}, "description", "Of the sea."),
    m.Dossier: (lambda: {"name": "Fishing", "slug": "fishing"}, "introduction", "On fish."),
    m.Name: (
        lambda: {"official": _key(m.Official, "moon-jae-in"), "text": "Mun Jaein", "scheme": "mccune_reischauer"},
        "language", "ko",
    ),
    m.Identifier: (
        lambda: {"official": _key(m.Official, "moon-jae-in"), "scheme": "viaf", "value": "312739450"},
        "value", "312739451",
    ),
    m.Participation: (
        lambda: {"event": _event(), "body": _key(m.Body, "wassenaar-arrangement"), "role": "observer"},
        "role", "mediator",
    ),
    m.Relation: (
        lambda: {
            "from_event": _event(), "kind": "refers_to",
            "to_event": _key(m.Event, "1965-06-22-treaty-on-basic-relations-signed"),
        },
        "note", "So says one paper.",
    ),
    m.MeasureStep: (
        lambda: {
            "measure": _key(m.Measure, "japan-export-curbs-on-three-materials"), "event": _event(),
            "phase": "tightened",
        },
        "phase", "promulgated",
    ),
    m.MeasureGood: (
        lambda: {
            "measure": _key(m.Measure, "japan-export-curbs-on-three-materials"), "name": "silicon wafers",
            "scheme": "none",
        },
        "in_force", "2019-08",
    ),
    m.SpeechAct: (
        lambda: {
            "statement": _key(m.Statement, "2019-07-12-kim-you-geun-international-probe"), "ordinal": "99",
            "kind": "demand", "form": "paraphrase", "text": "An answer is given.",
        },
        "condition", "talks begin",
    ),
    m.Outcome: (
        lambda: {"speech_act": _demand(), "date": "2019-09", "kind": "rejected"}, "note", "Not in so many words.",
    ),
    m.Citation: (
        lambda: {
            "source": str(m.Source.objects.order_by("slug").first().pk), "stance": "disputes", "locator": "p. 99",
            "event": _event(),
        },
        "quotation", "not so",
    ),
    m.DossierEntry: (
        lambda: {
            "dossier": str(m.Dossier.objects.get().pk), "position": "9000",
            "event": str(m.Event.objects.filter(dossier_entries=None).order_by("slug").first().pk),
        },
        "note", "Why it is here.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("model", LEAST, ids=lambda model: model.__name__)
def test_a_record_is_added_changed_and_deleted(editing: Client, editor: Any, model: Any) -> None:
    least, field, value = LEAST[model]
    if model is m.DossierEntry:
        m.Event.objects.create(slug="2020-x", name="X", classification="meeting", date="2020")
    before = set(model.objects.values_list("pk", flat=True))

    response = send(editing, model, {**opened(editing, model), **least()})
    assert response.status_code == 302, response.context["adminform"].form.errors
    added = model.objects.exclude(pk__in=before).get()
    assert added.history.first().history_user == editor

    sent = {**opened(editing, added), field: value, "change_reason": "Read anew"}
    assert send(editing, added, sent).status_code == 302
    changed = model.objects.get(pk=added.pk)
    assert (str(getattr(changed, field)), changed.version) == (value, added.version + 1)
    assert changed.history.first().history_change_reason == "Read anew"

    assert editing.post(address(added, "delete"), {"post": "yes"}).status_code == 302
    assert set(model.objects.values_list("pk", flat=True)) == before


def test_a_slug_does_not_change_once_saved(editing: Client) -> None:
    event = m.Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")
    sent = {**opened(editing, event), "slug": "something-else"}
    assert send(editing, event, sent).status_code == 302
    event.refresh_from_db()
    assert event.slug == "2019-07-04-japan-export-curbs-take-effect"


def test_a_second_appointment_to_the_same_office_gets_a_slug_of_its_own_and_a_warning(editing: Client) -> None:
    first = m.Appointment.objects.filter(end__isnull=False, start__isnull=False).order_by("slug").first()
    sent = {
        **opened(editing, m.Appointment), "official": str(first.official_id), "office": str(first.office_id),
        "start": first.start.text, "end_state": "unknown", "mode": "substantive",
    }  # fmt: skip
    response = editing.post(address(m.Appointment, "add"), sent, follow=True)
    results = [str(message) for message in response.context["messages"]]
    already_held = (
        f"{first.official} already holds this office at this time ({first.slug}). Delete one if it was entered twice."
    )
    assert already_held in results
    assert m.Appointment.objects.filter(slug__startswith=f"{first.official.slug}-{first.office.slug}").count() >= 1


def test_a_record_with_protected_references_is_not_deleted(editing: Client) -> None:
    official = m.Official.objects.get(slug="kim-you-geun")
    response = editing.post(address(official, "delete"), {"post": "yes"})
    assert response.status_code == 200
    assert "statement" in response.content.decode().lower()
    assert m.Official.objects.filter(slug="kim-you-geun").exists()


def test_a_slug_is_proposed_from_date_and_name(editing: Client) -> None:
    page = address(m.Event, "changelist") + "slug/"
    response = editing.get(page, {"date": "2026-11-20/2026-11-21", "name": "문재인"})
    assert response.json() == {"slug": "2026-11-20-to-2026-11-21-mun-jae-in", "note": ""}


def test_slugs_are_proposed_to_who_may_add_such_records(client: Client) -> None:
    m.Event.objects.create(slug="2020-hidden", name="Hidden", date="2020", classification="meeting")
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    response = client.get(address(m.Event, "changelist") + "slug/", {"date": "2020", "name": "Hidden"})
    assert response.status_code == 403
    assert "hidden" not in response.content.decode()


def test_a_slug_that_is_in_use_is_proposed_with_a_number(editing: Client) -> None:
    m.Event.objects.create(slug="2020-a-meeting", name="A meeting", date="2020", classification="meeting")
    page = address(m.Event, "changelist") + "slug/"
    response = editing.get(page, {"date": "2020", "name": "A meeting"})
    assert response.json() == {
        "slug": "2020-a-meeting-2",
        "note": "“2020-a-meeting” is another record: a number is added.",
    }
    assert editing.get(page, {"date": "", "name": ""}).json() == {"slug": "", "note": ""}


@pytest.mark.parametrize(
    ("back", "arrives"),
    [
        ("/admin/archive/statement/1/change/", True), ("https://elsewhere.example/", False),
        ("//elsewhere.example", False), ("javascript:alert(1)", False), ("", False),
    ],
)  # fmt: skip
def test_saving_redirects_to_next_if_it_is_on_this_host(editing: Client, back: str, arrives: bool) -> None:
    act = m.SpeechAct.objects.get(pk=int(_demand()))
    response = editing.post(address(act), opened(editing, act), query_params={"next": back})
    assert (response.status_code, response.url) == (302, back if arrives else address(m.SpeechAct, "changelist"))


def test_save_and_continue_keeps_next(editing: Client) -> None:
    act, back = m.SpeechAct.objects.get(pk=int(_demand())), "/admin/archive/statement/1/change/"
    sent = {**opened(editing, act), "_continue": "1"}
    response = editing.post(address(act), sent, query_params={"next": back})
    assert response.url == f"{address(act)}?next=%2Fadmin%2Farchive%2Fstatement%2F1%2Fchange%2F"


def test_a_slug_that_a_stored_or_merged_record_has_is_refused(editing: Client, editor: Any) -> None:
    kept, merged, other = (m.Topic.objects.create(slug=slug, name=slug, status="published") for slug in ("a", "b", "c"))
    merge(merged, kept, editor)
    for slug, message in ((other.slug, "Topic with this Slug already exists."), ("b", "was merged into 'a'")):
        response = send(editing, m.Topic, opened(editing, m.Topic) | {"name": "New", "slug": f" {slug} "})
        (text,) = errors(response)["slug"]
        assert message in text
    assert send(editing, m.Topic, opened(editing, m.Topic) | {"name": "New", "slug": "d"}).status_code == 302
    assert m.Topic.objects.filter(slug="d").count() == 1
