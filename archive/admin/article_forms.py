"""Forms of the article page: the article itself, and what was read in it as statements with their speech acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.autocompletes import RecordChoiceField, RecordMultipleChoiceField, RecordSelect, RecordSelectMultiple
from archive.articles.drafts import MAX_QUOTATION, AcceptedAct, AcceptedStatement
from archive.articles.names import NameMark
from archive.articles.reader import MAX_LENGTH, Article, ReadStatement
from archive.articles.speech import ActMark
from archive.choices import Attribution, SpeechActKind, StatementClassification, TextForm
from archive.forms import MultilineField, PartialDateFormField
from archive.models import Citation, SpeechAct, Statement
from archive.terms import field_label, term
from archive.text import is_storable
from archive.visibility import PermissionHolder, visible_records

#: Bytes of an uploaded text.
MAX_FILE_SIZE = 2_000_000
_HEADING_LENGTH = 120


def _record_field(model: type[Model], name: str, user: PermissionHolder, required: bool = False) -> RecordChoiceField:
    relation: Any = model._meta.get_field(name)
    visible = visible_records(relation.related_model, user)
    return RecordChoiceField(visible, widget=RecordSelect(relation, admin.site), required=required)


def _records_field(model: type[Model], name: str, user: PermissionHolder) -> RecordMultipleChoiceField:
    relation: Any = model._meta.get_field(name)
    visible = visible_records(relation.related_model, user)
    return RecordMultipleChoiceField(visible, widget=RecordSelectMultiple(relation, admin.site), required=False)


def _choices(vocabulary: type[TextChoices]) -> list[tuple[str, str]]:
    """The choices of a vocabulary in the active language."""
    return [(value, term(str(label))) for value, label in vocabulary.choices]


def _set_labels(form: forms.Form) -> None:
    """Label the fields that are named like a field of the models as the records' forms do."""
    for name, field in form.fields.items():
        if field.label is None:
            field.label = capfirst(field_label(name.replace("_", " ")))


