"""Undoing a merge: refused where somebody changed what it touched, with a message that names it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from archive import models
from archive.merging import undo as undo_module
from archive.merging.merge import merge
from archive.merging.undo import undo, undo_plan
from archive.models import MergedRecord, Official
from archive.revisions.planning import make_plan as restore_plan
from archive.revisions.restore import restore
from archive.revisions.version import version_of
from archive.sql.slugs import redirect_target
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(world: World, editor: Any) -> MergedRecord:
    """The official of the statement, merged into another."""
    return merge(world.official, world.somebody, editor)


def _refusals(merged: MergedRecord, user: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        undo(merged, user)
    return " ".join(caught.value.messages)


def test_an_undone_merge_is_not_undone_again(merged: MergedRecord, editor: Any) -> None:
    back = undo(merged, editor)
    assert (back.slug, back.status) == ("official", "published")
    assert redirect_target(Official, "official", None) is None
    assert "was undone already" in _refusals(merged, editor)


def test_a_part_that_stands_for_one_of_a_later_merge_does_not_move_back(world: World, editor: Any) -> None:
    first, second, target = (Official.objects.create(slug=name, name=name) for name in ("first", "second", "target"))
    for official in (first, second):
        world.event.participations.create(official=official, role="host")
    earlier = merge(first, target, editor)
    later = merge(second, target, editor)
    refusal = "stands for one of 'second' since that was merged: undo that merge first"
    assert refusal in _refusals(earlier, editor)
    undo(later, editor)
    undo(earlier, editor)
    hosts = world.event.participations.filter(role="host").values_list("official__slug", flat=True)
    assert sorted(hosts) == ["first", "second"]


def test_the_plan_reads_only_deletions_of_later_merges_that_may_concern_its_rows(world: World, editor: Any) -> None:
    first, second, target = (Official.objects.create(slug=name, name=name) for name in ("first", "second", "target"))
    for official in (first, second):
        world.event.participations.create(official=official, role="host")
    earlier = merge(first, target, editor)
    topics = [models.Topic.objects.create(slug=f"topic-{number}", name="Topic") for number in range(2)]
    merge(*topics, editor)
    merge(second, target, editor)
    merge(world.body, models.Body.objects.create(slug="other", name="Other", status="published"), editor)
    with CaptureQueriesContext(connection) as queries:
        assert len(undo_plan(earlier, editor).refusals) == 1
    assert not [query["sql"] for query in queries if '"archive_mergedrecord"."author_id"' in query["sql"]]
    later = undo_module._later_deletions(earlier, {models.Participation})
    assert [(name, len(deletions)) for name, deletions in later] == [("Body", 1), ("second", 2)]
    assert [name for name, _ in undo_module._later_deletions(earlier, {models.Topic})] == ["Topic"]
    assert not [*undo_module._later_deletions(earlier, {models.Statement, models.SpeechAct, models.MeasureStep})]


@pytest.mark.parametrize(
    ("model", "kinds"),
    [
        (models.Topic, {"topic"}), (models.Name, {"name", "official", "body"}),
        (models.Outcome, {"outcome", "speechact"}), (models.Relation, {"relation", "event"}),
        (models.Participation, {"participation", "event", "official", "body"}),
    ],
)  # fmt: skip
def test_the_kinds_whose_merges_delete_rows_of_a_model(model: Any, kinds: set[str]) -> None:
    assert undo_module._kinds_deleting(model) == kinds


def test_a_change_elsewhere_is_no_obstacle_and_stays(world: World, merged: MergedRecord, editor: Any) -> None:
    world.statement.refresh_from_db()
    world.statement.summary = "Corrected since."
    world.statement.save()
    world.somebody.refresh_from_db()
    world.somebody.died = "2020"
    world.somebody.save()
    back = undo(merged, editor)
    world.statement.refresh_from_db()
    world.somebody.refresh_from_db()
    assert (world.statement.speaker, world.statement.summary) == (back, "Corrected since.")
    assert str(world.somebody.died) == "2020"


def test_what_was_changed_since_is_named(world: World, merged: MergedRecord, editor: Any) -> None:
    third = Official.objects.create(slug="third", name="Third", status="published")
    models.Statement.objects.filter(pk=world.statement.pk).update(speaker=third)
    models.Name.objects.filter(official=world.somebody, text="김유근").delete()
    text = _refusals(merged, editor)
    assert "statement 'Statement': speaker is 'Third' now, and was 'Official' after the merge." in text
    assert "name '김유근 (deleted)' was deleted since." in text
    assert not Official.objects.filter(slug="official").exists()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ko", "발언 'Statement': 발언자: 지금은 'Third', 병합 직후에는 'Official'."),
        ("ja", "発言「Statement」: 発言者: 現在は「Third」、統合直後は「Official」。"),
    ],
)
def test_what_was_changed_since_is_named_in_the_users_language(
    world: World, merged: MergedRecord, editor: Any, language: str, expected: str
) -> None:
    third = Official.objects.create(slug="third", name="Third", status="published")
    models.Statement.objects.filter(pk=world.statement.pk).update(speaker=third)
    with override(language):
        assert expected in _refusals(merged, editor)


def test_a_value_of_the_target_that_was_changed_since_is_named(world: World, editor: Any) -> None:
    other = Official.objects.create(slug="other", name="Other", born="1957", status="published")
    merged = merge(other, world.official, editor)
    Official.objects.filter(pk=world.official.pk).update(born="1958")
    assert "official 'Official': born is '1958' now, and was '1957' after the merge." in _refusals(merged, editor)


def test_a_later_merge_is_undone_first(world: World, merged: MergedRecord, editor: Any) -> None:
    third = Official.objects.create(slug="third", name="Third", status="published")
    later = merge(world.somebody, third, editor)
    assert "was merged into another itself: undo that merge first" in _refusals(merged, editor)
    undo(later, editor)
    assert redirect_target(Official, "official", None) == world.somebody
    undo(MergedRecord.objects.get(pk=merged.pk), editor)
    assert Official.objects.filter(slug__in=["official", "somebody-else", "third"]).count() == 3


def test_a_deleted_target_is_named(world: World, editor: Any) -> None:
    merged = merge(models.Topic.objects.create(slug="t", name="T"), world.topic, editor)
    models.Topic.objects.filter(pk=world.topic.pk).delete()
    assert "was deleted since: restore that first" in _refusals(merged, editor)


def test_a_contributor_does_not_undo_what_is_published(merged: MergedRecord, contributor: Any) -> None:
    assert "expected an editor" in _refusals(merged, contributor)


def test_a_merged_record_is_not_restored_as_a_second_one(world: World, merged: MergedRecord, editor: Any) -> None:
    deletion = Official.history.filter(id=merged.record_id, history_type="-").first()
    version = version_of(Official, merged.record_id, deletion.history_id)
    assert version is not None
    plan = restore_plan(version)
    assert "was merged into 'somebody-else'" in " ".join(plan.refusals)
    with pytest.raises(ValidationError):
        restore(plan, editor, "")


def test_a_dropped_duplicate_comes_back_with_its_own_values(world: World, editor: Any) -> None:
    other = models.Dossier.objects.create(slug="other", name="Other", status="published")
    entry = models.DossierEntry.objects.create(dossier=other, position=3, event=world.event, note="Only here.")
    merged = merge(other, world.dossier, editor)
    undo(merged, editor)
    back = models.DossierEntry.objects.get(pk=entry.pk)
    assert (back.dossier.slug, back.position, back.note) == ("other", 3, "Only here.")
