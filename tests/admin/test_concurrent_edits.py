"""Two people edit the same record: what they changed is merged, and only a real conflict is asked about."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.models import Body, Dossier, Event, Official, SpeechAct, Statement, Topic
from tests.support.admin_forms import address, errors, filled_in, messages_of, opened, send, with_part

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


@pytest.fixture
def colleague(administrator: Any) -> Client:
    other = Client()
    other.force_login(administrator)
    return other


def _event() -> Event:
    return Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")


def _statement() -> Statement:
    return Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")


def _prefix(sent: dict[str, Any], part: Any) -> str:
    return next(
        name.removesuffix("-id") for name, value in sent.items() if name.endswith("-id") and value == str(part.pk)
    )


def test_the_second_saver_sees_both_and_the_base_and_may_save_again(editing: Client, colleague: Client) -> None:
    mine, theirs = opened(editing, _event()), opened(colleague, _event())
    assert send(colleague, _event(), {**theirs, "name": "Theirs", "place": "Tokyo"}).status_code == 302

    refused = send(editing, _event(), {**mine, "name": "Mine"})
    field_errors = errors(refused)
    assert "administrator changed this record while you were editing it" in field_errors["__all__"][0]
    base = "The stricter licensing of three materials takes effect"
    assert field_errors["name"] == [f"Stored now, by administrator: 'Theirs'. When you opened it: '{base}'."]
    assert set(field_errors) == {"__all__", "name"}
    assert 'value="Mine"' in refused.content.decode()
    assert _event().name == "Theirs"

    assert send(editing, _event(), filled_in(refused)).status_code == 302
    assert (_event().name, _event().place) == ("Mine", "Tokyo")
    assert _event().history.first().history_user.username == "editor"


def test_a_third_save_between_is_merged_or_asked_about_too(editing: Client, colleague: Client) -> None:
    mine = opened(editing, _event())
    send(colleague, _event(), {**opened(colleague, _event()), "name": "Theirs"})
    refused = send(editing, _event(), {**mine, "name": "Mine"})
    send(colleague, _event(), {**opened(colleague, _event()), "name": "Theirs again", "place": "Tokyo"})
    refused = send(editing, _event(), filled_in(refused))
    assert errors(refused)["name"] == ["Stored now, by administrator: 'Theirs again'. When you opened it: 'Theirs'."]
    assert send(editing, _event(), filled_in(refused)).status_code == 302
    assert (_event().name, _event().place) == ("Mine", "Tokyo")


def test_without_the_state_that_was_shown_every_difference_is_a_conflict(editing: Client, colleague: Client) -> None:
    mine = opened(editing, _event())
    send(colleague, _event(), {**opened(colleague, _event()), "name": "Theirs"})
    for token in ("", "junk", opened(editing, _statement())["form_state"]):
        assert errors(send(editing, _event(), {**mine, "form_state": token}))["name"] == [
            "Stored now, by administrator: 'Theirs'."
        ]


#: A field of a statement, what the colleague stores, and how that reads when it is stored.
STORED = {
    "name": "Theirs", "summary": "Line one\nline two", "date": "2019-07-11", "classification": "briefing",
    "language": "ko", "body": "", "attributed_as": "",
}  # fmt: skip


@pytest.mark.parametrize("field", STORED)
def test_a_field_that_was_not_changed_takes_what_is_stored(editing: Client, colleague: Client, field: str) -> None:
    mine = opened(editing, _statement())
    assert send(colleague, _statement(), {**opened(colleague, _statement()), field: STORED[field]}).status_code == 302
    own = "text" if field != "text" else "summary"
    response = editing.post(address(_statement()), {**mine, own: "Mine."}, follow=True)
    label = field.replace("_", " ").capitalize()
    assert f"Merged with what administrator saved while you were editing: {label}." in messages_of(response)
    stored = _statement()
    assert (str(getattr(stored, field) or ""), getattr(stored, own)) == (STORED[field], "Mine.")


def test_links_that_both_changed_are_merged(editing: Client, colleague: Client) -> None:
    first, second, third = (
        Topic.objects.create(slug=slug, name=slug, status="published") for slug in ("aa", "bb", "cc")
    )
    _statement().topics.set([first])
    mine, theirs = opened(editing, _statement()), opened(colleague, _statement())
    assert send(colleague, _statement(), {**theirs, "topics": [str(second.pk)]}).status_code == 302
    assert send(editing, _statement(), {**mine, "topics": [str(first.pk), str(third.pk)]}).status_code == 302
    assert {*_statement().topics.values_list("slug", flat=True)} == {"bb", "cc"}


def test_links_of_a_part_and_links_without_a_new_version_are_merged(editing: Client, colleague: Client) -> None:
    act = _statement().speech_acts.get(ordinal=2)
    moon, japan = Official.objects.get(slug="moon-jae-in"), Body.objects.get(iso3166="JP")
    mine = opened(editing, _statement())
    act.addressee_bodies.set([japan])
    act.addressee_officials.set([moon])
    assert send(editing, _statement(), {**mine, f"{_prefix(mine, act)}-text": "Mine."}).status_code == 302
    act.refresh_from_db()
    assert (act.text, [*act.addressee_bodies.all()], [*act.addressee_officials.all()]) == ("Mine.", [japan], [moon])


def test_a_link_to_a_record_deleted_meanwhile_is_dropped(editing: Client) -> None:
    topic = Topic.objects.create(slug="aa", name="aa")
    larger = Event.objects.create(slug="2020-x", name="X", classification="meeting", date="2020")
    event = _event()
    event.part_of = larger
    event.save()
    event.topics.add(topic)
    mine = opened(editing, event)
    topic.delete(), larger.delete()
    assert send(editing, event, {**mine, "place": "Seoul"}).status_code == 302
    assert (_event().place, _event().part_of, _event().topics.filter(slug="aa").count()) == ("Seoul", None, 0)


def test_merged_values_are_shown_with_an_error(editing: Client, colleague: Client) -> None:
    mine = opened(editing, _event())
    send(colleague, _event(), {**opened(colleague, _event()), "place": "Tokyo"})
    refused = send(editing, _event(), {**mine, "date": "2019-02-30"})
    assert set(errors(refused)) == {"date"}
    assert 'value="Tokyo"' in refused.content.decode()
    assert "Merged with what administrator saved while you were editing: Place." in messages_of(refused)
    assert send(editing, _event(), {**filled_in(refused), "date": "2019-07-04"}).status_code == 302
    assert _event().place == "Tokyo"


def test_a_part_is_merged_field_by_field(editing: Client, colleague: Client) -> None:
    mine = opened(editing, _statement())
    act, untouched = (_statement().speech_acts.get(ordinal=number) for number in (2, 3))
    send(colleague, act, {**opened(colleague, act), "text": "Theirs."})
    send(colleague, untouched, {**opened(colleague, untouched), "condition": "Theirs too."})
    response = editing.post(address(_statement()), {**mine, f"{_prefix(mine, act)}-condition": "Mine."}, follow=True)
    assert response.redirect_chain
    act.refresh_from_db(), untouched.refresh_from_db()
    assert (act.text, act.condition, untouched.condition) == ("Theirs.", "Mine.", "Theirs too.")
    assert untouched.version == 2  # merging alone does not save a part
    assert any("speech act 'proposal: Theirs.': Text" in message for message in messages_of(response))


def test_a_part_that_both_changed_is_not_overwritten(editing: Client, colleague: Client) -> None:
    mine = opened(editing, _statement())
    act = _statement().speech_acts.get(ordinal=2)
    before = act.text
    assert send(colleague, act, {**opened(colleague, act), "text": "Theirs."}).status_code == 302
    prefix = _prefix(mine, act)
    refused = send(editing, _statement(), {**mine, f"{prefix}-text": "Mine."})
    assert errors(refused)[f"{prefix}-text"] == [
        f"Stored now, by administrator: 'Theirs.'. When you opened it: '{before}'."
    ]
    assert SpeechAct.objects.get(pk=act.pk).text == "Theirs."
    assert send(editing, _statement(), filled_in(refused)).status_code == 302
    assert SpeechAct.objects.get(pk=act.pk).text == "Mine."


def test_both_add_a_part_without_a_number(editing: Client, colleague: Client) -> None:
    mine, theirs = opened(editing, _statement()), opened(colleague, _statement())
    new = {"kind": "assertion", "form": "paraphrase"}
    assert send(colleague, _statement(), with_part(theirs, "speech_acts", text="Theirs.", **new)).status_code == 302
    sent = with_part(mine, "speech_acts", text="Mine.", **new)
    response = editing.post(address(_statement()), sent, follow=True)
    last = _statement().speech_acts.filter(ordinal__gt=11).order_by("ordinal").values_list("ordinal", "text")
    assert [*last] == [(12, "Theirs."), (13, "Mine.")]
    assert any("added: speech act 'assertion: Theirs.'" in message for message in messages_of(response))


def test_both_add_an_entry_to_a_dossier(editing: Client, colleague: Client) -> None:
    dossier = Dossier.objects.create(slug="x", name="X")
    events = [Event.objects.create(slug=f"2020-{n}", name=n, classification="meeting", date="2020") for n in ("a", "b")]
    mine, theirs = opened(editing, dossier), opened(colleague, dossier)
    assert send(colleague, dossier, with_part(theirs, "entries", event=events[0].pk)).status_code == 302
    assert send(editing, dossier, with_part(mine, "entries", event=events[1].pk)).status_code == 302
    assert [*dossier.entries.values_list("position", "event__slug")] == [(1, "2020-a"), (2, "2020-b")]


def test_a_position_taken_meanwhile_is_an_error(editing: Client, colleague: Client) -> None:
    mine, theirs = opened(editing, _statement()), opened(colleague, _statement())
    new = {"kind": "assertion", "form": "paraphrase", "ordinal": "12"}
    send(colleague, _statement(), with_part(theirs, "speech_acts", text="Theirs.", **new))
    field_errors = errors(send(editing, _statement(), with_part(mine, "speech_acts", text="Mine.", **new)))
    assert field_errors["speech_acts-11-ordinal"][0].startswith(
        "Got 12, which 'assertion: Theirs.' has since you opened"
    )


def test_parts_moved_by_another_user_keep_their_new_positions(editing: Client, colleague: Client) -> None:
    mine, theirs = opened(editing, _statement()), opened(colleague, _statement())
    first, second = _statement().speech_acts.order_by("ordinal")[:2]
    swapped = {f"{_prefix(theirs, first)}-ordinal": "2", f"{_prefix(theirs, second)}-ordinal": "1"}
    assert send(colleague, _statement(), {**theirs, **swapped}).status_code == 302
    assert send(editing, _statement(), {**mine, f"{_prefix(mine, first)}-text": "Mine."}).status_code == 302
    stored = _statement().speech_acts.order_by("ordinal")[:2]
    assert [(act.pk, act.ordinal) for act in stored] == [(second.pk, 1), (first.pk, 2)]
    assert stored[1].text == "Mine."


def test_a_part_that_somebody_changed_is_not_deleted(editing: Client, colleague: Client) -> None:
    mine = opened(editing, _statement())
    act = _statement().speech_acts.get(ordinal=2)
    before = act.text
    send(colleague, act, {**opened(colleague, act), "text": "Theirs."})
    refused = send(editing, _statement(), {**mine, "speech_acts-1-DELETE": "on"})
    field_errors = errors(refused)
    assert "Not deleted: somebody changed 'proposal: Theirs.'" in field_errors["speech_acts"][0]
    assert field_errors["speech_acts-1-text"] == [
        f"Stored now, by administrator: 'Theirs.'. When you opened it: '{before}'."
    ]
    assert "speech_acts-1-DELETE" not in field_errors
    assert SpeechAct.objects.filter(pk=act.pk).exists()
    assert send(editing, _statement(), {**filled_in(refused), "speech_acts-1-DELETE": "on"}).status_code == 302
    assert not SpeechAct.objects.filter(pk=act.pk).exists()


def test_an_unchanged_part_deleted_by_another_user_stays_deleted(editing: Client, colleague: Client) -> None:
    mine = opened(editing, _statement())
    act = _statement().speech_acts.get(ordinal=11)
    assert colleague.post(address(act, "delete"), {"post": "yes"}).status_code == 302
    response = editing.post(address(_statement()), {**mine, "summary": "Mine."}, follow=True)
    assert (_statement().speech_acts.count(), _statement().summary) == (10, "Mine.")
    assert any("while you were editing: deleted: speech act '" in message for message in messages_of(response))


def test_a_changed_part_deleted_by_another_user_is_added_again_or_dropped(editing: Client, colleague: Client) -> None:
    mine = opened(editing, _statement())
    act = _statement().speech_acts.get(ordinal=11)
    assert colleague.post(address(act, "delete"), {"post": "yes"}).status_code == 302
    refused = send(editing, _statement(), {**mine, "speech_acts-10-text": "Mine."})
    field_errors = errors(refused)
    assert "administrator deleted this while you were editing it." in field_errors["speech_acts-10-id"][0]
    assert field_errors["speech_acts-10-text"] == [f"When you opened it: '{act.text}'."]
    assert "Mine." in refused.content.decode()
    again = filled_in(refused)

    assert send(editing, _statement(), {**again, "speech_acts-10-DELETE": "on"}).status_code == 302
    assert _statement().speech_acts.count() == 10
    assert send(editing, _statement(), again).status_code == 302
    assert [act.text for act in _statement().speech_acts.filter(ordinal=11)] == ["Mine."]


def test_a_save_without_changes_by_another_user_causes_no_conflict(editing: Client, colleague: Client) -> None:
    mine = opened(editing, _event())
    send(colleague, _event(), opened(colleague, _event()))
    assert send(editing, _event(), {**mine, "name": "Mine"}).status_code == 302
    assert _event().name == "Mine"


@pytest.mark.parametrize("part", [False, True], ids=["record", "part"])
def test_a_record_that_somebody_deleted_shows_what_was_typed(editing: Client, colleague: Client, part: bool) -> None:
    event = Event.objects.create(slug="2020-x", name="X", classification="meeting", date="2020")
    record = event.participations.create(body=Body.objects.get(slug="cheong-wa-dae"), role="host") if part else event
    typed = {"role": "observer"} if part else {"name": "<b>Mine"}
    mine, page = {**opened(editing, record), **typed, "topics": ["x", "7"]}, address(record)
    colleague.post(address(event, "delete"), {"post": "yes"})
    response = editing.post(page, mine)
    content = response.content.decode()
    assert response.status_code == 410
    assert "Somebody deleted this" in content
    assert "administrator" in content
    assert ("observer" if part else "&lt;b&gt;Mine") in content
    assert not Event.objects.filter(slug="2020-x").exists()


def test_a_related_record_deleted_meanwhile_is_an_error_of_its_field(editing: Client) -> None:
    larger = Event.objects.create(slug="2020-x", name="X", classification="meeting", date="2020")
    mine = {**opened(editing, _event()), "part_of": str(larger.pk)}
    larger.delete()
    assert "not one of the available choices" in errors(send(editing, _event(), mine))["part_of"][0]
