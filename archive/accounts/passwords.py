"""Password rules by NIST SP 800-63B (revision 4, 3.1.1.2): length, and no password that is guessed first.

There are no rules of composition (capitals, digits, signs), no greatest length and no expiry, as the standard says. It
asks for 15 characters where a password alone signs in. With a second factor 8 would do, but the API gives tokens for a
password alone, to administrators too, so that 15 holds for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.visibility import Viewer

MIN_LENGTH = 15
_REMEDY = _("Take several words that have nothing to do with each other.")
#: Rows in which the next character is easily guessed, also backwards.
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
_NEIGHBOURS = {pair for row in _ROWS for text in (row, row[::-1]) for pair in pairwise(text)}
#: Characters that must be left where repetitions, sequences, and expected words are taken away.
_LEAST_LEFT = 8


class LengthValidator:
    """Refuses passwords shorter than ``MIN_LENGTH``."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < MIN_LENGTH:
            text = gettext(
                "It is too short: got {count} characters, expected {limit} or more. Several words in a row are long "
                "and easy to remember."
            )
            raise ValidationError(text.format(count=len(password), limit=MIN_LENGTH), code="password_too_short")

    def get_help_text(self) -> str:
        text = gettext(
            "{limit} characters or more, of any sort, spaces too. No capitals, digits or signs are asked for."
        )
        return text.format(limit=MIN_LENGTH)


class GuessedFirstValidator(password_validation.CommonPasswordValidator):
    """Refuses common passwords, also repeated or with a few characters added, repetitions and sequences."""

    def validate(self, password: str, user: User | None = None) -> None:
        text = re.sub(r"\s+", "", password.lower())
        common = next((form for form in _forms(text) if form in self.passwords), None)
        if common is not None:
            text = gettext("It is a common password ('{password}') or close to one.")
            raise ValidationError(f"{text.format(password=common)} {_REMEDY}", code="password_too_common")
        if len(without_sequences(text)) < _LEAST_LEFT:
            text = gettext("It repeats or continues the same few characters, which is easy to guess.")
            raise ValidationError(f"{text} {_REMEDY}", code="password_predictable")

    def get_help_text(self) -> str:
        return gettext("Not a password that many people use, nor one with a few characters added.")


class ContextValidator(password_validation.UserAttributeSimilarityValidator):
    """Refuses passwords that are like the user's name or address, or made of it and of the archive's name."""

    def validate(self, password: str, user: User | None = None) -> None:
        try:
            super().validate(password, user)
        except ValidationError as error:
            name = error.params["verbose_name"] if error.params else gettext("name")
            raise _too_similar(gettext("your {name}").format(name=name)) from error
        rest, first = password.lower(), ""
        for word in sorted(_context_words(user, self.user_attributes), key=len, reverse=True):
            if word in rest:
                rest, first = rest.replace(word, ""), first or word
        if first and len(without_sequences(re.sub(r"\W+", "", rest))) < _LEAST_LEFT:
            raise _too_similar(f"'{first}'")

    def get_help_text(self) -> str:
        return gettext("Not your name or address, nor the name of this archive.")


def without_sequences(text: str) -> str:
    """The text without what only repeats it, and without characters that repeat or continue the one before."""
    unit = _unit(text)
    pairs = [(before, after) for before, after in pairwise(unit) if before != after]
    return unit[:1] + "".join(pair[1] for pair in pairs if pair not in _NEIGHBOURS)


def _unit(text: str) -> str:
    """The unit that the text repeats from its beginning to its end; the text itself if it repeats nothing."""
    return text[: (text + text).find(text, 1)] if text else text


def _forms(text: str) -> Iterable[str]:
    """The password, and what it is made of: what it repeats, and its letters if little else is added to them."""
    yield text
    unit = _unit(text)
    if 4 <= len(unit) < len(text):
        yield unit
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    if core and len(without_sequences(text.replace(core, "", 1))) < _LEAST_LEFT:
        yield core


def _context_words(user: Viewer, attributes: Iterable[str]) -> set[str]:
    texts = [str(getattr(user, name, "") or "") for name in attributes] if user is not None else []
    words = {word for text in [*texts, settings.ARCHIVE_NAME, "Chancery"] for word in re.split(r"\W+", text.lower())}
    return {word for word in words if len(word) >= 4}


def _too_similar(to: str) -> ValidationError:
    text = gettext("It is too similar to {text}.").format(text=to)
    return ValidationError(f"{text} {_REMEDY}", code="password_too_similar")
