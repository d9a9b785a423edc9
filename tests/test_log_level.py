"""LOG_LEVEL: a word of the logging module, refused by name before logging itself fails."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_a_log_level_may_be_written_in_small_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "info")
    assert env.log_level("LOG_LEVEL", "WARNING") == "INFO"


def test_an_unknown_log_level_names_the_variable_and_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(ImproperlyConfigured, match=r"LOG_LEVEL: got 'LOUD', expected one of DEBUG, INFO, WARNING"):
        env.log_level("LOG_LEVEL", "WARNING")
