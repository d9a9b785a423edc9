"""Names with the same spelling in several languages and scripts, in forms and datasets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from archive.models import Name
from tests.support import filter_records as r

pytestmark = pytest.mark.django_db


def test_one_spelling_may_have_several_languages_and_scripts() -> None:
    who = r.official("kim")
    for language, script in (("ko", ""), ("ko", "Kore"), ("en", ""), ("", "")):
        Name.objects.create(official=who, text="金", language=language, script=script, scheme="native")
    with pytest.raises(ValidationError):
        Name(official=who, text="金", language="ko", scheme="native").full_clean()


@pytest.mark.parametrize(
    "lines",
    [
        "official,text,language,scheme\nkim,Kim,ko,native\nkim,Kim,en,native\n",
        "official,text,scheme\nkim,Kim,native\nkim,Gim,native\n",
    ],
)
def test_a_dataset_of_names_loads_again_without_changes(tmp_path: Path, capsys: Any, lines: str) -> None:
    r.official("kim")
    (tmp_path / "dataset.yaml").write_text("title: T\n")
    (tmp_path / "names.csv").write_text(lines)
    call_command("load", str(tmp_path))
    assert Name.objects.count() == 2
    capsys.readouterr()
    call_command("load", str(tmp_path))
    assert "2 unchanged" in capsys.readouterr().out
