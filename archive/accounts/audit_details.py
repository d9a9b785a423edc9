"""The details of audit entries. They are stored in English; the page of the audit log translates them."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_noop as _


class Right(StrEnum):
    """Rights of a user in audit entries; a permission has its codename instead."""

    ACTIVE = _("active")
    STAFF = _("staff status")
    SUPERUSER = _("superuser status")
    GROUP = _("group {group}")


class AuditDetail(StrEnum):
    """A detail, or one of several in a row."""

    LOG_IN_PAGE = _("log-in page")
    API_TOKEN = _("token for the API")
    SECOND_FACTOR = _("second factor")
    WRONG_CODE = _("wrong code")
    NO_ACCOUNT = _("no such account")
    PROPOSED = _("proposed change of {person}, version {version}")
    STATUS = _("now {status}")
    LIFTED = _("lifted")
    SCHEDULED = _("for {time}")
    LOADED_WITH_STATUS = _(
        "{title}: {added} records and parts added, {changed} changed, {removed} removed, all {status}"
    )
    LOADED = _("{title}: {added} records and parts added, {changed} changed, {removed} removed")
    RIGHT_GIVEN = "+ {right}"
    RIGHT_TAKEN = "- {right}"
    ADDED = _("added")
    REMOVED = _("removed")
    NAME_CHANGED = _("name was '{name}'")
    ADDRESS_CHANGED = _("address was '{name}'")
    TOKEN_ENDED = _("given {time} (UTC)")
    SESSIONS_ENDED_BY_PASSWORD = _("all others: new password")
    SESSIONS_ENDED_BY_DEACTIVATION = _("all: deactivated")
    APP_ADDED = _("app added: {name}")
    APP_REMOVED = _("app removed: {name}")
    CODE_USED = _("recovery code used, {count} left")
    NEW_CODES = _("new recovery codes")
    FACTORS_REMOVED = _("all apps and recovery codes removed")
