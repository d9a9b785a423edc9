"""Who asks. The first dossier is written once for a module; what a test changes is rolled back after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.support.rest_client import RestClient
from tests.support.snapshot import put_dossier


@pytest.fixture(scope="module")
def archive(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        put_dossier()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def public(archive: None, db: None) -> RestClient:
    return RestClient()


@pytest.fixture
def as_editor(archive: None, editor: Any) -> RestClient:
    return RestClient(editor)


@pytest.fixture
def as_contributor(archive: None, contributor: Any) -> RestClient:
    return RestClient(contributor)
