"""Each of the 66 gathered entries is a record of the first dossier, and every record says what it rests on."""

from __future__ import annotations

from typing import Any

import pytest

from archive.models import (
    Appointment,
    Body,
    Citation,
    Event,
    Measure,
    MeasureGood,
    Office,
    Official,
    Outcome,
    Source,
    SpeechAct,
    Statement,
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("records")]

#: The entries that are events, by slug and date.
EVENTS = [
    "2018-10-30-supreme-court-nippon-steel",
    "2018-11-21-reconciliation-and-healing-foundation",
    "2018-11-29-supreme-court-mitsubishi",
    "2018-12-20-radar-dispute",
    "2019-01-09-japan-asks-for-consultations",
    "2019-02-28-kim-you-geun-appointed",
    "2019-04-11-wto-report-radionuclides",
    "2019-05-20-japan-asks-for-arbitration",
    "2019-06-19-fund-proposal",
    "2019-06-28-g20-osaka",
    "2019-07-01-meti-announces-stricter-licensing",
    "2019-07-04-japan-export-curbs-take-effect",
    "2019-07-09-wto-council-for-trade-in-goods",
    "2019-07-10-moon-meets-companies",
    "2019-07-12-working-level-meeting",
    "2019-07-18-arbitration-deadline",
    "2019-07-19-kono-calls-in-nam",
    "2019-07-24-wto-general-council",
    "2019-08-01-kang-and-kono-in-bangkok",
    "2019-08-02-japan-cabinet-decides-removal",
    "2019-08-07-cabinet-order-promulgated",
    "2019-08-08-first-photoresist-licence",
    "2019-08-12-south-korea-announces-removal",
    "2019-08-21-kang-and-kono-near-beijing",
    "2019-08-22-south-korea-decides-not-to-renew-gsomia",
    "2019-08-23-gsomia-notification",
    "2019-08-28-removal-from-japans-list-takes-effect",
    "2019-08-29-first-hydrogen-fluoride-licence",
    "2019-09-11-south-korea-requests-wto-consultations",
    "2019-09-18-removal-from-south-koreas-list-takes-effect",
    "2019-09-26-eu-asks-to-join-consultations",
    "2019-10-11-first-ds590-consultation",
    "2019-10-24-lee-and-abe-meet",
    "2019-11-04-moon-and-abe-talk",
    "2019-11-16-liquid-hydrogen-fluoride-licence",
    "2019-11-19-second-ds590-consultation",
    "2019-11-22-south-korea-suspends-gsomia-expiry",
    "2019-12-16-seventh-policy-dialogue",
    "2019-12-20-photoresist-eased",
    "2019-12-24-moon-and-abe-in-chengdu",
    "2020-03-10-eighth-policy-dialogue",
    "2020-06-02-south-korea-reopens-wto-procedure",
    "2020-06-18-south-korea-requests-panel",
    "2020-06-29-first-panel-request-blocked",
    "2020-07-24-suh-replaces-kim",
    "2020-07-29-wto-panel-established",
    "2023-03-06-compensation-by-foundation",
    "2023-03-16-yoon-and-kishida-in-tokyo",
    "2023-03-21-gsomia-restored",
    "2023-03-23-stricter-licensing-ends",
    "2023-04-24-south-korea-puts-japan-back",
    "2023-05-07-yoon-and-kishida-in-seoul",
    "2023-06-27-japan-decides-to-put-south-korea-back",
    "2023-07-21-south-korea-back-on-japans-list",
    "2023-08-18-camp-david",
]
#: The entries that are words, not deeds.
STATEMENTS = [
    "2019-07-02-kono-denies-retaliation",
    "2019-07-04-hagiuda-goods-may-have-reached-north-korea",
    "2019-07-07-abe-questions-trade-control",
    "2019-07-08-moon-calls-for-withdrawal",
    "2019-07-10-fuji-tv-list-of-156-cases",
    "2019-07-12-kim-you-geun-international-probe",
    "2019-07-12-cheong-wa-dae-official-background",
    "2019-07-13-motie-disputes-account",
    "2019-07-15-moon-warns-of-damage",
    "2019-08-15-moon-liberation-day-offer",
    "2019-09-03-meti-opinion-on-south-koreas-plan",
]
#: Where sources differ: the record, the field, the variant, and whose it is.
CONFLICTS = [
    (Event, "2018-11-29-supreme-court-mitsubishi", "date", "2018-11-28", "us-outlet-on-mitsubishi-ruling"),
    (Statement, "2019-07-04-hagiuda-goods-may-have-reached-north-korea", "date", "2019-07-05",
     "hankyoreh-report-on-hagiuda"),
    (Event, "2018-12-20-radar-dispute", "summary", "the destroyer directed its fire-control radar at the aircraft",
     "defence-ministry-releases-japan"),
    (Event, "2018-12-20-radar-dispute", "summary", "no fire-control radar was directed at the aircraft",
     "defence-ministry-releases-south-korea"),
    (Event, "2019-07-10-moon-meets-companies", "summary", "34 conglomerates", "press-reports"),
    (Event, "2019-08-29-first-hydrogen-fluoride-licence", "summary",
     "none approved by 1 October 2019 (liquid form)", "motie-releases"),
    (Event, "2019-12-24-moon-and-abe-in-chengdu", "place", "Beijing", "press-reports"),
]  # fmt: skip
#: Documents whose addresses are known.
ADDRESSES = {
    "korea-herald-2019-07-12-international-probe": "http://www.koreaherald.com/view.php?ud=20190712000445",
    "presidential-archive-2019-07-12":
        "http://webarchives.pa.go.kr/19th/english.president.go.kr/BriefingSpeeches/Briefings/443",
    "presidential-archive-2019-07-15": "http://webarchives.pa.go.kr/19th/english.president.go.kr/Media/News/607",
    "meti-release-2019-11-08": "https://www.meti.go.jp/english/press/2019/1108_001.html",
    "meti-release-2019-09-03": "https://www.meti.go.jp/english/press/2019/0903_001.html",
    "meti-release-2019-10-12": "https://www.meti.go.jp/english/press/2019/1012_001.html",
    "meti-release-2023-03-16": "https://www.meti.go.jp/english/press/2023/0316_001.html",
    "mofa-japan-press-conference-2019-07-02": "https://www.mofa.go.jp/press/kaiken/kaiken4e_000662.html",
    "mofa-japan-press-conference-2019-07-19": "https://www.mofa.go.jp/press/kaiken/kaiken4e_000678.html",
    "mofa-japan-press-conference-2019-11-22": "https://www.mofa.go.jp/press/kaiken/kaiken4e_000722.html",
}  # fmt: skip


