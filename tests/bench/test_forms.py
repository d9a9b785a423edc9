"""What the measurements send of an admin form."""

from __future__ import annotations

import pytest
from django.test import Client

from archive.models import Statement
from bench.forms import form_values
from tests.support.admin_forms import address, send


@pytest.mark.django_db
def test_an_unchanged_form_is_sent_whole(client: Client, dossier: None, editor: object) -> None:
    client.force_login(editor)  # type: ignore[arg-type]
    statement = Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")
    acts = statement.speech_acts.count()
    values = form_values(client.get(address(statement)).content)
    response = send(client, statement, values)
    assert response.status_code == 302
    assert statement.speech_acts.count() == acts


def test_a_page_without_a_form_says_so() -> None:
    with pytest.raises(RuntimeError, match="no form of a record"):
        form_values(b"<html><body><form method='post' id='user-tools'></form></body></html>")
    with pytest.raises(RuntimeError, match="no form of a record"):
        form_values(b"")
