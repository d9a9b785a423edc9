"""Invalid records: all problems are reported with their location, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.choices import Status
from archive.models import Appointment, Event, Official, Statement, Topic
from tests.support.datasets import EVENT, EVENTS, PEOPLE, STATEMENTS, load_error, load_errors, load_files

pytestmark = pytest.mark.django_db
TOPICS = "slug,name\n"


def test_a_duplicate_key_is_reported_with_both_lines(tmp_path: Path) -> None:
    assert load_error(tmp_path, "topics.csv", TOPICS + "a,A\nb,B\na,C\n") == (
        "topics.csv:4, slug: got 'a', expected it once: topics.csv:2 has it already."
    )


def test_a_duplicate_part_is_reported_with_its_key(tmp_path: Path) -> None:
    files = {"events.csv": EVENTS + EVENT, "participations.csv": "event,body,role\ntalks,JP,host\ntalks,japan,host\n"}
    assert load_errors(tmp_path, files) == [
        "participations.csv:3, event, body, role: got 'talks|japan|host', expected it once: "
        "participations.csv:2 has it already."
    ]


def test_slugs_that_differ_by_case_only_are_refused(tmp_path: Path) -> None:
    assert load_error(tmp_path, "topics.csv", TOPICS + "talks,A\nTalks,B\n") == (
        "topics.csv:3, slug: got 'Talks', expected slugs that differ by more than capitals, did you mean 'talks'?"
    )


def test_a_slug_that_differs_by_case_from_the_archives_is_refused(tmp_path: Path) -> None:
    Topic.objects.create(slug="Old", name="Old")
    Topic.objects.create(slug="new", name="New")
    assert set(load_errors(tmp_path, {"topics.csv": TOPICS + "old,A\nNEW,B\n"})) == {
        "topics.csv:2, slug: got 'old', expected slugs that differ by more than capitals, did you mean 'Old'?",
        "topics.csv:3, slug: got 'NEW', expected slugs that differ by more than capitals, did you mean 'new'?",
    }


def test_a_slug_with_an_accent_is_refused(tmp_path: Path) -> None:
    slug = "caf\u00e9"
    assert load_error(tmp_path, "topics.csv", f"{TOPICS}{slug},A\n") == (
        f"topics.csv:2, slug: got '{slug}', expected letters, digits, hyphens and underscores, did you mean 'cafe'?"
    )


def test_a_misspelt_reference_has_a_suggestion(tmp_path: Path) -> None:
    events = "slug,name,classification,date,topics\na,A,meeting,2019,Ｔalks\n"
    assert load_errors(tmp_path, {"topics.csv": TOPICS + "talks,A\n", "events.csv": events}) == [
        "events.csv:2, topics: got 'Ｔalks', expected the slug of one of topics, in the dataset or the archive, "
        "did you mean 'talks'?"
    ]


def test_an_unknown_country_has_a_suggestion(tmp_path: Path) -> None:
    officials = "slug,name,state\na,A,XK\nb,B,South Korea\nc,C,jp\n"
    expected = "expected the slug of one of bodies, in the dataset or the archive"
    assert load_errors(tmp_path, {"officials.csv": officials}) == [
        f"officials.csv:2, state: got 'XK', {expected}.",
        f"officials.csv:3, state: got 'South Korea', {expected}, did you mean 'south-korea'?",
        f"officials.csv:4, state: got 'jp', {expected}, did you mean 'japan'?",
    ]


def test_all_dangling_references_are_reported(tmp_path: Path) -> None:
    files = {
        "events.csv": EVENTS.strip() + ",part_of\n" + EVENT.strip() + ",tallks\n",
        "participations.csv": "event,official,body,role\ntalks,nobody,,actor\nvisit,,JP,host\n",
        "citations.csv": "source,participation\nminutes,talks||japan|host\n",
    }
    nowhere = "expected the {} of one of {}, in the dataset or the archive"
    assert load_errors(tmp_path, files) == [
        f"citations.csv:2, participation: got 'talks||japan|host', {nowhere.format('key', 'participations')}.",
        f"citations.csv:2, source: got 'minutes', {nowhere.format('slug', 'sources')}.",
        f"events.csv:2, part_of: got 'tallks', {nowhere.format('slug', 'events')}, did you mean 'talks'?",
        f"participations.csv:3, event: got 'visit', {nowhere.format('slug', 'events')}.",
        f"participations.csv:2, official: got 'nobody', {nowhere.format('slug', 'officials')}.",
    ]


def test_a_reference_to_a_draft_is_a_warning(tmp_path: Path) -> None:
    Official.objects.create(slug="kim", name="Kim")
    result = load_files(tmp_path, {"statements.csv": STATEMENTS + "a,published,A,note,2019,named,kim,\n"})
    assert result.written
    assert list(result.problems.lines("warning")) == [
        "statements.csv:2, speaker: got 'kim', which is draft, expected a published one: "
        "readers see the record without it."
    ]
    own = {"topics.csv": "slug,name,status,parent\na,A,draft,\nb,B,published,a\n"}
    assert load_files(tmp_path / "own", own).problems.warnings == 1


def test_a_record_hidden_by_a_draft_is_a_warning_and_an_error_with_as_published(
    tmp_path: Path,
) -> None:
    Official.objects.create(slug="lee", name="Lee")
    files = {
        **{name: text for name, text in PEOPLE.items() if name != "officials.csv"},
        "appointments.csv": "slug,status,official,office\nlee-minister,published,lee,minister\n",
        "events.csv": EVENTS + EVENT + EVENT.replace("talks,published", "later,draft"),
        "participations.csv": "event,official,role\ntalks,lee,actor\nlater,lee,actor\n",
    }
    message = "got 'lee', which is draft, expected a published one: readers do not see this record until it is."
    lines = [f"appointments.csv:2, official: {message}", f"participations.csv:2, official: {message}"]
    result = load_files(tmp_path, files)
    assert result.written
    assert list(result.problems.lines("warning")) == lines
    assert load_errors(tmp_path, files, status=Status.PUBLISHED) == [
        *lines, f"participations.csv:3, official: {message}",
    ]  # fmt: skip
    assert load_files(tmp_path, files, status=Status.REVIEW).problems.warnings == 0


def test_a_part_of_a_drafts_part_has_no_warning(tmp_path: Path) -> None:
    head = "slug,status,name,classification,date,attribution,body\n"
    files = {
        "statements.csv": head + "a,draft,A,note,2019,collective,KR\nb,published,B,note,2019,collective,KR\n",
        "speech_acts.csv": "statement,ordinal,kind,text\na,1,demand,T\nb,1,demand,T\n",
        "sources.csv": "slug,status,title\ns,draft,S\n",
        "citations.csv": "source,speech_act\ns,a-1\ns,b-1\n",
    }
    assert list(load_files(tmp_path, files).problems.lines("warning")) == [
        "citations.csv:3, source: got 's', which is draft, expected a published one: "
        "readers do not see this record until it is."
    ]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (
            "31/12/2019",
            "got '31/12/2019' (a day is written year, month, day with hyphens), expected an EDTF date",
        ),
        ("2019-13", "got '2019-13' (there is no month 13), expected an EDTF date"),
        ("2019-12/2019-01", "got '2019-12/2019-01' (the interval's end lies before its start), expected an EDTF date"),
        ("", "got nothing, expected a value: When it happened"),
    ],
)
def test_an_invalid_date_is_reported(date: str, expected: str, tmp_path: Path) -> None:
    line = load_error(tmp_path, "events.csv", EVENTS + EVENT.replace("2019-07-12", date))
    assert line.startswith(f"events.csv:2, date: {expected}")


def test_a_date_in_another_format_has_a_suggestion(tmp_path: Path) -> None:
    line = load_error(tmp_path, "events.csv", EVENTS + EVENT.replace("2019-07-12", "31/12/2019"))
    assert line.endswith(", did you mean '2019-12-31'?")


def test_an_end_before_its_start_is_refused(tmp_path: Path) -> None:
    files = {**PEOPLE, "appointments.csv": "slug,official,office,start,end\na,kim,minister,2020,2018-03\n"}
    assert load_errors(tmp_path, files) == [
        "appointments.csv:2, start, end: got start '2020', end '2018-03', expected an end on or after the start."
    ]
    files = {"officials.csv": "slug,name,born,died\na,A,1950,1940\n"}
    assert load_errors(tmp_path / "died", files) == [
        "officials.csv:2, born, died: got born '1950', died '1940', expected a death on or after the birth."
    ]


def test_unknown_choices_have_suggestions_by_value_and_label(tmp_path: Path) -> None:
    rows = "a,draft,A,meting,2019\nb,draft,B,taking effect,2019\nc,published!,C,meeting,2019\n"
    lines = load_errors(tmp_path, {"events.csv": EVENTS + rows})
    assert [line.rpartition(", ")[2] for line in lines] == [
        "did you mean 'meeting'?",
        "did you mean 'taking_effect'?",
        "did you mean 'published'?",
    ]


def test_constraints_of_statements_are_validated_before_writing(tmp_path: Path) -> None:
    rows = [
        "a,draft,A,note,2019,named,,KR",
        "b,draft,B,note,2019,anonymous,kim,KR",
        "c,draft,C,note,2019,on_background,,",
        "d,draft,D,note,2019,collective,,",
    ]
    lines = load_errors(tmp_path, {**PEOPLE, "statements.csv": STATEMENTS + "\n".join(rows) + "\n"})
    results = {line.split(", ", 1)[0]: line.rpartition("expected ")[2] for line in lines}
    assert results == {
        "statements.csv:2": "an official, or another attribution.",
        "statements.csv:3": "no speaker, and the body on whose behalf it was made.",
        "statements.csv:4": "a speaker or a body.",
        "statements.csv:5": "a speaker or a body.",
    }
    assert not Statement.objects.exists()


def test_verbatim_text_is_required(tmp_path: Path) -> None:
    head = STATEMENTS.strip() + ",form,text\n"
    [line] = load_errors(tmp_path, {"statements.csv": head + "a,draft,A,note,2019,collective,,KR,verbatim,\n"})
    assert line == (
        "statements.csv:2, form, text: got form 'verbatim', text nothing, expected the words, or another form."
    )


def test_a_capacity_of_another_speaker_is_refused(tmp_path: Path) -> None:
    head = STATEMENTS.strip() + ",capacities\n"
    lines = load_errors(
        tmp_path,
        {**PEOPLE, "statements.csv": head + "a,draft,A,note,2019,named,abe,,kim-minister\n"
                                            "b,draft,B,note,2019,collective,,KR,kim-minister\n"},
    )  # fmt: skip
    assert lines == [
        "statements.csv:2, capacities: got 'kim-minister' of another official, "
        "expected an appointment of the speaker, 'abe'.",
        "statements.csv:3, capacities: got 'kim-minister' of another official, expected none: there is no speaker.",
    ]


def test_a_capacity_is_validated_against_the_datasets_appointment(tmp_path: Path) -> None:
    load_files(tmp_path, PEOPLE)
    files = {
        "appointments.csv": "slug,official\nkim-minister,abe\n",
        "statements.csv": STATEMENTS.strip() + ",capacities\na,draft,A,note,2019,named,abe,,kim-minister\n",
    }
    assert load_files(tmp_path / "2", files).written
    assert Appointment.objects.get(slug="kim-minister").official.slug == "abe"


def test_cycles_through_records_of_the_archive_are_refused(tmp_path: Path) -> None:
    head = "slug,name,parent\n"
    assert load_files(tmp_path, {"topics.csv": head + "a,A,\nb,B,a\nc,C,b\n"}).written
    assert load_errors(tmp_path / "2", {"topics.csv": head + "a,A,c\n"}) == [
        "topics.csv:2, parent: got 'c', which leads back here, expected a record that is not below this one."
    ]
    assert load_errors(tmp_path / "3", {"topics.csv": head + "x,X,y\ny,Y,x\nz,Z,x\n"}) == [
        "topics.csv:2, parent: got 'y', which leads back here, expected a record that is not below this one.",
        "topics.csv:3, parent: got 'x', which leads back here, expected a record that is not below this one.",
    ]
    [line] = load_errors(tmp_path / "4", {"topics.csv": head + "x,X,x\n"})
    assert line == "topics.csv:2, parent: got parent 'x', expected another topic as its parent, or none."


def test_only_speech_acts_that_call_for_an_answer_have_outcomes(tmp_path: Path) -> None:
    files = {
        "statements.csv": STATEMENTS + "a,draft,A,note,2019,collective,,KR\n",
        "speech_acts.csv": "statement,ordinal,kind,text\na,1,denial,No\n",
        "outcomes.csv": "speech_act,date,kind\na-1,2020,accepted\n",
    }
    [line] = load_errors(tmp_path, files)
    assert line.startswith(
        "outcomes.csv:2, speech_act: got 'a-1', which is one of kind 'denial', expected a speech act"
    )


def test_a_number_that_the_archive_has_is_refused(tmp_path: Path) -> None:
    statements = STATEMENTS + "a,draft,A,note,2019,collective,,KR\n"
    act = "slug,statement,ordinal,kind,text\n{},a,1,denial,No\n"
    load_files(tmp_path, {"statements.csv": statements, "speech_acts.csv": act.format("")})
    assert load_errors(tmp_path / "2", {"speech_acts.csv": act.format("a-other")}) == [
        "speech_acts.csv:2, statement, ordinal: got 'a|1', expected another: one of the archive's speech_acts has it."
    ]


def test_texts_in_number_columns_are_refused(tmp_path: Path) -> None:
    statements = STATEMENTS + "a,draft,A,note,2019,collective,,KR\n"
    acts = "statement,ordinal,kind,text\na,one,denial,No\na,-1,denial,No\na,,denial,No\na,0,denial,No\n"
    lines = load_errors(tmp_path, {"statements.csv": statements, "speech_acts.csv": acts})
    assert [line.partition(", ")[0] for line in lines] == [f"speech_acts.csv:{number}" for number in (4, 5, 2, 3)]


def test_a_missing_required_column_is_reported_once(tmp_path: Path) -> None:
    assert load_error(tmp_path, "events.csv", "slug,name,date\na,A,2019\nb,B,2019\n") == (
        "events.csv: got no column 'classification', expected one, since new records must have it."
    )


def test_a_url_is_validated_as_in_a_form(tmp_path: Path) -> None:
    line = load_error(tmp_path, "sources.csv", "slug,title,url\na,A,javascript:alert(1)\n")
    assert line == "sources.csv:2, url: got 'javascript:alert(1)', expected what the field takes (enter a valid url)."


@pytest.mark.parametrize("blank", [" ", "\t", "\u3000", "  \u2009 "])
def test_a_required_text_of_blanks_alone_is_refused(blank: str, tmp_path: Path) -> None:
    assert load_error(tmp_path, "topics.csv", f"{TOPICS}a,{blank}\n") == (
        "topics.csv:2, name: got nothing, expected a value: The subject in English, as a heading."
    )


def test_an_optional_text_of_blanks_alone_is_stored_as_an_empty_one(tmp_path: Path) -> None:
    assert load_files(tmp_path, {"events.csv": EVENTS.strip() + ",summary\n" + EVENT.strip() + ",  \n"}).written
    assert Event.objects.get().summary == ""


def test_verbatim_text_of_blanks_alone_is_refused(tmp_path: Path) -> None:
    head = STATEMENTS.strip() + ",form,text\n"
    [line] = load_errors(tmp_path, {"statements.csv": head + "a,draft,A,note,2019,collective,,KR,verbatim,  \n"})
    assert line == (
        "statements.csv:2, form, text: got form 'verbatim', text nothing, expected the words, or another form."
    )


def test_a_slug_that_is_a_part_of_addresses_is_refused(tmp_path: Path) -> None:
    assert load_error(tmp_path, "topics.csv", TOPICS + "counts,A\n") == (
        "topics.csv:2, slug: got 'counts', expected another slug: this one is part of an address."
    )


@pytest.mark.parametrize("slug", ["Up", "-ev-n", "ev_m", "1"])
def test_slugs_of_letters_digits_hyphens_and_underscores_are_accepted_by_every_door(slug: str, tmp_path: Path) -> None:
    assert load_files(tmp_path, {"topics.csv": f"{TOPICS}{slug},A\n"}).written
    Topic.objects.get(slug=slug).full_clean()
