"""A user is read with the permissions that are their own and those of their groups."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.accounts.backend import PermissionBackend

pytestmark = pytest.mark.django_db


def _with_all_kinds(user: Any) -> User:
    user.groups.add(Group.objects.create(name="without permissions"), Group.objects.get(name="contributor"))
    user.user_permissions.add(Permission.objects.get(codename="delete_user"))
    return User.objects.get(pk=user.pk)


def test_one_statement_reads_a_user_with_all_permissions(editor: Any) -> None:
    user, expected = _with_all_kinds(editor), ModelBackend()
    with CaptureQueriesContext(connection) as ran:
        read = PermissionBackend().get_user(user.pk)
        assert read.has_perm("auth.delete_user")
        assert read.has_perm("archive.publish_records")
        assert not read.has_perm("auth.add_user")
        assert read.get_user_permissions() == {"auth.delete_user"}
    assert len(ran) == 1
    assert read.get_group_permissions() == expected.get_group_permissions(user)
    assert read.get_all_permissions() == expected.get_all_permissions(user)


def test_a_superuser_has_all_permissions() -> None:
    chief = User.objects.create_superuser("chief", password="a-test-password")
    read = PermissionBackend().get_user(chief.pk)
    assert read.has_perm("auth.add_user")
    assert "auth.add_user" in read.get_all_permissions()


def test_an_inactive_user_is_not_read(editor: Any) -> None:
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert PermissionBackend().get_user(editor.pk) is None
    assert PermissionBackend().get_user(0) is None
