"""Language tags of a language and a script."""

from __future__ import annotations

import pytest

from archive.languages import language_tag


@pytest.mark.parametrize(
    ("language", "script", "tag"),
    [
        ("", "", ""),
        ("ko", "", "ko"),
        ("ko", "Hang", "ko-Hang"),
        ("ko", "Latn", "ko-Latn"),
        ("ja", "Jpan", "ja"),
        ("en", "Latn", "en"),
        ("ar", "arab", "ar"),
        ("zh-TW", "Hant", "zh-Hant-TW"),
        ("zh-Hant-TW", "Hant", "zh-Hant-TW"),
        ("", "Hang", "und-Hang"),
    ],
)
def test_language_tags(language: str, script: str, tag: str) -> None:
    assert language_tag(language, script) == tag
