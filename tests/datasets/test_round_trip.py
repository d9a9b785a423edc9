"""An export loaded into an empty archive and exported again has the same bytes, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from hypothesis import HealthCheck, example, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from archive import models as m
from tests.support.exports import file_contents, run_export
from tests.support.snapshot import put_dossier

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

AWKWARD = [
    "=1+1", "'=1", "-", "semi;colon|pipe\\slash", " spaces around ", 'a "quoted" word, and a comma',
    "tab\tand\r\nlines", "김유근", "a\u2028b", "e\u0301 and é", "\U0001f600", "%s {} \\n", "NULL", "#comment",
]  # fmt: skip


def _fill() -> None:
    """The first dossier, records of every status, and texts that are hard to store in files."""
    put_dossier()
    for number, text in enumerate(AWKWARD):
        event = m.Event.objects.create(
            slug=f"awkward-{number}", name=text, summary=text, classification="other", date="2019~", status="review"
        )
        # Keys are stored composed (NFC).
        key = unicodedata.normalize("NFC", text)
        good = m.MeasureGood.objects.create(measure=m.Measure.objects.order_by("slug")[0], name=key)
        m.Citation.objects.create(source=m.Source.objects.order_by("slug")[0], measure_good=good, quotation=text)
        m.Identifier.objects.create(scheme="awkward", value=key, event=event)
    act = m.SpeechAct.objects.order_by("slug")[0]
    act.ordinal = 99  # it keeps the slug that it was given
    act.save()
    first, two = m.Statement.objects.order_by("slug")[:2]
    first.in_reply_to.add(two)
    two.in_reply_to.add(first)
    m.Statement.objects.exclude(speaker=None).order_by("slug")[0].capacities.clear()
    m.Topic.objects.create(slug="withdrawn", name="Withdrawn", status="withdrawn")


def _load(folder: Path) -> str:
    """The output of ``load``, also in a failing test."""
    output = StringIO()
    try:
        call_command("load", str(folder), stdout=output)
    except CommandError as error:
        pytest.fail(f"{error}\n{output.getvalue()}")
    return output.getvalue()


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_loaded_into_an_empty_archive_is_exported_the_same(form: str, tmp_path: Path) -> None:
    before = transaction.savepoint()
    _fill()
    run_export(tmp_path / "one", "--all", "--format", form)
    transaction.savepoint_rollback(before)
    assert not m.Event.objects.exists()
    _load(tmp_path / "one")
    run_export(tmp_path / "two", "--all", "--format", form)
    assert file_contents(tmp_path / "one") == file_contents(tmp_path / "two")


# Loading refuses controls and characters that nobody sees, and names of blanks alone.
_HOSTILE = st.text("".join(sorted({*" ;|\\\"',=+-@\n\r\t\u2028#%é김a1"})), min_size=1, max_size=30) | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs"]), min_size=1, max_size=30
)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
@trials(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(_HOSTILE.filter(lambda text: not text.isspace()), min_size=1, max_size=20))
@example(texts=["a\rb", " spaces around ", "=1+1", "'=", "|", "\\;"])
def test_any_text_is_exported_loaded_and_exported_the_same(form: str, texts: list[str], tmp_path: Path) -> None:
    """In columns, in keys, and in references by key."""
    first, two = (tmp_path / f"{name}-{uuid4()}" for name in ("one", "two"))
    with transaction.atomic():
        source = m.Source.objects.create(slug="s", title="S")
        measure = m.Measure.objects.create(slug="m", name="M", instrument="sanction")
        for number, text in enumerate(texts):
            m.Event.objects.create(slug=f"e{number}", name=text, summary=text, classification="other", date="2019")
        for key in dict.fromkeys(unicodedata.normalize("NFC", text) for text in texts):
            good = m.MeasureGood.objects.create(measure=measure, name=key)
            m.Citation.objects.create(source=source, measure_good=good, locator=key, quotation=key)
        run_export(first, "--all", "--format", form)
        transaction.set_rollback(True)
    with transaction.atomic():
        _load(first)
        run_export(two, "--all", "--format", form)
        assert file_contents(first) == file_contents(two)
        transaction.set_rollback(True)


def test_a_filtered_export_loads_into_an_empty_archive(tmp_path: Path) -> None:
    before = transaction.savepoint()
    put_dossier()
    run_export(tmp_path / "one", "--topic", "gsomia")
    transaction.savepoint_rollback(before)
    _load(tmp_path / "one")
    assert m.Event.objects.visible_to(None).exists()
    assert not m.Dossier.objects.exists()


def test_loading_an_export_changes_nothing(tmp_path: Path) -> None:
    _fill()
    run_export(tmp_path / "one", "--all", "--format", "csv")
    assert _load(tmp_path / "one").splitlines()[-1] == "Nothing to do: the archive has all of it."


@pytest.mark.postgresql
def test_from_postgresql_to_sqlite_and_back(tmp_path: Path) -> None:
    before = transaction.savepoint()
    _fill()
    run_export(tmp_path / "one", "--all")
    transaction.savepoint_rollback(before)
    for words in (["migrate"], ["load", str(tmp_path / "one")], ["export", "--all", str(tmp_path / "two")]):
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=settings.BASE_DIR, check=True, capture_output=True,
            env={**os.environ, "DEBUG": "true", "DATABASE_URL": f"sqlite:///{tmp_path}/other.sqlite3"},
        )  # fmt: skip
    assert file_contents(tmp_path / "one") == file_contents(tmp_path / "two")
    _load(tmp_path / "two")
    run_export(tmp_path / "three", "--all")
    assert file_contents(tmp_path / "one") == file_contents(tmp_path / "three")
