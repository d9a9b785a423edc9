"""The details of audit entries are stored in English, and the page of the audit log translates them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from archive.accounts.audit import AuditDetail, Right
from archive.accounts.browsers import browser_name
from archive.admin.audit_log import DETAILS, detail_text
from archive.models import AuditEntry, Event

_ADDRESS = "/admin/archive/audit/"


@pytest.mark.parametrize(
    ("action", "detail", "text"),
    [
        ("signed_in", "log-in page", "로그인 페이지"),
        ("sign_in_failed", "token for the API; no such account", "API 토큰; 없는 계정"),
        ("sign_in_failed", "second factor; wrong code", "2단계 인증; 틀린 코드"),
        ("withdrawn", "now in review", "지금은 검토 중"),
        ("published", "proposed change of carla, version 3", "carla의 변경 제안, 버전 3"),
        ("scheduled", "for 2026-12-24 09:00 (UTC)", "2026-12-24 09:00 (UTC)에 공개 예정"),
        ("loaded", "Talks: 2019: 1,234 records and parts added, 0 changed, 2 removed, all draft",
         "Talks: 2019: 기록과 부분 1,234개 추가, 0개 변경, 2개 제거, 모두 초안"),
        ("rights", "+ superuser status, - group editor, + change_user",
         "+ 최상위 사용자 권한, - 그룹 editor, + change_user"),
        ("account", "added, staff status", "추가됨, 스태프 권한"),
        ("account", "name was 'new', address was ''", "이전 이름 'new', 이전 이메일 주소 ''"),
        ("session_ended", "Firefox on an iPhone", "iPhone의 Firefox"),
        ("session_ended", "all: deactivated", "모든 세션: 계정 비활성화"),
        ("token_ended", "given 2026-11-30 15:00 (UTC)", "2026-11-30 15:00 (UTC)에 발급"),
        ("device", "app added: my phone", "앱 추가: my phone"),
        ("device", "recovery code used, 9 left", "복구 코드 사용, 남은 코드 9개"),
        # Of nobody's template.
        ("device", "something else", "something else"), ("published", "", ""),
    ],
)  # fmt: skip
def test_the_details_of_an_entry_are_translated(action: str, detail: str, text: str) -> None:
    entry = AuditEntry(action=action, detail=detail)
    with translation.override("ko"):
        assert detail_text(entry) == text
    with translation.override("en-gb"):
        assert detail_text(entry) == detail


@pytest.mark.parametrize("user_agent", ["", "Mozilla/5.0 (X11; Linux x86_64) Firefox/1", "Python/3", "x (iPhone)"])
def test_the_name_of_a_browser_is_recognized(user_agent: str) -> None:
    with translation.override("en-gb"):
        stored = browser_name(user_agent)
    for language in ("ko", "ja"):
        with translation.override(language):
            assert detail_text(AuditEntry(action="session_ended", detail=stored)) == browser_name(user_agent)


def test_a_detail_is_recognized_by_the_template_that_wrote_it() -> None:
    for template in AuditDetail:
        values = {name: "staff status" if name == "right" else "2" for name in re.findall(r"\{(\w+)\}", template)}
        assert DETAILS.match(template.format(**values)) == (template.value, values)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ko", "ja"])
def test_the_page_of_the_log_is_in_the_language_of_its_reader(reading: Client, language: str) -> None:
    templates: list[Any] = [*AuditDetail, *Right]
    for template in templates:
        AuditEntry.objects.create(action="device", detail=re.sub(r"\{(\w+)\}", "7", template), kind="speechact")
    AuditEntry.objects.create(action="withdrawn", detail="now draft", kind="user", record="x", record_id=1)
    event = Event.objects.create(slug="2019-talk", name="A", classification="meeting", date="2019", status="published")
    event.delete()
    reading.cookies["django_language"] = language
    page = reading.get(_ADDRESS).content.decode()
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    words = set(re.findall(r"[a-z]{3,}", re.sub(r"<[^>]*>", " ", table)))
    assert words <= {"administrator", "talk"}
