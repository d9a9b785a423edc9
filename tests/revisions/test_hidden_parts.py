"""A past state leaves out the parts that need a hidden record, together with their own parts."""

from __future__ import annotations

import pytest
from django.utils import timezone

from archive.models import Citation, Official, Participation
from archive.revisions.as_of import record_as_of
from tests.support.world import World

pytestmark = pytest.mark.django_db


def test_a_hidden_part_is_left_out_with_its_parts() -> None:
    world = World()
    world.participation = Participation.objects.create(event=world.event, official=world.official, role="host")
    shown, hidden = world.cite("event"), world.cite("participation")
    moment = timezone.now()

    def citations() -> set[int]:
        past = record_as_of(world.event, moment, None)
        assert past is not None
        return {pk for model, pk in past.tree if model is Citation}

    assert citations() == {shown.pk, hidden.pk}
    Official.objects.filter(pk=world.official.pk).update(status="withdrawn")
    assert citations() == {shown.pk}


def test_a_part_that_is_shown_now_does_not_show_its_parts_of_then() -> None:
    """The participation was that of an official who is hidden now, and is that of another today."""
    world = World()
    participation = Participation.objects.create(event=world.event, official=world.official, role="host")
    citation = Citation.objects.create(source=world.source, participation=participation)
    moment = timezone.now()
    participation.official = world.somebody
    participation.save()
    world.official.status = "withdrawn"
    world.official.save()
    past = record_as_of(world.event, moment, None)
    assert past is not None
    assert (Participation, participation.pk) not in past.tree
    assert (Citation, citation.pk) not in past.tree
    now = record_as_of(world.event, timezone.now(), None)
    assert now is not None
    assert {(Participation, participation.pk), (Citation, citation.pk)} <= now.tree.keys()
