"""The page that reads an article: what it shows, what it makes, and what it refuses."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from archive.models import Body, Name, Official, Source, SpeechAct, Statement, StoredFinding
from tests.support.admin_forms import messages_of

URL = "/admin/archive/article/"
ARTICLE = (
    "Kim You-geun, deputy chief of the National Security Office, proposed Friday that a panel examine the claims.\n"
    "Kim demanded that Japan withdraw its restrictions if South Korea is cleared.\n"
    "Foreign Minister Ilse Vandermeer welcomed it. “We hope that both sides will talk soon,” Vandermeer said.\n"
    "Another Cheong Wa Dae official told reporters that a next step would follow."
)
pytestmark = pytest.mark.usefixtures("dossier")


@pytest.fixture
def source(dossier: Any) -> Source:
    return Source.objects.order_by("pk").first()


def posted(record: Source, text: str = ARTICLE, **fields: Any) -> dict[str, Any]:
    return {"source": record.pk, "day": "2019-07-12", "text": text, **fields}


def form_values(page: str) -> dict[str, Any]:
    """What a browser would send of the page's statements as they are proposed."""
    values: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_off = attributes.get("type") == "checkbox" and " checked" not in tag
        if attributes.get("name", "").startswith("statement") and not is_off:
            values[attributes["name"]] = html.unescape(attributes.get("value", "on" if "checkbox" in tag else ""))
    for name, body in re.findall(r'<textarea name="(statement[^"]*)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        values[name] = html.unescape(body.strip())
    for name, options in re.findall(r'<select name="(statement[^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]+)" selected', options)
        if chosen:
            values[name] = chosen
    return values


def test_an_article_becomes_draft_statements(editing: Client, source: Source) -> None:
    page = editing.post(URL, posted(source, _read="1")).content.decode()
    assert Statement.objects.filter(status="draft").count() == 0
    assert '<mark class="read-official" title="Kim You-geun' in page
    assert '<mark class="read-new_official"' in page

    response = editing.post(URL, posted(source, _save="1", **form_values(page)))

    assert response.status_code == 302, response.content.decode()
    assert {row.rule for row in StoredFinding.objects.all()} == {"speaker-without-office"}
    drafts = {str(draft.speaker or draft.attributed_as): draft for draft in Statement.objects.filter(status="draft")}
    assert set(drafts) == {"Kim You-geun", "Ilse Vandermeer", "Another Cheong Wa Dae official"}
    kim = drafts["Kim You-geun"]
    assert (kim.date.text, kim.attribution) == ("2019-07-12", "named")
    assert kim.capacities.count() == 2
    proposal, demand = kim.speech_acts.order_by("ordinal")
    assert (proposal.kind, demand.kind) == ("proposal", "demand")
    assert [body.name for body in demand.addressee_bodies.all()] == ["Japan"]
    assert demand.condition == "if South Korea is cleared"
    [citation] = demand.citations.all()
    assert (citation.source, citation.locator) == (source, "paragraph 2")
    assert citation.quotation.startswith("Kim demanded that Japan")
    official = drafts["Another Cheong Wa Dae official"]
    assert (official.attribution, official.body.slug, official.speaker) == ("on_background", "cheong-wa-dae", None)
    assert Official.objects.get(name="Ilse Vandermeer").status == "draft"


def test_what_is_not_sure_is_not_ticked_and_says_why(editing: Client, source: Source) -> None:
    text = "Kim You-geun confirmed that Japan had accepted the offer."
    page = editing.post(URL, posted(source, text, _read="1")).content.decode()
    values = form_values(page)
    assert "Not sure, so it is not ticked: only told within the words of another." in page
    assert 'title="acceptance, not sure: only told' in page
    assert values["statement0-name"] == "Kim You-geun: Japan had accepted the offer"
    assert "statement0-act0-accept" in values
    assert not [name for name in values if name.startswith("statement1") and name.endswith("accept")]


def test_what_is_not_ticked_is_dropped(editing: Client, source: Source) -> None:
    page = editing.post(URL, posted(source, _read="1")).content.decode()
    values = form_values(page)
    for name in ("statement1-accept", "statement2-accept", "statement0-act0-accept"):
        values.pop(name)
    response = editing.post(URL, posted(source, _save="1", **values))
    [draft] = Statement.objects.filter(status="draft")
    assert response.url == f"/admin/archive/statement/{draft.pk}/change/"
    assert [act.kind for act in draft.speech_acts.all()] == ["demand"]
    assert not Official.objects.filter(name="Ilse Vandermeer").exists()


def test_the_same_form_sent_twice_makes_its_drafts_once(editing: Client, contributing: Client, source: Source) -> None:
    sent = posted(source, _save="1", **form_values(editing.post(URL, posted(source, _read="1")).content.decode()))
    first = editing.post(URL, sent)
    drafts = set(Statement.objects.filter(status="draft").values_list("pk", flat=True))
    second = editing.post(URL, sent, follow=True)
    assert second.redirect_chain == [(first.url, 302)]
    assert set(Statement.objects.filter(status="draft").values_list("pk", flat=True)) == drafts
    assert [text.partition(":")[0] for text in messages_of(second)][-3:] == ["Not made again"] * 3
    # Somebody else's form, one more statement, other words, and a draft that is deleted are not the same.
    assert contributing.post(URL, sent).status_code == 302
    assert Statement.objects.filter(status="draft").count() == 6
    editing.post(URL, sent | {"statement0-act0-condition": "if it is cleared"})
    assert Statement.objects.filter(status="draft").count() == 7
    Statement.objects.get(pk=min(drafts)).delete()
    editing.post(URL, sent)
    assert Statement.objects.filter(status="draft").count() == 7


def test_a_statement_ticked_later_is_made_without_the_others(editing: Client, source: Source) -> None:
    values = form_values(editing.post(URL, posted(source, _read="1")).content.decode())
    without = {name: value for name, value in values.items() if name != "statement1-accept"}
    editing.post(URL, posted(source, _save="1", **without))
    assert Statement.objects.filter(status="draft").count() == 2
    texts = messages_of(editing.post(URL, posted(source, _save="1", **values), follow=True))[-4:]
    kinds = ["Draft made", "New official, a draft too", "Not made again", "Not made again"]
    assert sorted(text.partition(":")[0] for text in texts) == kinds
    assert Statement.objects.filter(status="draft").count() == 3


def test_a_new_official_is_named_among_the_messages(editing: Client, source: Source) -> None:
    page = editing.post(URL, posted(source, _read="1")).content.decode()
    texts = messages_of(editing.post(URL, posted(source, _save="1", **form_values(page)), follow=True))
    official = Official.objects.get(status="draft")
    assert [text for text in texts if text.startswith("New official, a draft too")] == [
        f'New official, a draft too: <a href="/admin/archive/official/{official.pk}/change/">{official.name}</a>.'
    ]
    assert not any(".</a>." in text for text in texts)


def test_the_date_of_the_article_is_by_default_that_of_its_source(editing: Client, source: Source) -> None:
    source.published = "2019-07-12"
    source.save()
    response = editing.post(URL, posted(source, _read="1") | {"day": ""})
    assert response.context["form"].cleaned_data["day"].isoformat() == "2019-07-12"
    assert 'name="day" value="2019-07-12"' in response.content.decode()
    source.published = "2019-07"
    source.save()
    response = editing.post(URL, posted(source, _read="1") | {"day": ""})
    assert response.context["form"].errors["day"] == ["Enter the article's date: its source has no exact date."]


def _read(client: Client, source: Source, text: str, values: dict[str, Any], button: str = "_read") -> Any:
    response = client.post(URL, posted(source, text, **{button: "1"}, **values))
    assert response.status_code == 200, response.url
    return response


@pytest.mark.parametrize("button", ["_read", "_save"])
def test_corrections_stay_when_an_edited_text_is_read_again(editing: Client, source: Source, button: str) -> None:
    values = form_values(_read(editing, source, ARTICLE, {}).content.decode())
    cabinet = str(Body.objects.get(slug="cheong-wa-dae").pk)
    values |= {
        "statement0-name": "Kim proposes a panel", "statement0-act1-condition": "if it is cleared",
        "statement0-act1-bodies": [cabinet], "statement1-new_speaker": "Ilse van der Meer",
    }  # fmt: skip
    values.pop("statement2-accept")
    edited = f"A spokesman for the ministry denied it.\n{ARTICLE}"
    response = _read(editing, source, edited, values, button)
    page = response.content.decode()
    sent = form_values(page)
    assert not Statement.objects.filter(status="draft").exists()
    assert sent["statement1-name"] == "Kim proposes a panel"
    assert (sent["statement1-act1-condition"], sent["statement1-act1-bodies"]) == ("if it is cleared", [cabinet])
    assert sent["statement1-act0-paragraph"] == "2"
    assert sent["statement2-new_speaker"] == "Ilse van der Meer"
    assert "statement3-accept" not in sent
    assert "statement0-accept" in sent
    assert ("Nothing was made yet: the text, its date or the archive changed" in page) == (button == "_save")
    assert response.context["lost"] == []
    sent.pop("statement0-accept")
    assert editing.post(URL, posted(source, edited, _save="1", **sent)).status_code == 302
    assert SpeechAct.objects.get(condition="if it is cleared", statement__status="draft")


def test_corrections_of_what_is_not_read_any_more_are_named(editing: Client, source: Source) -> None:
    values = form_values(_read(editing, source, ARTICLE, {}).content.decode())
    japan = str(Body.objects.get(slug="japan").pk)
    values |= {"statement0-act1-condition": "<b>if cleared</b>", "statement1-body": japan, "statement1-date": "Jul"}
    values.pop("statement0-act0-accept")
    edited = "\n".join(ARTICLE.splitlines()[3:])
    response = _read(editing, source, edited, values)
    page = response.content.decode()
    assert "Some of your corrections have no place in what is read now" in page
    lost = {item.heading.split("“")[0]: dict(item.values) for item in response.context["lost"]}
    assert lost == {
        "Speech act ": {"Condition": "<b>if cleared</b>"},
        "Statement ": {"Date": "Jul", "Body": "Japan (JP)"},
    }
    assert "<dd><bdi>&lt;b&gt;if cleared" in page


def test_corrections_outlast_a_refused_text_and_a_deleted_record(editing: Client, source: Source) -> None:
    values = form_values(_read(editing, source, ARTICLE, {}).content.decode())
    values["statement0-act1-condition"] = "if it is cleared"
    values["statement0-act1-officials"] = ["999999"]
    carried = form_values(_read(editing, source, "", values).content.decode())
    response = _read(editing, source, ARTICLE, carried)
    assert form_values(response.content.decode())["statement0-act1-condition"] == "if it is cleared"
    assert [item.values for item in response.context["lost"]] == [[("To officials", "none")]]


def test_drafts_are_as_shown_also_if_the_archive_would_read_otherwise_now(editing: Client, source: Source) -> None:
    values = form_values(_read(editing, source, ARTICLE, {}).content.decode())
    values["statement0-act1-condition"] = "if it lasts"
    Official.objects.filter(name__startswith="Kim You").update(name="Another")
    Name.objects.filter(official__name="Another").delete()
    broken = _read(editing, source, ARTICLE, values | {"statement0-date": "Jul"}, "_save").content.decode()
    assert "the text, its date or the archive changed" in broken
    assert "if it lasts" in form_values(broken).values()
    assert editing.post(URL, posted(source, _save="1", **values)).status_code == 302
    act = SpeechAct.objects.get(condition="if it lasts")
    assert act.statement.speaker.name == "Another"


@pytest.mark.parametrize(
    "state", ["{", "[]", '{"statement0": 1}', '{"nothing": {}}', '{"statement0": {"name": 7}}', "1"]
)
def test_a_form_with_a_false_state_is_read_again(editing: Client, source: Source, state: str) -> None:
    values = form_values(_read(editing, source, ARTICLE, {}).content.decode())
    _read(editing, source, ARTICLE, values | {"statements-read": state}, "_save")
    assert not Statement.objects.filter(status="draft").exists()


def test_drafts_of_a_slug_that_somebody_took_at_this_moment_are_refused(
    editing: Client, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = form_values(editing.post(URL, posted(source, _read="1")).content.decode())
    taken = Statement.objects.values_list("slug", flat=True)[0]
    monkeypatch.setattr("archive.articles.drafts.unused_slug", lambda model, base: taken)
    monkeypatch.setattr(Statement, "full_clean", lambda statement: None)
    response = editing.post(URL, posted(source, _save="1", **values))
    assert "somebody saved what contradicts it at this moment" in response.content.decode()
    assert response.context["statements"][0].form["name"].value() == values["statement0-name"]
    assert not Statement.objects.filter(status="draft").exists()


def test_nothing_is_made_if_one_statement_is_wrong(editing: Client, source: Source) -> None:
    page = editing.post(URL, posted(source, _read="1")).content.decode()
    values = form_values(page) | {"statement2-body": "", "statement0-act1-text": "Mine"}
    response = editing.post(URL, posted(source, _save="1", **values))
    page = response.content.decode()
    assert response.status_code == 200
    assert "expected the body on whose behalf" in page
    assert "Mine" in page
    assert not Statement.objects.filter(status="draft").exists()
    assert not SpeechAct.objects.filter(text="Mine").exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": ""}, "Got neither words nor a file"),
        ({"day": "Friday"}, "Enter a valid date"),
        ({"day": "0019-07-12"}, "expected one from 1000 to 9000"),
        ({"source": "999999999999999999999999"}, "not one of the available choices"),
        ({"file": SimpleUploadedFile("a.txt", b"words")}, "Got a text and a file"),
        ({"text": "", "file": SimpleUploadedFile("a.doc", b"\xff\xfe\x00")}, "no UTF-8"),
        ({"text": "", "file": SimpleUploadedFile("a.txt", b"a\x00b")}, "null character"),
        ({"text": "x" * 400_001}, "at most 400000 characters"),
    ],
)
def test_a_bad_article_is_refused_with_its_reason(
    editing: Client, source: Source, fields: dict[str, Any], message: str
) -> None:
    response = editing.post(URL, posted(source, **fields, _read="1"))
    assert response.status_code == 200
    assert message in response.content.decode()


