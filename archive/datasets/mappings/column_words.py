"""Words of other files for fields and vocabularies, in seven languages of Europe and East Asia."""

from __future__ import annotations

from archive.text import fold

_TITLES = """
    name title headline label subject event titel bezeichnung überschrift ereignis betreff nom titre intitulé
    événement
    nombre título evento 이름 성명 성함 제목 명칭 사건 사건명 행사명 행사 名前 名称 氏名 題名 件名 タイトル
    出来事 事件 标题 姓名 measure maßnahme mesure 조치 措置 person 인물 人物
"""
_KINDS = """
    type kind category classification class eventtype art typ kategorie ereignisart catégorie genre tipo categoría
    종류 유형 분류 구분 種類 種別 分類 区分 类型 类别
"""
_STARTS = """
    start startdate starttime begin beginn beginndatum anfang von from since seit début datededébut
    inicio 시작일 開始日 開始
"""
_COUNTRIES = """
    state country nationality countrycode iso3 iso2 land staat nationalität staatsangehörigkeit pays nationalité
    état país nacionalidad 국가 국적 나라 国 国名 国籍 国家
"""
#: For each field the names that other files have for it.
_FIELDS = {
    "name": _TITLES,
    "title": _TITLES,
    "summary": """
        summary description text notes details content beschreibung zusammenfassung inhalt résumé description
        texte contenu resumen descripción 요약 내용 설명 개요 概要 内容 説明 要約 描述
    """,
    "description": "beschreibung description descripción 설명 説明 概要 text notes",
    "classification": _KINDS,
    "kind": _KINDS,
    "instrument": _KINDS,
    "date": f"""
        date day when eventdate datum tag jour fecha día 날짜 일자 일시 日付 日時 年月日 期日 日期 dated {_STARTS}
    """,
    "in_force": f"date datum inforce {_STARTS} 시행일 施行日",
    "existed": f"founded foundingdate gegründet fondé fundado 설립일 設立日 {_STARTS}",
    "place": """
        place location city venue town ort stadt lieu ville endroit lugar ciudad 장소 도시 곳 場所 都市 地名
        開催地 地点
    """,
    "born": """
        born birth birthdate birthday dateofbirth dob geboren geburtsdatum geburtstag geburtsjahr naissance
        datedenaissance né nacimiento 생년월일 출생일 출생 생년 生年月日 出生日 生年
    """,
    "died": """
        died death deathdate dateofdeath gestorben todesdatum décès datededécès mort 사망일 사망 死亡日 没年
        没年月日
    """,
    "state": _COUNTRIES,
    "url": "url link sourceurl website address adresse lien enlace 링크 주소 リンク 链接",
    "publisher": "verlag herausgeber éditeur editorial 출판사 발행처 出版社 発行者 medium newspaper zeitung",
    "author": "autor verfasser auteur 저자 글쓴이 著者 作者 by",
    "agency": "agentur agence 통신사 通信社",
    "language": "sprache langue idioma 언어 言語 lang",
    "published": "veröffentlicht datum publié date publicationdate erscheinungsdatum 발행일 게재일 発行日 掲載日",
    "retrieved": "accessed abgerufen consulté 검색일 閲覧日 取得日",
    "abbreviation": "acronym shortname abkürzung kürzel sigle abréviation 약칭 略称 略語",
    "start": _STARTS,
    "end": "end enddate endtime until to ende enddatum bis fin datedefin hasta 종료일 終了日 終了",
    "official": "person name holder inhaber titulaire 인물 人物",
    "office": "post position role amt funktion poste fonction cargo 직위 직책 役職",
    "speaker": "sprecher redner orateur 발언자 연설자 発言者",
    "body": "organization organisation institution einrichtung behörde 기관 조직 機関 組織",
    "sort_name": "sortname familynamefirst",
    "imposers": "imposer imposedby sender",
    "targets": "target",
    "parent": "partof übergeordnet",
    "text": "quote quotation wortlaut zitat citation 원문 본문 本文 原文",
    "end_date": "end enddate endtime enddatum until to ende bis fin datedefin hasta 종료일 끝 終了日 終了 结束",
    "year": "year jahr année an anno año 연도 년도 년 해 年 年度",
    "month": "month monat mois mes 월 달 月",
    "day": "day tag jour día 일 日",
    "given_name": "firstname givenname given forename vorname prénom nombredepila 名",
    "family_name": "lastname surname familyname family nachname familienname nomdefamille apellido apellidos 성 姓",
    "no_name": "filename username hostname login datei benutzername",
}  # fmt: skip
#: Words of vocabularies, with what other files call them.
_VALUES = {
    "meeting": """
        treffen besprechung gespräch sitzung réunion entretien rencontre reunión 회의 회담 면담 会議 会談 面談
        talks
    """,
    "visit": "besuch visite visita 방문 訪問",
    "summit": "gipfel gipfeltreffen sommet cumbre 정상회담 首脳会談 サミット 峰会",
    "agreement": "abkommen vereinbarung accord acuerdo 합의 협정 合意 協定 协议 deal treaty",
    "announcement": "ankündigung bekanntgabe annonce anuncio 발표 発表 公告",
    "decision": "entscheidung beschluss décision decisión 결정 決定",
    "consultation": "konsultation consultation consulta 협의 協議 磋商",
    "incident": "vorfall zwischenfall incident incidente 사고 사건 事件 事故",
    "request": "anfrage ersuchen demande solicitud 요청 要請 请求",
    "proposal": "vorschlag proposition propuesta 제안 提案",
    "rejection": "ablehnung rejet rechazo 거부 拒否",
    "publication": "veröffentlichung publication publicación 발간 公表 出版",
    "appointment": "ernennung nomination nombramiento 임명 任命",
    "ruling": "urteil jugement arrêt sentencia 판결 判決",
    "notification": "mitteilung notification notificación 통보 通知",
    "other": "sonstiges andere anderes autre autres otro 기타 その他 其他",
    "sanction": "sanktion sanctions sanción 제재 制裁",
    "tariff": "zoll droitdedouane arancel 관세 関税",
    "embargo": "embargo 금수 禁輸",
    "treaty": "vertrag traité tratado 조약 条約",
    "state": "staat land état pays estado país country 국가 国",
    "party": "partei parti partido 정당 政党",
    "court": "gericht tribunal cour corte 법원 裁判所",
    "company": "unternehmen firma entreprise société empresa 기업 회사 企業 会社 corporation",
    "medium": "zeitung presse medien média newspaper 언론 신문 メディア 新聞",
    "government_organ": """
        ministerium behörde regierung ministère gouvernement ministerio ministry agency 부처 정부 省 政府
    """,
    "intergovernmental_organization": "internationaleorganisation organisationinternationale igo 국제기구 国際機関",
    "primary": "primär primaire 1차 一次",
    "secondary": "sekundär secondaire 2차 二次",
}  # fmt: skip

#: Field (or ``year``, ``end_date``, ``given_name`` and so on, which are parts of one) -> folded names of other files.
FIELD_NAMES = {field: frozenset(map(fold, words.split())) for field, words in _FIELDS.items()}
#: Folded text -> the words of vocabularies that it can be.
_WORDS: dict[str, list[str]] = {}
for _word, _texts in _VALUES.items():
    for _text in _texts.split():
        _WORDS.setdefault(fold(_text), []).append(_word)


def is_name_of(field: str, folded_name: str) -> bool:
    """Whether other files call the field so."""
    return folded_name in FIELD_NAMES.get(field, ())


def vocabulary_word(text: str, words: list[str]) -> str:
    """The word of a vocabulary that a text is, apart from case and separators, or an empty string."""
    return {fold(word): word for word in words}.get(fold(text), "")


def translated_word(text: str, words: list[str]) -> str:
    """The word of a vocabulary that the text is in another language, or an empty string."""
    return next((word for word in _WORDS.get(fold(text), ()) if word in words), "")
