"""Every record has its pages in the admin, and none grows with the archive."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import connection
from django.forms import ModelChoiceField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.admin.autocompletes import RecordSelect, RecordSelectMultiple
from archive.models import Event, Statement
from archive.models.base import Tracked
from tests.support.admin_forms import address

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

#: At most so many statements of a picker: the session and its user, the exact names, and the page of suggestions.
PICKER = 6


def _records() -> list[Any]:
    """The records and parts that the admin lists; its other tables are written by steps of its pages."""
    return [model for model in apps.get_app_config("archive").get_models() if issubclass(model, Tracked)]


def test_every_record_is_registered() -> None:
    assert len(_records()) == 20
    assert [record.__name__ for record in _records() if record not in admin.site._registry] == []


def test_every_page_of_every_record_opens(editing: Client) -> None:
    opened = 0
    for model in _records():
        row = model.objects.first()
        pages = [address(model, "changelist"), address(model, "changelist") + "?q=2019-07+kim", address(model, "add")]
        if row is not None:
            pages += [address(row, name) for name in ("change", "history", "delete")]
        for page in pages:
            response = editing.get(page)
            assert response.status_code == 200, page
            assert b"<h1>" in response.content, page
            opened += 1
    assert opened > 100


def test_every_relation_is_an_autocomplete_that_answers(editing: Client) -> None:
    query = 0
    for model in _records():
        page = editing.get(address(model, "add"))
        forms = [page.context["adminform"].form]
        forms += [inline.formset.empty_form for inline in page.context["inline_admin_formsets"]]
        for form in forms:
            for name, field in form.fields.items():
                if not isinstance(field, ModelChoiceField) or name in ("id", form._meta.model._meta.pk.name):
                    continue
                widget = field.widget.widget if isinstance(field.widget, RelatedFieldWidgetWrapper) else field.widget
                if widget.is_hidden:
                    continue
                assert isinstance(widget, RecordSelect | RecordSelectMultiple), f"{form._meta.model.__name__}.{name}"
                sought = {"app_label": "archive", "model_name": form._meta.model._meta.model_name, "field_name": name}
                with CaptureQueriesContext(connection) as queries:
                    response = editing.get(reverse("admin:autocomplete"), {**sought, "term": "a"})
                assert response.status_code == 200, (form._meta.model, name)
                assert len(queries) <= PICKER, (form._meta.model, name)
                assert "results" in json.loads(response.content)
                query += 1
    assert query > 60


def test_change_pages_list_no_table_in_a_select(editing: Client) -> None:
    """The page of a body, of which there are hundreds, is no longer for that."""
    for model in _records():
        row = model.objects.first()
        if row is not None:
            assert editing.get(address(row)).content.count(b"<option") < 400, model


@pytest.mark.parametrize("search", ["", "?q=kim"])
def test_lists_never_count_the_whole_table(editing: Client, search: str) -> None:
    for model in _records():
        with CaptureQueriesContext(connection) as queries:
            assert editing.get(address(model, "changelist") + search).status_code == 200
        counting = [
            query["sql"]
            for query in queries
            if "COUNT(" in query["sql"].upper() and "LIMIT" not in query["sql"].upper()
        ]
        assert counting == [], model


def test_a_list_of_fifty_rows_takes_as_many_queries_as_one_of_two(
    editing: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for model in _records():
        if model.objects.count() < 6:
            continue
        with CaptureQueriesContext(connection) as few, monkeypatch.context() as patch:
            patch.setattr(admin.site._registry[model], "list_per_page", 2)
            editing.get(address(model, "changelist"))
        with CaptureQueriesContext(connection) as many:
            editing.get(address(model, "changelist"))
        assert len(many) <= len(few), model
        assert len(many) <= 10, model


def test_a_form_with_eleven_parts_takes_as_many_queries_as_one_with_one(editing: Client) -> None:
    long = Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")
    short = Statement.objects.get(slug="2019-07-08-moon-calls-for-withdrawal")
    with CaptureQueriesContext(connection) as few:
        editing.get(address(short))
    with CaptureQueriesContext(connection) as many:
        editing.get(address(long))
    assert long.speech_acts.count() == 11
    assert len(many) <= len(few) + 2


def test_a_record_links_to_its_page_for_readers(editing: Client) -> None:
    event = Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")
    assert b'href="/events/2019-07-04-japan-export-curbs-take-effect/"' in editing.get(address(event)).content
