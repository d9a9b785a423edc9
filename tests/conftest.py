"""What all tests share: users of each group, the first dossier, and which tests run where."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import connection

from tests.snapshot import put_dossier


def pytest_configure() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECURE_SSL_REDIRECT = False
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    ci = os.environ.get("CI") == "true"
    left_out = [
        item
        for item in items
        if (item.get_closest_marker("postgresql") and connection.vendor != "postgresql")
        or (item.get_closest_marker("browser") and not chromium and not ci)
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _user(name: str) -> Any:
    user = User.objects.create_user(name, password="a-test-password", is_staff=True)
    user.groups.add(Group.objects.get(name=name))
    return user


@pytest.fixture
def contributor(db: None) -> Any:
    return _user("contributor")


@pytest.fixture
def editor(db: None) -> Any:
    return _user("editor")


@pytest.fixture
def administrator(db: None) -> Any:
    return _user("administrator")


@pytest.fixture
def anonymous() -> Any:
    return AnonymousUser()


@pytest.fixture
def dossier(db: None) -> None:
    put_dossier()
