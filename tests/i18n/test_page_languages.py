"""The address of a page decides its language, and nothing else is translated."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import get_language

from config.wsgi import application
from tests.support.fast_path import call_application
from tests.web.test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("dossier")]

EVENT = "/events/2019-07-04-japan-export-curbs-take-effect/"
MEASURE = "/measures/japan-export-curbs-on-three-materials/"
STATEMENT = "/statements/2019-07-12-kim-you-geun-international-probe/"
SKIP = {"": "Skip to the content", "/ko": "본문으로 건너뛰기", "/ja": "本文へ移動"}
PAGES = ["/", EVENT, "/search/?q=export", "/about/api/"]


@pytest.fixture(params=[0, 1_000_000], ids=["computed", "cached"])
def reader(request: Any, settings: Any) -> Client:
    settings.ANSWER_CACHE_BYTES = request.param
    return Client()


@pytest.mark.parametrize("page", PAGES)
def test_each_address_is_answered_in_its_language_whatever_came_before(reader: Client, page: str) -> None:
    for prefix in ("", "/ko", "", "/ja", "/ko", "/ja"):
        response = reader.get(f"{prefix}{page}", headers={"accept-language": "ja"})
        language = prefix[1:] or "en"
        text = response.content.decode()
        assert (response.status_code, response["Content-Language"]) == (200, language)
        assert f'<html lang="{language}">' in text
        assert [prefix for prefix, words in SKIP.items() if words in text] == [prefix]
        assert "Accept-Language" not in response.get("Vary", "")


def test_a_validator_of_one_language_is_none_of_another(settings: Any) -> None:
    settings.ANSWER_CACHE_BYTES = 1_000_000
    reader = Client()
    english, korean = reader.get(EVENT)["ETag"], reader.get(f"/ko{EVENT}")["ETag"]
    assert reader.get(f"/ko{EVENT}", headers={"if-none-match": english}).status_code == 200
    assert reader.get(f"/ko{EVENT}", headers={"if-none-match": korean}).status_code == 304


def test_links_of_a_page_stay_in_its_language(reader: Client) -> None:
    page = reader.get(f"/ko{EVENT}").content.decode()
    assert 'href="/ko/search/"' in page
    assert 'href="/ko/bodies/japan/"' in page
    assert 'href="/bodies/' not in page
    assert 'href="/api/v1/events/' in page


def test_a_page_links_to_itself_in_the_other_languages_with_its_query(reader: Client) -> None:
    page = reader.get("/ko/?date=2019-07&topic=gsomia").content.decode()
    assert '<a href="/?date=2019-07&amp;topic=gsomia" hreflang="en" lang="en" rel="alternate">English</a>' in page
    assert '<a href="/ja/?date=2019-07&amp;topic=gsomia" hreflang="ja" lang="ja" rel="alternate">日本語</a>' in page
    assert '<span lang="ko" aria-current="true">한국어</span>' in page


@pytest.mark.parametrize("path", ["/ko/nothing/", "/ko/officials/kim-you-gen/", "/ko/?date=nonsense"])
def test_error_pages_are_in_the_language_of_the_address(reader: Client, path: str) -> None:
    response = reader.get(path)
    assert response.status_code in (400, 404)
    assert '<html lang="ko">' in response.content.decode()
    assert SKIP["/ko"] in response.content.decode()


@pytest.mark.parametrize("path", ["/ko", "/en-gb/", "/ko-kr/", "/de/", "/ko/ja/", "/ko/api/v1/events/", "/ko/admin/"])
def test_other_prefixes_are_no_address(reader: Client, path: str) -> None:
    response = reader.get(path)
    assert (response.status_code, response.get("Location", "")) == ((301, "/ko/") if path == "/ko" else (404, ""))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"/api/v1{EVENT}", None),
        ("/api/v1/events/?date=2019-07", None),
        ("/api/v1/events/?date=nonsense", None),
        ("/graphql/", {"query": '{ event(slug: "x") { name } events(first: 2) { nodes { name date { display } } } }'}),
        ("/oai?verb=Identify", None),
    ],
)
def test_the_apis_answer_byte_for_byte_as_before_a_korean_page(path: str, body: Any) -> None:
    def answers() -> list[tuple[str, dict[str, str], bytes]]:
        return [
            call_application(application, (path, body), **fields)
            for fields in ({}, {"HTTP_ACCEPT_LANGUAGE": "ko"}, {"HTTP_COOKIE": "django_language=ko"})
        ]

    before = answers()
    call_application(application, (f"/ko{EVENT}", None))
    after = answers()
    assert [(status, body) for status, _, body in after] == [
        (status, body) for status, _, body in before
    ] or "oai" in path
    for _, headers, _ in after:
        assert "Content-Language" not in headers
        assert "Accept-Language" not in headers.get("Vary", "")


def test_no_language_stays_active_after_a_page(reader: Client) -> None:
    reader.get(f"/ko{EVENT}")
    assert get_language() == "en-gb"


def test_the_admin_is_in_the_language_that_its_user_chose(admin_client: Client) -> None:
    assert b'lang="en-gb"' in admin_client.get("/admin/", headers={"accept-language": "ko"}).content
    form = admin_client.get("/admin/archive/event/?q=a").content.decode()
    assert '<input type="hidden" name="next" value="/admin/archive/event/?q=a">' in form
    assert '<button type="submit" name="language" value="ko" lang="ko">한국어</button>' in form
    response = admin_client.post("/admin/language/", {"language": "ko", "next": "/admin/"})
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert response.cookies["django_language"]["path"] == "/admin/"
    admin = admin_client.get("/admin/")
    assert (admin["Content-Language"], b'lang="ko"' in admin.content) == ("ko", True)
    assert ">English</button>" in admin.content.decode()
    admin_client.cookies["django_language"] = "xx"
    assert b'lang="en-gb"' in admin_client.get("/admin/").content


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (f"/ko{EVENT}", ["사건", "2019년 7월 4일", "발효", "참여자", "행위자:", "이행: METI", "출처", "뒷받침:"]),
        (f"/ja{EVENT}", ["出来事", "2019年7月4日", "発効", "関係者", "行為者:", "実施：METI", "出典", "裏付け:"]),
        ("/ko/", ["기록철", "국가", "발표"]),
        ("/ja/timeline/", ["2019年7月", "7月", "区分の基準", "期間", "実施中の措置"]),
        ("/ko/search/?q=export", ["사건", "2019년 7월", "전체"]),
        ("/ja/speech-acts/", ["誰が誰に何を求めているか", "未決", "要求"]),
        ("/ko/nothing/", ["찾을 수 없음", "연표로 가기"]),
        (f"/ko{STATEMENT}", ["발언자", "화행", "상대:", "미결"]),
        (f"/ja{STATEMENT}", ["発言者", "発話行為", "相手：", "未決"]),
    ],
)
def test_labels_words_of_vocabularies_and_dates_are_translated(page: str, words: list[str]) -> None:
    text = text_of(Client().get(page))
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("prefix", ["/ko", "/ja"])
def test_names_of_records_have_their_language_on_pages_in_another(prefix: str) -> None:
    page = Client().get(f"{prefix}{EVENT}").content.decode()
    assert '<h1 lang="en">' in page
    assert f'<a href="{prefix}/bodies/japan/"><bdi lang="en">Japan</bdi></a>' in page
    assert '<text class="name"' in page
    labels = re.findall(r'<text class="name"[^>]*>', page)
    assert [label for label in labels if ' lang="en"' not in label] == []
    official = Client().get(f"{prefix}/officials/kim-you-geun/").content.decode()
    assert '<bdi lang="ko-Hang">김유근</bdi>' in official


def test_english_pages_do_not_repeat_their_language() -> None:
    page = Client().get(EVENT).content.decode()
    assert "<h1>" in page
    assert '<bdi lang="en">' not in page
    assert '<text lang="en"' not in page


@pytest.mark.parametrize(
    ("page", "words", "english"),
    [
        (
            EVENT,
            ["무엇에서 비롯되어 무엇으로 이어졌나", "이 흐름을 목록으로"],
            ["What led to it", "This chain", "responds to"],
        ),
        (
            "/officials/kim-you-geun/",
            ["직책, 사건, 발언", "직책"],
            ["Offices, events", "Statements", "start not known"],
        ),
        (
            "/measures/japan-export-curbs-on-three-materials/",
            ["단계와 품목", "시행 중"],
            ["Steps and goods", "In force"],
        ),
        (
            "/about/api/",
            ["알아 두면 좋은 것", "GraphiQL에서 해 보기"],
            ["Good to know", "A calendar"],
        ),
    ],
)
def test_drawings_and_the_guide_are_translated(page: str, words: list[str], english: list[str]) -> None:
    text = Client().get(f"/ko{page}").content.decode()
    assert [word for word in words if word not in text] == []
    assert [word for word in english if word in text] == []
