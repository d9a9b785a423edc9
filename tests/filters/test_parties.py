"""Filters by country, participant, office and addressee."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.support import filter_records as make
from tests.support.filter_records import matching_slugs

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """South Korea with a ministry and a bureau in it, Japan with a cabinet, and a person of each."""
    korea, japan = make.state("KR"), make.state("JP")
    ministry = make.body("ministry", korea)
    bureau = make.body("bureau", ministry)
    cabinet = make.body("cabinet", japan)
    envoy = make.official("envoy", state=korea)
    clerk = make.official("clerk")  # of no state, but in the bureau
    premier = make.official("premier", state=japan)
    desk = make.office("desk", bureau)
    make.appointment("clerk-at-desk", clerk, desk, "2019-03", "2019-09")
    return SimpleNamespace(**locals())


def test_a_country_is_its_state_and_all_bodies_below_it(world: SimpleNamespace) -> None:
    assert set(matching_slugs("bodies", country="KR")) == {"bureau", "ministry", "south-korea"}
    assert matching_slugs("offices", country="KR") == ["desk"]
    assert matching_slugs("offices", country="JP") == []


def test_a_country_may_be_named_by_slug_and_in_small_letters(world: SimpleNamespace) -> None:
    for name in ("KR", "kr", "south-korea"):
        assert set(matching_slugs("bodies", country=name)) == {"bureau", "ministry", "south-korea"}, name
    assert len(matching_slugs("bodies", country=["KR", "JP"])) == 5
    assert len(matching_slugs("bodies", country=["KR", "kr", "Kr", "south-korea", "jp"])) == 5


def test_officials_of_a_country_serve_it_or_held_an_office_below_it(world: SimpleNamespace) -> None:
    assert matching_slugs("officials", country="KR") == ["clerk", "envoy"]
    assert matching_slugs("officials", country="JP") == ["premier"]
    assert matching_slugs("appointments", country="KR") == ["clerk-at-desk"]


def test_events_of_a_country_have_one_of_its_parties(world: SimpleNamespace) -> None:
    for slug, party in (("by-state", world.korea), ("by-bureau", world.bureau), ("by-envoy", world.envoy),
                        ("by-cabinet", world.cabinet), ("by-clerk", world.clerk)):  # fmt: skip
        make.took_part(make.event(slug), party)
    assert set(matching_slugs("events", country="KR")) == {"by-state", "by-bureau", "by-envoy"}
    assert matching_slugs("events", country="JP") == ["by-cabinet"]


def test_measures_of_a_country_are_its_own_and_those_aimed_at_it(world: SimpleNamespace) -> None:
    make.measure("curbs", imposers=[world.cabinet], targets=[world.korea])
    make.measure("reply", imposers=[world.bureau])
    assert set(matching_slugs("measures", country="KR")) == {"curbs", "reply"}
    assert matching_slugs("measures", country="JP") == ["curbs"]
    assert matching_slugs("measures", imposer="cabinet") == ["curbs"]
    assert matching_slugs("measures", imposer="JP") == []  # the cabinet, not the state, imposes it
    assert matching_slugs("measures", target="KR", imposer=["cabinet", "bureau"]) == ["curbs"]


def test_statements_of_a_country_are_for_its_bodies_or_by_its_officials(world: SimpleNamespace) -> None:
    make.act(make.statement("for-bureau", body=world.bureau))
    make.act(make.statement("by-envoy", speaker=world.envoy))
    make.act(make.statement("by-premier", speaker=world.premier, body=world.cabinet))
    assert matching_slugs("statements", country="KR") == ["by-envoy", "for-bureau"]
    assert matching_slugs("statements", country="JP") == ["by-premier"]
    assert matching_slugs("speech-acts", country="KR") == ["by-envoy-1", "for-bureau-1"]


def test_sources_of_a_country_were_published_by_its_bodies(world: SimpleNamespace) -> None:
    make.source("note", publisher=world.bureau), make.source("report", publisher=world.cabinet), make.source("book")
    assert matching_slugs("sources", country="KR") == ["note"]
    assert matching_slugs("sources", publisher="cabinet") == ["report"]


def test_roles_in_an_event_are_told_apart(world: SimpleNamespace) -> None:
    curbs, talks = make.event("curbs"), make.event("talks")
    make.took_part(curbs, world.japan, "actor")
    make.took_part(curbs, world.korea, "target")
    make.took_part(talks, world.korea, "actor")
    make.took_part(talks, world.premier, "host")
    assert matching_slugs("events", actor="JP") == ["curbs"]
    assert matching_slugs("events", target="KR") == ["curbs"]
    assert matching_slugs("events", actor="KR") == ["talks"]
    assert matching_slugs("events", participant="KR") == ["curbs", "talks"]
    assert matching_slugs("events", participant="premier") == ["talks"]
    assert matching_slugs("events", participant=["premier", "JP"]) == ["curbs", "talks"]
    assert matching_slugs("events", actor="premier") == []


def test_an_office_is_that_of_the_speaker_on_the_day(world: SimpleNamespace) -> None:
    for date in (
        "2018",
        "2019-02-28",
        "2019-03",
        "2019-07-12",
        "2019",
        "2019-10",
        "../2018",
        "../2019-06",
        "2019-10/..",
    ):
        make.statement(f"said-{date.strip('./')}-{date.count('.')}", date, speaker=world.clerk)
    make.statement("said-by-another", "2019-07-12", speaker=world.envoy)
    make.statement("for-the-bureau", "2019-07-12", body=world.bureau)
    assert set(matching_slugs("statements", office="desk")) == {
        "said-2019-03-0", "said-2019-07-12-0", "said-2019-0", "said-2019-06-2",
    }  # fmt: skip
    assert matching_slugs("statements", office="desk", date="2019-07-12", certain="true") == ["said-2019-07-12-0"]


def test_an_office_need_not_be_among_the_capacities(world: SimpleNamespace) -> None:
    council = make.office("council", world.ministry)
    seat = make.appointment("clerk-in-council", world.clerk, council, "2019-01", "2019-12")
    statement = make.statement("said", "2019-07-12", speaker=world.clerk, capacities=[seat])
    assert list(statement.capacities.all()) == [seat]
    assert matching_slugs("statements", office="desk") == matching_slugs("statements", office="council") == ["said"]


def test_an_office_with_a_blank_bound_may_have_been_held(world: SimpleNamespace) -> None:
    chair, stool, bench = (make.office(name, world.ministry) for name in ("chair", "stool", "bench"))
    make.appointment("since-2018", world.envoy, chair, "2018")
    make.appointment("until-2018", world.envoy, stool, "", "2018")
    make.appointment("only-named", world.envoy, bench, "2018", mode="nominee")
    make.statement("said", "2019-07-12", speaker=world.envoy)
    assert matching_slugs("statements", office="chair") == ["said"]
    assert matching_slugs("statements", office="stool") == []
    assert matching_slugs("statements", office="bench") == []


def test_words_are_addressed_by_an_act_and_not_by_their_statement(world: SimpleNamespace) -> None:
    statement = make.statement("said", body=world.ministry)
    make.act(statement, "demand", addressee_bodies=[world.cabinet])
    make.act(statement, "offer", addressee_officials=[world.premier, world.envoy])
    make.statement("silent", body=world.ministry)
    assert matching_slugs("statements", addressee="cabinet") == ["said"]
    assert matching_slugs("statements", addressee=["premier", "cabinet"]) == ["said"]
    assert matching_slugs("statements", addressee="JP") == []
    assert matching_slugs("speech-acts", addressee="cabinet") == ["said-1"]
    assert matching_slugs("speech-acts", addressee="premier") == ["said-2"]
    assert matching_slugs("speech-acts", addressee=["premier", "cabinet"]) == ["said-1", "said-2"]
