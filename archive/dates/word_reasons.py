"""Why a text of words and figures, of which there is no suggestion, is no date."""

from __future__ import annotations

import re

from django.utils.translation import gettext

from archive.dates.phrases import MONTH_NAMES

_BEFORE_CHRIST = re.compile(r"\d *(?:b\.? ?c\.?|bce)\b")
_CENTURY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)[ -]century\b")
_HUNDREDS = re.compile(r"\b(\d{1,2})00'?s\b")
_QUARTER = re.compile(r"\bq[1-4]\b|\d ?q[1-4]\b|\bquarter\b|\b(?:first|second) half\b")
_PART = re.compile(r"\b(early|mid|middle|late|beginning|start|end)\b")
_AFTER = re.compile(r"\b(?:after|later than)\b")
_RELATIVE = re.compile(
    r"\b(today|tonight|yesterday|tomorrow|now|(?:this|last|next|past) (?:day|week|weekend|month|year|\w+day)"
    r"|\w+ (?:days?|weeks?|months?|years?) ago)\b"
)
_SHORT_YEAR = re.compile(
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?[ -])?(?:{MONTH_NAMES})\.?,?[ -](?:\d{{1,2}}(?:st|nd|rd|th)?,? )?'?\d\d"
)


def reason_of_words(text: str) -> str:
    """Why the text is no date, with what to write instead; empty for texts of which it says nothing."""
    phrase = " ".join(text.lower().split())
    if match := _RELATIVE.search(phrase):
        return gettext("'{words}' depends on the day of reading: write the date itself").format(words=match[1])
    if not re.search(r"\d", phrase):
        return ""
    if _BEFORE_CHRIST.search(phrase):
        return gettext("years before 1 and after 9999 are not supported")
    if (match := _CENTURY.search(phrase)) and int(match[1]):
        hundreds = f"{int(match[1]) - 1:02d}"
        return gettext("a century is written by its first two figures: {code} is {first} to {last}").format(
            code=f"{hundreds}XX", first=f"{hundreds}00", last=f"{hundreds}99"
        )
    if match := _HUNDREDS.search(phrase):
        hundreds = f"{int(match[1]):02d}"
        return gettext("ten years or a hundred? They are written {decade} and {century}").format(
            decade=f"{hundreds}0X", century=f"{hundreds}XX"
        )
    if _QUARTER.search(phrase):
        return gettext(
            "a part of a year is written by its months: 2019-07/2019-09 for all of it, [2019-07,2019-08,2019-09] for "
            "some time in it"
        )
    if match := _PART.search(phrase):
        return gettext("'{word}' says no days: write the whole year or decade, or its first and last month").format(
            word=match[1]
        )
    if _AFTER.search(phrase):
        return gettext("'after' does not say until when. Lists are filtered by date_after")
    if _SHORT_YEAR.fullmatch(phrase):
        return gettext("years have four digits")
    if re.search(r"[^\W\d_]{3}", phrase):
        return gettext("a date is written in figures, and only English words such as July or summer are understood")
    return ""
