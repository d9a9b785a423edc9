"""Quotations of all marks, and the apostrophes that are none."""

from __future__ import annotations

import pytest

from archive.articles.passages import quotations, sentences


def quoted(text: str) -> list[str]:
    return [text[span.start : span.end] for span in quotations(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("‘We shall respond in kind,’ said Moon.", ["We shall respond in kind"]),
        ("'We shall respond in kind,' said Moon.", ["We shall respond in kind"]),
        ("‘It’s not so, and I’ve said it’, he added", ["It’s not so, and I’ve said it"]),
        ("'It's not so, and I've said it', he added", ["It's not so, and I've said it"]),
        ("called it ‘the ministers’ own offer’ and left", ["the ministers’ own offer"]),
        ("called it 'the ministers' own offer' and left", ["the ministers' own offer"]),
        ("spoke of ‘hard steps’ and of Japan’s ‘duties’.", ["hard steps", "duties"]),
        ("“He said ‘never’ to me,” she added", ["He said ‘never’ to me"]),
        ("‘He said “never” to me,’ she added", ["He said “never” to me"]),
        ("« Rien n'est décidé », a dit le ministre", ["Rien n'est décidé"]),
        ("„Wir warten ab“, sagte der Minister", ["Wir warten ab"]),
        ("»Wir warten ab«, sagte der Minister", ["Wir warten ab"]),
        ("‚Wir warten ab‘, sagte der Minister", ["Wir warten ab"]),
        ("‘We shall see.\n‘And then we act,’ he said.", ["We shall see.", "And then we act"]),
    ],
)
def test_words_between_marks_are_quoted(text: str, words: list[str]) -> None:
    assert quoted(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Japan’s plan and the ministers’ offer didn’t change", "Japan's plan and the ministers' offer didn't change",
        "in the '90s the ministers' plan failed", "rock 'n' roll and 'em all", "the ‘90s, the ministers’ years",
        "5' 10\u2032 tall, it's said", "o'clock 'tis said' so",
    ],
)  # fmt: skip
def test_apostrophes_quote_nothing(text: str) -> None:
    assert quoted(text) == []


def test_a_quotations_own_full_stop_ends_the_sentence() -> None:
    text = "He told them: “We will not.” Japan rejected it. ‘We will.’ So it ended. ‘Will we?’ Moon asked."
    assert [text[span.start : span.end] for span in sentences(text, quotations(text))] == [
        "He told them: “We will not.”", "Japan rejected it.", "‘We will.’", "So it ended.", "‘Will we?’ Moon asked.",
    ]  # fmt: skip