def test_there_are_66_entries() -> None:
    assert len(EVENTS) + len(STATEMENTS) == len(set(EVENTS + STATEMENTS)) == 66


@pytest.mark.parametrize("model", [Event, Statement])
def test_each_entry_is_a_published_record_with_the_date_of_its_slug(model: Any) -> None:
    wanted = EVENTS if model is Event else STATEMENTS
    results = {record.slug: record for record in model.objects.filter(slug__in=wanted, status="published")}
    assert sorted(results) == sorted(wanted)
    other = {"2019-06-28-g20-osaka": "2019-06-28/2019-06-29",
             "2019-07-04-hagiuda-goods-may-have-reached-north-korea": "[2019-07-04,2019-07-05]"}  # fmt: skip
    assert {slug: str(record.date) for slug, record in results.items()} == {
        slug: other.get(slug, slug[:10]) for slug in wanted
    }


@pytest.mark.parametrize(("model", "slug", "field", "variant", "source"), CONFLICTS)
def test_a_conflict_of_sources_is_kept_as_a_citation_that_disputes(
    model: Any, slug: str, field: str, variant: str, source: str
) -> None:
    disputes = model.objects.get(slug=slug).citations.filter(stance="disputes", source__slug=source)
    assert list(disputes.values_list("field", "variant_value")) == [(field, variant)]


@pytest.mark.parametrize("model", [Event, Statement, Measure, Official, Office, Appointment, SpeechAct, Outcome])
def test_every_record_is_cited(model: Any) -> None:
    assert not model.objects.exclude(citations__stance="supports").exists()


def test_every_good_is_cited_and_every_body_that_the_dossier_names() -> None:
    assert not MeasureGood.objects.filter(citations=None).exists()
    assert not Body.objects.exclude(kind="state").filter(citations=None).exists()


def test_no_address_is_given_but_those_that_are_known() -> None:
    assert dict(Source.objects.exclude(url="").values_list("slug", "url")) == ADDRESSES


def test_every_source_is_used() -> None:
    assert not Source.objects.exclude(pk__in=Citation.objects.values("source")).exists()
