"""Filters by country, participant, office and addressee."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.support import filter_records as make
from tests.support.filter_records import found

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
    assert set(found("bodies", country="KR")) == {"bureau", "ministry", "south-korea"}
    assert found("offices", country="KR") == ["desk"]
    assert found("offices", country="JP") == []


def test_a_country_may_be_named_by_slug_and_in_small_letters(world: SimpleNamespace) -> None:
    for name in ("KR", "kr", "south-korea"):
        assert set(found("bodies", country=name)) == {"bureau", "ministry", "south-korea"}, name
    assert len(found("bodies", country=["KR", "JP"])) == 5


def test_officials_of_a_country_serve_it_or_held_an_office_below_it(world: SimpleNamespace) -> None:
    assert found("officials", country="KR") == ["clerk", "envoy"]
    assert found("officials", country="JP") == ["premier"]
    assert found("appointments", country="KR") == ["clerk-at-desk"]


def test_events_of_a_country_have_one_of_its_parties(world: SimpleNamespace) -> None:
    for slug, party in (("by-state", world.korea), ("by-bureau", world.bureau), ("by-envoy", world.envoy),
                        ("by-cabinet", world.cabinet), ("by-clerk", world.clerk)):  # fmt: skip
        make.took_part(make.event(slug), party)
    assert set(found("events", country="KR")) == {"by-state", "by-bureau", "by-envoy"}
    assert found("events", country="JP") == ["by-cabinet"]


def test_measures_of_a_country_are_its_own_and_those_aimed_at_it(world: SimpleNamespace) -> None:
    make.measure("curbs", imposers=[world.cabinet], targets=[world.korea])
    make.measure("reply", imposers=[world.bureau])
    assert set(found("measures", country="KR")) == {"curbs", "reply"}
    assert found("measures", country="JP") == ["curbs"]
    assert found("measures", imposer="cabinet") == ["curbs"]
    assert found("measures", imposer="JP") == []  # the cabinet, not the state, imposes it
    assert found("measures", target="KR", imposer=["cabinet", "bureau"]) == ["curbs"]


def test_statements_of_a_country_are_for_its_bodies_or_by_its_officials(world: SimpleNamespace) -> None:
    make.act(make.statement("for-bureau", body=world.bureau))
    make.act(make.statement("by-envoy", speaker=world.envoy))
    make.act(make.statement("by-premier", speaker=world.premier, body=world.cabinet))
    assert found("statements", country="KR") == ["by-envoy", "for-bureau"]
    assert found("statements", country="JP") == ["by-premier"]
    assert found("speech-acts", country="KR") == ["by-envoy-1", "for-bureau-1"]


def test_sources_of_a_country_were_published_by_its_bodies(world: SimpleNamespace) -> None:
    make.source("note", publisher=world.bureau), make.source("report", publisher=world.cabinet), make.source("book")
    assert found("sources", country="KR") == ["note"]
    assert found("sources", publisher="cabinet") == ["report"]


def test_roles_in_an_event_are_told_apart(world: SimpleNamespace) -> None:
    curbs, talks = make.event("curbs"), make.event("talks")
    make.took_part(curbs, world.japan, "actor")
    make.took_part(curbs, world.korea, "target")
    make.took_part(talks, world.korea, "actor")
    make.took_part(talks, world.premier, "host")
    assert found("events", actor="JP") == ["curbs"]
    assert found("events", target="KR") == ["curbs"]
    assert found("events", actor="KR") == ["talks"]
    assert found("events", participant="KR") == ["curbs", "talks"]
    assert found("events", participant="premier") == ["talks"]
    assert found("events", participant=["premier", "JP"]) == ["curbs", "talks"]
    assert found("events", actor="premier") == []


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
    assert set(found("statements", office="desk")) == {
        "said-2019-03-0", "said-2019-07-12-0", "said-2019-0", "said-2019-06-2",
    }  # fmt: skip
    assert found("statements", office="desk", date="2019-07-12", certain="true") == ["said-2019-07-12-0"]


def test_an_office_need_not_be_among_the_capacities(world: SimpleNamespace) -> None:
    council = make.office("council", world.ministry)
    seat = make.appointment("clerk-in-council", world.clerk, council, "2019-01", "2019-12")
    said = make.statement("said", "2019-07-12", speaker=world.clerk, capacities=[seat])
    assert list(said.capacities.all()) == [seat]
    assert found("statements", office="desk") == found("statements", office="council") == ["said"]


def test_an_office_with_a_blank_bound_may_have_been_held(world: SimpleNamespace) -> None:
    chair, stool, bench = (make.office(name, world.ministry) for name in ("chair", "stool", "bench"))
    make.appointment("since-2018", world.envoy, chair, "2018")
    make.appointment("until-2018", world.envoy, stool, "", "2018")
    make.appointment("only-named", world.envoy, bench, "2018", mode="nominee")
    make.statement("said", "2019-07-12", speaker=world.envoy)
    assert found("statements", office="chair") == ["said"]
    assert found("statements", office="stool") == []
    assert found("statements", office="bench") == []


def test_words_are_addressed_by_an_act_and_not_by_their_statement(world: SimpleNamespace) -> None:
    said = make.statement("said", body=world.ministry)
    make.act(said, "demand", addressee_bodies=[world.cabinet])
    make.act(said, "offer", addressee_officials=[world.premier, world.envoy])
    make.statement("silent", body=world.ministry)
    assert found("statements", addressee="cabinet") == ["said"]
    assert found("statements", addressee=["premier", "cabinet"]) == ["said"]
    assert found("statements", addressee="JP") == []
    assert found("speech-acts", addressee="cabinet") == ["said-1"]
    assert found("speech-acts", addressee="premier") == ["said-2"]
    assert found("speech-acts", addressee=["premier", "cabinet"]) == ["said-1", "said-2"]
