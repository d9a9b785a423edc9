"""What a merge moves, drops, adds and refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from archive import models
from archive.merging.merge import merge
from archive.merging.planning import make_plan
from archive.models import MergedRecord, Name, Official, Relation
from archive.revisions import public_deletions
from archive.sql.slugs import redirect_target
from tests.support.world import World, copy

pytestmark = pytest.mark.django_db


@pytest.fixture
def duplicate(world: World) -> Official:
    return Official.objects.create(
        slug="kim-yoo-geun", name="Kim Yoo-geun", state=world.state, born="1957", status="published"
    )


def _refusals(source: Any, target: Any, user: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        merge(source, target, user)
    return " ".join(caught.value.messages)


def test_names_become_names_of_the_other(world: World, duplicate: Official, editor: Any) -> None:
    Name.objects.create(official=duplicate, text="김유근", scheme="native")
    Name.objects.create(official=duplicate, text="Gim Yugeun", scheme="revised_romanization")
    plan = make_plan(duplicate, world.official, editor)
    assert plan.added() == ["name 'Kim Yoo-geun'"]
    assert [(dropped.part, dropped.into) for dropped in plan.dropped()] == [("name 김유근", "김유근")]
    merge(duplicate, world.official, editor)
    names = world.official.names.values_list("text", "scheme")
    assert set(names) == {
        ("김유근", "native"), ("Gim Yugeun", "revised_romanization"), ("Kim Yoo-geun", "other"),
    }  # fmt: skip


def test_a_blank_value_is_filled_and_a_differing_one_stays(world: World, duplicate: Official, editor: Any) -> None:
    choices = {choice.name: choice.is_from_source for choice in make_plan(duplicate, world.official, editor).choices}
    assert choices == {"name": False, "sort_name": False, "born": True}
    merge(duplicate, world.official, editor)
    world.official.refresh_from_db()
    assert (world.official.name, str(world.official.born)) == ("Official", "1957")


def test_the_value_of_a_chosen_field_is_taken_and_the_other_name_stays_as_a_name(
    world: World, duplicate: Official, editor: Any
) -> None:
    merge(duplicate, world.official, editor, from_source=["name"])
    world.official.refresh_from_db()
    assert (world.official.name, world.official.born) == ("Kim Yoo-geun", None)
    assert "Official" in world.official.names.values_list("text", flat=True)


def test_a_unique_value_is_taken_from_the_merged_record(world: World, editor: Any) -> None:
    other = models.Body.objects.create(slug="korea-again", name="Korea", kind="state", status="published")
    code, pk = world.state.iso3166, world.state.pk
    merge(world.state, other, editor)
    other.refresh_from_db()
    assert other.iso3166 == code
    assert not models.Body.objects.filter(pk=pk).exists()


def test_parts_are_numbered_after_those_of_the_other(world: World, editor: Any) -> None:
    other = copy(world.statement, slug="other")
    other.save()
    act = models.SpeechAct.objects.create(statement=other, ordinal=1, kind="offer", text="Take it.")
    merge(other, world.statement, editor)
    act.refresh_from_db()
    assert (act.statement, act.ordinal, act.slug) == (world.statement, 2, "other-1")


def test_a_dossier_has_each_record_once_after_a_merge(world: World, editor: Any) -> None:
    other = models.Dossier.objects.create(slug="other", name="Other", status="published")
    models.DossierEntry.objects.create(dossier=other, position=1, event=world.event, note="Only here.")
    models.DossierEntry.objects.create(dossier=other, position=2, event=world.later)
    plan = make_plan(other, world.dossier, editor)
    assert [dropped.lost for dropped in plan.dropped()] == [["note: Only here."]]
    entry = other.entries.get(position=1)
    entry.note = "Changed since."
    entry.save()
    with pytest.raises(ValidationError, match="since you opened the page"):
        merge(other, world.dossier, editor, token=plan.token)
    merge(other, world.dossier, editor)
    assert list(world.dossier.entries.values_list("position", "event__slug")) == [(1, "event"), (2, "later")]


def test_what_hangs_on_a_duplicate_part_moves_to_the_part_that_stays(world: World, editor: Any) -> None:
    other = copy(world.measure, slug="other")
    other.save()
    good = models.MeasureGood.objects.create(measure=other, name="steel")
    citation = models.Citation.objects.create(source=world.source, measure_good=good, locator="p. 3")
    merge(other, world.measure, editor)
    citation.refresh_from_db()
    assert citation.measure_good == world.measure_good
    assert world.measure.goods.count() == 1


def test_a_link_between_the_two_is_deleted(world: World, editor: Any) -> None:
    plan = make_plan(world.later, world.event, editor)
    assert plan.notes == ["relation 'later follows event' would link the event with itself: it is deleted."]
    models.Citation.objects.create(source=world.source, relation=world.relation)
    merge(world.later, world.event, editor)
    assert not Relation.objects.exists()
    assert not models.Citation.objects.filter(relation__isnull=False).exists()


def test_a_record_below_the_merged_one_gets_its_place(world: World, editor: Any) -> None:
    ministry = models.Body.objects.create(
        slug="m", name="M", kind="government_organ", parent=world.body, status="published"
    )
    bureau = models.Body.objects.create(slug="b", name="B", kind="government_organ", parent=world.body)
    merge(world.body, ministry, editor)
    ministry.refresh_from_db()
    bureau.refresh_from_db()
    assert (ministry.parent, bureau.parent) == (world.state, ministry)


def test_a_cycle_is_refused(world: World, editor: Any) -> None:
    middle = models.Body.objects.create(slug="m", name="M", kind="government_organ", parent=world.body)
    bottom = models.Body.objects.create(slug="b", name="B", kind="government_organ", parent=middle, status="published")
    assert "A cycle" in _refusals(world.body, bottom, editor)
    assert models.Body.objects.filter(slug="body").exists()


def test_links_of_a_record_to_itself_are_left_out(world: World, editor: Any) -> None:
    other = copy(world.statement, slug="other")
    other.save()
    other.in_reply_to.add(world.statement)
    world.statement.in_reply_to.add(other)
    merge(other, world.statement, editor)
    assert not world.statement.in_reply_to.exists()


def test_capacities_of_another_speaker_are_left_out(world: World, editor: Any) -> None:
    other = copy(world.statement, slug="other", speaker=world.somebody)
    other.save()
    other.capacities.add(world.foreign)
    plan = make_plan(other, world.statement, editor)
    assert plan.notes == ["Capacities of another speaker are left out."]
    merge(other, world.statement, editor)
    assert not world.statement.capacities.exists()


def test_officials_merge_with_their_appointments_and_capacities(world: World, editor: Any) -> None:
    world.statement.capacities.add(world.appointment)
    merge(world.official, world.somebody, editor)
    world.statement.refresh_from_db()
    assert world.statement.speaker == world.somebody
    assert list(world.statement.capacities.all()) == [world.appointment]
    merge(world.appointment, world.foreign, editor)
    assert list(world.statement.capacities.all()) == [world.foreign]


def test_a_record_is_not_merged_with_itself_or_another_kind(world: World, editor: Any) -> None:
    assert "a record and itself" in _refusals(world.event, models.Event.objects.get(pk=world.event.pk), editor)
    assert "a record of the kind event and a measure" in _refusals(world.event, world.measure, editor)


def test_a_public_record_is_not_merged_into_a_draft(world: World, duplicate: Official, editor: Any) -> None:
    Official.objects.filter(pk=duplicate.pk).update(status="draft")
    assert "readers would lose it" in _refusals(world.official, duplicate, editor)
    office = models.Office.objects.create(
        slug="hidden", name="Hidden", status="published",
        body=models.Body.objects.create(slug="draft", name="D", kind="government_organ"),
    )  # fmt: skip
    assert "readers would lose it" in _refusals(world.office, office, editor)


def test_a_contributor_merges_drafts_only(world: World, duplicate: Official, contributor: Any) -> None:
    assert "Only an editor" in _refusals(duplicate, world.official, contributor)
    drafts = [Official.objects.create(slug=f"draft-{number}", name="Draft") for number in (1, 2)]
    world.statement.speaker = drafts[0]
    world.statement.save()
    assert "is published: only an editor" in _refusals(*drafts, contributor)
    world.statement.status = "draft"
    world.statement.save()
    merge(*drafts, contributor)
    world.statement.refresh_from_db()
    assert world.statement.speaker == drafts[1]


def test_a_record_with_a_proposed_change_is_not_merged(world: World, duplicate: Official, editor: Any) -> None:
    models.ProposedChange.objects.create(kind="official", record_id=duplicate.pk, base=[], proposed=[])
    assert "1 proposed change: expected none" in _refusals(duplicate, world.official, editor)


def test_notes_move(world: World, duplicate: Official, editor: Any) -> None:
    note = models.Note.objects.create(kind="official", record_id=duplicate.pk, text="Spelt by the press.")
    merge(duplicate, world.official, editor)
    note.refresh_from_db()
    assert note.record_id == world.official.pk


def test_the_second_of_two_opposite_merges_is_refused(world: World, duplicate: Official, editor: Any) -> None:
    opened = [Official.objects.get(pk=row.pk) for row in (world.official, duplicate)]
    merge(duplicate, world.official, editor)
    assert "'Kim Yoo-geun' was merged into 'Official' at " in _refusals(*opened, editor)
    assert MergedRecord.objects.count() == 1


def test_a_deleted_record_is_named(world: World, duplicate: Official, editor: Any) -> None:
    opened = Official.objects.get(pk=duplicate.pk)
    duplicate.delete()
    assert "'Kim Yoo-geun' was deleted meanwhile" in _refusals(opened, world.official, editor)


def test_a_merge_that_would_differ_from_the_plan_is_refused(world: World, duplicate: Official, editor: Any) -> None:
    token = make_plan(duplicate, world.official, editor).token
    models.Participation.objects.create(event=world.event, official=duplicate, role="host")
    with pytest.raises(ValidationError, match="since you opened the page"):
        merge(duplicate, world.official, editor, token=token)
    merge(duplicate, world.official, editor, token=make_plan(duplicate, world.official, editor).token)


def test_readers_are_told_of_the_deletion_and_find_the_other(world: World, duplicate: Official, editor: Any) -> None:
    before = public_deletions.find(Official, "kim-yoo-geun")
    merge(duplicate, world.official, editor)
    assert before is None
    assert public_deletions.find(Official, "kim-yoo-geun") is not None


def test_a_slug_of_a_merged_record_is_not_given_again(world: World, duplicate: Official, editor: Any) -> None:
    merge(duplicate, world.official, editor)
    with pytest.raises(ValidationError, match="was merged into 'official'"):
        Official(slug="kim-yoo-geun", name="Another").full_clean()


def test_an_old_slug_leads_to_the_last_record_of_a_chain(world: World, duplicate: Official, editor: Any) -> None:
    merge(duplicate, world.official, editor)
    merge(world.official, world.somebody, editor)
    assert redirect_target(Official, "kim-yoo-geun", None) == world.somebody
    assert redirect_target(Official, "official", None) == world.somebody


def test_a_slug_leads_to_no_draft_and_from_no_draft(world: World, duplicate: Official, editor: Any) -> None:
    draft = Official.objects.create(slug="a-draft", name="Draft")
    merge(draft, world.official, editor)
    merge(duplicate, world.official, editor)
    assert redirect_target(Official, "a-draft", None) is None
    assert redirect_target(Official, "a-draft", editor) == world.official
    Official.objects.filter(pk=world.official.pk).update(status="withdrawn")
    assert redirect_target(Official, "kim-yoo-geun", None) is None
    assert redirect_target(Official, "kim-yoo-geun", editor) == world.official


@pytest.mark.parametrize("slug", ["", "\x00", "\ud800", "x" * 5000, "kim\u202egeun"])
def test_an_odd_slug_leads_nowhere(slug: str) -> None:
    assert redirect_target(Official, slug, None) is None
