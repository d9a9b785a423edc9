"""``visible_related`` from a visible row equals the full visibility condition."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from archive.models.base import Tracked
from archive.sql.relations import reverse_lookup, visible_related
from bench.fill import fill

pytestmark = pytest.mark.django_db
RECORDS = [model for model in apps.get_app_config("archive").get_models() if issubclass(model, Tracked)]
RELATIONS = [
    (model, field.name)
    for model in RECORDS
    for field in model._meta.get_fields()
    if field.is_relation and field.related_model in RECORDS and not getattr(field, "hidden", False)
]


@pytest.fixture(scope="module")
def half_hidden(django_db_setup: None, django_db_blocker: Any) -> Any:
    """A made-up archive of which about a third is not published."""
    chance = Random(1)  # made up, not secret
    with django_db_blocker.unblock(), transaction.atomic():
        fill(20, seed=1)
        if connection.vendor == "postgresql":
            # The planner knows nothing of rows of an open transaction: the triggers would read whole tables for a row.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        for model in RECORDS:
            if any(field.name == "status" for field in model._meta.concrete_fields):
                rows = list(model.objects.values_list("pk", flat=True))
                model.objects.filter(pk__in=[key for key in rows if chance.random() < 0.3]).update(status="draft")
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(("model", "relation"), RELATIONS, ids=lambda item: getattr(item, "__name__", item))
def test_visible_related_rows_equal_those_of_full_visibility(model: Any, relation: str, half_hidden: None) -> None:
    back = reverse_lookup(model, relation)
    seen_from = model.objects.visible_to(AnonymousUser()).values("pk")
    related = model._meta.get_field(relation).related_model
    full = related.objects.visible_to(AnonymousUser()).filter(**{f"{back}__in": seen_from})
    short = visible_related(model, relation, AnonymousUser()).filter(**{f"{back}__in": seen_from})
    assert sorted(short.values_list(back, "pk")) == sorted(full.values_list(back, "pk"))


def test_citations_of_a_record_join_only_their_source() -> None:
    from archive.models import Event

    citations = str(visible_related(Event, "citations", AnonymousUser()).query)
    assert citations.count("JOIN") == 1
    assert '"archive_source"."status"' in citations
