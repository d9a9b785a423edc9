"""Each rule finds its contradiction and has no findings for consistent records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive import models as m
from archive.checks.finding import Finding
from archive.checks.rows_to_check import rules_with_rows
from archive.checks.rules import RULES
from archive.checks.scope import Scope
from archive.workflow.findings import check
from archive.workflow.records import reviewed_models
from tests.support import check_records as r

pytestmark = pytest.mark.django_db


def broken() -> list[tuple[str, str]]:
    """Rule and record of all findings."""
    return [(finding.rule, finding.record) for rule in RULES for finding in rule.findings()]


def the(rule: str) -> Finding:
    """The one finding of a rule."""
    (result,) = [finding for record in RULES if record.name == rule for finding in record.findings()]
    return result


def _capacity(**values: Any) -> None:
    r.make_statement("2019-07-12").capacities.add(r.appointment(**values))


def _reply(first: str, second: str) -> None:
    r.make_statement(first, "answer").in_reply_to.add(r.make_statement(second, "question"))


def _outcome(date: str, statement_date: str = "2019-07-12", **by: Any) -> None:
    m.Outcome.objects.create(speech_act=r.act(statement_date), date=date, kind="fulfilled", **by)


def _two(mine: tuple[str, str], theirs: tuple[str, str], **values: Any) -> None:
    r.appointment(*mine)
    r.appointment(*theirs, **{"official": r.official("lee"), **values})


def _ongoing() -> None:
    r.appointment("2019-01-01", None, end_state="ongoing")
    r.appointment("2020", None, end_state="ongoing", official=r.official("lee"))


def _cite(statement_date: str, published: str, stance: str = "supports") -> None:
    m.Citation.objects.create(
        statement=r.make_statement(statement_date), source=r.source(published=published), stance=stance
    )


def _good(in_force: str) -> None:
    m.MeasureGood.objects.create(measure=r.measure(), name="resist", in_force=in_force)


def _circle(*kinds: str) -> None:
    record, two = r.event("2019-07", "one"), r.event("2019-07", "two")
    for kind, first, second in zip(kinds, (record, two), (two, record), strict=False):
        m.Relation.objects.create(from_event=first, kind=kind, to_event=second)


def _loop(make: Callable[[str], Any], field: str) -> None:
    first, two, aside = make("one"), make("two"), make("aside")
    for record, other in ((first, two), (two, first), (aside, first)):
        setattr(record, field, other)
        record.save()


def _foreign() -> None:
    spoken = r.make_statement()
    other = r.appointment(official=r.official("lee"), slug="lees")
    m.Statement.capacities.through.objects.create(statement=spoken, appointment=other)


def _named_twice(**values: Any) -> None:
    state = m.Body.objects.get(iso3166="KR")
    for official in (r.official(state=state, born="1957-03"), r.official("lee", state=state, **values)):
        m.Name.objects.create(official=official, text="김유근", scheme="native")


def _at_one_address(*urls: str) -> None:
    for slug, url in zip(("first", "second"), urls, strict=True):
        m.Source.objects.create(slug=slug, title=slug, url=url, status="published")


def _said_twice(**values: Any) -> None:
    r.appointment()
    for slug in ("again", "before"):
        made = r.statement(slug=slug, **(values if slug == "before" else {}))
        m.Statement.objects.filter(pk=made.pk).update(name="The same words")


CONTRADICTIONS: list[tuple[str, str, Callable[[], Any]]] = [
    ("speaker-without-office", "words", lambda: (r.appointment(), r.statement("2020-01-01"))),
    ("speaker-without-office", "words", lambda: r.statement()),
    ("speaker-without-office", "words", lambda: (r.appointment("2019-08", "2019-09"), r.statement("2019-07-31"))),
    ("speaker-without-office", "words", lambda: (r.appointment(mode="nominee"), r.statement())),
    ("capacity-not-in-force", "words", lambda: _capacity(end="2019-07-11")),
    ("capacity-not-in-force", "words", lambda: _capacity(start="2019-08")),
    ("capacity-not-in-force", "words", lambda: _capacity(mode="nominee")),
    ("capacity-of-another", "words", _foreign),
    ("reply-before-statement", "answer", lambda: _reply("2019-07-12", "2019-08")),
    ("statement-outside-occasion", "words", lambda: r.make_statement(occasion=r.event("2019-07-09/2019-07-10"))),
    ("speaker-not-alive", "words", lambda: r.make_statement("1890", speaker=r.official(born="1900"))),
    ("speaker-not-alive", "words", lambda: r.make_statement(speaker=r.official(died="2018"))),
    ("outcome-before-speech-act", "words-1 (2019-07-10)", lambda: _outcome("2019-07-10")),
    ("outcome-before-its-cause", "words-1 (2019-08-01)", lambda: _outcome("2019-08-01", event=r.event("2019-08-03"))),
    (
        "outcome-before-its-cause", "words-1 (2019-08-01)",
        lambda: _outcome("2019-08-01", answer=r.act("2019-09", "answer")),
    ),
    (
        "outcome-by-something-earlier", "words-1 (2019-08-01)",
        lambda: _outcome("2019-08-01", event=r.event("2019-07-10")),
    ),
    (
        "outcome-by-something-earlier", "words-1 (2019-08-01)",
        lambda: _outcome("2019-08-01", answer=r.act("2018", "answer")),
    ),
    (
        "outcome-without-question", "words-1 (2019-08-01)",
        lambda: m.Outcome.objects.create(speech_act=r.act(kind="assertion"), date="2019-08-01", kind="fulfilled"),
    ),
    ("announced-after-effect", "one announces two", lambda: r.relation("announces", "2019-07-03", "2019-07-01")),
    ("response-before-cause", "one responds_to two", lambda: r.relation("responds_to", "2018", "2019-01-02")),
    ("link-outside-whole", "one part_of two", lambda: r.relation("part_of", "2019-07-04", "2019-07-01/2019-07-02")),
    ("part-outside-whole", "ruling", lambda: r.event("2020-02", part_of=r.event("2019", "whole"))),
    ("step-outside-measure", "curbs effective step-effective", lambda: r.measure(effective="2019-07-03")),
    ("step-outside-measure", "curbs lifted step-lifted", lambda: r.measure(lifted="2023-04")),
    ("announced-after-in-force", "curbs announced step-announced", lambda: r.measure(announced="2019-07-05")),
    ("steps-in-disorder", "curbs effective step-effective",
     lambda: r.measure(None, effective="2018", announced="2020")),
    ("steps-in-disorder", "curbs lifted step-lifted", lambda: r.measure(None, effective="2019", lifted="2018")),
    ("good-outside-measure", "curbs resist", lambda: _good("2018")),
    ("appointment-in-disorder", "kim-minister", lambda: r.appointment(appointed="2020")),
    ("appointed-outside-life", "kim-minister", lambda: r.appointment(official=r.official(born="2019-06"))),
    ("appointed-outside-life", "kim-minister", lambda: r.appointment(official=r.official(died="2019-06"))),
    (
        "appointed-outside-life", "kim-minister",
        lambda: r.appointment(end=None, end_state="ongoing", official=r.official(died="2021")),
    ),
    (
        "appointment-outside-body", "kim-minister",
        lambda: r.appointment(office=r.office(body=r.body("gdr", existed="1949/1990"))),
    ),
    ("two-holders-at-once", "kim-minister", lambda: _two(("2019-01", "2019-06"), ("2019-05", "2019-12"))),
    ("two-holders-at-once", "kim-minister", _ongoing),
    (
        "held-twice-at-once", "kim-minister",
        lambda: _two(("2019-01", "2019-06"), ("2019-05", "2019-12"), official=r.official(), slug="z-again"),
    ),
    ("accessed-before-published", "report", lambda: r.source(published="2019-07-12", retrieved="2019-07-11")),
    ("reported-before-said", "words by report", lambda: _cite("2019-07-12", "2019-07-10")),
    ("body-above-itself", "one", lambda: _loop(r.body, "parent")),
    ("topic-above-itself", "one", lambda: _loop(lambda s: m.Topic.objects.create(slug=s, name=s), "parent")),
    ("event-part-of-itself", "one", lambda: _loop(lambda slug: r.event("2019", slug), "part_of")),
    ("events-in-a-circle", "one", lambda: _circle("responds_to", "follows")),
    ("replies-in-a-circle", "answer", lambda: (_reply("2019", "2019"), _answer_back())),
    ("official-entered-twice", "lee", lambda: _named_twice(born="1957")),
    ("source-entered-twice", "second", lambda: _at_one_address("https://a.org/x", "https://a.org/x")),
    ("event-entered-twice", "two", lambda: (r.event("2019-07", "one", name="A"), r.event("2019-07", "two", name="A"))),
    ("statement-entered-twice", "before", _said_twice),
]  # fmt: skip


def _answer_back() -> None:
    m.Statement.objects.get(slug="question").in_reply_to.add(m.Statement.objects.get(slug="answer"))


@pytest.mark.parametrize(("rule", "record", "make"), CONTRADICTIONS)
def test_each_rule_finds_its_contradiction_alone(rule: str, record: str, make: Callable[[], Any]) -> None:
    make()
    assert broken() == [(rule, record)]


@pytest.mark.parametrize(("rule", "record", "make"), CONTRADICTIONS)
def test_the_checks_of_single_records_find_each_contradiction(rule: str, record: str, make: Callable[[], Any]) -> None:
    make()
    seeded = set(m.Body.objects.filter(kind="state"))
    records = [row for model in reviewed_models().values() for row in model.objects.all() if row not in seeded]
    of_records = {(finding.rule, finding.record) for row in records for finding in check([row])}
    assert (rule, record) in of_records


SOUND: list[Callable[[], Any]] = [
    lambda: _named_twice(born="1960"),
    lambda: _at_one_address("", ""),
    lambda: _at_one_address("https://a.org/x", "https://a.org/y"),
    lambda: (r.event("2019-07", "one", name="A"), r.event("2019-07-01", "two", name="A")),
    lambda: (
        r.appointment(official=r.official("lee"), office=r.office("other")), _said_twice(speaker=r.official("lee")),
    ),
    # On the boundary.
    lambda: (r.appointment(), r.statement("2019-12-31")),
    lambda: _two(("2019-01-01", "2019-06-30"), ("2019-06-30", "2019-12-31")),
    lambda: _reply("2019-07-12", "2019-07-12"),
    lambda: _outcome("2019-07-12"),
    lambda: r.relation("announces", "2019-07-01", "2019-07-01"),
    lambda: _cite("2019-07-12", "2019-07-11"),
    lambda: r.measure(announced="2019-07-01", effective="2019-07-04", lifted="2023-03-23"),
    # Partly known: some day fits.
    lambda: (r.appointment("2019-07", "2019-12"), r.statement("2019-07-01")),
    lambda: (r.appointment("2020", None), r.statement("2019/2020")),
    lambda: _two(("2019", "2020"), ("2020", "2021")),
    lambda: _reply("2019", "2019-12-31"),
    lambda: _outcome("2019-07", "2019-07-12"),
    lambda: r.make_statement("2019-07", occasion=r.event("2019-07-31/2019-08-02")),
    lambda: r.measure("2019-07/2023", effective="2019-07-01"),
    # Open, unknown or blank: excludes nothing.
    lambda: (r.appointment(None, None), r.statement()),
    lambda: (r.appointment("2010", None), r.statement()),
    lambda: (r.appointment("2010", "2011"), r.statement("../2019")),
    lambda: _reply("2018/..", "2019"),
    lambda: _two(("2019", None), ("2020", None)),
    lambda: r.measure("../2023", announced="2020"),
    lambda: r.source(published=None, retrieved="2019"),
    # Marked as approximate or uncertain: excludes nothing.
    lambda: (r.appointment("2010", "2011~"), r.statement("2012")),
    lambda: (r.appointment("2010", "2011"), r.statement("2012?")),
    lambda: _capacity(end="2018?", start="2018"),
    lambda: _reply("2018%", "2019"),
    lambda: _two(("2019-01-01", "2019-06-30?"), ("2019-05-01", "2019-12-31")),
    lambda: _outcome("2019-07~"),
    lambda: r.measure(announced="2020?"),
    lambda: r.measure(None, effective="2018", announced="2019?"),
    # Other modes, other stances, links that say nothing of time.
    lambda: _two(("2019-01-01", "2019-12-31"), ("2019-05-01", "2019-06-01"), mode="acting"),
    lambda: _cite("2019-07-12", "2018", stance="disputes"),
    lambda: r.relation("refers_to", "2018", "2019"),
    lambda: _circle("refers_to", "refers_to"),
    lambda: r.make_statement("2021", attribution="reported", speaker=r.official(died="2020")),
]  # fmt: skip


@pytest.mark.parametrize("make", SOUND)
def test_consistent_records_have_no_findings(make: Callable[[], Any]) -> None:
    make()
    assert broken() == []


def test_a_second_announcement_may_come_later() -> None:
    measure = r.measure(announced="2019-07-01", effective="2019-07-04")
    m.MeasureStep.objects.create(measure=measure, phase="announced", event=r.event("2020", "extension"))
    assert broken() == []


def test_an_appointment_that_ends_before_it_starts_is_found() -> None:
    created = r.appointment("2019-01-01", "2019-12-31")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = 1")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE archive_appointment DROP CONSTRAINT appointment_start_not_after_end")
        try:
            m.Appointment.objects.filter(pk=created.pk).update(
                end="2018", end_latest="2018-12-31", end_earliest="2018-01-01"
            )
            assert the("appointment-in-disorder").record == created.slug
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints = 0")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (lambda draft: r.make_statement(occasion=draft), ("statement words", "occasion: ruling, which is draft")),
        (
            lambda draft: r.make_statement().about_events.add(draft),
            ("statement words", "about_events: ruling, which is draft"),
        ),
        (
            lambda draft: m.SpeechAct.objects.create(
                statement=r.make_statement(), ordinal=1, kind="demand", text="x", about_event=draft
            ),
            ("statement words", "speech act, about_event: ruling, which is draft"),
        ),
        (
            lambda draft: m.Relation.objects.create(from_event=r.event(slug="seen"), kind="follows", to_event=draft),
            ("event seen", "relation, to_event: ruling, which is draft"),
        ),
    ],
)
def test_a_link_from_a_published_record_to_a_draft_is_found(
    link: Callable[[Any], Any], expected: tuple[str, str]
) -> None:
    link(r.event(status="draft"))
    result = the("published-points-to-unpublished")
    assert (result.record, result.got) == expected


def test_a_draft_may_link_to_drafts_and_published_records() -> None:
    draft = r.event(status="draft", slug="draft")
    m.Relation.objects.create(from_event=draft, kind="follows", to_event=r.event(slug="seen"))
    r.make_statement(status="draft", occasion=draft)
    assert broken() == []


def test_a_finding_has_got_and_expected() -> None:
    r.appointment()
    r.statement("2020-01-01")
    assert the("speaker-without-office").sentence() == (
        "statement words: speaker-without-office: got kim on 2020-01-01, who held kim-minister from 2019-01-01 to "
        "2019-12-31, expected an appointment in force on that date."
    )


def _query_count() -> int:
    """How many SQL statements all rules take."""
    with CaptureQueriesContext(connection) as captured:
        assert broken() == []
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_the_archive() -> None:
    r.make_statement("2019-08", "answer-0").in_reply_to.add(r.make_statement("2019-07", "question-0"))
    before = _query_count()
    for number in range(1, 30):
        r.make_statement("2019-08", f"answer-{number}").in_reply_to.add(
            r.make_statement("2019-07", f"question-{number}")
        )
    assert _query_count() == before


@pytest.mark.parametrize("slug", ["one", "two"])
def test_a_duplicate_is_found_by_the_check_of_either_record(slug: str) -> None:
    for name in ("one", "two", "three"):
        r.event("2019-07" if name != "three" else "2020", name, name="A")
    scope = Scope.of(m.Event, [m.Event.objects.get(slug=slug).pk])
    findings = [finding for rule in rules_with_rows(RULES, scope) for finding in rule.findings(scope)]
    assert findings == [finding for rule in RULES for finding in rule.findings()]
    assert [(finding.rule, finding.record) for finding in findings] == [("event-entered-twice", "two")]