class ArticleForm(forms.Form):
    """The article's source, day and text; the text may come from a file."""

    day = forms.DateField(
        required=False, label=_("Date of the article"),
        widget=forms.DateInput(attrs={"placeholder": "2019-07-12", "size": 12}),
        help_text=_(
            "The day on which it was published: “Friday” and “last week” are counted from it. Left empty, it is that "
            "of the source."
        ),
    )  # fmt: skip
    text = MultilineField(
        required=False, max_length=MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("Paste the text, paragraphs on lines of their own."),
    )  # fmt: skip
    file = forms.FileField(required=False, label=_("or a text file"), help_text=_("Plain text in UTF-8."))

    def __init__(self, *args: Any, user: PermissionHolder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"] = _record_field(Citation, "source", user, required=True)
        self.fields["source"].help_text = gettext("The article's own record: each draft cites it.")
        self.order_fields(["source", "day", "text", "file"])
        _set_labels(self)

    def clean_day(self) -> date:
        day: date | None = self.cleaned_data["day"]
        if day is None:
            day = self._day_of_source()
        if not 1000 <= day.year <= 9000:
            raise ValidationError(gettext("Got the year {year}, expected one from 1000 to 9000.").format(year=day.year))
        return day

    def _day_of_source(self) -> date:
        """The day on which the chosen source was published, also put into the form that is shown again."""
        published = getattr(self.cleaned_data.get("source"), "published", None)
        if published is None or published.earliest is None or published.earliest != published.latest:
            raise ValidationError(gettext("Enter the article's date: its source has no exact date."))
        self.data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        self.data[self.add_prefix("day")] = published.earliest.isoformat()  # type: ignore[index]
        day: date = published.earliest
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload and cleaned.get("text"):
            self.add_error("file", gettext("Got a text and a file, expected one of them: leave the other empty."))
        elif upload:
            cleaned["text"] = self._read(upload)
            if "file" not in self.errors:
                self._move_into_text(cleaned["text"])
        if not self.errors and not (cleaned.get("text") or "").strip():
            self.add_error("text", gettext("Got neither words nor a file, expected the article's text."))
        return cleaned

    def _move_into_text(self, text: str) -> None:
        """Show the file's text in the text's field: browsers do not send a file again with the next form."""
        self.data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        self.data[self.add_prefix("text")] = text  # type: ignore[index]

    def _read(self, upload: Any) -> str:
        if upload.size > MAX_FILE_SIZE:
            self.add_error(
                "file",
                gettext("Got {size:,} bytes, expected at most {max_file_size:,}.").format(
                    size=upload.size, max_file_size=MAX_FILE_SIZE
                ),
            )
            return ""
        try:
            text: str = upload.read().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").strip()
        except UnicodeDecodeError as error:
            self.add_error(
                "file",
                gettext("Got byte {value} that is no UTF-8, expected a plain text in UTF-8.").format(
                    value=error.start + 1
                ),
            )
            return ""
        if not is_storable(text):
            self.add_error(
                "file", gettext("Got a null character, expected a plain text: is it a document of a word processor?")
            )
        if len(text) > MAX_LENGTH:
            self.add_error(
                "file",
                gettext("Got {count:,} characters, expected at most {max_length:,}: choose a part.").format(
                    count=len(text), max_length=MAX_LENGTH
                ),
            )
        return text


class OptionalForm(forms.Form):
    """Base of forms of what was read: without its tick nothing is made of it, and it may be incomplete."""

    accept = forms.BooleanField(required=False)

    @property
    def is_accepted(self) -> bool:
        return bool(self.data.get(self.add_prefix("accept")))

    def set_up_fields(self) -> None:
        """Label the fields, and let all be empty unless the tick is set. Called when all fields are there."""
        _set_labels(self)
        if self.is_bound and not self.is_accepted:
            for field in self.fields.values():
                field.required = False


class ReadStatementForm(OptionalForm):
    """One statement that was read."""

    name = forms.CharField(max_length=250, label=_("Heading"), widget=forms.TextInput(attrs={"class": "vTextField"}))
    date = PartialDateFormField()
    classification = forms.ChoiceField(choices=partial(_choices, StatementClassification))
    attribution = forms.ChoiceField(choices=partial(_choices, Attribution))
    attributed_as = forms.CharField(
        max_length=250, required=False, label=_("Attributed as"), widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    new_speaker = forms.CharField(
        max_length=200, required=False, label=_("or a new official"), help_text=_("Becomes a draft of an official."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: PermissionHolder, may_add_officials: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["speaker"] = _record_field(Statement, "speaker", user)
        self.fields["body"] = _record_field(Statement, "body", user)
        self.fields["measures"] = _records_field(Statement, "about_measures", user)
        self.fields["measures"].label = gettext("About measures")
        if not may_add_officials:
            del self.fields["new_speaker"]
        self.order_fields(
            [
                "accept", "name", "date", "classification", "attribution", "attributed_as", "speaker", "new_speaker",
                "body", "measures",
            ]
        )  # fmt: skip
        self.fields["accept"].label = gettext("Make a draft of this statement")
        self.set_up_fields()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("accept") and cleaned.get("speaker") and cleaned.get("new_speaker"):
            self.add_error(
                "new_speaker", gettext("Got two speakers, expected one: empty this field, or the one beside it.")
            )
        if cleaned.get("accept") and not self.errors and cleaned.get("date") is None:
            self.add_error("date", gettext("Got none, expected the date on which it was said."))
        return cleaned


class ReadActForm(OptionalForm):
    """One speech act of a statement that was read."""

    kind = forms.ChoiceField(choices=partial(_choices, SpeechActKind))
    form = forms.ChoiceField(choices=partial(_choices, TextForm))
    text = MultilineField(widget=forms.Textarea(attrs={"rows": 2}))
    condition = MultilineField(required=False, widget=forms.Textarea(attrs={"rows": 1}))
    paragraph = forms.IntegerField(required=False, min_value=0, max_value=MAX_LENGTH, widget=forms.HiddenInput)
    quotation = forms.CharField(required=False, max_length=MAX_QUOTATION, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: PermissionHolder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bodies"] = _records_field(SpeechAct, "addressee_bodies", user)
        self.fields["officials"] = _records_field(SpeechAct, "addressee_officials", user)
        self.fields["bodies"].label, self.fields["officials"].label = gettext("To bodies"), gettext("To officials")
        self.fields["accept"].label = gettext("Keep")
        self.set_up_fields()

    def accepted(self) -> AcceptedAct:
        values = self.cleaned_data
        return AcceptedAct(
            values["kind"], values["form"], values["text"], values["condition"], list(values["bodies"]),
            list(values["officials"]), values["paragraph"] or 0, values["quotation"],
        )  # fmt: skip


def statement_form(
    prefix: str, user: PermissionHolder, data: Mapping[str, Any] | None, initial: dict[str, Any] | None = None
) -> ReadStatementForm:
    """The form of a statement that was read, for what the user may add."""
    may_add_officials = user.has_perm("archive.add_official")
    return ReadStatementForm(data, prefix=prefix, initial=initial, user=user, may_add_officials=may_add_officials)


class StatementForms:
    """The form of a statement, with those of its acts."""

    def __init__(self, form: ReadStatementForm, act_forms: list[ReadActForm]) -> None:
        self.form, self.act_forms = form, act_forms

    @property
    def is_accepted(self) -> bool:
        return self.form.is_accepted

    def is_valid(self) -> bool:
        """Whether the statement may become a draft; a statement that is not accepted always may be left."""
        if not self.is_accepted:
            return True
        return all([self.form.is_valid(), *(form.is_valid() for form in self.accepted_acts())])

    def accepted_acts(self) -> list[ReadActForm]:
        return [form for form in self.act_forms if form.is_accepted]

    def accepted(self) -> AcceptedStatement:
        values = self.form.cleaned_data
        return AcceptedStatement(
            name=values["name"], date=values["date"], classification=values["classification"],
            attribution=values["attribution"], attributed_as=values["attributed_as"], speaker=values["speaker"],
            new_speaker=values.get("new_speaker", ""), body=values["body"], measures=list(values["measures"]),
            acts=[form.accepted() for form in self.accepted_acts()],
        )  # fmt: skip


class ReadStatementForms(StatementForms):
    """The forms of a statement that was read, and the rules by which it was read."""

    def __init__(
        self, article: Article, number: int, limit: int, user: PermissionHolder, data: Mapping[str, Any] | None
    ) -> None:
        self.read: ReadStatement = article.statements[number]
        prefix = f"statement{number}"
        form = statement_form(prefix, user, data, _statement_values(article, self.read))
        self.acts = [
            (act, ReadActForm(data, prefix=f"{prefix}-act{index}", initial=_act_values(article, act), user=user))
            for index, act in enumerate(self.read.acts[:limit])
        ]
        super().__init__(form, [form for _, form in self.acts])


def _statement_values(article: Article, statement: ReadStatement) -> dict[str, Any]:
    speaker = statement.speaker
    mark = speaker.mark
    acts = statement.acts
    who = speaker.words or (mark.name if mark else "")
    measures = [
        name for name in article.names if name.kind == "measure" and any(name.start in act.sentence for act in acts)
    ]
    return {
        "accept": bool(mark or speaker.words) and not all(act.doubt for act in acts),
        "name": (f"{who[:1].upper()}{who[1:]}: {acts[0].words}" if who else acts[0].words)[:_HEADING_LENGTH].rstrip(
            " ."
        )
        or acts[0].text,
        "date": statement.edtf,
        "classification": statement.classification,
        "attribution": speaker.attribution,
        "attributed_as": speaker.words,
        "speaker": _key(mark, "official"),
        "new_speaker": mark.name if mark and mark.kind == "new_official" else "",
        "body": _key(mark, "body"),
        "measures": _keys(measures, "measure"),
    }


def _act_values(article: Article, act: ActMark) -> dict[str, Any]:
    is_quoted = act.form != TextForm.PARAPHRASE
    sentence = article.text[act.sentence.start : act.sentence.end]
    return {
        "accept": not act.doubt,
        "kind": act.kind,
        "form": act.form,
        "text": act.words,
        "condition": act.condition,
        "bodies": _keys(act.addressees, "body"),
        "officials": _keys(act.addressees, "official"),
        "paragraph": article.paragraph_of(act.start),
        "quotation": (act.words if is_quoted and act.form == TextForm.VERBATIM else sentence)[:MAX_QUOTATION],
    }


def _key(mark: NameMark | None, kind: str) -> int | None:
    return mark.targets[0].key if mark and mark.targets and mark.kind == kind else None


def _keys(marks: Iterable[NameMark | None], kind: str) -> list[int]:
    return list(dict.fromkeys(key for mark in marks if (key := _key(mark, kind))))
