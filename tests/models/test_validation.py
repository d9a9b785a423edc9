"""Rules that span rows are checked by ``clean`` and before publication."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from archive.models import Body, Event, Outcome, Statement, Topic
from tests.support.world import World, change, copy


def refusal(record: Any) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        record.full_clean()
    return refused.value


@pytest.mark.parametrize(
    ("kind", "link"), [("body", "parent"), ("topic", "parent"), ("event", "part_of")]
)  # fmt: skip
def test_a_cycle_is_refused_whether_draft_or_published(kind: str, link: str, world: World) -> None:
    upper = getattr(world, kind)
    middle, lower = copy(upper, slug="middle", **{link: upper}), copy(upper, slug="lower")
    middle.save()
    setattr(lower, link, middle)
    lower.save()
    # A load went around the forms.
    change(upper, **{link: lower})
    for status in ("draft", "published"):
        response = type(upper).objects.get(pk=upper.pk)
        response.status = status
        error = refusal(response).error_dict[link][0]
        assert error.code == "cycle"
        assert error.params["got"] == str(lower)


@pytest.mark.parametrize("model", [Body, Topic, Event])
def test_a_tree_without_a_cycle_is_accepted(model: Any, world: World) -> None:
    record = getattr(world, model.__name__.lower())
    record.full_clean()


@pytest.mark.parametrize(
    "kind", ["topic", "body", "official", "office", "appointment", "event", "measure", "statement", "source", "dossier"]
)
def test_a_slug_never_changes(kind: str, world: World) -> None:
    record = type(getattr(world, kind)).objects.get(pk=getattr(world, kind).pk)
    stored, record.slug = record.slug, "another"
    error = refusal(record).error_dict["slug"][0]
    assert error.code == "immutable"
    assert error.params == {"got": "another", "expected": stored}


def test_a_capacity_that_is_somebody_elses_is_refused_from_either_side(world: World) -> None:
    for add in (
        lambda: world.statement.capacities.add(world.foreign),
        lambda: world.statement.capacities.set([world.appointment, world.foreign]),
        lambda: world.foreign.statements.add(world.statement),
    ):
        with pytest.raises(ValidationError) as refused, transaction.atomic():
            add()
        assert refused.value.code == "foreign_capacity"
        assert refused.value.params["got"] == "foreign"
        assert refused.value.params["expected"] == "an appointment of the speaker, Official"
    assert not world.statement.capacities.exists()


def test_a_capacity_that_became_somebody_elses_is_refused_at_publication(world: World) -> None:
    draft = copy(world.statement, slug="draft", status="draft")
    draft.save()
    draft.capacities.add(world.appointment)
    draft.speaker = world.somebody
    draft.full_clean()
    draft.save()
    draft.status = "published"
    assert "capacities" in refusal(draft).error_dict


def test_a_capacity_of_a_statement_without_a_speaker_is_refused(world: World) -> None:
    nobodys = copy(world.statement, slug="nobodys", attribution="collective", speaker=None)
    nobodys.save()
    with pytest.raises(ValidationError, match="expected an appointment of the speaker, but there is none"):
        nobodys.capacities.add(world.appointment)


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"speaker": None}, "speaker", "A named statement has a speaker: got none"),
        ({"attribution": "anonymous"}, "speaker", "Got 'Official', expected no speaker"),
        ({"attribution": "on_background"}, "speaker", "Got 'Official', expected no speaker"),
        ({"attribution": "anonymous", "speaker": None, "body": None}, "body", "expected the body on whose behalf"),
        ({"attribution": "collective", "speaker": None, "body": None}, "body", "expected the body on whose behalf"),
        ({"form": "verbatim"}, "text", "Verbatim text is never empty"),
    ],
)  # fmt: skip
def test_a_statement_says_what_its_attribution_lacks(
    values: dict[str, Any], field: str, says: str, world: World
) -> None:
    assert says in " ".join(refusal(copy(world.statement, slug="s", **values)).message_dict[field])


def test_an_end_before_the_start_names_both(world: World) -> None:
    error = refusal(copy(world.appointment, slug="s", start="2021")).error_dict["end"][0]
    assert error.messages == ["The end lies before the start: got '2020', expected a date not before 2021."]
    error = refusal(copy(world.official, slug="s", born="1936-05", died="1936-04")).error_dict["died"][0]
    assert error.messages == ["The death lies before the birth: got '1936-04', expected a date not before 1936-05."]


def test_overlapping_appointments_are_allowed(world: World) -> None:
    copy(world.appointment, slug="s", start="2020-07", end="2020").full_clean()
    copy(world.official, slug="s", born="1936", died="1936").full_clean()


def test_only_answerable_acts_have_outcomes(world: World) -> None:
    change(world.speech_act, kind="assertion")
    outcome = Outcome.objects.get(pk=world.outcome.pk)
    assert "Only speech acts that call for an answer have outcomes" in str(refusal(outcome))


def test_a_code_of_a_body_that_is_no_state_is_refused_in_words(world: World) -> None:
    assert "Only a state has an ISO 3166 code" in str(refusal(copy(world.body, slug="s", iso3166="XZ")))
    copy(world.body, slug="s", iso3166="").full_clean()


def test_overlapping_appointments_to_one_office_are_reported(world: World) -> None:
    again = copy(world.appointment, slug="again", start="2020-06", end=None, end_state="unknown")
    after = copy(world.appointment, slug="after", start="2021", end=None, end_state="unknown")
    again.full_clean()
    assert again.overlapping([world.appointment]) == [world.appointment]
    assert after.overlapping([world.appointment]) == []


def test_capacities_left_empty_are_those_in_force_on_the_date(world: World) -> None:
    def appointment(slug: str, **values: Any) -> None:
        copy(world.appointment, slug=slug, **values).save()

    appointment("second", start="2018-05", end="2019-07-12")
    appointment("ongoing", start="2019-01", end=None, end_state="ongoing")
    appointment("maybe", start="2019-07", end=None, end_state="unknown")
    appointment("before", start="2017", end="2019-07-11")
    appointment("after", start="2019-07-13", end=None, end_state="unknown")
    appointment("nominee", start="2019", end=None, end_state="unknown", mode="nominee")
    appointment("acting", mode="acting")
    statement = Statement.objects.get(pk=world.statement.pk)
    statement.fill_capacities()
    assert sorted(statement.capacities.values_list("slug", flat=True)) == [
        "acting", "appointment", "maybe", "ongoing", "second",
    ]  # fmt: skip


def test_fill_capacities_keeps_existing_capacities(world: World) -> None:
    copy(world.appointment, slug="second").save()
    world.statement.capacities.set([world.appointment])
    world.statement.fill_capacities()
    assert [capacity.slug for capacity in world.statement.capacities.all()] == ["appointment"]


def test_a_statement_without_a_speaker_has_no_capacities(world: World) -> None:
    collective = copy(world.statement, slug="s", attribution="collective", speaker=None)
    collective.save()
    collective.fill_capacities()
    assert collective.capacities_in_force() == []
    assert not collective.capacities.exists()
