"""The database has an index for each filter and order of a large list."""

from __future__ import annotations

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

#: Table -> the columns with which an index must begin, and the filters that ask for them.
NEEDED: dict[str, dict[str, str]] = {
    "archive_event": {
        "slug": "detail",
        "status date_sort sequence slug": "order, all",
        "date_sort sequence slug": "order for who sees drafts",
        "status date_earliest": "date, date_before",
        "status date_latest": "date, date_after",
        "status classification date_sort sequence slug": "classification",
        "classification date_sort sequence slug": "classification for who sees drafts",
        "status filing_key slug": "order_by name",
        "status updated_at slug": "updated_after",
        "part_of_id": "parts",
    },
    "archive_statement": {
        "slug": "detail",
        "status date_sort sequence slug": "order, all",
        "date_sort sequence slug": "order for who sees drafts",
        "status date_earliest": "date, date_before",
        "status date_latest": "date, date_after",
        "status classification date_sort sequence slug": "classification",
        "classification date_sort sequence slug": "classification for who sees drafts",
        "attribution date_sort sequence slug": "attribution for who sees drafts",
        "speaker_id status date_sort sequence slug": "speaker",
        "body_id status date_sort sequence slug": "body",
        "occasion_id status date_sort sequence slug": "occasion",
        "status updated_at slug": "updated_after",
    },
    "archive_measure": {
        "slug": "detail",
        "status in_force_sort slug": "order",
        "status updated_at slug": "updated_after",
    },
    "archive_speechact": {
        "slug": "detail",
        "kind statement_id ordinal": "kind",
        "statement_id ordinal": "statement",
        "about_event_id": "about",
        "about_measure_id": "about",
    },
    "archive_outcome": {
        "speech_act_id date": "state, open_on",
        "event_id": "outcomes of an event",
        "answer_id": "answers",
    },
    "archive_participation": {
        "event_id": "participations",
        "body_id role event_id": "actor, target, country",
        "official_id role event_id": "participant",
    },
    "archive_relation": {
        "from_event_id kind": "relation",
        "to_event_id": "related_to",
        "kind from_event_id": "relation",
    },
    "archive_measurestep": {"measure_id event_id": "steps", "event_id": "measure"},
    "archive_measuregood": {"measure_id": "goods", "code": "good"},
    "archive_appointment": {
        "slug": "detail",
        "status start_sort slug": "order",
        "official_id start_earliest": "official",
        "office_id start_earliest": "office",
    },
    "archive_official": {"slug": "detail", "status filing_key slug": "order", "state_id": "country"},
    "archive_body": {
        "slug": "detail",
        "iso3166": "country by code",
        "kind slug": "kind",
        "parent_id": "parent",
        "status filing_key slug": "order",
    },
    "archive_office": {"slug": "detail", "body_id": "body"},
    "archive_name": {"official_id": "name", "body_id": "name"},
    "archive_identifier": {"scheme value": "another catalogue's number"},
    "archive_topic": {"slug": "detail", "parent_id": "descendants"},
    "archive_source": {"slug": "detail", "status published_sort slug": "order", "publisher_id": "publications"},
    "archive_citation": {
        "source_id": "source",
        **{
            f"{kind}_id": "citations"
            for kind in (
                "event",
                "measure",
                "measure_good",
                "statement",
                "speech_act",
                "outcome",
                "relation",
                "participation",
                "official",
                "appointment",
                "body",
                "office",
            )
        },
    },
    "archive_dossierentry": {
        "dossier_id position": "entries",
        "event_id": "dossier",
        "statement_id": "dossier",
        "measure_id": "dossier",
    },
    "archive_event_topics": {"event_id": "topics", "topic_id": "topic"},
    "archive_measure_imposers": {"body_id": "imposer"},
    "archive_measure_targets": {"body_id": "target"},
    "archive_statement_topics": {"topic_id": "topic"},
    "archive_statement_capacities": {"appointment_id": "office"},
    "archive_statement_about_events": {"event_id": "about"},
    "archive_statement_about_measures": {"measure_id": "about"},
    "archive_statement_in_reply_to": {"from_statement_id": "answers", "to_statement_id": "in_reply_to"},
    "archive_speechact_addressee_bodies": {"body_id": "addressee"},
    "archive_speechact_addressee_officials": {"official_id": "addressee"},
}


@pytest.mark.parametrize("table", NEEDED)
def test_the_filters_of_a_table_have_their_indexes(table: str) -> None:
    with connection.cursor() as cursor:
        result = connection.introspection.get_constraints(cursor, table).values()
    beginnings = {
        tuple(index["columns"][:length])
        for index in result
        if index["index"] or index["unique"] or index["primary_key"]
        for length in range(1, len(index["columns"]) + 1)
    }
    missing = {columns: why for columns, why in NEEDED[table].items() if tuple(columns.split()) not in beginnings}
    assert not missing
