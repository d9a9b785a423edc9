"""Names of people, with their spellings in other scripts."""

from __future__ import annotations

from collections.abc import Sequence

from bench.world.chance import Choice, mix

#: (text, language, script, scheme)
Spelling = tuple[str, str, str, str]

_KOREAN_FAMILIES = (("Kim", "김"), ("Lee", "이"), ("Park", "박"), ("Choi", "최"), ("Jung", "정"), ("Kang", "강"),
                    ("Cho", "조"), ("Yoon", "윤"), ("Jang", "장"), ("Lim", "임"))  # fmt: skip
_KOREAN_SYLLABLES = (("min", "민"), ("jun", "준"), ("seo", "서"), ("hyun", "현"), ("young", "영"), ("ho", "호"),
                     ("soo", "수"), ("jin", "진"), ("hee", "희"), ("kyung", "경"), ("geun", "근"))  # fmt: skip
_CHINESE_FAMILIES = (("Wang", "王"), ("Li", "李"), ("Zhang", "张"), ("Liu", "刘"), ("Chen", "陈"), ("Yang", "杨"),
                     ("Zhao", "赵"), ("Huang", "黄"))  # fmt: skip
_CHINESE_GIVEN = (("Wei", "伟"), ("Jun", "军"), ("Min", "敏"), ("Jie", "杰"), ("Hua", "华"), ("Ping", "平"),
                  ("Guoqiang", "国强"), ("Jianguo", "建国"), ("Xiaoming", "晓明"), ("Yi", "毅"))  # fmt: skip
_JAPANESE_FAMILIES = (("Sato", "佐藤"), ("Suzuki", "鈴木"), ("Takahashi", "高橋"), ("Tanaka", "田中"), ("Ito", "伊藤"),
                      ("Watanabe", "渡辺"), ("Yamamoto", "山本"), ("Nakamura", "中村"))  # fmt: skip
_JAPANESE_GIVEN = (("Taro", "太郎"), ("Hiroshi", "浩"), ("Kenji", "健二"), ("Akira", "明"), ("Yoshihide", "義偉"),
                   ("Keiko", "恵子"), ("Shigeru", "茂"), ("Haruko", "春子"))  # fmt: skip
_FAMILIES = (
    "Smith", "Müller", "Dubois", "Rossi", "García", "Silva", "Novák", "Petrov", "Ivanov", "Hansen", "Papadopoulos",
    "Okafor", "Mensah", "Abdullah", "Hussein", "Singh", "Sharma", "Nguyễn", "Santos", "O'Brien", "Kowalski", "Horváth",
    "Yılmaz", "Haddad", "Cohen", "Jansen", "Nilsson", "Korhonen", "Popescu", "Moreau", "Castro", "Diallo",
)  # fmt: skip
_FIRST_NAMES = (
    "Anna", "John", "Maria", "Peter", "Elena", "Ahmed", "Fatima", "Jean", "Ingrid", "Carlos", "Olga", "David", "Amina",
    "Luis", "Sofia", "Thomas", "Priya", "George", "Miriam", "Viktor", "Helga", "Samuel", "Teresa", "Omar",
)  # fmt: skip


def spellings(seed: int, official: int, state: str) -> list[Spelling]:
    """The usual name in Latin letters first."""
    draw = mix(seed, official, 11)
    if state in ("KR", "KP"):
        family, first, second = _of(_KOREAN_FAMILIES, draw), _of(_KOREAN_SYLLABLES, draw >> 8), draw >> 16
        last = _of(_KOREAN_SYLLABLES, second)
        return [
            (f"{family[0]} {first[0].title()}-{last[0]}", "ko", "Latn", "press"),
            (f"{family[1]}{first[1]}{last[1]}", "ko", "Hang", "native"),
        ]
    if state in ("CN", "TW"):
        family, first = _of(_CHINESE_FAMILIES, draw), _of(_CHINESE_GIVEN, draw >> 8)
        return [(f"{family[0]} {first[0]}", "zh", "Latn", "pinyin"), (family[1] + first[1], "zh", "Hans", "native")]
    if state == "JP":
        family, first = _of(_JAPANESE_FAMILIES, draw), _of(_JAPANESE_GIVEN, draw >> 8)
        return [
            (f"{first[0]} {family[0]}", "ja", "Latn", "hepburn"),
            (f"{family[1]} {first[1]}", "ja", "Jpan", "native"),
        ]
    value, surname, born = _of(_FIRST_NAMES, draw), _of(_FAMILIES, draw >> 8), _of(_FAMILIES, draw >> 16)
    usual: list[Spelling] = [(f"{value} {surname}", "en", "Latn", "english")]
    return [*usual, (f"{value} {born}", "", "Latn", "former")] if draw % 7 == 0 and born != surname else usual


def _of(words: Sequence[Choice], draw: int) -> Choice:
    return words[draw % len(words)]
