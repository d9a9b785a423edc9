"""``--prune`` removes records that the dataset added and no longer has."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.models import Event, Official
from tests.support.datasets import EVENT, EVENTS, PEOPLE, STATEMENTS, load_files, plan_lines

pytestmark = pytest.mark.django_db


def test_prune_removes_records_of_earlier_loads_only(tmp_path: Path) -> None:
    described = "title: Talks\n"
    by_hand = Event.objects.create(slug="by-hand", name="By hand", classification="meeting", date="2019")
    other = "visit,published,Visit,visit,2019\n"
    load_files(tmp_path / "1", {"dataset.yaml": described, "events.csv": EVENTS + EVENT + other})
    load_files(tmp_path / "2", {"dataset.yaml": "title: Others\n", "events.csv": EVENTS + "else,draft,E,visit,2019\n"})
    files = {"dataset.yaml": described, "events.csv": EVENTS + EVENT}
    assert plan_lines(tmp_path / "1", files, prune=True) == ["events: 1 unchanged, 1 removed", "  - visit"]
    result = load_files(tmp_path / "1", files, prune=True)
    assert str(result.counts["events"]) == "1 unchanged, 1 removed"
    assert sorted(Event.objects.values_list("slug", flat=True)) == ["by-hand", "else", "talks"]
    gone = Event.history.filter(slug="visit").latest("history_id")
    assert gone.history_type == "-"
    assert gone.history_change_reason == 'No longer in the dataset. Loaded from "Talks"'
    by_hand.refresh_from_db()


def test_prune_is_refused_where_other_records_refer_to_the_removed(tmp_path: Path) -> None:
    described = "title: People\n"
    load_files(tmp_path / "1", {"dataset.yaml": described, **PEOPLE})
    load_files(tmp_path / "2", {"statements.csv": STATEMENTS + "a,draft,A,note,2019,named,abe,\n"})
    few = {**PEOPLE, "officials.csv": PEOPLE["officials.csv"].replace("abe,published,Abe,JP\n", "")}
    result = load_files(tmp_path / "1", {"dataset.yaml": described, **few}, prune=True)
    assert list(result.problems.lines()) == [
        "archive, statements: got 'a', expected no reference to officials that would be removed."
    ]
    assert not result.written
    assert Official.objects.filter(slug="abe").exists()
    planned = load_files(tmp_path / "1", {"dataset.yaml": described, **few}, prune=True, dry_run=True)
    assert list(planned.problems.lines()) == list(result.problems.lines())


_BODIES = "slug,name,kind,parent\n"
_OFFICES = "slug,name,body\n"
_TERMS = "slug,official,office\n"


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        ({"officials.csv": "slug,name\n", "offices.csv": _OFFICES, "appointments.csv": _TERMS},
         {"officials.csv": "gone,Gone\n", "offices.csv": "chair,Chair,KR\n", "appointments.csv": "a,gone,chair\n"}),
        ({"bodies.csv": _BODIES, "offices.csv": _OFFICES},
         {"bodies.csv": "ministry,Ministry,court,\n", "offices.csv": "chair,Chair,ministry\n"}),
        ({"bodies.csv": _BODIES},
         {"bodies.csv": "a,A,court,\nb,B,court,a\nc,C,court,b\n"}),
        ({"events.csv": EVENTS, "officials.csv": "slug,name\n", "participations.csv": "event,official,role\n"},
         {"events.csv": "visit,published,Visit,visit,2019\n", "officials.csv": "gone,Gone\n",
          "participations.csv": "visit,gone,actor\n"}),
    ],
    ids=["official-appointment", "body-office", "body-body", "official-participation"],
)  # fmt: skip
def test_prune_removes_referring_records_of_the_dataset_too(
    tmp_path: Path, files: dict[str, str], lines: dict[str, str]
) -> None:
    described = {"dataset.yaml": "title: T\n"}
    first = load_files(tmp_path / "1", {**described, **{name: head + lines[name] for name, head in files.items()}})
    assert first.written, list(first.problems.lines())
    planned = load_files(tmp_path / "1", {**described, **files}, prune=True, dry_run=True)
    assert (list(planned.problems.lines()), planned.written) == ([], False)
    result = load_files(tmp_path / "1", {**described, **files}, prune=True)
    assert (list(result.problems.lines()), result.written) == ([], True)
    assert {name: counts.removed for name, counts in result.counts.items()} == {
        name.removesuffix(".csv"): lines[name].count("\n") for name in files
    }
    assert not load_files(tmp_path / "1", {**described, **files}, prune=True).written
