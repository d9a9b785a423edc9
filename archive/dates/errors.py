"""The error of parsing a date."""

from __future__ import annotations

from archive.exceptions import printable


class Message(str):
    """A text in English, of a ``template`` and ``params``, by which it can be said in another language."""

    __slots__ = ("params", "template")
    template: str
    params: dict[str, object]

    def __new__(cls, template: str = "", **params: object) -> Message:
        message = super().__new__(cls, template.format(**params) if params else template)
        message.template, message.params = template, params
        return message


NO_MESSAGE = Message()
EXPECTED = Message("an EDTF date such as 2019-07-12, 2019-07, 1936~, 2019-07-04/.. or 2019-06-28/2019-06-29")


class PartialDateError(ValueError):
    """A text is not a date. Attributes: ``got``, ``expected``, ``reason`` and ``suggestion`` (may be empty)."""

    def __init__(self, got: str, reason: Message = NO_MESSAGE, suggestion: str = "") -> None:
        self.got = printable(got)
        self.expected = EXPECTED
        self.reason = reason
        self.suggestion = suggestion
        super().__init__(self.sentence())

    def sentence(self) -> str:
        hint = f" Did you mean '{self.suggestion}'?" if self.suggestion else ""
        return f"{self.problem}{hint}"

    @property
    def problem(self) -> str:
        """What is wrong, without the suggestion."""
        because = f" ({self.reason})" if self.reason else ""
        return f"got '{self.got}'{because}, expected {self.expected}."
