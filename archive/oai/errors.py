"""The error conditions of OAI-PMH 2.0 (section 3.6)."""

from __future__ import annotations

from archive.exceptions import did_you_mean


class OaiError(Exception):
    """An error or exception condition: one of the protocol's codes, and a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


def bad_argument(name: str, got: str, expected: str, suggestion: str = "") -> OaiError:
    return OaiError("badArgument", f"{name}: got '{got[:120]}', expected {expected}.{did_you_mean(suggestion)}")


def bad_token() -> OaiError:
    return OaiError(
        "badResumptionToken",
        "resumptionToken: expected a token of this archive, unchanged, whose set still exists. Begin the list again.",
    )
