"""A few records in the form of the publisher, written to a directory."""

from __future__ import annotations

from pathlib import Path

KEEPING = (
    "<created-by>a</created-by><created-date>2010-05-20</created-date>"
    "<last-modified-by>a</last-modified-by><last-modified-date>2010-05-20</last-modified-date>"
)


def put(folder: Path, name: str, xml: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}', encoding="utf-8")
    return folder


def person(folder: Path, slug: str = "grew-joseph-clark", birth: str = "1880", more: str = "") -> None:
    family, value = slug.split("-")[0].title(), slug.split("-")[1].title()
    put(
        folder, f"people/{slug[0]}/{slug}.xml",
        f"<person><id>{slug}</id><old-ids><old-id>{slug}-old</old-id></old-ids><persName><surname>{family}</surname>"
        f"<forename>{value}</forename><genName>Jr.</genName><altname>{value[0]}. {family}</altname></persName>"
        f"<birth>{birth}</birth><death/><career-type>career</career-type><residence><state-id>nh</state-id></residence>"
        f"{KEEPING}{more}</person>",
    )  # fmt: skip


def holder(identifier: str, person: str, role: str, dates: tuple[str, str, str], element: str = "chief") -> str:
    """An appointment: appointed, started, ended."""
    message = "".join(
        f"<{name}><date>{date}</date><note/></{name}>"
        for name, date in zip(("appointed", "started", "ended"), dates, strict=True)
    )
    return (
        f"<{element}><id>{identifier}</id><person-id>{person}</person-id><role-title-id>{role}</role-title-id>"
        f"<contemporary-territory-id>japan</contemporary-territory-id>{message}<arrived><date/></arrived>"
        f"<note>Left post.</note>{KEEPING}</{element}>"
    )


def mission(folder: Path, territory: str, chiefs: str, nominees: str = "") -> None:
    put(
        folder, "roles-country-chiefs/ambassador.xml",
        '<role mode="active"><id>ambassador</id><class>chief</class><category>country</category><names>'
        "<singular>Ambassador</singular><plural>Ambassadors</plural></names></role>",
    )  # fmt: skip
    put(
        folder, f"missions-countries/{territory}.xml",
        f"<country-mission><territory-id>{territory}</territory-id><chiefs>{chiefs}</chiefs>"
        f"<other-nominees>{nominees}</other-nominees></country-mission>",
    )  # fmt: skip


def trip(number: int, role: str, who: str, days: tuple[str, str], country: tuple[str, str]) -> str:
    keeping = KEEPING.replace("date>", "datetime>")
    return (
        f'<trip role="{role}" who="{who}"><id>{number}</id><role>{role}</role><name>Name of {who}</name>'
        f"<start-date>{days[0]}</start-date><end-date>{days[1]}</end-date>"
        f'<country id="{country[0]}">{country[1]}</country><locale>Seoul</locale>'
        f"<remarks>Met.</remarks>{keeping}</trip>"
    )


def presidents(folder: Path) -> None:
    put(
        folder, "presidents/presidents.xml",
        '<presidents><source-url>x</source-url><president n="27"><id>taft-william-howard</id><name>William Howard Taft'
        "</name><birth-year>1857</birth-year><death-year>1930</death-year><took-office-date>1909-03-04</took-office-date>"
        f"<left-office-date>1913-03-04</left-office-date>{KEEPING}</president>"
        '<president n="46"><id>living-one</id><name>Living One</name><birth-year>1942</birth-year>'
        '<death-year still-alive="true"/><took-office-date>2021-01-20</took-office-date>'
        f'<left-office-date still-in-office="true"/>{KEEPING}</president></presidents>',
    )  # fmt: skip