def test_a_text_file_is_read(editing: Client, source: Source) -> None:
    upload = SimpleUploadedFile("a.txt", "\ufeffKim You-geun urged Japan to talk.".encode())
    page = editing.post(URL, posted(source, text="", file=upload, _read="1")).content.decode()
    assert '<mark class="read-act"' in page


def test_what_was_read_in_a_file_becomes_drafts(editing: Client, source: Source) -> None:
    upload = SimpleUploadedFile("a.txt", f"\r\n\r\n{ARTICLE}\r\n".encode())
    first = editing.post(URL, posted(source, text="", file=upload, _read="1"))
    form = first.context["form"]
    sent = {name: form[name].value() for name in ("source", "day", "text")}
    values = form_values(first.content.decode()) | {"statement0-act1-condition": "if it is cleared"}

    response = editing.post(URL, {**sent, "_save": "1", **values})

    assert response.status_code == 302, response.content.decode()
    assert Statement.objects.filter(status="draft").count() == 3
    [demand] = SpeechAct.objects.filter(condition="if it is cleared")
    assert demand.citations.get().locator == "paragraph 2"


def test_a_files_text_is_not_lost_with_another_field_refused(editing: Client, source: Source) -> None:
    upload = SimpleUploadedFile("a.txt", ARTICLE.encode())
    page = editing.post(URL, posted(source, text="", file=upload, day="Friday", _read="1"))
    assert page.context["form"]["text"].value() == ARTICLE


def test_markup_in_an_article_is_text(editing: Client, source: Source) -> None:
    text = "<script>alert(1)</script> & “<b>Kim You-geun</b>” said"
    page = editing.post(URL, posted(source, text, _read="1")).content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>Kim" not in page


def test_an_article_of_one_long_line_shows_a_bounded_page(editing: Client, source: Source) -> None:
    text = " ".join(f"Another official of body {number} said that it was so." for number in range(3000))
    response = editing.post(URL, posted(source, text, _read="1"))
    assert "2940 more speech acts are not shown" in response.content.decode()
    assert len(response.content) < 1_500_000


def test_who_may_not_add_statements_is_refused(client: Client, django_user_model: Any) -> None:
    client.force_login(django_user_model.objects.create_user("reader", is_staff=True))
    assert client.get(URL).status_code == 403


def test_a_contributor_drafts_too(contributing: Client, source: Source) -> None:
    page = contributing.post(URL, posted(source, _read="1")).content.decode()
    response = contributing.post(URL, posted(source, _save="1", **form_values(page)))
    assert response.status_code == 302, response.content.decode()


def test_the_article_page_takes_few_queries(
    editing: Client, source: Source, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(25):
        editing.post(URL, posted(source, _read="1"))
