"""Texts of natural keys are stored composed (NFC), whoever writes them, so that an export loads again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from archive.datasets.load import Options, load
from archive.models import Citation, Identifier, Measure, MeasureGood, Name, Official, Source
from tests.support.datasets import load_files

pytestmark = pytest.mark.django_db
APART, COMPOSED = "Jose\u0301", "José"


def test_a_record_with_accents_apart_is_exported_and_loads_again(tmp_path: Path) -> None:
    official = Official.objects.create(slug="o", name="O", status="published")
    name = Name(official=official, text=APART, scheme="press")
    name.full_clean()
    name.save()
    measure = Measure.objects.create(slug="m", name="M", instrument="other", in_force="2019", status="published")
    good = MeasureGood.objects.create(measure=measure, name=APART)
    source = Source.objects.create(slug="s", title="S", status="published")
    citation = Citation(source=source, measure_good=good, locator=APART, field="name", variant_value=APART)
    citation.full_clean()
    citation.save()
    Identifier.objects.create(scheme="viaf", value=APART, official=official)
    assert Name.objects.get().text == MeasureGood.objects.get().name == Identifier.objects.get().value == COMPOSED
    call_command("export", str(tmp_path / "out"), "--all", verbosity=0)
    assert not load(tmp_path / "out", Options()).has_changes
    for model in (Citation, Identifier, MeasureGood, Name, Measure, Official, Source):
        model.objects.all().delete()
    result = load(tmp_path / "out", Options(overwrite_corrections=True))
    assert result.is_valid, list(result.problems.lines())
    assert (Citation.objects.get().locator, Citation.objects.get().measure_good.name) == (COMPOSED, COMPOSED)


def test_bulk_writes_compose_keys() -> None:
    official = Official.objects.create(slug="o", name="O")
    Name.objects.bulk_create([Name(official=official, text=APART, scheme="press")])
    assert Name.objects.get().text == COMPOSED
    Name.objects.update(text="Rene\u0301")
    assert Name.objects.get().text == "René"
    name = Name.objects.get()
    name.text = APART
    Name.objects.bulk_update([name], ["text"])
    assert Name.objects.get().text == COMPOSED


def test_a_dataset_may_have_its_accents_apart(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "officials.csv": "slug,name\no,O\n", "names.csv": f"official,text,scheme\no,{APART},press\n",
        "measures.csv": "slug,name,instrument,in_force\nm,M,other,2019\n", "sources.csv": "slug,title\ns,S\n",
        "measure_goods.csv": f"measure,name\nm,{COMPOSED}\n",
        "citations.csv": f"source,measure_good,locator\ns,m|{APART},{APART}\n",
    }  # fmt: skip
    result = load_files(tmp_path, files)
    assert result.is_valid, list(result.problems.lines())
    assert (Name.objects.get().text, Citation.objects.get().locator) == (COMPOSED, COMPOSED)
    assert not load_files(tmp_path, files).has_changes
