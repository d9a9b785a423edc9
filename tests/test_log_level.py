"""The setting LOG_LEVEL."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_log_levels_are_case_insensitive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "info")
    assert env.log_level("LOG_LEVEL", "WARNING") == "INFO"


def test_an_unknown_log_level_is_an_error_with_the_variable_and_the_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(ImproperlyConfigured, match=r"LOG_LEVEL: got 'loud', expected one of DEBUG, INFO, WARNING"):
        env.log_level("LOG_LEVEL", "WARNING")
