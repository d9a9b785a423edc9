"""Every row of the chronology is in the first dossier: its date, who does it to whom, and what it is linked with."""

from __future__ import annotations

import pytest

from archive.models import Body, DossierEntry, Event, Statement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("records")]

TREATY = "1965-06-22-treaty-on-basic-relations-signed"
RULING = "2018-10-30-supreme-court-nippon-steel"
CONSULTATION = "2019-01-09-japan-asks-for-consultations"
ARBITRATION = "2019-05-20-japan-asks-for-arbitration"
ANNOUNCED = "2019-07-01-meti-announces-stricter-licensing"
CURBS = "2019-07-04-japan-export-curbs-take-effect"
CABINET = "2019-08-02-japan-cabinet-decides-removal"
ANSWER = "2019-08-12-south-korea-announces-removal"
GSOMIA_ENDS = "2019-08-22-south-korea-decides-not-to-renew-gsomia"
REMOVED_BY_JAPAN = "2019-08-28-removal-from-japans-list-takes-effect"
REMOVED_BY_KOREA = "2019-09-18-removal-from-south-koreas-list-takes-effect"
SUSPENDED = "2019-11-22-south-korea-suspends-gsomia-expiry"
CURBS_END = "2023-03-23-stricter-licensing-ends"
BACK_ON_LIST = "2023-07-21-south-korea-back-on-japans-list"

#: Event, its date, initiators, targets, and its relations: kind and the other event.
EVENTS: list[tuple[str, str, str, str, list[tuple[str, str]]]] = [
    (TREATY, "1965-06-22", "JP KR", "", []),
    ("1965-12-18-treaty-on-basic-relations-in-force", "1965-12-18", "JP KR", "", [("implements", TREATY)]),
    ("2016-11-23-gsomia-signed", "2016-11-23", "JP KR", "", []),
    (RULING, "2018-10-30", "KR", "", []),
    ("2018-11-21-reconciliation-and-healing-foundation", "2018-11-21", "KR", "JP", []),
    ("2018-11-29-supreme-court-mitsubishi", "2018-11-29", "KR", "", []),
    ("2018-12-20-radar-dispute", "2018-12-20", "JP KR", "", []),
    (CONSULTATION, "2019-01-09", "JP", "KR", [("responds_to", RULING)]),
    (ARBITRATION, "2019-05-20", "JP", "KR", [("follows", CONSULTATION)]),
    ("2019-06-19-fund-proposal", "2019-06-19", "KR", "JP", []),
    ("2019-06-28-g20-osaka", "2019-06-28/2019-06-29", "JP KR", "", []),
    (ANNOUNCED, "2019-07-01", "JP", "KR", [("announces", CURBS), ("announces", REMOVED_BY_JAPAN)]),
    (CURBS, "2019-07-04", "JP", "KR", [("implements", ANNOUNCED)]),
    ("2019-07-09-wto-council-for-trade-in-goods", "2019-07-09", "KR", "JP", []),
    ("2019-07-10-record-of-illicit-exports", "2019-07-10", "KR", "", []),
    ("2019-07-12-working-level-meeting", "2019-07-12", "JP KR", "", []),
    ("2019-07-18-arbitration-deadline", "2019-07-18", "JP", "KR", [("follows", ARBITRATION)]),
    ("2019-07-19-kono-calls-in-nam", "2019-07-19", "JP", "KR", []),
    ("2019-07-24-wto-general-council", "2019-07-24", "JP KR", "", []),
    (CABINET, "2019-08-02", "JP", "KR", [("announces", REMOVED_BY_JAPAN)]),
    ("2019-08-08-first-photoresist-licence", "2019-08-08", "JP", "KR", []),
    (ANSWER, "2019-08-12", "KR", "JP", [("retaliates_for", CABINET), ("announces", REMOVED_BY_KOREA)]),
    (GSOMIA_ENDS, "2019-08-22", "KR", "JP", [("responds_to", CABINET)]),
    (REMOVED_BY_JAPAN, "2019-08-28", "JP", "KR", []),
    ("2019-09-11-south-korea-requests-wto-consultations", "2019-09-11", "KR", "JP", []),
    (REMOVED_BY_KOREA, "2019-09-18", "KR", "JP", []),
    ("2019-10-24-lee-and-abe-meet", "2019-10-24", "JP KR", "", []),
    ("2019-11-04-moon-and-abe-talk", "2019-11-04", "JP KR", "", []),
    (SUSPENDED, "2019-11-22", "KR", "JP", [("amends", GSOMIA_ENDS)]),
    ("2019-12-16-seventh-policy-dialogue", "2019-12-16", "JP KR", "", []),
    ("2019-12-20-photoresist-eased", "2019-12-20", "JP", "KR", [("amends", CURBS)]),
    ("2019-12-24-moon-and-abe-in-chengdu", "2019-12-24", "JP KR", "", []),
    ("2020-03-10-eighth-policy-dialogue", "2020-03-10", "JP KR", "", []),
    ("2020-06-02-south-korea-reopens-wto-procedure", "2020-06-02", "KR", "JP", [("amends", SUSPENDED)]),
    ("2020-06-18-south-korea-requests-panel", "2020-06-18", "KR", "JP", []),
    ("2020-07-29-wto-panel-established", "2020-07-29", "KR", "JP", []),
    ("2023-03-06-compensation-by-foundation", "2023-03-06", "KR", "JP", []),
    ("2023-03-16-yoon-and-kishida-in-tokyo", "2023-03-16", "JP KR", "", [("announces", CURBS_END)]),
    ("2023-03-21-gsomia-restored", "2023-03-21", "KR", "JP", [("reverses", GSOMIA_ENDS)]),
    (CURBS_END, "2023-03-23", "JP KR", "", [("reverses", CURBS)]),
    ("2023-04-24-south-korea-puts-japan-back", "2023-04-24", "KR", "JP", [("reverses", REMOVED_BY_KOREA)]),
    ("2023-06-27-japan-decides-to-put-south-korea-back", "2023-06-27", "JP", "KR", [("announces", BACK_ON_LIST)]),
    (BACK_ON_LIST, "2023-07-21", "JP", "KR", [("reverses", REMOVED_BY_JAPAN)]),
]
#: Statement, its date, the speaker, and the event that it answers.
STATEMENTS = [
    ("2019-07-07-abe-questions-trade-control", "2019-07-07", "abe-shinzo", None),
    ("2019-07-08-moon-calls-for-withdrawal", "2019-07-08", "moon-jae-in", CURBS),
    ("2019-07-12-kim-you-geun-international-probe", "2019-07-12", "kim-you-geun", CURBS),
    ("2019-08-02-moon-answers-japans-cabinet", "2019-08-02", "moon-jae-in", CABINET),
    ("2019-08-15-moon-liberation-day-offer", "2019-08-15", "moon-jae-in", None),
    ("2019-08-22-kim-you-geun-announces-gsomia-decision", "2019-08-22", "kim-you-geun", GSOMIA_ENDS),
    ("2019-11-22-kim-you-geun-announces-suspension", "2019-11-22", "kim-you-geun", SUSPENDED),
]
_BEGINS = ("actor", "signatory", "complainant")
_SUFFERS = ("target", "respondent")
BY_SLUG = [pytest.param(*row, id=row[0]) for row in EVENTS]


