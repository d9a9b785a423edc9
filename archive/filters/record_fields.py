"""The form field for records named by slug."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from archive.bind_parameters import text_param
from archive.filters.fields import ValuesField, refusal
from archive.models import Body
from archive.sql.references import RecordRefs, RefsById, RefsBySlug
from archive.sql.suggestions import suggest_slugs


def is_code(text: str) -> bool:
    """Whether a text looks like a state's ISO 3166 code."""
    return len(text) in (2, 4) and text.isascii() and text.isalpha()


def _distinct_slugs(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(text.strip() for text in texts))


class RecordField(ValuesField):
    """Slugs of records that the asker may see (a state also by its ISO code). Cleans to a dict model name -> Ids."""

    def __init__(self, *, models: tuple[type[Model], ...], **kwargs: Any) -> None:
        self.models = models
        super().__init__(**kwargs)

    def visible(self, model: Any) -> Any:
        return model._default_manager.visible_to(self.user)

    def read(self, values: list[str]) -> dict[str, RecordRefs]:
        wanted = {text.strip() for text in values}
        found: dict[str, RecordRefs] = {}
        seen: set[str] = set()
        for model in self.models:
            matches = self._matches(model, wanted)
            found[model.__name__.lower()] = RefsById({pk for pk, _ in matches})
            seen = seen.union(*(keys for _, keys in matches))
        for text in sorted(wanted - seen):
            raise refusal(text, self._expected(), self._suggestion(text))
        return found

    def _matches(self, model: Any, wanted: set[str]) -> list[tuple[int, set[str]]]:
        rows = self.visible(model)
        matches = [(pk, {slug}) for pk, slug in rows.filter(slug__in=wanted).values_list("pk", "slug")]
        if model is Body:
            codes = {text.upper(): text for text in wanted if is_code(text)}
            if codes:
                coded = rows.filter(iso3166__in=codes).values_list("pk", "iso3166")
                matches += [(pk, {codes[code]}) for pk, code in coded]
        return matches

    # Each slug fills a slot, and the statement that uses it looks the record up itself.

    def shape(self, texts: list[str]) -> Any:
        self.check(texts)
        return tuple(is_code(text) for text in _distinct_slugs(texts))

    def stand_in(self, key: str, texts: list[str]) -> dict[str, RecordRefs]:
        slugs = list(enumerate(_distinct_slugs(texts)))
        return {
            model.__name__.lower(): RefsBySlug(
                [one for number, text in slugs for one in self._called(model, f"{key}.{number}", text)]
            )
            for model in self.models
        }

    def fill(self, key: str, texts: list[str]) -> dict[str, Any]:
        found = {f"{key}.{number}": text for number, text in enumerate(_distinct_slugs(texts))}
        return {**found, **{f"{name}.code": text.upper() for name, text in found.items()}}

    def known(self, key: str, texts: list[str]) -> list[list[Any]]:
        return [
            [one for model in self.models for one in self._called(model, f"{key}.{number}", text)]
            for number, text in enumerate(_distinct_slugs(texts))
        ]

    def _called(self, model: Any, key: str, text: str) -> list[Any]:
        """The visible records that a text in a slot may name: by slug, or by code; each finds at most one."""
        rows = self.visible(model)
        called = [rows.filter(slug=text_param(key))]
        if model is Body and is_code(text):
            called.append(rows.filter(iso3166=text_param(f"{key}.code")))
        return called

    def _expected(self) -> str:
        names = " or ".join(str(model._meta.verbose_name) for model in self.models)
        coded = ", or a state's ISO 3166 code" if Body in self.models else ""
        return f"the slug of a known {names}{coded}"

    def _suggestion(self, text: str) -> str:
        near = [slug for model in self.models for slug in suggest_slugs(self.visible(model), text)]
        return ", ".join(near[:3])


class CountryField(RecordField):
    """States, by slug or ISO code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(models=(Body,), **kwargs)

    def visible(self, model: Any) -> Any:
        return super().visible(model).filter(kind="state")
