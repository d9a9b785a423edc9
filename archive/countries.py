"""The states of ISO 3166-1 and 3166-3, as pycountry lists them: ready to store, and translated."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from functools import cache, lru_cache

import pycountry
from django.utils.text import slugify

#: Common English names by code, where the standard has a formal one.
_COMMON_NAMES = {
    "KR": "South Korea", "KP": "North Korea", "RU": "Russia", "IR": "Iran", "SY": "Syria", "LA": "Laos",
    "BN": "Brunei", "CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo", "FM": "Micronesia",
    "PS": "Palestine", "MK": "North Macedonia", "VA": "Holy See", "CZ": "Czechia", "GB": "United Kingdom",
    "US": "United States", "TR": "Turkey", "VN": "Vietnam", "VE": "Venezuela", "BO": "Bolivia", "TZ": "Tanzania",
    "MD": "Moldova", "TW": "Taiwan", "CI": "Ivory Coast", "CV": "Cape Verde", "SUHH": "Soviet Union",
    "DDDE": "East Germany", "YUCS": "Yugoslavia", "CSHH": "Czechoslovakia", "VDVN": "North Vietnam",
    "YDYE": "South Yemen", "CSXX": "Serbia and Montenegro", "ZRCD": "Zaire", "BUMM": "Burma",
    "BYAA": "Byelorussian SSR", "FXFR": "Metropolitan France", "HVBF": "Upper Volta",
    "NTHH": "Saudi-Iraqi Neutral Zone", "PCHH": "Trust Territory of the Pacific Islands",
    "AIDJ": "French Territory of the Afars and the Issas", "PUUM": "United States Miscellaneous Pacific Islands",
}  # fmt: skip


def states() -> Iterator[dict[str, str]]:
    """The columns of each state: ``slug``, ``name``, ``iso3166``, ``code_withdrawn``.

    ``code_withdrawn`` is the EDTF date on which ISO withdrew the code of a former state, and empty for others. It is
    months or years after the end of the state, of which ISO 3166-3 has no date.
    """
    slugs: set[str] = set()
    for country in sorted(pycountry.countries, key=lambda entry: str(entry.alpha_2)):
        name = _COMMON_NAMES.get(country.alpha_2) or getattr(country, "common_name", None) or country.name
        slug = _unique(slugify(name), country.alpha_2, slugs)
        yield {"slug": slug, "name": name, "iso3166": country.alpha_2, "code_withdrawn": ""}
    for country in sorted(pycountry.historic_countries, key=lambda entry: str(entry.alpha_4)):
        code, name = country.alpha_4, _COMMON_NAMES.get(country.alpha_4) or country.name
        slug = _unique(slugify(name), code, slugs)
        yield {"slug": slug, "name": name, "iso3166": code, "code_withdrawn": country.withdrawal_date}


@lru_cache(maxsize=1_000)
def country_code(text: str) -> str | None:
    """The code of two letters of a country by code, number or name; the four letters of a former one."""
    for countries, code in ((pycountry.countries, "alpha_2"), (pycountry.historic_countries, "alpha_4")):
        try:
            return str(getattr(countries.lookup(text.zfill(3) if text.isdecimal() else text), code))
        except LookupError:
            continue
    return None


@cache
def translated_states(language: str) -> dict[tuple[str, str], str]:
    """Slug and English name of each state of ISO 3166-1 -> its name in a language; empty if there is no translation.

    A state that an archive renamed is not in it. Nor are former states, whose translations have errors.
    """
    try:
        names = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language])
    except FileNotFoundError:
        return {}
    translated = {}
    for state in states():
        country = pycountry.countries.get(alpha_2=state["iso3166"])
        if country is not None:
            # The common name, as "Taiwan": formal ones are contested, and long for a heading.
            name = str(getattr(country, "common_name", None) or country.name)
            translated[state["slug"], state["name"]] = names.gettext(name)
    return translated


def _unique(slug: str, code: str, slugs: set[str]) -> str:
    """The slug, with the code appended if another state has it; added to ``slugs``."""
    if slug in slugs:
        slug = f"{slug}-{code.lower()}"
    slugs.add(slug)
    return slug
