"""Filters by topic, relation, measure, occasion, reply, dossier and source."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import filter_records as make
from tests.support.filter_records import matching_slugs

pytestmark = pytest.mark.django_db


@pytest.fixture
def korea(db: None) -> Any:
    return make.state("KR")


def test_a_topic_includes_its_descendants(korea: Any) -> None:
    trade = make.topic("trade")
    exports = make.topic("exports", trade)
    chemicals = make.topic("chemicals", exports)
    history = make.topic("history")
    for topic in (trade, exports, chemicals, history):
        make.event(f"event-{topic.slug}", topics=[topic])
        make.measure(f"measure-{topic.slug}", topics=[topic])
        make.act(make.statement(f"statement-{topic.slug}", body=korea, topics=[topic]))
    below = ["chemicals", "exports", "trade"]
    for kind, name in (("events", "event"), ("measures", "measure"), ("statements", "statement")):
        assert matching_slugs(kind, topic="trade") == [f"{name}-{slug}" for slug in below], kind
        assert matching_slugs(kind, topic="exports") == [f"{name}-chemicals", f"{name}-exports"], kind
        assert matching_slugs(kind, topic=["chemicals", "history"]) == [f"{name}-chemicals", f"{name}-history"], kind
    assert matching_slugs("speech-acts", topic="exports") == ["statement-chemicals-1", "statement-exports-1"]
    assert matching_slugs("topics", parent="trade") == ["exports"]  # the children, and no further


def test_an_unpublished_topic_hides_its_descendants(korea: Any) -> None:
    hidden = make.topic("hidden", make.topic("trade"), status="draft")
    make.event("below-hidden", topics=[make.topic("below", hidden)])
    assert matching_slugs("events", topic="trade") == []
    assert matching_slugs("events", topic="below") == ["below-hidden"]


def test_a_record_on_two_topics_is_listed_once(korea: Any) -> None:
    trade = make.topic("trade")
    make.event("both", topics=[trade, make.topic("exports", trade)])
    assert matching_slugs("events", topic="trade") == ["both"]


def test_related_to_follows_the_direction_of_the_relation(korea: Any) -> None:
    ruling, curbs, protest, talks = (make.event(slug) for slug in ("ruling", "curbs", "protest", "talks"))
    make.related(curbs, "retaliates_for", ruling)
    make.related(protest, "responds_to", curbs)
    make.related(talks, "refers_to", curbs)
    assert matching_slugs("events", related_to="ruling") == ["curbs"]
    # All are of one date: a response is listed after what it responds to, a reference is not.
    assert matching_slugs("events", related_to="curbs") == ["talks", "protest"]
    assert matching_slugs("events", related_to=["ruling", "curbs"]) == ["talks", "curbs", "protest"]
    assert matching_slugs("events", relation="retaliates_for") == ["curbs"]
    assert matching_slugs("events", relation=["refers_to", "responds_to"]) == ["talks", "protest"]


def test_relation_with_related_to_filters_the_same_link(korea: Any) -> None:
    """Not: some link of this kind, and some link to that event."""
    ruling, curbs, other = (make.event(slug) for slug in ("ruling", "curbs", "other"))
    make.related(curbs, "retaliates_for", other)
    make.related(curbs, "refers_to", ruling)
    assert matching_slugs("events", relation="refers_to", related_to="ruling") == ["curbs"]
    assert matching_slugs("events", relation="retaliates_for", related_to="ruling") == []


def test_events_by_measure_are_its_steps(korea: Any) -> None:
    announced, effective, aside = make.event("announced"), make.event("effective"), make.event("aside")
    curbs = make.measure("curbs")
    curbs.steps.create(event=announced, phase="announced"), curbs.steps.create(event=effective, phase="effective")
    make.measure("reply").steps.create(event=aside, phase="announced")
    assert matching_slugs("events", measure="curbs") == ["announced", "effective"]


def test_about_includes_the_acts_of_a_statement(korea: Any) -> None:
    ruling, curbs = make.event("ruling"), make.measure("curbs")
    make.statement("itself", body=korea, about_events=[ruling])
    make.statement("of-curbs", body=korea, about_measures=[curbs])
    make.act(make.statement("by-act", body=korea), about_event=ruling)
    make.statement("of-nothing", body=korea)
    assert matching_slugs("statements", about="ruling") == ["by-act", "itself"]
    assert matching_slugs("statements", about="curbs") == ["of-curbs"]
    assert matching_slugs("statements", about=["ruling", "curbs"]) == ["by-act", "itself", "of-curbs"]


def test_statements_by_occasion_reply_and_kind_of_act(korea: Any) -> None:
    rumour = make.statement("rumour", body=korea, occasion=make.event("briefing"))
    answer = make.statement("answer", body=korea, in_reply_to=[rumour])
    make.act(answer, "denial"), make.act(answer, "proposal")
    assert matching_slugs("statements", occasion="briefing") == ["rumour"]
    assert matching_slugs("statements", in_reply_to="rumour") == ["answer"]
    assert (
        matching_slugs("statements", speech_act="denial")
        == matching_slugs("statements", speech_act=["denial", "offer"])
        == ["answer"]
    )
    assert matching_slugs("statements", speech_act="offer") == []


def test_statements_by_attribution_classification_and_language(korea: Any) -> None:
    make.statement("named", speaker=make.official("kim"), body=korea, language="ko", classification="briefing")
    make.statement("unnamed", body=korea, language="ko-KR")
    assert matching_slugs("statements", attribution="anonymous") == ["unnamed"]
    assert (
        matching_slugs("statements", speaker="kim")
        == matching_slugs("statements", classification="briefing")
        == ["named"]
    )
    assert matching_slugs("statements", body="KR") == ["named", "unnamed"]
    assert matching_slugs("statements", language="ko") == ["named"]  # a tag is compared whole


def test_dossier_includes_the_acts_of_its_statements(korea: Any) -> None:
    ruling, curbs, stated = make.event("ruling"), make.measure("curbs"), make.statement("said", body=korea)
    make.act(stated)
    make.event("aside"), make.act(make.statement("unsaid", body=korea))
    make.dossier("case", ruling, curbs, stated)
    assert matching_slugs("events", dossier="case") == ["ruling"]
    assert matching_slugs("measures", dossier="case") == ["curbs"]
    assert matching_slugs("statements", dossier="case") == ["said"]
    assert matching_slugs("speech-acts", dossier="case") == ["said-1"]


def test_source_includes_citations_of_a_statements_acts(korea: Any) -> None:
    paper, other = make.source("paper"), make.source("other")
    stated, quoted = make.statement("said", body=korea), make.statement("quoted", body=korea)
    make.cited(paper, speech_act=make.act(quoted)), make.cited(paper, statement=stated)
    make.cited(paper, event=make.event("ruling")), make.cited(other, event=make.event("aside"))
    assert matching_slugs("statements", source="paper") == ["quoted", "said"]
    assert matching_slugs("speech-acts", source="paper") == ["quoted-1"]
    assert matching_slugs("events", source="paper") == ["ruling"]
    assert matching_slugs("events", source=["paper", "other"]) == ["aside", "ruling"]


def test_kinds_of_records(korea: Any) -> None:
    make.event("ruling", classification="ruling"), make.event("summit", classification="summit")
    make.measure("embargo", instrument="embargo"), make.measure("tariff", instrument="tariff")
    make.body("court", korea, kind="court"), make.source("note", tier="primary"), make.source("news")
    assert matching_slugs("events", classification=["ruling", "visit"]) == ["ruling"]
    assert matching_slugs("measures", instrument="tariff") == ["tariff"]
    assert matching_slugs("bodies", kind="court") == matching_slugs("bodies", parent="KR") == ["court"]
    assert matching_slugs("sources", tier="primary") == ["note"]
