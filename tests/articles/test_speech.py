"""Whose words they are, and what is no act: negations, several speakers, interviews, conditions."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest

from archive.articles import rules
from archive.articles.reader import Article, read
from archive.articles.speech import ActMark
from tests.articles.annotation import name_index

DAY = date(2019, 7, 31)


def article(text: str) -> Article:
    return read(text, DAY, name_index())


def ticked(text: str) -> list[ActMark]:
    return [act for act in article(text).acts if not act.doubt]


def speakers(acts: list[ActMark]) -> list[str]:
    return [act.speaker.mark.name if act.speaker.mark else act.speaker.words for act in acts]


def words(text: str) -> list[tuple[str, str, str]]:
    acts = ticked(text)
    return [(name, act.form, act.words) for name, act in zip(speakers(acts), acts, strict=True)]


def test_quoted_words_stay_with_their_speaker() -> None:
    text = (
        "Hiroshige Seko said that Japan would “review the measures” if Seoul improves; Seoul’s minister, "
        "Kang Kyung-wha, countered on Dec. 31 that the curbs were “a blunt instrument that harms consumers everywhere”."
    )
    assert words(text) == [
        ("Seko Hiroshige", "partial_quote", "Japan would “review the measures”"),
        (
            "Kang Kyung-wha", "partial_quote",
            "The curbs were “a blunt instrument that harms consumers everywhere”.",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Abe Shinzo said it was over, but Moon Jae-in called it “a perfectly abnormal measure of control”.",
        "Abe Shinzo said it was over; Moon Jae-in called it “a perfectly abnormal measure of control”.",
        "Abe Shinzo said it was over, and Moon Jae-in called it “a perfectly abnormal measure of control”.",
        "Abe Shinzo said it was over, while Mr. Moon Jae-in called it “a perfectly abnormal measure of control”.",
    ],
)
def test_words_of_somebody_with_another_verb_are_not_the_first_speakers(text: str) -> None:
    [(speaker, form, said)] = words(text)
    assert (speaker, form) == ("Abe Shinzo", "paraphrase")
    assert "abnormal" not in said


def test_each_quotation_has_its_own_speaker() -> None:
    text = "“We are ready for talks,” said Moon Jae-in, and “We never were ready,” said Abe Shinzo."
    assert words(text) == [
        ("Moon Jae-in", "verbatim", "We are ready for talks"),
        ("Abe Shinzo", "verbatim", "We never were ready"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Neither Moon Jae-in nor Abe Shinzo has apologized.",
        "Moon Jae-in never accused Japan.",
        "Moon Jae-in hasn’t ever apologized or expressed regret.",
        "Moon Jae-in has not yet formally apologized.",
        "Moon Jae-in neither accepted nor rejected it.",
        "Moon Jae-in no longer demanded anything.",
        "Moon Jae-in stopped short of accusing Tokyo.",
        "No minister has apologized. Nobody accused Japan. None of them urged Japan to act.",
        "Nor has Canada rejected it.",
        "Japan cannot be accused of lying. Japan is not known to have threatened anybody.",
        "Moon Jae-in would have urged Japan to act. He may have apologized. Japan is to be asked to go.",
        "If Japan had apologized, Seoul could have accepted it. Had Japan apologized, it would be so.",
        "Kim Hyun-chong left without apologizing, instead of accusing Japan.",
        "Japan expressed no regret.",
        "There is no evidence that Japan had threatened Seoul.",
        "It is unclear whether Japan rejected the offer.",
        "At no time has Seoul accused Japan. Rarely has Tokyo apologized. By no means has Tokyo agreed to it.",
        "Hardly anyone in Seoul accused Japan. Moon Jae-in all but apologized. He pretended he had apologized.",
        "Moon Jae-in hopes that Japan accepted it. It was wrongly reported that Japan apologized.",
    ],
)
def test_what_was_not_done_is_no_act(text: str) -> None:
    assert article(text).acts == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Moon Jae-in said he hadn't urged Japan to do anything.", ["assertion"]),
        ("Suga Yoshihide denied that any minister had agreed to talks.", ["denial"]),
        ("Suga Yoshihide denied having threatened Seoul.", ["denial"]),
        ("Suga Yoshihide rejected the claim that Japan had threatened Seoul.", ["rejection"]),
        ("Moon Jae-in refused to say that Japan had apologized.", ["rejection"]),
        ("Without accusing Japan, Moon Jae-in called for talks.", ["demand"]),
        ("Japan promised help if Seoul asked for it.", ["commitment"]),
        ("Moon Jae-in did not only accept it; he urged Japan to talk.", ["demand"]),
    ],
)
def test_only_the_verb_that_was_done_is_an_act(text: str, kinds: list[str]) -> None:
    assert [act.kind for act in article(text).acts] == kinds


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Has Japan apologized?", "question"),
        ("Kono Taro confirmed that Seoul had accepted the offer.", "within the words"),
        ("Kono Taro said Seoul rejected the offer.", "within the words"),
        ("Japan rejected the offer, Kono Taro said.", "within the words"),
        ("“We shall see,” mused Moon Jae-in.", "no rule names"),
        ("Abe Shinzo sighed: “It is what it is.”", "no rule names"),
        ("I have asked Kim Hyun-chong to go.", "own words"),
        ("Japan denied having threatened Seoul and urged it to talk.", "denied before"),
        ("Moon Jae-in: Japan should withdraw the measure.", "line of an interview"),
    ],
)
def test_what_is_not_sure_has_its_reason(text: str, doubt: str) -> None:
    assert [act for act in article(text).acts if doubt in act.doubt]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Suga Yoshihide and Seko Hiroshige both denied it.", ["Suga Yoshihide", "Seko Hiroshige"]),
        (
            "Moon Jae-in, Kim Hyun-chong and Kang Kyung-wha said in a joint statement that it must stop.",
            ["Moon Jae-in", "Kim Hyun-chong", "Kang Kyung-wha"],
        ),
        ("Suga Yoshihide and Trade Minister Seko Hiroshige urged Seoul to talk.", ["Suga Yoshihide", "Seko Hiroshige"]),
        ("“We agree to it,” said Moon Jae-in and Abe Shinzo.", ["Moon Jae-in", "Abe Shinzo"]),
        ("Germany and France urged Japan to act.", ["Germany", "France"]),
        ("Kim You-geun, deputy chief of the National Security Office, proposed talks.", ["Kim You-geun"]),
        ("Kim Hyun-chong, who met Abe Shinzo in Osaka, said the talks failed.", ["Kim Hyun-chong"]),
        ("Kono Taro rejected it, and warned Seoul.", ["Kono Taro", "Kono Taro"]),
        ("« Rien n'est décidé », said Hélène Delacroix.", ["Hélène Delacroix"]),
        ("Moon Jae-in did not go but rejected the offer.", ["Moon Jae-in"]),
        ("Moon Jae-in not only rejected the offer but accused Japan.", ["Moon Jae-in", "Moon Jae-in"]),
        ("China and Russia, Seoul said, were wrong.", ["South Korea"]),
        ("Moon Jae-in said no. Asked if he regretted it, Vandermeer declined to comment.", ["Moon Jae-in", ""]),
        ("Japan's Abe Shinzo and South Korea's Moon Jae-in agreed to talks.", ["Abe Shinzo", "Moon Jae-in"]),
        ("Japan must apologize, Seoul said.", ["South Korea"]),
        ("The ban was lawful, said Elena Duarte.", ["Elena Duarte"]),
        ("Kono Taro urged Tokyo to stop. It was over, said Moon Jae-in.", ["Kono Taro", "Moon Jae-in"]),
        ("Moon Jae-in's aide said Japan lied.", [""]),
        ("SEOUL: ‘We shall respond in kind,’ said Moon Jae-in on Thursday.", ["Moon Jae-in"]),
        ("SEOUL, July 5 (Wire) — It was over, the ministry said.", [""]),
        ('"Who says so?" asked Abe Shinzo.', ["Abe Shinzo"]),
        ("Seoul called on Japan, which rejected the call.", ["South Korea", "Japan"]),
    ],
)
def test_speakers_are_all_who_speak(text: str, names: list[str]) -> None:
    assert speakers(ticked(text)) == names


def test_several_speakers_have_a_statement_each_and_they_means_all_of_them() -> None:
    read_article = article("Suga Yoshihide and Seko Hiroshige denied it. They urged Seoul to talk.")
    statements = [(statement.speaker.mark.name, len(statement.acts)) for statement in read_article.statements]
    assert statements == [("Suga Yoshihide", 2), ("Seko Hiroshige", 2)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"Japan," Moon Jae-in said on Friday, "must apologize to us."', "Japan must apologize to us."),
        ("Kono Taro rejected it: ‘It’s not so, and I’ve said so.’", "It’s not so, and I’ve said so."),
        ("Japan apologized to South Korea on 30 December.", "Japan apologized to South Korea on 30 December."),
        ("Moon Jae-in was urged by Japan on 1 July to apologize.", "To apologize."),
        ("Kono Taro said on 31 June that it was over.", "It was over."),
        ("Kang Kyung-wha said Thursday’s talks were useful, but Mr. Abe Shinzo left.", "Thursday’s talks were useful"),
        ("The plan failed, according to Seoul.", "The plan failed"),
        ("Kono Taro denied that any minister had agreed to it.", "That any minister had agreed to it."),
        ("Japan rejected the plan, Kim You-geun said.", "Japan rejected the plan"),
    ],
)  # fmt: skip
def test_the_words_of_an_act_are_whole(text: str, said: str) -> None:
    assert ticked(text)[-1].words == said


def test_the_addressee_of_a_passive_is_its_subject() -> None:
    [act] = ticked("South Korea's President Moon Jae-in was urged by Japan to apologize.")
    assert [mark.name for mark in act.addressees] == ["Moon Jae-in"]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("Seoul threatened curbs unless Japan, within a month, stops.", "unless Japan, within a month, stops"),
        (
            "Seoul promised a reply provided that the courts, which are independent, agree.",
            "provided that the courts, which are independent, agree",
        ),
        ("Japan threatened curbs if Seoul, Beijing and Moscow agree.", "if Seoul, Beijing and Moscow agree"),
        ("If the talks fail, in Osaka or elsewhere, Japan warned, it will act.", "If the talks fail"),
        ("Japan warned Seoul, if it acts, of consequences.", "if it acts"),
    ],
)  # fmt: skip
def test_a_condition_has_its_predicate(text: str, condition: str) -> None:
    assert [act.condition for act in ticked(text)] == [condition]


def test_lines_of_an_interview_are_their_speakers_words_and_not_ticked() -> None:
    read_article = article(
        "Interview with Moon Jae-in\nQ. Will you go? Have you urged Japan?\nA. I have asked Kim Hyun-chong to go."
    )
    [statement] = read_article.statements
    assert (statement.speaker.mark.name, statement.classification) == ("Moon Jae-in", "interview")
    assert [(act.words, bool(act.doubt)) for act in statement.acts] == [("I have asked Kim Hyun-chong to go.", True)]


def test_a_day_with_two_readings_stays_open_in_the_statement() -> None:
    assert [item.edtf for item in article("Kono Taro said on 4/7/2019 that it was over.").statements] == [
        "[2019-04-07,2019-07-04]"
    ]
    assert [item.edtf for item in article("Kono Taro said on 4-5 July that it was over.").statements] == ["2019-07-31"]


def test_expressed_regret_is_regret_with_any_words_between() -> None:
    text = (
        "Moon Jae-in himself expressed deep and sincere regret. Tokyo expresses regret. Seoul voiced its strong regret."
    )
    assert [act.kind for act in ticked(text)] == ["regret"] * 3


def test_no_rule_is_assigned_twice() -> None:
    tree = ast.parse(Path(rules.__file__).read_text(encoding="utf-8"))
    assigned = [
        target.id
        for node in tree.body
        for target in (node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)])
        if isinstance(target, ast.Name)
    ]
    assert len(assigned) == len(set(assigned))
