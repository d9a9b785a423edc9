"""Parameters of a change list that name nothing, as bookmarks and saved filters come to have.

A record is deleted or merged, a user leaves, a page is past the end. The list is then opened by the parameters that are
left, with a message for each that is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR, IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG, ORDER_VAR, PAGE_VAR
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext

from archive.admin.mixins import AdminMixin

#: The parameter with the primary key of the row after which a window begins.
AFTER_VAR = "after"
#: Parameters of a list that are not saved: its page, its popup, and its order, which counts the columns.
_PASSING = (PAGE_VAR, ORDER_VAR, ERROR_FLAG, IS_POPUP_VAR, AFTER_VAR, "_to_field")


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that a parameter of a list cannot have, and the sentence that says so."""

    name: str
    #: None for all values of the parameter.
    value: str | None
    sentence: str


class UnusableParameters(IncorrectLookupParameters):
    """Parameters of a change list name nothing; it can be opened without them."""

    def __init__(self, corrections: Iterable[Correction]) -> None:
        self.corrections = list(corrections)
        super().__init__(" ".join(correction.sentence for correction in self.corrections))

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> UnusableParameters:
        """The error of parameters that the list does not have, or whose values no link of it has."""
        corrections = []
        for name, values in params.items():
            got = ", ".join(f"{name}={value}" for value in (values if isinstance(values, list) else [values]))[:200]
            text = gettext("The list has no such page or filter: got {params}, expected a link of this page.")
            corrections.append(Correction(name, None, text.format(params=got)))
        return cls(corrections)


def saved_query(params: QueryDict) -> str:
    """The query of a list's address as it is saved: without what belongs to one visit, in a fixed order."""
    saved = QueryDict(mutable=True)
    for name in sorted(params):
        values = [value for value in params.getlist(name) if value]
        if name not in _PASSING and values:
            saved.setlist(name, values)
    return saved.urlencode()


def corrected(params: QueryDict, corrections: Iterable[Correction]) -> QueryDict:
    """The parameters with the corrections, from the first page on."""
    left = params.copy()
    for name in (PAGE_VAR, AFTER_VAR, ERROR_FLAG):
        left.pop(name, None)
    for correction in corrections:
        if correction.value is None:
            left.pop(correction.name, None)
            continue
        values = [value for value in left.getlist(correction.name) if value.strip() != correction.value]
        left.setlist(correction.name, list(dict.fromkeys(value for value in values if value)))
    return left


class ListParametersMixin(AdminMixin):
    """For admins: a change list with parameters that name nothing is opened by the others."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            if not isinstance(error, UnusableParameters):
                error = UnusableParameters.of(dict(request.GET.lists()))
            request.corrected_params = self._correct(request, error.corrections)  # type: ignore[attr-defined]
            raise

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        response = super().changelist_view(request, extra_context)
        if not hasattr(request, "corrected_params"):
            return response
        query = request.corrected_params.urlencode()
        return HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)

    def _correct(self, request: HttpRequest, corrections: list[Correction]) -> QueryDict:
        """The parameters that are left; adds the messages about the others."""
        params = corrected(request.GET, corrections)
        for correction in corrections:
            if saved_query(params):
                text = gettext("{reason} It is left out; the other filters hold.")
                messages.error(request, text.format(reason=correction.sentence))
            else:
                text = gettext("{reason} This is the whole list.")
                messages.error(request, text.format(reason=correction.sentence))
        if request.method == "POST":
            messages.error(request, gettext("Nothing was done with the selected records: select them again."))
        return params
