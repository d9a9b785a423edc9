"""The error of parsing a date."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.exceptions import did_you_mean, printable

EXPECTED = _("an EDTF date such as 2019-07-12, 2019-07, 1936~, 2019-07-04/.. or 2019-06-28/2019-06-29")


class PartialDateError(ValueError):
    """A text is not a date. Attributes: ``got``, ``expected``, ``reason`` and ``suggestion`` (may be empty).

    In the language that is active where the error is raised.
    """

    def __init__(self, got: str, reason: str = "", suggestion: str = "") -> None:
        self.got = printable(got)
        self.expected = str(EXPECTED)
        self.reason = reason
        self.suggestion = suggestion
        super().__init__(self.sentence())

    def sentence(self) -> str:
        return self.problem + did_you_mean(self.suggestion)

    @property
    def problem(self) -> str:
        """The value, reason and expectation, without the suggestion."""
        if not self.reason:
            return gettext("got '{got}', expected {expected}.").format(got=self.got, expected=self.expected)
        text = gettext("got '{got}' ({reason}), expected {expected}.")
        return text.format(got=self.got, reason=self.reason, expected=self.expected)

    @property
    def expectation(self) -> str:
        """The expected notation, with the reason in brackets."""
        return f"{self.expected} ({self.reason})" if self.reason else self.expected
