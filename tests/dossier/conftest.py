"""The first dossier, read in once for all tests here, which only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.support.snapshot import put_dossier


@pytest.fixture(scope="package")
def records(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        put_dossier()
        yield
        transaction.set_rollback(True)
