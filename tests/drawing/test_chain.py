"""The drawing of a chain: in order of time, a readable number of records, no texts over each other."""

from __future__ import annotations

import itertools
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.chains import LinkKind
from archive.choices import OutcomeKind
from archive.dates import PartialDate
from archive.drawing import ChainPart, chain_part, chain_svg
from archive.drawing.text_width import text_width

SVG = "{http://www.w3.org/2000/svg}"
names = st.one_of(st.text(min_size=1, max_size=60), st.sampled_from(["W" * 250, "수출규제 " * 20, "<b>\u202egnol"]))


def node(slug: str, date: str | None, distance: int = 1, side: str | None = "after", name: str = "A name") -> Any:
    when = PartialDate.parse(date) if date else None
    return {
        "id": f"event/{slug}", "type": "event", "slug": slug, "name": name, "distance": distance, "direction": side,
        "date": when and {"text": date, "display": when.display, "earliest": when.earliest and str(when.earliest),
                          "latest": when.latest and str(when.latest)},
    }  # fmt: skip


def edge(source: str, target: str, kind: str = "responds_to", outcome: str | None = None) -> Any:
    return {"from": f"event/{source}", "to": f"event/{target}", "kind": kind, "outcome": outcome}


def part(nodes: list[Any], edges: list[Any], most: int = 12) -> ChainPart:
    return chain_part({"nodes": nodes, "edges": edges, "truncated": False}, most, lambda kind, slug: f"/{kind}/{slug}/")


def svg(chain: ChainPart, width: int = 990) -> Element:
    return fromstring(chain_svg(chain, width, "A chain"))


def test_records_are_in_order_of_time_and_on_a_day_after_what_led_to_them() -> None:
    root = node("root", "2019-07-04", 0, None)
    chain = part([root, node("z", "2019-07-04", 1, "before"), node("a", "2019-07-04"), node("old", "2018")], [])
    assert [record.key for record in chain.records] == ["event/old", "event/z", "event/root", "event/a"]
    assert [record.is_root for record in chain.records] == [False, False, True, False]


def test_an_arrow_leads_from_what_came_first_and_an_announcement_to_what_it_announces() -> None:
    nodes = [node("root", "2019", 0, None), node("later", "2020"), node("first", "2018", 1, "before")]
    chain = part(nodes, [edge("later", "root", "outcome", "fulfilled"), edge("first", "root", "announces")])
    ends = {link.kind: (link.first, link.last) for link in chain.links}
    assert ends == {"outcome": (1, 2), "announces": (0, 1)}
    assert chain.records[2].links == (("outcome (fulfilled) of", "A name"),)
    assert [path.get("class") for path in svg(chain).iter(f"{SVG}path") if path.get("marker-end")] == [
        "arrow outcome", "arrow announces",
    ]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "left_out"), [(50, 50, (45, 44)), (2, 50, (0, 41)), (50, 0, (39, 0))])
def test_the_nearest_of_both_sides_are_drawn_and_the_others_counted(
    before: int, after: int, left_out: tuple[int, int]
) -> None:
    nodes = [node("root", "2019", 0, None)]
    nodes += [node(f"b{number}", "2018", 1 + number // 20, "before") for number in range(before)]
    nodes += [node(f"a{number}", "2020", 1 + number // 20) for number in range(after)]
    chain = part(nodes, [edge("a49", "root")])
    assert len(chain.records) == min(12, len(nodes))
    assert (chain.more_before, chain.more_after) == left_out
    assert chain.links == ()


def test_a_record_without_a_date_or_with_an_open_one_is_drawn() -> None:
    chain = part([node("root", None, 0, None), node("b", "../2019", 1, "before")], [edge("root", "b")])
    assert [record.when for record in chain.records] == ["until 2019", "no date"]
    assert not chain.records[0].is_exact
    svg(chain)


def test_a_long_name_is_broken_between_words_and_loses_none() -> None:
    name = "The ministry announces the stricter licensing, of three materials"
    texts = [text.text or "" for text in svg(part([node("root", "2019", 0, None, name)], []), 320).iter(f"{SVG}text")]
    assert len(texts) == 4
    assert " ".join(texts[1:]) == name


@given(
    st.lists(st.tuples(names, st.sampled_from(["2019", "2019-07-04", "199X", "../2001", None])), max_size=20),
    st.sampled_from([280, 320, 990, 4000]),
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19), st.sampled_from(LinkKind.values)), max_size=30),
)
@settings(max_examples=60, deadline=None)
def test_texts_are_within_the_drawing_and_apart(
    others: list[tuple[str, str | None]], width: int, links: list[tuple[int, int, str]]
) -> None:
    nodes = [node("root", "2019", 0, None)]
    nodes += [node(str(number), date, name=name) for number, (name, date) in enumerate(others)]
    edges = [
        edge(str(source), str(target), kind, OutcomeKind.REJECTED if kind == "outcome" else None)
        for source, target, kind in links
        if source != target
    ]
    drawing = svg(part(nodes, edges, 60), width)
    texts = [(float(text.get("y", 0)), text) for text in drawing.iter(f"{SVG}text")]
    lines = sorted(y for y, _ in texts)
    assert all(second - first >= 16 for first, second in itertools.pairwise(lines))
    assert lines[-1] < float(drawing.get("height", 0))
    for _, text in texts:
        length = float(text.get("textLength", text_width(text.text or "", 12.5)))
        assert float(text.get("x", 0)) + length <= width
