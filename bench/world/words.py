"""Words for headings and texts: a small grammar, so that common words are common and some are rare."""

from __future__ import annotations

from random import Random

GOODS = {
    "fluorine": "280130", "hydrogen fluoride": "281111", "photoresist": "370790", "crude oil": "270900",
    "wheat": "100199", "uranium": "261210", "machine tools": "845811", "semiconductors": "854231", "steel": "720839",
    "cotton": "520100", "soya beans": "120190", "rubber": "400122", "aircraft parts": "880330", "copper": "740311",
    "fish": "030289", "natural gas": "271121", "rare earths": "280530", "radar equipment": "852610",
}  # fmt: skip
PLACES = (
    "Geneva", "New York", "Vienna", "Brussels", "Tokyo", "Seoul", "Moscow", "Washington", "Beijing", "London", "Paris",
    "Bonn", "Cairo", "Helsinki", "Bangkok", "New Delhi", "Havana", "Nairobi", "Jakarta", "Panmunjom",
)  # fmt: skip
_SUBJECTS = (
    "The two sides", "The foreign ministry", "The delegation", "The government", "A spokesperson", "The minister",
    "The working group", "The ambassador", "Officials of both capitals", "The committee", "The presidency",
)  # fmt: skip
_VERBS = (
    "discussed", "rejected", "welcomed", "deplored", "asked for", "put off", "confirmed", "denied", "agreed on",
    "protested against", "took note of", "insisted on", "called into question", "offered", "withdrew",
)  # fmt: skip
_OBJECTS = (
    "the export licences for {good}", "a ceasefire along the border", "the talks in {place}", "the embargo on {good}",
    "an exchange of prisoners", "the inspection of {good}", "the draft of the treaty", "a visit to {place}",
    "compensation for the damage", "the fishing zone", "an inquiry by experts", "the ruling of the court",
    "the transit of {good} through {place}", "visas for technical staff", "a tariff on {good}",
)  # fmt: skip
_TAILS = (
    "before the end of the month", "without conditions", "on the basis of reciprocity", "under the agreement in force",
    "if the other side does the same", "as note {number} sets out", "in the presence of observers from {place}",
    "after consultations with the parties", "with reference to dispute {number}", "for humanitarian reasons",
)  # fmt: skip


class Words:
    """Phrases and sentences from one source of chance."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def thing(self) -> str:
        return self._filled(self._random.choice(_OBJECTS))

    def sentence(self) -> str:
        choice = self._random.choice
        return self._filled(f"{choice(_SUBJECTS)} {choice(_VERBS)} {choice(_OBJECTS)} {choice(_TAILS)}.")

    def sentences(self, number: int) -> str:
        return " ".join(self.sentence() for _ in range(number))

    def _filled(self, text: str) -> str:
        if "{" not in text:
            return text
        choice = self._random.choice
        return text.format(
            good=choice(_GOODS), place=choice(PLACES), number=f"{self._random.randrange(20_000)}/{choice('ABCDEFGH')}"
        )


_GOODS = tuple(GOODS)
