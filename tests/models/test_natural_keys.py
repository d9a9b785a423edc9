"""Natural keys identify records: a dump loaded into an empty archive gives the same dump."""

from __future__ import annotations

import difflib
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from archive.countries import states
from archive.models import Body, Citation, Event, Outcome, SpeechAct
from archive.models.base import Tracked
from tests.support.world import World, change

pytestmark = pytest.mark.slow

KINDS = [model for model in apps.get_app_config("archive").get_models() if issubclass(model, Tracked)]


def _dump() -> str:
    written = io.StringIO()
    names = [model._meta.label_lower for model in KINDS]
    call_command("dumpdata", *names, natural_foreign=True, natural_primary=True, indent=1, stdout=written)
    # Django cuts a time to milliseconds, and writes those only where microseconds are: 12:00:00.000456 is dumped as
    # 12:00:00.000, and that, loaded, as 12:00:00.
    return written.getvalue().replace(".000Z", "Z")


def _empty() -> None:
    """Leave what migrations leave."""
    with connection.cursor() as cursor:
        for model in apps.get_app_config("archive").get_models(include_auto_created=True):
            if model._meta.managed and model.__name__ != "PublicVersion":
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
    Body.objects.bulk_create(Body(kind="state", status="published", **state) for state in states())


def test_a_dump_loaded_into_an_empty_archive_gives_the_same_dump(world: World, tmp_path: Path) -> None:
    call_command("loaddata", "japan_south_korea", verbosity=0)
    change(world.event, created_at=datetime(2020, 1, 1, microsecond=456, tzinfo=UTC))
    first = _dump()
    held = {record["model"] for record in json.loads(first)}
    assert held == {model._meta.label_lower for model in KINDS}
    file = tmp_path / "dump.json"
    file.write_text(first, "utf-8")
    _empty()
    call_command("loaddata", str(file), verbosity=0)
    differences = list(difflib.unified_diff(first.splitlines(), _dump().splitlines(), n=8, lineterm=""))
    assert not differences, "\n".join(differences[:120])


def test_a_dump_has_no_primary_keys(world: World) -> None:
    for record in json.loads(_dump()):
        assert "pk" not in record
        for field in apps.get_model(record["model"])._meta.concrete_fields:
            if field.is_relation and record["fields"][field.name] is not None:
                assert isinstance(record["fields"][field.name], list)


@pytest.mark.parametrize("kind", KINDS)
def test_each_record_is_found_by_its_natural_key(kind: Any, world: World) -> None:
    world.cite("outcome"), world.cite("relation"), world.cite("participation"), world.cite("measure_good")
    assert kind.objects.exists()
    for record in kind.objects.order_by("-pk")[:10]:
        assert kind.objects.get_by_natural_key(*record.natural_key()) == record


def test_a_natural_key_of_a_part_spells_out_its_parents(world: World) -> None:
    assert Outcome.objects.get().natural_key() == ("statement-1", "2020")
    assert world.relation.natural_key() == ("later", "follows", "event")
    assert world.participation.natural_key() == ("event", None, "body", "actor")
    assert world.name.natural_key() == ("official", None, "김유근", "native", "", "")


def test_a_citation_of_one_record_is_not_found_by_the_key_of_another(world: World) -> None:
    world.cite("event"), world.cite("statement")
    key = world.cite("statement").natural_key()
    assert Citation.objects.get_by_natural_key(*key).subject == world.statement


def test_an_unknown_natural_key_suggests_similar_slugs(world: World) -> None:
    with pytest.raises(Event.DoesNotExist, match="got 'evnt', expected the slug of a stored event; did you mean event"):
        Event.objects.get_by_natural_key("evnt")


def test_a_key_of_the_wrong_length_says_how_it_is_made(world: World) -> None:
    with pytest.raises(Outcome.DoesNotExist, match=r"got a natural key of 1 values .* expected 2: speech_act__slug"):
        Outcome.objects.get_by_natural_key("x")


def test_a_moved_act_keeps_its_slug_and_a_new_one_takes_another(world: World) -> None:
    SpeechAct.objects.filter(pk=world.speech_act.pk).update(ordinal=2)
    speech_act = SpeechAct.objects.create(statement=world.statement, ordinal=1, kind="request", text="Please.")
    assert speech_act.slug == "statement-1-2"
