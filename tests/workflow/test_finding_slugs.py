"""The findings that name a record are looked up by its slug, in an index that every way of writing findings keeps."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from archive.checks.finding import Finding
from archive.models import FindingSlug, StoredFinding
from archive.models.finding import slugs_in
from archive.workflow import findings
from tests.support import check_records as r

pytestmark = pytest.mark.django_db


def _stored(key: str, record: str = "other", got: str = "something") -> StoredFinding:
    return StoredFinding(key=key, rule="r", subject="event", record=record, got=got, expected="other", kind="event")


@pytest.mark.django_db(transaction=False)
@given(
    st.lists(st.sampled_from(["a", "a-1", "-2", "b_c", "é", " ", ",", "-", "12", "A", "(", "\n"])).map("".join),
    st.sampled_from(["a", "a-1", "b_c", "-", "12", "A", "a-b_c"]),
)
def test_a_text_names_the_slugs_that_stand_in_it_as_whole_words(text: str, slug: str) -> None:
    # A speech act's slug is the statement's with a number.
    named = re.search(rf"(?<![\w-]){re.escape(slug)}(?:-\d+)?(?![\w-])", text)
    assert (slug in slugs_in(text)) == bool(named)


def test_the_findings_of_a_record_and_those_that_name_it_are_found() -> None:
    event = r.event("2019", slug="the-event")
    own = _stored("own")
    own.record_id = event.pk
    own.save()
    for key, record, got in (
        ("key", "the-event responds_to other", "x"), ("got", "other", "2019, part of the-event of 2018"),
        ("numbered", "the-event-3 (2019)", "x"), ("longer", "the-event-after", "x"), ("before", "not-the-event", "x"),
        ("two numbers", "the-event-3-4", "x"),
    ):  # fmt: skip
        _stored(key, record, got).save()
    with CaptureQueriesContext(connection) as ran:
        about = findings._about([event])
    assert {row.key for row in about} == {"own", "key", "got", "numbered"}
    assert len(ran) == 1


def test_every_way_of_writing_findings_keeps_the_index() -> None:
    StoredFinding.objects.bulk_create([_stored("a", "one"), _stored("b", "two")])
    # Of rows that are stored already, the primary keys are not known.
    StoredFinding.objects.bulk_create([_stored("b", "two"), _stored("c", "three")], ignore_conflicts=True)
    StoredFinding.objects.create(key="d", rule="r", subject="event", record="four", got="", expected="")
    indexed = FindingSlug.objects.values_list("finding__key", "slug").order_by("finding__key", "slug")
    expected = [("a", "one"), ("a", "something"), ("b", "something"), ("b", "two"), ("c", "something"), ("c", "three")]
    assert [*indexed] == [*expected, ("d", "four")]
    changed = StoredFinding.objects.get(key="d")
    changed.got = "five"
    changed.save()
    assert [slug for key, slug in indexed.all() if key == "d"] == ["five", "four"]
    StoredFinding.objects.exclude(key="a").delete()
    assert [key for key, _ in indexed.all()] == ["a", "a"]


def test_the_check_of_the_whole_archive_keeps_the_index() -> None:
    findings.store_all([Finding("rule", "event", "one", "two of 2019", "x")])
    assert {*FindingSlug.objects.values_list("slug", flat=True)} == {"one", "two", "of", "2019"}
    findings.store_all([])
    assert not FindingSlug.objects.exists()


def test_the_lookup_scans_no_table() -> None:
    event = r.event("2019", slug="the-event")
    rows = [_stored(str(number), f"record-{number} of-{number % 7}") for number in range(3_000)]
    StoredFinding.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        with CaptureQueriesContext(connection) as ran:
            findings._about([event])
        explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
        cursor.execute(explain + ran[0]["sql"])
        plan = "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())
    assert "finding_slug" in plan
    assert "SCAN archive" not in plan
    assert "Seq Scan" not in plan
