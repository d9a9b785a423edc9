"""What the article behind the first records says, point by point, each cited to it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from archive.dates import PartialDate
from archive.models import Body, Event, Measure, SpeechAct, Statement
from archive.sql.act_states import is_open_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("records")]

ARTICLE = "korea-herald-2019-07-12-international-probe"
PROBE = "2019-07-12-kim-you-geun-international-probe"
BACKGROUND = "2019-07-12-cheong-wa-dae-official-background"
CURBS = "japan-export-curbs-on-three-materials"
TAKE_EFFECT = "2019-07-04-japan-export-curbs-take-effect"
SANCTIONS = "2019-07-japan-links-curbs-with-north-korea-sanctions"
RUMOURS = "2019-07-12-japanese-media-smuggling-rumours"
FAULT, INNOCENT = "South Korea is found at fault", "an investigation proves South Korea innocent"

#: Each act in order: kind, form, condition, bodies addressed, a part of its text.
ACTS = {
    PROBE: [
        ("assertion", "paraphrase", "", [], "four export-control regimes"),
        ("proposal", "paraphrase", "", ["japan"], "international panel"),
        ("commitment", "paraphrase", FAULT, ["japan"], "apologizes at once and puts the matter right"),
        ("demand", "paraphrase", INNOCENT, ["japan"], "Japan apologizes"),
        ("demand", "paraphrase", INNOCENT, ["japan"], "withdraws the restrictions at once"),
        ("regret", "partial_quote", "", ["japan"], '"strong regret"'),
        ("accusation", "partial_quote", "", ["japan"], '"irresponsible": remarks of Japanese leaders'),
        ("assertion", "paraphrase", "", [], "more than 150 attempts"),
        ("assertion", "paraphrase", "", [], "strictly and transparently"),
        ("demand", "paraphrase", "", ["japan"], "follows the four regimes transparently"),
        ("demand", "paraphrase", "", ["japan"], "violations by Japan are investigated in full"),
    ],
    BACKGROUND: [
        ("deferral", "paraphrase", "", ["japan"], "waits for Japan's response first"),
        ("commitment", "paraphrase", "if it is necessary", ["japan"], "next step"),
        ("offer", "paraphrase", "", ["japan"], "go through a probe together"),
        ("proposal", "paraphrase", "", ["japan"], "UN Security Council's Panel of Experts or another"),
        ("confirmation", "paraphrase", "", [], "Russia has made an offer to supply etching gas"),
        ("assertion", "paraphrase", "", [], "under review"),
    ],
    SANCTIONS: [("accusation", "paraphrase", "", ["south-korea"], "sanctions of the UN against North Korea")],
    RUMOURS: [("accusation", "paraphrase", "", ["south-korea"], "left South Korea illegally several times")],
    "2019-07-cheong-wa-dae-calm-first": [("commitment", "paraphrase", "", ["japan"], "diplomatic resolution")],
    "2019-07-south-korea-calls-claim-politically-charged": [
        ("rejection", "paraphrase", "", ["japan"], "politically charged campaign"),
        ("accusation", "partial_quote", "", ["japan"], '"groundlessly"'),
    ],
    "2019-07-12-russia-offers-etching-gas": [("offer", "paraphrase", "", ["south-korea"], "etching gas")],
}
#: Date, attribution, words of the source, speaker, body.
WHO = {
    PROBE: ("2019-07-12", "named", "deputy chief of Cheong Wa Dae's national security office", "kim-you-geun",
            "cheong-wa-dae"),
    BACKGROUND: ("2019-07-12", "on_background", "another Cheong Wa Dae official", None, "cheong-wa-dae"),
    SANCTIONS: ("2019-07", "reported", "Japanese officials", None, "japan"),
    RUMOURS: ("../2019-07-12", "anonymous", "some Japanese media", None, "japanese-media"),
    "2019-07-cheong-wa-dae-calm-first": ("2019-07", "collective", "Cheong Wa Dae", None, "cheong-wa-dae"),
    "2019-07-south-korea-calls-claim-politically-charged":
        ("2019-07", "collective", "South Korea", None, "south-korea"),
    "2019-07-12-russia-offers-etching-gas": ("../2019-07-12", "reported", "", None, "russia"),
}  # fmt: skip


@pytest.mark.parametrize("slug", WHO)
def test_a_statement_is_attributed_as_in_the_article(slug: str) -> None:
    statement = Statement.objects.get(slug=slug)
    speaker = statement.speaker.slug if statement.speaker else None
    assert (str(statement.date), statement.attribution, statement.attributed_as, speaker, statement.body.slug) == WHO[
        slug
    ]
    assert statement.citations.filter(source__slug=ARTICLE, stance="supports").exists()


@pytest.mark.parametrize("slug", ACTS)
def test_its_speech_acts_are_there_in_order(slug: str) -> None:
    acts = list(SpeechAct.objects.filter(statement__slug=slug).order_by("ordinal"))
    assert [act.slug for act in acts] == [f"{slug}-{place}" for place in range(1, len(ACTS[slug]) + 1)]
    for act, (kind, form, condition, addressed, text) in zip(acts, ACTS[slug], strict=True):
        to = [body.slug for body in act.addressee_bodies.all()]
        assert (act.kind, act.form, act.condition, to) == (kind, form, condition, addressed), act.slug
        assert text in act.text
        assert act.citations.filter(source__slug=ARTICLE, stance="supports").exists(), act.slug


def test_kim_spoke_in_two_capacities_about_the_curbs_and_in_reply() -> None:
    statement = Statement.objects.get(slug=PROBE)
    offices = statement.capacities.values_list("office__name", "office__body__name").order_by("office__name")
    assert list(offices) == [
        ("First Deputy Director", "National Security Office"),
        ("Secretary General", "National Security Council"),
    ]
    assert [event.slug for event in statement.about_events.all()] == [TAKE_EFFECT]
    assert [measure.slug for measure in statement.about_measures.all()] == [CURBS]
    assert {answered.slug for answered in statement.in_reply_to.all()} == {SANCTIONS, RUMOURS}


def test_the_quoted_words_stand_beside_their_citations() -> None:
    quoted = SpeechAct.objects.filter(form="partial_quote", citations__source__slug=ARTICLE)
    assert set(quoted.values_list("citations__quotation", flat=True)) == {
        "strong regret", "irresponsible", "groundlessly",
    }  # fmt: skip


def test_the_figure_of_150_is_disputed_by_two_sources() -> None:
    disputes = SpeechAct.objects.get(slug=f"{PROBE}-8").citations.filter(stance="disputes", field="text")
    assert sorted(disputes.values_list("source__slug", "variant_value")) == [
        ("presidential-archive-2019-07-12", "about 150 publicized cases"),
        ("us-embassy-tokyo-media-summary", "156 cases on the list that Fuji TV reported"),
    ]


def test_the_measure_its_goods_and_steps() -> None:
    measure = Measure.objects.get(slug=CURBS)
    assert str(measure.in_force) == "2019-07-04/2023-03-23"
    assert [body.iso3166 for body in measure.imposers.all()] == ["JP"]
    assert [body.iso3166 for body in measure.targets.all()] == ["KR"]
    assert list(measure.goods.values_list("name", "scheme", "code").order_by("name")) == [
        ("fluorinated polyimides", "none", ""),
        ("hydrogen fluoride (etching gas)", "hs", "281111"),
        ("photoresist", "hs", "370790"),
    ]
    assert [(step.phase, str(step.event.date)) for step in measure.steps.order_by("event__date_sort")] == [
        ("announced", "2019-07-01"), ("effective", "2019-07-04"), ("eased", "2019-12-20"), ("lifted", "2023-03-23"),
    ]  # fmt: skip
    assert measure.citations.filter(source__slug=ARTICLE).exists()


def test_the_rumours_are_a_statement_and_never_an_event() -> None:
    assert Statement.objects.filter(slug=RUMOURS).exists()
    assert not Event.objects.filter(name__icontains="smuggl").exists()


def test_calm_is_superseded_by_the_tougher_course() -> None:
    outcome = SpeechAct.objects.get(slug="2019-07-cheong-wa-dae-calm-first-1").outcomes.get()
    assert (str(outcome.date), outcome.kind, outcome.answer.slug) == ("2019-07-12", "superseded", f"{PROBE}-2")


def test_what_is_still_open_and_what_was_met() -> None:
    def still_open(day: str) -> set[str]:
        acts = SpeechAct.objects.filter(is_open_on(AnonymousUser(), PartialDate.parse(day)))
        return set(acts.values_list("slug", flat=True))

    on_the_day, before_the_end, at_the_end = map(still_open, ("2019-07-12", "2023-03-22", "2023-03-23"))
    assert "2019-07-12-russia-offers-etching-gas-1" in on_the_day
    assert {f"{PROBE}-4", f"{PROBE}-5"} <= on_the_day & before_the_end
    assert f"{PROBE}-5" not in at_the_end
    assert f"{PROBE}-4" in at_the_end
    met = SpeechAct.objects.get(slug=f"{PROBE}-5").outcomes.get()
    assert (met.kind, met.event.slug) == ("fulfilled", "2023-03-23-stricter-licensing-ends")


def test_under_review_is_no_outcome_of_the_offer() -> None:
    assert not SpeechAct.objects.get(slug="2019-07-12-russia-offers-etching-gas-1").outcomes.exists()


@pytest.mark.parametrize(
    ("slug", "kind", "code"),
    [
        ("south-korea", "state", "KR"), ("japan", "state", "JP"), ("north-korea", "state", "KP"),
        ("russia", "state", "RU"), ("cheong-wa-dae", "government_organ", None),
        ("national-security-office", "government_organ", None),
        ("national-security-council", "government_organ", None),
        ("un-security-council", "intergovernmental_organization", None),
        ("un-panel-of-experts-on-north-korea", "intergovernmental_organization", None),
        ("wassenaar-arrangement", "export_control_regime", None),
        ("nuclear-suppliers-group", "export_control_regime", None),
        ("australia-group", "export_control_regime", None),
        ("missile-technology-control-regime", "export_control_regime", None), ("yonhap", "medium", None),
        ("the-korea-herald", "medium", None), ("japanese-media", "medium", None),
    ],
)  # fmt: skip
def test_a_body_of_the_article_is_there(slug: str, kind: str, code: str | None) -> None:
    body = Body.objects.get(slug=slug)
    assert (body.kind, body.iso3166, body.status) == (kind, code, "published")
    assert body.citations.filter(source__slug=ARTICLE).exists()
