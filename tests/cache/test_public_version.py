"""The public version changes with every write that can change a public response, and with no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from archive.cache.triggers import install
from archive.cache.triggers.conditions import tracked_models
from archive.cache.triggers.install import install_after_migrate
from archive.cache.triggers.public_version import PREFIX, RAISED
from archive.models import Body, Citation, Event, Name, Official, PublicVersion, Relation, SpeechAct, Statement, Topic

pytestmark = pytest.mark.django_db

EVENT = "2019-07-04-japan-export-curbs-take-effect"
PROBE = "2019-07-12-kim-you-geun-international-probe"


def raised_by(write: Callable[[], Any]) -> bool:
    """Whether the write, as a transaction of its own, raises the version. It is undone."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT set_config('{RAISED}', '', true)")
        before = PublicVersion.objects.get().stamp
        write()
        after = PublicVersion.objects.get().stamp
        transaction.set_rollback(True)
    return before != after


@pytest.fixture
def draft(dossier: None) -> Event:
    return Event.objects.create(slug="a-draft", name="A draft", classification="meeting", date="2019-07")


def renamed(record: Any) -> Callable[[], Any]:
    """A save that changes a column which the public reads."""
    name = "locator" if isinstance(record, Citation) else "name"
    setattr(record, name, f"{getattr(record, name)}!")
    return record.save  # type: ignore[no-any-return]


def test_saving_a_change_of_a_published_record_raises_it(dossier: None) -> None:
    assert raised_by(renamed(Event.objects.get(slug=EVENT)))


def test_saving_it_as_it_is_leaves_no_trace(dossier: None) -> None:
    assert not raised_by(Event.objects.get(slug=EVENT).save)
    assert not raised_by(lambda: SpeechAct.objects.update(version=F("version") + 1))


def test_a_draft_comes_changes_and_goes_without_a_trace(draft: Event) -> None:
    assert not raised_by(lambda: Event.objects.create(slug="b", name="B", classification="visit", date="2019"))
    assert not raised_by(draft.save)
    assert not raised_by(draft.delete)
    assert not raised_by(lambda: Event.objects.filter(pk=draft.pk).update(status="review"))


def test_publishing_and_withdrawing_raise_it(draft: Event) -> None:
    assert raised_by(lambda: Event.objects.filter(pk=draft.pk).update(status="published"))
    assert raised_by(lambda: Event.objects.filter(slug=EVENT).update(status="withdrawn"))


def test_a_part_raises_it_where_all_that_it_belongs_to_is_public(draft: Event) -> None:
    japan, public = Body.objects.get(slug="japan"), Event.objects.get(slug=EVENT)
    assert raised_by(lambda: public.participations.create(body=japan, role="host"))
    assert not raised_by(lambda: draft.participations.create(body=japan, role="host"))
    assert not raised_by(lambda: Relation.objects.create(from_event=public, to_event=draft, kind="refers_to"))


def test_a_plain_link_raises_it_where_both_its_ends_are_public(draft: Event) -> None:
    topic, public = Topic.objects.get(slug="export-controls"), Event.objects.get(slug=EVENT)
    hidden = Topic.objects.create(slug="hidden", name="Hidden")
    public.topics.clear()
    assert raised_by(lambda: public.topics.add(topic))
    assert not raised_by(lambda: public.topics.add(hidden))
    assert not raised_by(lambda: draft.topics.add(topic))


def test_writes_that_go_around_the_models_raise_it(dossier: None) -> None:
    def by_sql() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE archive_statement SET summary = 'Changed' WHERE slug = %s", [PROBE])

    acts = SpeechAct.objects.filter(statement__slug=PROBE)
    assert raised_by(by_sql)
    assert raised_by(lambda: acts.update(text=Concat("text", Value("!"))))
    name = Name(official=Official.objects.first(), text="X", scheme="press")
    assert raised_by(lambda: Name.objects.bulk_create([name]))
    assert raised_by(acts.filter(outcomes__isnull=True, answers_to__isnull=True).delete)


def test_a_citation_of_a_hidden_record_does_not_raise_it(draft: Event) -> None:
    citation = Citation.objects.filter(event__slug=EVENT).select_related("source").first()
    assert citation is not None
    assert raised_by(renamed(citation))
    assert not raised_by(lambda: Citation.objects.create(source=citation.source, event=draft))


def test_a_write_that_is_undone_leaves_the_version_as_it_was(dossier: None) -> None:
    before = PublicVersion.objects.get().stamp
    assert raised_by(renamed(Statement.objects.get(slug=PROBE)))
    assert PublicVersion.objects.get().stamp == before


def test_two_writes_in_one_transaction_never_return_to_an_old_version(dossier: None) -> None:
    stamps = [PublicVersion.objects.get().stamp]
    for _ in range(3):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT set_config('{RAISED}', '', true)")
        renamed(Event.objects.get(slug=EVENT))()
        stamps.append(PublicVersion.objects.get().stamp)
    assert len(set(stamps)) == 4


@pytest.mark.parametrize("model", list(tracked_models()), ids=lambda model: model._meta.db_table)
def test_every_table_of_records_parts_and_links_is_watched(model: Any, db: None) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        names = [name for (name,) in cursor.fetchall() if name.startswith(PREFIX)]
        assert len(names) == (3 if connection.vendor == "postgresql" else 4)


@pytest.mark.postgresql
def test_emptying_a_table_raises_it(dossier: None) -> None:
    def truncate() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be checked hinders it
            cursor.execute("TRUNCATE archive_measuregood CASCADE")

    assert raised_by(truncate)


def test_installing_again_changes_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "_install", lambda *_: pytest.fail("The installed triggers are those of the code."))
    before = PublicVersion.objects.get().stamp
    install_after_migrate(using="default")
    assert PublicVersion.objects.get().stamp == before != ""
