"""The states of ISO 3166-1 and the former ones of ISO 3166-3, as pycountry lists them, ready to store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pycountry
from django.utils.text import slugify

#: Names that readers look for, where the standard's is formal.
_USUAL = {
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


def states() -> Iterator[dict[str, Any]]:
    """One dict a state: slug, name, iso3166.

    When a former state existed the standard does not say: its dates are those on which codes were withdrawn, months or
    years after the state itself had ended (``withdrawals``).
    """
    taken: set[str] = set()
    for country in sorted(pycountry.countries, key=lambda entry: str(entry.alpha_2)):
        name = _USUAL.get(country.alpha_2) or getattr(country, "common_name", None) or country.name
        slug = _free(slugify(name), country.alpha_2, taken)
        yield {"slug": slug, "name": name, "iso3166": country.alpha_2}
    for country in sorted(pycountry.historic_countries, key=lambda entry: str(entry.alpha_4)):
        name = _USUAL.get(country.alpha_4) or country.name
        slug = _free(slugify(name), country.alpha_4, taken)
        yield {"slug": slug, "name": name, "iso3166": country.alpha_4}


def withdrawals() -> dict[str, str]:
    """Four-letter code of ISO 3166-3 -> when ISO withdrew the former code, as EDTF."""
    return {country.alpha_4: country.withdrawal_date for country in pycountry.historic_countries}


def _free(slug: str, code: str, taken: set[str]) -> str:
    chosen = slug if slug not in taken else f"{slug}-{code.lower()}"
    taken.add(chosen)
    return chosen
