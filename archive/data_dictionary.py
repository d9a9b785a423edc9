"""The data dictionary in Markdown, generated from the models and vocabularies.

A record's description is its docstring, a field's its ``help_text``, a constraint's its name and message.
``manage.py data_dictionary`` writes the result to ``docs/reference/data-model.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models as db

from archive import choices
from archive.models.base import Part, Record, Tracked
from archive.models.fields import FoldedField, PartialDateField
from archive.registry import stored_models

_INTRODUCTION = """# Data model

*Written by `manage.py data_dictionary` from the code; a test fails when the two differ. Change a model or a
vocabulary, then run `make dictionary`.*

A **record** has a slug, which is its natural key and its place in every address, and a status of its own. A **part**
has neither: it is seen with the records that it belongs to, its *parents* below, and only if all of those that are set
may be seen. Both are counted by version and keep a history: beside each table stands one of revisions, its name
preceded by `historical`, with who changed what, when and why.

Types: *text(n)* holds up to n characters, *text* any number; *one X* is a link to one record, *many X* to any number;
*word* is from one of the [vocabularies](#vocabularies). *Partial date* is an EDTF text ([dates](dates.md)); beside it
stand columns that follow from it, named after it: `_earliest` and `_latest` (days, empty where open or unknown),
`_ends`, `_precision`, `_sort` and `_display`, and for a *period* also `_certain_from` and `_certain_until`. A field is
required unless it is marked optional.

## Fields of every record and part

Parts have no `status`, and of the parts only speech acts have a `slug`.
"""
_VOCABULARIES_INTRODUCTION = f"""
## Vocabularies

The word is stored and spoken in REST; GraphQL says it in capitals. Kinds of event and of speech act carry the code of
CAMEO {choices.CAMEO_VERSION} and the category of PLOVER {choices.PLOVER_VERSION} where one fits.
"""
_CODES: dict[type[db.TextChoices], tuple[dict[str, str], dict[str, str]]] = {
    choices.EventClassification: (choices.EVENT_CAMEO, choices.EVENT_PLOVER),
    choices.SpeechActKind: (choices.SPEECH_ACT_CAMEO, choices.SPEECH_ACT_PLOVER),
}
#: Field class -> its name in the dictionary; the first match counts.
_TYPE_NAMES: tuple[tuple[type[db.Field[Any, Any]], str], ...] = (
    (PartialDateField, "partial date"),
    (FoldedField, "text"),
    (db.DateTimeField, "moment"),
    (db.URLField, "address"),
    (db.IntegerField, "number"),
    (db.CharField, "text"),
    (db.TextField, "text"),
)


def render() -> str:
    """The data dictionary as Markdown; deterministic."""
    stored = stored_models()
    lines = [_INTRODUCTION, *_table(_common())]
    for title, base in (("Records", Record), ("Parts", Part)):
        lines.append(f"\n## {title}")
        for model in stored:
            if issubclass(model, base):
                lines += _model(model)
    lines.append(_VOCABULARIES_INTRODUCTION.rstrip())
    for vocabulary in vocabularies():
        lines += _vocabulary(vocabulary)
    return "\n".join(lines) + "\n"


def vocabularies() -> list[type[db.TextChoices]]:
    """All vocabularies, in the order of ``choices.py``."""
    classes = [value for value in vars(choices).values() if isinstance(value, type)]
    return [cls for cls in classes if issubclass(cls, db.TextChoices) and cls is not db.TextChoices]


def _common() -> list[Any]:
    return [field for field in Record._meta.fields if field.name != "id"]


def _model(model: type[Tracked]) -> Iterator[str]:
    yield f"\n### {model.__name__}\n"
    yield " ".join((model.__doc__ or "").split())
    yield f"\n- Natural key: {_names(model.natural_key_fields)}"
    if model.visibility_parents:
        yield f"- Parents: {_names(model.visibility_parents)}"
    yield ""
    yield from _table(_own_fields(model))
    if model._meta.constraints:
        yield "\nRules that the database keeps:\n"
        yield from (f"- {_rule(constraint)}" for constraint in model._meta.constraints)


def _own_fields(model: type[Tracked]) -> list[Any]:
    """The model's own fields, without the companion columns of dates."""
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    dates = [field for field in fields if isinstance(field, PartialDateField)]
    hidden = {"id"} | {f"{date.name}_{suffix}" for date in dates for suffix in date.companions}
    hidden |= {field.name for field in _common() if issubclass(model, Record) or field.name != "slug"}
    return [field for field in fields if field.name not in hidden]


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name.replace('__', '.')}`" for name in names)


def _table(fields: Iterable[Any]) -> Iterator[str]:
    yield "| field | type | meaning |"
    yield "|---|---|---|"
    for field in fields:
        yield f"| `{field.name}` | {_type(field)} | {field.help_text} |"


def _type(field: Any) -> str:
    mark = ", made by the archive" if not field.editable else ", optional" if field.blank else ""
    if field.is_relation:
        name = field.related_model.__name__
        return f"{'many' if field.many_to_many else 'one'} [{name}](#{name.lower()}){mark}"
    if field.choices:
        name = next(words.__name__ for words in vocabularies() if words.choices == list(field.choices))
        return f"word: [{name}](#{name.lower()}){mark}"
    word = next(word for base, word in _TYPE_NAMES if isinstance(field, base))
    if word == "partial date":
        return f"{word} (period){mark}" if field.period else f"{word}{mark}"
    return f"{word}({field.max_length}){mark}" if getattr(field, "max_length", None) else f"{word}{mark}"


def _rule(rule: db.BaseConstraint) -> str:
    if not isinstance(rule, db.UniqueConstraint):
        message = str(rule.violation_error_message)
        return f"`{rule.name}`" + (f": {message}" if message != str(rule.default_violation_error_message) else "")
    condition: Any = rule.condition
    columns = [str(path).removesuffix("__isnull") for path, _ in condition.children] if condition is not None else []
    return f"`{rule.name}`: one for each {', '.join(rule.fields)}" + (f", where {columns[0]} is set" if columns else "")


def _vocabulary(vocabulary: type[db.TextChoices]) -> Iterator[str]:
    cameo, plover = _CODES.get(vocabulary, ({}, {}))
    yield f"\n### {vocabulary.__name__}\n"
    if vocabulary is choices.SpeechActKind:
        yield f"These call for an answer, and so have a state: {_names(sorted(choices.ANSWERABLE_KINDS))}.\n"
    yield "| word | reads |" + (" CAMEO | PLOVER |" if cameo else "")
    yield "|---|---|" + ("---|---|" if cameo else "")
    for word, label in vocabulary.choices:
        yield f"| `{word}` | {label} |" + (f" {cameo.get(word, '')} | {plover.get(word, '')} |" if cameo else "")
