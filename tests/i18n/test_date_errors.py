"""Why a text is no date, or a record likely a duplicate, in the language of the admin; APIs say it in English."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from archive.dates import PartialDate, PartialDateError
from archive.forms import invalid_date
from archive.merging.duplicates import Entered, likely_duplicates
from archive.models import Event

#: A text for each reason.
TEXTS = [
    "", "9" * 65, "2019년", "{2019,2020}", "[2019", "[2019..2020,2021]", "[2019]", "2019/2020/2021", "12/07/2019",
    "25/07/2019", "../..", "2020/2019", "2019-07-12T10:00", "--07-12", "-0044", "Y20190", "2019~?", "2019?-07", "1E3",
    "2019-7X", "20190712", "219", "2019-07-12-01", "2019-7", "199X-07", "0000-07", "2019-XX-12", "1XXX", "0000",
    "2019-21-01", "9999-24", "2019-13", "2019-25", "2019-30", "2019-33", "2019-37", "2019-40", "2019-02-30", "soon",
    "July 12 2019", "%s {got} {0}", "2019-07-12%%",
]  # fmt: skip
#: English words of three letters and more, without those in what the user typed, and names that stay.
_ENGLISH = re.compile(r"\b(?!EDTF|ASCII)[A-Za-z]{3,}\b")


def error_of(text: str) -> PartialDateError:
    with pytest.raises(PartialDateError) as caught:
        PartialDate.parse(text)
    return caught.value


@pytest.mark.parametrize("text", TEXTS)
def test_the_reason_is_said_in_each_language(text: str) -> None:
    sentences = {error_of(text).problem}
    for language in ("ko", "ja"):
        with translation.override(language):
            error = error_of(text)
            sentence = error.problem
            [message] = invalid_date(error).messages
        assert not _ENGLISH.search(sentence.replace(error.got, "").replace(text, "")), sentence
        assert message.startswith(sentence)
        assert error.got in sentence
        sentences.add(sentence)
    assert len(sentences) == 3


def test_the_texts_have_every_reason() -> None:
    assert len({re.sub(r"\d+", "", error_of(text).reason) for text in TEXTS}) >= 33


@pytest.mark.django_db
def test_apis_stay_english(client: Client, administrator: User) -> None:
    client.cookies["django_language"] = "ko"
    client.force_login(administrator)
    expected = error_of("2019-13")
    error = client.get("/admin/archive/event/reading/", {"text": "2019-13"}).json()["error"]
    [problem] = client.get("/api/v1/events/?date=2019-13").json()["errors"]
    assert error != expected.problem
    assert "13월은 없습니다" in error
    assert problem["expected"] == f"{expected.expected} ({expected.reason})"


@pytest.mark.django_db
def test_reasons_of_duplicates_are_said_in_each_language() -> None:
    Event.objects.create(slug="talks", name="Talks in Seoul", classification="meeting", date="2019")
    entered = Entered(names=("Talks in Seoul",), date=PartialDate.parse("2019"))
    reasons = {"ko": "같은", "ja": "同じ", "en-gb": "the same"}
    for language, word in reasons.items():
        with translation.override(language):
            [duplicate] = likely_duplicates(Event.objects.all(), entered)
        assert duplicate.reason.startswith(word)
