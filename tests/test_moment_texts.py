"""How long ago a moment was, as pages write it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone, translation

from archive.templatetags.moments import age


def test_a_moment_within_the_minute_was_just_now() -> None:
    assert age(timezone.now() - timedelta(seconds=40)) == "just now"
    assert age(timezone.now() + timedelta(seconds=5)) == "just now"
    assert age(None) == ""


def test_an_older_moment_has_its_age() -> None:
    assert age(timezone.now() - timedelta(minutes=3)).replace("\xa0", " ") == "3 minutes ago"
    with translation.override("ja"):
        assert age(timezone.now() - timedelta(hours=2, minutes=1)).replace("\xa0", " ").endswith("前")
