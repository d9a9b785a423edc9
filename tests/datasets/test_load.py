"""Loading of valid records: columns, revisions, links, statuses; loading again changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from archive.choices import Status
from archive.datasets.schema import record_types
from archive.models import (
    Appointment,
    Body,
    Citation,
    Event,
    Official,
    Participation,
    PublicVersion,
    SpeechAct,
    Statement,
    Topic,
)
from archive.models.base import Tracked
from tests.support.datasets import EVENT, EVENTS, PEOPLE, STATEMENTS, load_errors, load_files, plan_lines

pytestmark = pytest.mark.django_db
TRACKED = [model for model in apps.get_app_config("archive").get_models() if issubclass(model, Tracked)]


def test_a_loaded_event_has_the_columns_of_a_saved_one(tmp_path: Path) -> None:
    assert load_files(tmp_path, {"events.csv": EVENTS + EVENT}).written
    event = Event.objects.get(slug="talks")
    assert (event.status, event.name, event.version) == ("published", "Talks", 1)
    stored = Event.objects.filter(pk=event.pk).values().get()
    event.save()
    saved = Event.objects.filter(pk=event.pk).values().get()
    for text in ("version", "updated_at"):
        del stored[text], saved[text]
    assert saved == stored


def test_derived_columns_are_those_of_a_save(tmp_path: Path) -> None:
    files = {
        "officials.csv": "slug,name,born\nkim-you-geun,Kim You-geun,1957~\n",
        "bodies.csv": "slug,name,abbreviation,kind\nwto,World Trade Organization,WTO,intergovernmental_organization\n",
        "measures.csv": "slug,name,instrument,in_force\ncurbs,Curbs,export_licensing,2019-07-04/..\n",
        "measure_goods.csv": "measure,name,scheme,code\ncurbs,Hydrogen fluoride,hs,2811.11\n",
        "names.csv": "official,text,language,scheme\nkim-you-geun,김유근,ko,native\n",
        "offices.csv": "slug,name,body\ndeputy,Deputy chief,KR\n",
        "appointments.csv": "slug,official,office,start,end\nkim-deputy,kim-you-geun,deputy,2019-03,2020-07\n",
    }
    assert load_files(tmp_path, files).is_valid
    for name in files:
        model: Any = record_types()[name.removesuffix(".csv")].model
        record = model.objects.latest("id")
        stored = model.objects.filter(pk=record.pk).values().get()
        record.save()
        saved = model.objects.filter(pk=record.pk).values().get()
        for text in ("version", "updated_at"):
            del stored[text], saved[text]
        assert saved == stored, name


def test_loading_again_changes_nothing(tmp_path: Path) -> None:
    files = {"events.csv": EVENTS + EVENT, **PEOPLE}
    assert load_files(tmp_path, files).written
    before = {model: list(model.objects.order_by("pk").values()) for model in TRACKED}
    stamp = PublicVersion.objects.get().stamp
    again = load_files(tmp_path, files)
    assert again.is_valid
    assert not again.written
    assert not again.has_changes
    assert {name: str(counts) for name, counts in again.counts.items()} == {
        "events": "1 unchanged",
        "officials": "2 unchanged",
        "offices": "1 unchanged",
        "appointments": "3 unchanged",
    }
    assert {model: list(model.objects.order_by("pk").values()) for model in TRACKED} == before
    assert PublicVersion.objects.get().stamp == stamp


def test_only_changed_records_are_updated(tmp_path: Path) -> None:
    other = "visit,published,Visit,visit,2019\n"
    load_files(tmp_path, {"events.csv": EVENTS + EVENT + other})
    changed = EVENT.replace("2019-07-12", "2019-07-13").replace("Talks", "Long talks")
    result = load_files(tmp_path, {"events.csv": EVENTS + changed + other})
    assert str(result.counts["events"]) == "1 changed, 1 unchanged"
    talks, visit = Event.objects.order_by("slug")
    assert (talks.name, str(talks.date), talks.date_display, talks.version) == (
        "Long talks", "2019-07-13", "13 July 2019", 2,
    )  # fmt: skip
    assert visit.version == 1
    assert [(record.history_type, record.name) for record in talks.history.order_by("history_id")] == [
        ("+", "Talks"),
        ("~", "Long talks"),
    ]
    assert visit.history.count() == 1


def test_a_plan_lists_fields_and_writes_nothing(tmp_path: Path) -> None:
    load_files(tmp_path, {"events.csv": EVENTS.strip() + ",topics\n" + EVENT.strip() + ",talks-topic\n",
                      "topics.csv": "slug,name\ntalks-topic,Talks\nother,Other\n"})  # fmt: skip
    stamp, versions = PublicVersion.objects.get().stamp, list(Event.objects.values_list("version"))
    message = plan_lines(
        tmp_path,
        {"events.csv": EVENTS.strip() + ",topics,place\n" + EVENT.strip()
                       + ",other,Seoul\nvisit,draft,A,visit,2020,,\n"},
    )  # fmt: skip
    assert message == [
        "events: 1 added, 1 changed",
        "  + visit",
        "  ~ talks, place: 'Seoul' comes",
        "  ~ talks, topics: 'talks-topic' becomes 'other'",
        "topics: 2 unchanged",
        "New and not public until it is published: 1 draft.",
    ]
    assert list(Event.objects.values_list("version")) == versions
    assert PublicVersion.objects.get().stamp == stamp


def test_an_absent_column_keeps_the_archives_values(tmp_path: Path) -> None:
    load_files(tmp_path, {"events.csv": EVENTS.strip() + ",place,topics\n" + EVENT.strip() + ",Seoul,t\n",
                      "topics.csv": "slug,name\nt,T\n"})  # fmt: skip
    result = load_files(tmp_path / "2", {"events.csv": "slug,name\ntalks,Renamed\n"})
    assert str(result.counts["events"]) == "1 changed"
    event = Event.objects.get()
    assert (event.name, event.place, str(event.date), event.status) == ("Renamed", "Seoul", "2019-07-12", "published")
    assert [topic.slug for topic in event.topics.all()] == ["t"]


def test_an_empty_cell_empties_the_field(tmp_path: Path) -> None:
    load_files(tmp_path, {"events.csv": EVENTS.strip() + ",place,topics\n" + EVENT.strip() + ",Seoul,t\n",
                      "topics.csv": "slug,name\nt,T\n"})  # fmt: skip
    load_files(tmp_path / "2", {"events.csv": "slug,place,topics\ntalks,,\n"})
    event = Event.objects.get()
    assert event.place == ""
    assert not event.topics.exists()


def test_derived_columns_use_values_of_file_and_archive(tmp_path: Path) -> None:
    load_files(tmp_path, {"bodies.csv": "slug,name,abbreviation,kind\nwto,World Trade,WTO,other\n"})
    load_files(tmp_path / "2", {"bodies.csv": "slug,name\nwto,Trade\n"})
    assert Body.objects.get(slug="wto").folded == "trade\nwto"


def test_references_may_be_in_any_order_and_circular(tmp_path: Path) -> None:
    columns = "slug,name,classification,date,attribution,body,in_reply_to\n"
    files = {
        "events.csv": EVENTS.strip()
        + ",part_of\nfirst-day,draft,Day,meeting,2019-07-12,talks\n"
        + EVENT.strip()
        + ",\n",
        "statements.csv": columns
        + "a,A,note,2019,collective,KR,b;c\nb,B,note,2019,collective,JP,a\nc,C,note,2019,collective,JP,\n",
    }
    assert load_files(tmp_path, files).written
    assert Event.objects.get(slug="first-day").part_of.slug == "talks"
    replies = {
        statement.slug: sorted(statement.in_reply_to.values_list("slug", flat=True))
        for statement in Statement.objects.all()
    }
    assert replies == {"a": ["b", "c"], "b": ["a"], "c": []}


def test_bodies_may_be_referred_to_by_country_code(tmp_path: Path) -> None:
    files = {
        "bodies.csv": "slug,name,kind,iso3166,parent\nutopia,Utopia,state,XUTO,\nutopian-court,Court,court,,XUTO\n",
        "officials.csv": "slug,name,state\nmore,More,XUTO\nkim,Kim,KR\n",
    }
    assert load_files(tmp_path, files).is_valid
    assert Official.objects.get(slug="more").state.slug == "utopia"
    assert Official.objects.get(slug="kim").state.slug == "south-korea"
    assert Body.objects.get(slug="utopian-court").parent.slug == "utopia"


def test_parts_are_matched_by_natural_key(tmp_path: Path) -> None:
    files = {
        "events.csv": EVENTS + EVENT,
        **PEOPLE,
        "participations.csv": "event,official,body,role\ntalks,kim,,actor\ntalks,,JP,host\n",
        "sources.csv": "slug,title\nminutes,Minutes\n",
        "citations.csv": "source,event,participation,locator\nminutes,talks,,p. 1\nminutes,,talks||japan|host,p. 2\n"
        "minutes,,talks|kim||actor,p. 2\n",
    }
    assert load_files(tmp_path, files).written
    assert Participation.objects.count() == 2
    assert sorted(str(citation.participation) for citation in Citation.objects.filter(locator="p. 2")) == [
        "Japan (host)", "Kim (actor)",
    ]  # fmt: skip
    again = load_files(tmp_path, files)
    assert not again.has_changes
    alone = {"citations.csv": "source,participation,locator,quotation\nminutes,talks||JP|host,p. 2,Words\n"}
    assert str(load_files(tmp_path / "2", alone).counts["citations"]) == "1 changed"
    assert Citation.objects.get(participation__body__slug="japan").quotation == "Words"


def test_speech_acts_get_a_slug_and_keep_it(tmp_path: Path) -> None:
    acts = "statement,ordinal,kind,text\na,1,demand,One\na,2,demand,Two\n"
    files = {"statements.csv": STATEMENTS + "a,draft,A,note,2019,collective,,KR\n", "speech_acts.csv": acts}
    assert load_files(tmp_path, files).is_valid
    swapped = "slug,statement,ordinal,kind,text\na-1,a,2,demand,One\na-2,a,1,demand,Two\n"
    result = load_files(tmp_path / "2", {"speech_acts.csv": swapped})
    assert result.written, list(result.problems.lines())
    assert list(SpeechAct.objects.order_by("ordinal").values_list("slug", "ordinal")) == [("a-2", 1), ("a-1", 2)]


def test_capacities_are_added_where_the_column_is_absent(tmp_path: Path) -> None:
    values = {**PEOPLE, "statements.csv": STATEMENTS + "a,draft,A,note,2019-05,named,kim,\n"}
    assert load_files(tmp_path, values).written
    assert [statement.slug for statement in Statement.objects.get().capacities.all()] == ["kim-minister"]


def test_added_capacities_are_those_that_the_admin_fills_in(tmp_path: Path) -> None:
    """An appointment without an end, by what else limits it: the official's life and the body's existence."""
    lives = {"": "", "died-before": "2018", "died-after": "2020", "died-within": "2019-03/2019-07", "born-after": ""}
    spans = {"": "", "gone": "../2017", "new": "2020/..", "within": "2019-05/.."}
    officials, bodies = [f"who-{name}" for name in lives], [f"body-{name}" for name in spans]
    posts = [(who, body) for who in officials for body in bodies]
    dates = ["2019-05", "2019/..", "../2019", "2017-06", "2021", "../2016"]
    files = {
        "bodies.csv": "slug,status,name,kind,existed\n"
        + "".join(f"body-{name},draft,{name or 'B'},court,{span}\n" for name, span in spans.items()),
        "officials.csv": "slug,status,name,sort_name,born,died\n"
        + "".join(
            f"who-{name},draft,{name or 'A'},{name or 'A'},{'2020' if name == 'born-after' else ''},{died}\n"
            for name, died in lives.items()
        ),
        "offices.csv": "slug,status,name,body\n" + "".join(f"{body}-head,draft,Head,{body}\n" for body in bodies),
        "appointments.csv": "slug,status,official,office,mode,start,end_state\n"
        + "".join(
            f"{who}-{body}-{mode},draft,{who},{body}-head,{mode},2017-01,unknown\n"
            for who, body in posts for mode in ("acting", "nominee")
        ),
        "statements.csv": STATEMENTS
        + "".join(f"{who}-{n},draft,A,note,{day},named,{who},\n" for who in officials for n, day in enumerate(dates)),
    }  # fmt: skip
    result = load_files(tmp_path, files)
    assert result.written, list(result.problems.lines())
    for statement in Statement.objects.all():
        assert list(statement.capacities.order_by("slug")) == statement.capacities_in_force(), statement
    assert Statement.capacities.through.objects.count() > len(officials)


def test_capacities_are_those_of_the_file_where_it_has_the_column(tmp_path: Path) -> None:
    head = STATEMENTS.strip() + ",capacities\n"
    values = {
        **PEOPLE,
        "statements.csv": head + "a,draft,A,note,2019-05,named,kim,,\nb,draft,B,note,2019,named,kim,,kim-later\n",
    }
    assert load_files(tmp_path, values).written
    assert not Statement.objects.get(slug="a").capacities.exists()
    assert [statement.slug for statement in Statement.objects.get(slug="b").capacities.all()] == ["kim-later"]


@pytest.mark.parametrize("status", ["draft", "review", "published"])
def test_the_status_option_sets_all_statuses(status: str, tmp_path: Path) -> None:
    load_files(tmp_path, {"events.csv": EVENTS + EVENT, **PEOPLE}, status=Status(status))
    assert {model.objects.get(slug=slug).status for model, slug in ((Event, "talks"), (Official, "kim"))} == {status}


def test_new_records_without_a_status_are_drafts(tmp_path: Path) -> None:
    load_files(tmp_path, {"topics.csv": "slug,name\nt,T\n"})
    assert Topic.objects.get().status == "draft"


def test_revisions_have_reason_and_links(tmp_path: Path) -> None:
    described = "title: Talks of July\nlicence: CC0-1.0\npublisher: An Archive\nversion: 2\n"
    load_files(tmp_path, {"dataset.yaml": described, "topics.csv": "slug,name\nt,T\n",
                      "events.csv": EVENTS.strip() + ",topics\n" + EVENT.strip() + ",t\n"})  # fmt: skip
    revision = Event.objects.get().history.get()
    assert revision.history_change_reason == 'Loaded from "Talks of July" (version 2, An Archive, CC0-1.0)'
    assert [link.topic.slug for link in revision.topics.all()] == ["t"]
    assert (revision.history_type, revision.version, str(revision.date)) == ("+", 1, "2019-07-12")


def test_the_public_version_rises_with_published_records_only(tmp_path: Path) -> None:
    stamp = PublicVersion.objects.get().stamp
    load_files(tmp_path, {"topics.csv": "slug,name\nt,T\n"})
    assert PublicVersion.objects.get().stamp == stamp
    load_files(tmp_path, {"topics.csv": "slug,name,status\nt,T,published\n"})
    published = PublicVersion.objects.get().stamp
    assert published != stamp
    load_files(tmp_path, {"topics.csv": "slug,name,status\nt,T,withdrawn\n"})
    assert PublicVersion.objects.get().stamp != published


def test_the_next_record_saved_gets_a_free_id(tmp_path: Path) -> None:
    load_files(tmp_path, {"events.csv": EVENTS + EVENT})
    event = Event.objects.create(slug="next", name="Next", classification="meeting", date="2019")
    assert event.pk == Event.objects.get(slug="talks").pk + 1


def test_temporary_tables_are_dropped(tmp_path: Path) -> None:
    load_files(tmp_path, {"events.csv": EVENTS + EVENT})
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'")
        else:
            cursor.execute("SELECT count(*) FROM sqlite_temp_master")
        assert cursor.fetchone() == (0,)


def test_an_appointment_with_an_end_has_ended(tmp_path: Path) -> None:
    load_files(tmp_path, PEOPLE)
    assert Appointment.objects.get(slug="kim-minister").end_state == "ended"


def test_any_text_is_loaded_unchanged(tmp_path: Path) -> None:
    text = '  Lines\nand\ttabs, "marks", \\ backslashes, \\N and 한글 \U0001f54a  '
    quoted = text.replace('"', '""')
    load_files(tmp_path, {"events.csv": f'{EVENTS.strip()},summary\n{EVENT.strip()},"{quoted}"\n'})
    assert Event.objects.get().summary == text


def test_a_stored_record_twice_in_the_file_is_refused(tmp_path: Path) -> None:
    head, row = "slug,name\n", "a,A\n"
    assert load_files(tmp_path, {"topics.csv": head + row}).written
    assert load_errors(tmp_path, {"topics.csv": head + row + row}) == [
        "topics.csv:3, slug: got 'a', expected it once: topics.csv:2 has it already."
    ]
    goods = "measure,name\nm,Glass\n"
    assert load_files(
        tmp_path / "2", {"measures.csv": "slug,name,instrument\nm,M,tariff\n", "measure_goods.csv": goods}
    ).written
    assert load_errors(tmp_path / "3", {"measure_goods.csv": goods + "m,Glass\n"}) == [
        "measure_goods.csv:3, measure, name: got 'm|Glass', expected it once: measure_goods.csv:2 has it already."
    ]