def _states(event: str, roles: tuple[str, ...]) -> set[str]:
    return set(
        Body.objects.filter(
            participations__event__slug=event, participations__role__in=roles, iso3166__in=["JP", "KR"]
        ).values_list("iso3166", flat=True)
    )


@pytest.mark.parametrize(("slug", "date", "initiators", "targets", "links"), BY_SLUG)
def test_an_event_of_the_chronology_is_there(
    slug: str, date: str, initiators: str, targets: str, links: list[tuple[str, str]]
) -> None:
    event = Event.objects.get(slug=slug)
    assert (str(event.date), event.status) == (date, "published")
    assert _states(slug, _BEGINS) == set(initiators.split())
    assert _states(slug, _SUFFERS) == set(targets.split())
    assert set(links) <= set(event.relations.values_list("kind", "to_event__slug"))


@pytest.mark.parametrize(("slug", "date", "speaker", "answers"), STATEMENTS)
def test_a_statement_of_the_chronology_is_there(slug: str, date: str, speaker: str, answers: str | None) -> None:
    statement = Statement.objects.get(slug=slug)
    assert (str(statement.date), statement.speaker.slug) == (date, speaker)
    assert statement.capacities.count() >= 1
    assert answers is None or answers in statement.about_events.values_list("slug", flat=True)


def test_the_reading_that_the_curbs_retaliate_is_cited_as_seouls_and_disputed_by_japan() -> None:
    links = Event.objects.get(slug=CURBS).relations.filter(kind="retaliates_for").order_by("to_event__slug")
    assert [link.to_event.slug for link in links] == [RULING, "2018-11-29-supreme-court-mitsubishi"]
    for link in links:
        assert link.note == "Seoul's reading; Japan denies it."
        assert sorted(link.citations.values_list("stance", "source__slug")) == [
            ("disputes", "mofa-japan-press-conference-2019-07-02"),
            ("supports", "korea-herald-2019-07-12-international-probe"),
        ]


def test_the_regimes_and_when_south_korea_joined_them() -> None:
    joined = Event.objects.filter(participations__body__kind="export_control_regime").order_by("date_sort")
    hosts = [event.participations.get(role="host").body.name for event in joined]
    assert list(zip([str(event.date) for event in joined], hosts, strict=True)) == [
        ("1995-10", "Nuclear Suppliers Group"),
        ("1996", "Wassenaar Arrangement"),
        ("1996-10", "Australia Group"),
        ("2001-03", "Missile Technology Control Regime"),
    ]


def test_the_dossier_shows_every_event_statement_and_measure_once_in_order() -> None:
    entries = DossierEntry.objects.filter(dossier__slug="japan-south-korea-export-controls").order_by("position")
    assert [entry.position for entry in entries] == list(range(1, 87))
    slugs = [entry.subject.slug for entry in entries]
    assert len(set(slugs)) == 86
    assert set(Event.objects.values_list("slug", flat=True)) <= set(slugs)
    assert set(Statement.objects.values_list("slug", flat=True)) <= set(slugs)
