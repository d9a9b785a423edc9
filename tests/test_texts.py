"""Characters that nobody sees are refused, where no script needs them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from archive.models import Event
from archive.text import reject_invisible, strip_direction_marks


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\u200b", "\u2060", "\ufeff", "\u206a"])
def test_controls_and_zero_width_characters_are_refused(char: str) -> None:
    with pytest.raises(ValidationError, match=rf"U\+{ord(char):04X} after 2 characters"):
        reject_invisible(f"ab{char}c")


@pytest.mark.parametrize(
    "text",
    [
        "tab\tand\r\nlines",
        "می\u200cخواهم",
        "क्\u200dष",
        "\U0001f468\u200d\U0001f469",
        "葛\U000e0100",
        "\u200eab",
        "soft\xad",
    ],
)
def test_characters_that_scripts_need_are_accepted(text: str) -> None:
    reject_invisible(text)


@pytest.mark.parametrize("text", ["\u200dx", "a\u200db", "김\u200c유", "安\u200d倍", "é\u200dx"])
def test_misplaced_joiners_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        reject_invisible(text)


def test_validation_reports_each_field(db: None) -> None:
    event = Event(slug="x", name="a\u200bb", summary="c\x07", place="ok", classification="meeting", date="2020")
    with pytest.raises(ValidationError) as refused:
        event.clean_fields()
    assert set(refused.value.error_dict) == {"name", "summary"}


def test_direction_marks_are_removed_from_titles() -> None:
    assert strip_direction_marks("a\u202egpj.exe\u2066b") == "agpj.exeb"
