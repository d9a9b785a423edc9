"""Loading a dataset that has slugs of records which were merged in the archive since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.merging.merge import merge
from archive.merging.undo import undo
from archive.models import (
    Body,
    Citation,
    Event,
    Measure,
    Name,
    Official,
    Participation,
    PublicVersion,
    Relation,
    Statement,
    Topic,
)
from tests.support.datasets import load_files

pytestmark = pytest.mark.django_db
FILES: dict[str, str | bytes] = {
    "dataset.yaml": "title: Talks\n",
    "officials.csv": "slug,status,name,state\nkim,published,Kim,KR\nkim-too,published,Kim too,KR\n",
    "names.csv": "official,text,scheme\nkim,김,native\nkim-too,김,native\nkim-too,Gim,other\n",
    "topics.csv": "slug,status,name,parent\na,published,A,\nb,published,B,a\n",
    "events.csv": "slug,status,name,classification,date,topics\n"
    "talks,published,Talks,meeting,2019,a;b\nmeeting,published,Talks,meeting,2019,b\n",
    "relations.csv": "from_event,kind,to_event\nmeeting,follows,talks\n",
    "participations.csv": "event,official,role\ntalks,kim,actor\nmeeting,kim-too,actor\n",
    "sources.csv": "slug,status,title\npaper,published,Paper\n",
    "citations.csv": "source,relation,locator\npaper,meeting|follows|talks,p. 1\n",
    "statements.csv": "slug,status,name,classification,date,attribution,speaker,body,about_events\n"
    "words,published,Words,note,2019,named,kim-too,,talks;meeting\n",
}


def _merge(model: Any, source: str, target: str, user: Any) -> Any:
    return merge(model.objects.get(slug=source), model.objects.get(slug=target), user)


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    result = load_files(tmp_path, FILES)
    assert result.is_valid, list(result.problems.lines())
    return tmp_path


def _warnings(result: Any) -> list[str]:
    return list(result.problems.lines("warning"))


def test_the_same_dataset_changes_nothing_after_merges(loaded: Path, editor: Any) -> None:
    _merge(Official, "kim-too", "kim", editor)
    _merge(Event, "meeting", "talks", editor)
    _merge(Topic, "a", "b", editor)
    result = load_files(loaded, FILES)
    assert result.is_valid, list(result.problems.lines())
    assert not result.has_changes
    assert not result.written
    assert _warnings(result) == [
        "events.csv:3, slug: got 'meeting', expected 'talks', which it was merged into here: the row is left out, and "
        "references to it lead there.",
        "officials.csv:3, slug: got 'kim-too', expected 'kim', which it was merged into here: the row is left out, and "
        "references to it lead there.",
        "topics.csv:2, slug: got 'a', expected 'b', which it was merged into here: the row is left out, and references "
        "to it lead there.",
    ]
    assert set(Name.objects.filter(official__slug="kim").values_list("text", flat=True)) >= {"김", "Gim"}
    assert not Relation.objects.exists()
    assert list(Statement.objects.get().about_events.values_list("slug", flat=True)) == ["talks"]


def test_new_rows_that_refer_to_a_merged_record_refer_to_the_other(loaded: Path, editor: Any) -> None:
    _merge(Official, "kim-too", "kim", editor)
    more = {
        **FILES,
        "statements.csv": f"{FILES['statements.csv']!s}more,published,More,note,2020,named,kim-too,,\n",
        "names.csv": f"{FILES['names.csv']!s}kim-too,Kimm,other\n",
    }
    result = load_files(loaded, more)
    assert result.is_valid, list(result.problems.lines())
    assert Statement.objects.get(slug="more").speaker == Official.objects.get(slug="kim")
    assert Name.objects.get(text="Kimm").official.slug == "kim"  # type: ignore[union-attr]
    assert not Official.objects.filter(slug="kim-too").exists()


def test_a_new_row_after_one_of_a_merged_record_is_written_as_any_other(loaded: Path, editor: Any) -> None:
    _merge(Official, "kim-too", "kim", editor)
    more = {**FILES, "officials.csv": f"{FILES['officials.csv']!s}lee,published,Lee,KR\n"}
    stamp = PublicVersion.objects.get().stamp
    assert load_files(loaded, more).is_valid
    lee = Official.objects.get(slug="lee")
    assert [revision.history_type for revision in lee.history.all()] == ["+"]  # type: ignore[attr-defined]
    assert PublicVersion.objects.get().stamp != stamp
    assert Official.objects.create(slug="park", name="Park").pk > lee.pk
    assert not load_files(loaded, more).has_changes
    assert load_files(loaded, FILES, prune=True).is_valid
    assert not Official.objects.filter(slug="lee").exists()


def test_a_new_part_after_those_that_a_merge_made_duplicates_is_written_as_any_other(loaded: Path, editor: Any) -> None:
    _merge(Event, "meeting", "talks", editor)
    _merge(Official, "kim-too", "kim", editor)
    more = {
        **FILES,
        "relations.csv": "from_event,kind,to_event\nmeeting,follows,talks\ntalks,announces,other\n",
        "events.csv": f"{FILES['events.csv']!s}other,published,Other,meeting,2020,\n",
        "participations.csv": f"{FILES['participations.csv']!s}other,kim,host\n",
    }
    assert load_files(loaded, more).is_valid
    new: tuple[Any, ...] = (
        Event.objects.get(slug="other"), Relation.objects.get(), Participation.objects.get(role="host"),
    )  # fmt: skip
    assert [[revision.history_type for revision in record.history.all()] for record in new] == [["+"]] * 3
    assert Relation.objects.create(from_event=new[0], to_event=Event.objects.get(slug="talks"), kind="implements")


def test_a_row_of_another_dataset_is_that_of_the_other_record(loaded: Path, tmp_path: Path, editor: Any) -> None:
    _merge(Official, "kim-too", "kim", editor)
    files: dict[str, str | bytes] = {
        "dataset.yaml": "title: Births\n", "officials.csv": "slug,born\nkim-too,1957\n",
    }  # fmt: skip
    result = load_files(tmp_path / "births", files)
    assert result.is_valid, list(result.problems.lines())
    assert _warnings(result) == [
        "officials.csv:2, slug: got 'kim-too', expected 'kim', which it was merged into here: the row is taken as that "
        "record's, and references to it lead there."
    ]
    kim = Official.objects.get(slug="kim")
    assert (str(kim.born), kim.name) == ("1957", "Kim")


def test_a_dataset_that_only_brought_the_merged_record_does_not_change_the_other(tmp_path: Path, editor: Any) -> None:
    Official.objects.create(slug="kim", name="Kim You-geun", status="published")
    files: dict[str, str | bytes] = {
        "dataset.yaml": "title: Old\n", "officials.csv": "slug,status,name\nkim-too,published,Kim too\n",
    }  # fmt: skip
    load_files(tmp_path, files)
    _merge(Official, "kim-too", "kim", editor)
    assert not load_files(tmp_path, files).has_changes
    assert Official.objects.get().name == "Kim You-geun"
    load_files(tmp_path, files, overwrite_corrections=True)
    assert (Official.objects.get().name, Official.objects.get().slug) == ("Kim too", "kim")


def test_a_record_that_was_below_the_merged_one_keeps_its_place(tmp_path: Path, editor: Any) -> None:
    files: dict[str, str | bytes] = {
        "bodies.csv": "slug,status,name,kind,parent\noffice,published,Office,government_organ,KR\n"
        "bureau,published,Bureau,government_organ,office\n"
    }
    load_files(tmp_path, files)
    _merge(Body, "office", "bureau", editor)
    result = load_files(tmp_path, files)
    assert result.is_valid, list(result.problems.lines())
    assert not result.has_changes
    assert Body.objects.get(slug="bureau").parent == Body.objects.get(iso3166="KR")


def test_an_undone_merge_leaves_the_dataset_as_it_was(loaded: Path, editor: Any) -> None:
    undo(_merge(Official, "kim-too", "kim", editor), editor)
    undo(_merge(Event, "meeting", "talks", editor), editor)
    result = load_files(loaded, FILES)
    assert result.is_valid
    assert not result.has_changes
    assert _warnings(result) == []


def test_citations_of_goods_that_are_one_now_are_one(tmp_path: Path, editor: Any) -> None:
    files: dict[str, str | bytes] = {
        "measures.csv": "slug,status,name,instrument\na,published,A,sanction\nb,published,B,sanction\n",
        "measure_goods.csv": "measure,name\na,steel\nb,steel\n",
        "sources.csv": "slug,status,title\npaper,published,Paper\n",
        "citations.csv": "source,measure_good,locator\npaper,a|steel,p. 1\npaper,b|steel,p. 1\npaper,a|steel,p. 2\n",
    }
    load_files(tmp_path, files)
    _merge(Measure, "a", "b", editor)
    result = load_files(tmp_path, files)
    assert result.is_valid, list(result.problems.lines())
    assert not result.has_changes
    assert set(Citation.objects.values_list("measure_good__measure__slug", "locator")) == {("b", "p. 1"), ("b", "p. 2")}


def test_pruning_keeps_the_record_that_a_row_was_merged_into(loaded: Path, editor: Any) -> None:
    _merge(Official, "kim-too", "kim", editor)
    fewer = {**FILES, "officials.csv": "slug,status,name,state\nkim-too,published,Kim too,KR\n"}
    result = load_files(loaded, fewer, prune=True)
    assert result.is_valid, list(result.problems.lines())
    assert Official.objects.filter(slug="kim").exists()
