"""Contradictions are told when a record is saved, beside the field, and listed on a report where they are accepted."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from archive.checks.rules import RULES
from archive.dates import PartialDate
from archive.models import Body, Name, Official, Outcome, Source, SpeechAct, Statement, StoredFinding, Topic
from archive.workflow import findings
from archive.workflow.proposals import accept, plan_of, save_proposal, state_of
from tests.support import check_records as r
from tests.support.admin_forms import address, messages_of, opened, send

pytestmark = pytest.mark.django_db
_REPORT = "/admin/archive/contradictions/"


@pytest.fixture
def source(db: None) -> Source:
    source: Source = r.source(published="2020-01-01", retrieved="2020-02-01")
    Source.objects.update(status="draft")
    return source


def _contradict(client: Client, source: Source) -> Any:
    sent = {**opened(client, source), "retrieved": "2019-01-01"}
    return client.post(address(source), {**sent, "_continue": "1"}, follow=True)


def test_a_save_says_what_contradicts_and_is_not_blocked(contributing: Client, source: Source) -> None:
    page = _contradict(contributing, source)
    source.refresh_from_db()
    assert str(source.retrieved) == "2019-01-01"
    warning = messages_of(page)[0]
    assert warning == f'<a href="{address(source)}#findings-title">Saved, with 1 contradiction</a>'
    html = page.content.decode()
    assert 'id="findings-title"' in html
    # In the box and beside the field, and not in the message too.
    assert html.count("expected retrieved not before 2020-01-01") == 2
    field = page.context["adminform"].form.fields["retrieved"]
    assert "Contradiction: got retrieved 2019-01-01, published 2020-01-01" in field.help_text
    sent = {**opened(contributing, source), "retrieved": "2020-03-01"}
    page = contributing.post(address(source), {**sent, "_continue": "1"}, follow=True)
    assert "Contradiction: got" not in page.content.decode()
    assert not StoredFinding.objects.exists()


def test_a_save_that_changes_nothing_says_nothing_of_contradictions(contributing: Client, source: Source) -> None:
    _contradict(contributing, source)
    page = contributing.post(address(source), {**opened(contributing, source), "_continue": "1"}, follow=True)
    assert messages_of(page) == ["Nothing was changed, so there is no new version."]
    assert 'id="findings-title"' in page.content.decode()


def test_a_list_that_follows_a_save_names_the_contradictions(contributing: Client, source: Source) -> None:
    sent = {**opened(contributing, source), "published": "2020", "retrieved": "2019-01-01"}
    (warning, *_) = messages_of(contributing.post(address(source), sent, follow=True))
    assert f'<a href="{address(source)}#findings-title">Saved, with 1 contradiction</a>' in warning
    assert "expected retrieved not before 2020.</li>" in warning


def test_a_finding_keeps_since_when_and_after_whose_save(
    contributing: Client, contributor: Any, source: Source
) -> None:
    _contradict(contributing, source)
    (first,) = StoredFinding.objects.all()
    assert (first.user, first.kind, first.record_id) == (contributor, "source", source.pk)
    sent = {**opened(contributing, source), "title": "Another title"}
    send(contributing, source, sent)
    (second,) = StoredFinding.objects.all()
    assert (second.pk, second.found_at) == (first.pk, first.found_at)


def test_a_record_that_another_contradicts_is_checked_with_it(editing: Client, editor: Any) -> None:
    said = r.make_statement("2019-07-12")
    official = said.speaker
    sent = {**opened(editing, official), "born": "2030"}
    assert send(editing, official, sent).status_code == 302
    rows = findings.findings_of(said)
    assert [row.rule for row in rows if row.rule == "speaker-not-alive"] == ["speaker-not-alive"]
    sent = {**opened(editing, official), "born": ""}
    send(editing, official, sent)
    assert findings.findings_of(said) == []


def test_an_outcome_is_checked_on_its_own_page(editing: Client) -> None:
    act: SpeechAct = r.act("2019-07-12")
    sent = {**opened(editing, Outcome), "speech_act": str(act.pk), "date": "1999", "kind": "rejected"}
    page = editing.post(address(Outcome, "add"), sent, follow=True)
    assert "an outcome on 1999 of words of 2019-07-12" in messages_of(page)[0]
    shown = editing.get(address(act.statement)).content.decode()
    assert "an outcome on 1999 of words of 2019-07-12" in shown


def test_the_check_of_either_end_finds_what_the_whole_check_finds() -> None:
    act = r.act("2019-07-12")
    Outcome.objects.create(speech_act=act, date="1999", kind="rejected")
    relation = r.relation("responds_to", "2019-01-01", "2020-01-01")
    source = r.source(published="2020", retrieved="2019")
    whole = {finding.rule for rule in RULES for finding in rule.findings()}
    assert {"outcome-before-speech-act", "response-before-cause", "accessed-before-published"} <= whole
    for record, rule in (
        (source, "accessed-before-published"), (act.statement, "outcome-before-speech-act"),
        (relation.from_event, "response-before-cause"), (relation.to_event, "response-before-cause"),
    ):  # fmt: skip
        assert rule in {finding.rule for finding in findings.check([record])}, record


def test_an_editor_accepts_a_finding_for_a_reason(
    editing: Client, editor: Any, contributing: Client, source: Source
) -> None:
    _contradict(contributing, source)
    finding = StoredFinding.objects.get()
    page = editing.get(_REPORT).content.decode()
    assert "retrieved not before 2020-01-01" in page
    sent = {"finding": str(finding.pk), "accept": "1"}
    assert messages_of(editing.post(_REPORT, sent, follow=True)) == [
        "Got no reason, expected one that says why the record is right."
    ]
    with pytest.raises(ValidationError, match=r"Got a reason of 4001 characters, expected 1 to 4,000\."):
        findings.accept(finding, editor, "x" * 4_001)
    refused = editing.post(_REPORT, {**sent, "reason": "Proofs. " * 600})
    assert refused.status_code == 200
    assert f'value="{"Proofs. " * 600}" aria-invalid="true"' in refused.content.decode()
    sent["reason"] = "The copy is from the proofs."
    assert messages_of(contributing.post(_REPORT, sent, follow=True)) == [
        "Got a contributor, expected an editor to decide on a finding."
    ]
    assert messages_of(editing.post(_REPORT, sent, follow=True)) == ["Accepted as a fact."]
    assert "No contradictions by" in _check()
    assert "1 accepted" in _check()
    assert "Nothing contradicts" in editing.get(_REPORT).content.decode()
    assert "The copy is from the proofs." in editing.get(_REPORT, {"state": "accepted"}).content.decode()
    page = contributing.get(address(source))
    assert "The copy is from the proofs." in page.content.decode()
    assert "Contradiction" not in page.context["adminform"].form.fields["retrieved"].help_text
    editing.post(_REPORT, {"finding": str(finding.pk), "reopen": "1"})
    assert "retrieved not before 2020-01-01" in editing.get(_REPORT).content.decode()


def _check() -> str:
    out = StringIO()
    with suppress(SystemExit):
        call_command("check_archive", stdout=out)
    return out.getvalue()


def test_saving_a_record_that_a_finding_only_names_leaves_the_finding() -> None:
    state = Body.objects.get(iso3166="JP")
    for slug in ("first", "second"):
        official = r.official(slug, state=state)
        Name.objects.create(official=official, text="安倍", scheme="native")
    (finding,) = findings.store(official, None) or findings.store(Official.objects.get(slug="first"), None)
    assert f"of {state.slug} too" in finding.got
    findings.store(state, None)
    findings.store(r.event(slug="second"), None)
    assert StoredFinding.objects.get().pk == finding.pk
    official.names.all().delete()
    findings.store(official, None)
    assert not StoredFinding.objects.exists()


def test_an_accepted_finding_of_a_record_stays_when_one_of_another_kind_with_its_id_is_saved(
    source: Source, editor: Any
) -> None:
    Source.objects.update(retrieved="2019-01-01", retrieved_earliest="2019-01-01", retrieved_latest="2019-01-01")
    (finding,) = findings.store(source, None)
    findings.accept(finding, editor, "The copy is from the proofs.")
    topic = Topic.objects.create(pk=source.pk, slug=source.slug, name="Report")
    findings.store(topic, None)
    assert StoredFinding.objects.get().reason == "The copy is from the proofs."


def test_a_deleted_record_takes_along_what_it_contradicted() -> None:
    relation = r.relation("responds_to", "2019-01-01", "2020-01-01")
    assert findings.store(relation.from_event, None)
    relation.to_event.delete()
    assert not StoredFinding.objects.exists()


def test_a_write_by_rest_is_checked(editor: Any, source: Source) -> None:
    api = APIClient()
    api.force_authenticate(editor)
    page = f"/api/v1/sources/{source.slug}/"
    for retrieved, rules in (("2019-01-01", ["accessed-before-published"]), ("2021", [])):
        tag = api.get(page).headers["ETag"]
        assert api.patch(page, {"retrieved": retrieved}, format="json", HTTP_IF_MATCH=tag).status_code == 200
        assert [row.rule for row in findings.findings_of(source)] == rules


def test_a_restored_version_is_checked(editing: Client, contributing: Client, source: Source) -> None:
    _contradict(contributing, source)
    send(contributing, source, {**opened(contributing, source), "retrieved": "2020-03-01"})
    assert not StoredFinding.objects.exists()
    revision = source.history.filter(version=2).first()
    version = reverse("admin:archive_source_simple_history", args=[source.pk, revision.pk])
    page = editing.post(version, {}, follow=True)
    assert any("Saved, with 1 contradiction" in text for text in messages_of(page))
    assert StoredFinding.objects.get().user.username == "editor"


def test_an_accepted_proposal_is_checked(editor: Any, contributor: Any, source: Source) -> None:
    Source.objects.update(status="published")
    source.refresh_from_db()
    base = state_of(source)
    proposed = deepcopy(base)
    proposed[Source, source.pk].values["retrieved"] = PartialDate.parse("2019-01-01")
    change = save_proposal(source, contributor, (base, proposed), "", True)
    assert change is not None
    accept(change, source, editor, plan_of(change, source).token)
    assert [row.rule for row in findings.findings_of(source)] == ["accessed-before-published"]


def test_the_whole_archive_is_stored_by_the_command(editing: Client, source: Source) -> None:
    Source.objects.update(retrieved="2019-01-01", retrieved_earliest="2019-01-01", retrieved_latest="2019-01-01")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_archive", "--store", stdout=out)
    (row,) = StoredFinding.objects.all()
    assert (row.user, row.kind, row.record_id) == (None, "source", source.pk)
    assert "the archive’s check" in editing.get(_REPORT).content.decode()
    Source.objects.update(retrieved=None, retrieved_earliest=None, retrieved_latest=None)
    call_command("check_archive", "--store", stdout=out)
    assert not StoredFinding.objects.exists()


def test_the_report_is_filtered(editing: Client, contributing: Client, contributor: Any, source: Source) -> None:
    _contradict(contributing, source)
    for query, count in (
        ({"rule": "accessed-before-published"}, 1), ({"rule": "speaker-not-alive"}, 0), ({"kind": "source"}, 1),
        ({"kind": "event"}, 0), ({"user": str(contributor.pk)}, 1), ({"user": "999"}, 0), ({"since": "2020-01-01"}, 1),
        ({"since": "2999-01-01"}, 0), ({"since": "soon", "user": "x\x00", "state": "?", "p": "99"}, 1),
    ):  # fmt: skip
        page = editing.get(_REPORT, query)
        assert len(page.context["rows"]) == count, query


def test_a_save_shows_a_finding_that_the_whole_check_alone_makes(source: Source, editor: Any) -> None:
    StoredFinding.objects.create(
        key="k", rule="published-points-to-unpublished", subject="source", record=source.slug, got="x", expected="y",
        kind="source", record_id=source.pk,
    )  # fmt: skip
    assert [finding.key for finding in findings.store(source, editor)] == ["k"]


def test_records_are_checked_beside_one_that_was_deleted_meanwhile(source: Source) -> None:
    wrong: Source = r.source("other", published="2020-01-01", retrieved="2019-01-01")
    gone = Source.objects.get(pk=source.pk)
    source.delete()
    assert [finding.record for finding in findings.check([gone, wrong])] == [wrong.slug]


def test_a_finding_that_was_corrected_meanwhile_is_named(editing: Client) -> None:
    for number in ("999", "x", ""):
        page = editing.post(_REPORT, {"finding": number, "accept": "1"}, follow=True)
        assert messages_of(page) == ["It is no contradiction any more: somebody corrected it meanwhile."]


def test_the_report_is_for_who_sees_drafts(django_user_model: Any) -> None:
    client = Client()
    client.force_login(django_user_model.objects.create_user("reader", is_staff=True))
    assert client.get(_REPORT).status_code == 403


@pytest.mark.usefixtures("dossier")
def test_the_check_of_a_statement_takes_few_queries() -> None:
    statement = Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")
    for record in (statement, Official.objects.get(slug="kim-you-geun")):
        with CaptureQueriesContext(connection) as queries:
            findings.store(record, None)
        assert len(queries) == 1


def test_the_report_takes_as_many_queries_for_many_rows(editing: Client) -> None:
    for number in range(30):
        source = r.source(slug=f"s{number}", published="2020", retrieved="2019")
        findings.store(source, None)
    with CaptureQueriesContext(connection) as queries:
        assert len(editing.get(_REPORT).context["rows"]) == 30
    assert len(queries) <= 12


def test_records_are_called_by_their_names_with_the_slug_after_them(editing: Client, source: Source) -> None:
    other = r.source("the-other-paper")
    Source.objects.filter(pk=other.pk).update(title="<i>Another</i> paper")
    StoredFinding.objects.create(
        key="k" * 64, kind="source", record_id=source.pk, subject="source", record=source.slug, rule="same-address",
        got=f"the address of {other.slug}, https://example.org/paper", expected="one source for one address",
    )  # fmt: skip
    name = '<bdi>&lt;i&gt;Another&lt;/i&gt; paper</bdi> <span class="quiet">(the-other-paper)</span>'
    for page in (_REPORT, address(source)):
        assert name in editing.get(page).content.decode(), page


def test_the_urls_of_the_report_need_a_log_in() -> None:
    assert Client().get(reverse("contradictions")).status_code == 302


def test_a_decision_does_not_store_a_finding_again_that_was_refuted_meanwhile(
    editor: Any, contributing: Client, source: Source
) -> None:
    _contradict(contributing, source)
    finding = StoredFinding.objects.get()
    StoredFinding.objects.all().delete()
    with pytest.raises(ValidationError, match="It is no contradiction any more"):
        findings.accept(finding, editor, "From the proofs.")
    with pytest.raises(ValidationError, match="It is no contradiction any more"):
        findings.reopen(finding, editor)
    assert not StoredFinding.objects.exists()


def test_findings_are_in_the_language_of_the_page(editing: Client, editor: Any, source: Source) -> None:
    editing.cookies["django_language"] = "ko"
    text = "확인일 2019년 1월 1일, 발행일 2020년 1월 1일"
    page = _contradict(editing, source)
    assert "Saved, with" not in messages_of(page)[0]
    assert text in page.context["adminform"].form.fields["retrieved"].help_text
    edit = {"action": "edit_field", "_selected_action": [source.pk], "confirmed": "1", "field": "retrieved"}
    pages = {
        "report": editing.get(_REPORT),
        "home": editing.get("/admin/"),
        "publish": editing.get(reverse("admin:archive_source_publish", args=[source.pk])),
    }
    for name, response in pages.items():
        assert text in response.content.decode(), name
    preview = editing.post(address(Source, "changelist"), {**edit, "value": "2018", "preview": "x"})
    assert "2020년 1월 1일보다 앞서지 않는 확인일" in preview.content.decode()
    assert StoredFinding.objects.get().got == "retrieved 2019-01-01, published 2020-01-01"


def test_the_language_of_a_page_costs_no_query(editing: Client, source: Source) -> None:
    _contradict(editing, source)
    counts: dict[str, set[int]] = {}
    for language in ("en-gb", "ko", "ja"):
        editing.cookies["django_language"] = language
        for url in (_REPORT, "/admin/", address(source)):
            editing.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert editing.get(url).status_code == 200
            counts.setdefault(url, set()).add(len(queries))
    assert [url for url, numbers in counts.items() if len(numbers) > 1] == []
