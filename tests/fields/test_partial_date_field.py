"""``PartialDateField``: the text is stored, and every kind of write computes the companion columns."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Value

from archive.dates import SORT_BLANK, PartialDate
from archive.models import Body, Event, Measure, Official

pytestmark = pytest.mark.django_db

COLUMNS = ("date_earliest", "date_latest", "date_ends", "date_precision", "date_display")
JULY = (date(2019, 7, 1), date(2019, 7, 31), "known/known", "month", "July 2019")


def event(slug: str = "e", **values: Any) -> Event:
    return Event(**{"slug": slug, "name": "E", "classification": "meeting", "date": "2019", **values})


def stored(record: Any, *columns: str) -> tuple[Any, ...]:
    return tuple(type(record).objects.filter(slug=record.slug).values_list(*columns or COLUMNS).get())


def test_an_unsaved_record_has_the_companion_columns() -> None:
    built = event(date="2019-07", date_latest=date(2030, 1, 1))
    assert tuple(getattr(built, name) for name in COLUMNS) == JULY
    built.date = None
    assert (built.date_earliest, built.date_sort, built.date_display) == (None, SORT_BLANK, "")


def test_a_save_fills_the_companion_columns() -> None:
    built = event(date="2019-07")
    built.save()
    assert stored(built) == JULY
    assert stored(built, "date", "date_sort") == (PartialDate.parse("2019-07"), PartialDate.parse("2019-07").sort)


def test_save_with_update_fields_writes_the_companion_columns() -> None:
    built = event()
    built.save()
    built.date = "2019-07"
    built.save(update_fields=["date"])
    assert stored(built) == JULY


def test_bulk_create_fills_the_companion_columns() -> None:
    Event.objects.bulk_create([event(date="2019-07")])
    assert stored(event()) == JULY


def test_queryset_update_fills_the_companion_columns() -> None:
    Event.objects.bulk_create([event()])
    assert Event.objects.filter(slug="e").update(date="2019-07") == 1
    assert stored(event()) == JULY


def test_queryset_update_of_a_period_fills_and_clears_the_certain_columns() -> None:
    Measure.objects.bulk_create([Measure(slug="m", name="M", instrument="sanction", in_force="2019")])
    columns = ("in_force_certain_from", "in_force_certain_until", "in_force_sort")
    Measure.objects.filter(slug="m").update(in_force="2019-07/..")
    assert stored(Measure(slug="m"), *columns[:2]) == (date(2019, 7, 31), date.max)
    Measure.objects.filter(slug="m").update(in_force=None)
    assert stored(Measure(slug="m"), *columns) == (None, None, SORT_BLANK)


def test_queryset_update_refuses_invalid_text() -> None:
    with pytest.raises(ValidationError, match="got '2019-13'"):
        Event.objects.update(date="2019-13")


def test_queryset_update_by_an_expression_is_refused() -> None:
    with pytest.raises(TypeError, match=r"archive\.Event\.date: got an expression without date_earliest"):
        Event.objects.update(date=Value("2019"))
    with pytest.raises(TypeError, match="bulk_update"):
        Event.objects.update(date=F("place"))


def test_bulk_update_fills_the_companion_columns() -> None:
    built = event()
    built.save()
    built.date = "2019-07"
    assert Event.objects.bulk_update([built], ["date"]) == 1
    assert stored(built) == JULY


def test_loading_a_fixture_recomputes_the_companion_columns() -> None:
    fields = {"slug": "o", "name": "Émile", "born": "2019-07", "born_latest": "2030-01-01", "folded": "nonsense"}
    for read in serializers.deserialize("python", [{"model": "archive.official", "fields": fields}]):
        read.save()
    official = Official.objects.get(slug="o")
    assert (official.born_earliest, official.born_latest, official.born_display) == (JULY[0], JULY[1], JULY[4])
    assert (official.sort_name, official.folded) == ("Émile", "emile")


def test_a_dump_has_the_text_without_companion_columns() -> None:
    Official.objects.create(slug="o", name="O", born="2019-07")
    (dumped,) = serializers.serialize("python", Official.objects.all())
    assert str(dumped["fields"]["born"]) == "2019-07"
    assert not [name for name in dumped["fields"] if name.startswith("born_") or name == "folded"]


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "ends"),
    [
        ("2019-07-04/..", date(2019, 7, 4), None, "known/open"),
        ("2019-07-04/", date(2019, 7, 4), None, "known/unknown"),
        ("../2019-07-12", None, date(2019, 7, 12), "open/known"),
        ("/2019-07-12", None, date(2019, 7, 12), "unknown/known"),
    ],
)
def test_open_and_unknown_ends_are_null_and_distinguished_by_a_column(
    text: str, earliest: date | None, latest: date | None, ends: str
) -> None:
    event(date=text).save()
    assert stored(event(), "date_earliest", "date_latest", "date_ends") == (earliest, latest, ends)


@pytest.mark.parametrize(
    ("text", "precision"),
    [("2019-07-12", "day"), ("2019-07", "month"), ("2019-22", "season"), ("2019", "year"), ("199X", "decade"),
     ("19XX", "century"), ("2019/2020", "interval"), ("[2019,2020]", "set")],
)  # fmt: skip
def test_the_precision_is_a_column(text: str, precision: str) -> None:
    event(date=text).save()
    assert Event.objects.filter(date_precision=precision).exists()


def test_a_blank_date_is_null_and_sorts_last() -> None:
    Official.objects.create(slug="o", name="O", born=" ")
    assert stored(Official(slug="o"), "born", "born_earliest", "born_latest", "born_ends", "born_sort") == (
        None, None, None, "", SORT_BLANK,
    )  # fmt: skip


def test_the_column_stores_the_edtf_text() -> None:
    event(date="[2019-07-04,2019-07-05]").save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT date, date_earliest FROM archive_event WHERE slug = 'e'")
        text, earliest = cursor.fetchone()
    assert (text, str(earliest)) == ("[2019-07-04,2019-07-05]", "2019-07-04")


def test_invalid_text_is_refused_when_cleaned_and_when_saved() -> None:
    built = event(date="2019-02-30")
    with pytest.raises(ValidationError) as refused:
        built.full_clean()
    assert refused.value.error_dict["date"][0].code == "invalid_date"
    assert refused.value.error_dict["date"][0].params["got"] == "2019-02-30"
    with pytest.raises(ValidationError, match="2019-02 has 28 days"), transaction.atomic():
        built.save()
    assert not Event.objects.exists()


def test_a_deferred_date_is_loaded_on_access() -> None:
    event(date="2019-07").save()
    assert str(Event.objects.defer("date").get(slug="e").date) == "2019-07"


def test_a_datetime_date_may_be_assigned() -> None:
    built = event(date=date(2019, 7, 12))
    built.save()
    assert stored(built, "date", "date_earliest") == (PartialDate.parse("2019-07-12"), date(2019, 7, 12))


def test_records_are_found_by_their_text() -> None:
    event(date="2019-07").save()
    assert Event.objects.filter(date="2019-07").exists()
    assert Event.objects.filter(date=PartialDate.parse("2019-07")).exists()
    assert not Event.objects.filter(date="2019").exists()


def test_names_are_folded_by_every_kind_of_write() -> None:
    def folded() -> str:
        return Body.objects.get(slug="b").folded

    Body.objects.bulk_create([Body(slug="b", name="Émile-Org", abbreviation="E.O.", kind="other")])
    assert folded() == "emileorg\neo"
    Body.objects.filter(slug="b").update(name="New Name")
    assert folded() == "newname\neo"
    body = Body.objects.get(slug="b")
    body.name = "Third"
    Body.objects.bulk_update([body], ["name"])
    assert folded() == "third\neo"


def test_bulk_create_derives_what_a_save_derives() -> None:
    Official.objects.bulk_create([Official(slug="o", name="Kim You-geun")])
    assert Official.objects.get(slug="o").sort_name == "Kim You-geun"
    Body.objects.bulk_create([Body(slug=slug, name=slug, kind="other", iso3166="") for slug in ("b", "c")])
    assert Body.objects.get(slug="c").iso3166 is None
