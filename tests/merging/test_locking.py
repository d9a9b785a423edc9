"""Two merges in opposite directions at once: one goes through, the other says what happened.

The test empties the database after it, so it belongs to no group that begins earlier.
"""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection

from archive.merging.merge import merge
from archive.models import MergedRecord, Topic


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_opposite_merges_at_once_one_goes_through() -> None:
    user = User.objects.create_superuser("chief")
    for number in range(5):
        pair = [Topic.objects.create(slug=f"{name}-{number}", name=name) for name in ("a", "b")]
        start, refusals = Barrier(2), []

        def run(source: Topic, target: Topic, start: Barrier = start, refusals: list[str] = refusals) -> None:
            start.wait()
            try:
                merge(source, target, user)
            except ValidationError as error:
                refusals += error.messages
            finally:
                connection.close()

        threads = [Thread(target=run, args=records) for records in (pair, pair[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert Topic.objects.filter(slug__endswith=f"-{number}").count() == 1
        assert MergedRecord.objects.filter(slug__endswith=f"-{number}").count() == 1
        [refusal] = refusals
        assert "was merged into" in refusal
