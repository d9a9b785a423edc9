"""A few records of the two public datasets of history.state.gov, as the converters in ``examples/`` name them.

They were entered by hand from the facts: people and posts of *Principal Officers and Chiefs of Mission*, visits of
*Foreign Travels of the President and Secretary of State*.
"""

from __future__ import annotations

from archive.models import Appointment, Body, Event, Name, Office, Official, Topic

#: Slug, name, name for filing, other spelling, years of birth and death.
PEOPLE = (
    ("kissinger-henry-a", "Henry A. (Heinz Alfred) Kissinger", "Kissinger, Henry A.", "Henry A. Kissinger", 1923, 2023),
    ("kennan-george-frost", "George Frost Kennan", "Kennan, George Frost", "George F. Kennan", 1904, 2005),
    ("harriman-william-averell", "William Averell Harriman", "Harriman, William Averell", "W. Averell Harriman", 1891,
     1986),
    ("grew-joseph-clark", "Joseph Clark Grew", "Grew, Joseph Clark", "Joseph C. Grew", 1880, 1965),
    ("franklin-benjamin", "Benjamin Franklin", "Franklin, Benjamin", "", 1706, 1790),
    ("albright-madeleine-korbel", "Madeleine Korbel Albright", "Albright, Madeleine Korbel", "Madeleine K. Albright",
     1937, 2022),
    ("reischauer-edwin-oldfather", "Edwin Oldfather Reischauer", "Reischauer, Edwin Oldfather", "Edwin O. Reischauer",
     1910, 1990),
    ("allen-horace-newton", "Horace Newton Allen", "Allen, Horace Newton", "Horace N. Allen", 1858, 1932),
    ("muccio-john-joseph", "John Joseph Muccio", "Muccio, John Joseph", "John J. Muccio", 1900, 1989),
    ("dulles-john-foster", "John Foster Dulles", "Dulles, John Foster", "", 1888, 1959),
)  # fmt: skip
#: Slug, name and the code of the state in which its holders serve.
OFFICES = (
    ("ambassador-to-japan", "Ambassador to Japan"),
    ("ambassador-to-korea", "Ambassador to the Republic of Korea"),
    ("secretary-of-state", "Secretary of State"),
)
#: Number, whose, name, country, days, place, remarks.
VISITS = (
    (100, "secretary", "Madeleine Korbel Albright", "United Kingdom", "1998-05-17/1998-05-18", "London",
     "Attended U.S.-EU Summit Meeting and met with PLO Chairman Arafat."),
    (1009, "secretary", "Henry A. (Heinz Alfred) Kissinger", "Panama", "1974-02-07", "Panama City",
     "Signed a statement of principles for negotiation of a new Panama Canal treaty."),
    (1046, "secretary", "Henry A. (Heinz Alfred) Kissinger", "Vatican City", "1974-07-06", "",
     "Audience with Pope Paul VI."),
    (1080, "secretary", "Henry A. (Heinz Alfred) Kissinger", "China", "1974-11-25/1974-11-29", "Peking, Soochow",
     "Met with Foreign Minister Chiao."),
    (1119, "secretary", "Henry A. (Heinz Alfred) Kissinger", "Finland", "1975-07-30/1975-08-01", "Helsinki",
     "Accompanied President Ford to the signing ceremony for the Final Act of the Conference on Security and "
     "Cooperation in Europe."),
    (1205, "secretary", "Philander Chase Knox", "Japan", "1912-09-09/1912-09-22", "Tokyo",
     "Attended funeral ceremony for Emperor Mutsuhito; left U.S. August 22; returned October 11."),
    (1206, "secretary", "Robert Lansing", "France", "1918-12-14/1919-07-14", "Paris",
     "Accompanied President Wilson to the Paris Peace Conference."),
    (1356, "secretary", "Colin Luther Powell", "Egypt", "2003-06-02/2003-06-04", "Sharm el-Sheikh",
     "Accompanied President Bush to meetings with the leaders of Bahrain, Egypt, Jordan and Saudi Arabia."),
    (1917, "secretary", "William Henry Seward", "Spain", "1866-01-20/1866-01-23", "Havana (Cuba)",
     "Met with Spanish colonial officials."),
    (2191, "secretary", "Edward Reilly Stettinius", "U.S.S.R.", "1945-02-03/1945-02-14", "Yalta, Moscow",
     "Accompanied President Roosevelt to the Crimea Conference. Met with Soviet Foreign Minister Molotov."),
    (2658, "president", "Woodrow Wilson", "France", "1918-12-14/1918-12-25", "Paris, Chaumont",
     "Attended Preliminary to the Paris Peace Conference."),
    (2709, "president", "Franklin D. Roosevelt", "United Kingdom", "1943-01-11", "Trinidad",
     "Overnight stop en route to Casablanca."),
    (2819, "president", "Richard M. Nixon", "Belgium", "1969-02-23/1969-02-24", "Brussels",
     "Attended 23d meeting of North Atlantic Council; met with King Baudouin I."),
    (2821, "president", "Richard M. Nixon", "Germany", "1969-02-26/1969-02-27", "West Berlin",
     "Addressed the Bundestag on February 26."),
    (2864, "president", "Gerald R. Ford", "U.S.S.R.", "1974-11-23/1974-11-24", "Vladivostok",
     "Met with General Secretary Brezhnev and discussed limitations of strategic arms."),
    (2931, "president", "Ronald Reagan", "Korea, Republic of", "1983-11-12/1983-11-14", "Seoul, Demilitarized Zone",
     "State visit; met with President Chun, addressed the National Assembly, and visited U.S. troops."),
    (3029, "secretary", "Hillary Rodham Clinton", "Germany", "2009-11-08/2009-11-09", "Berlin",
     "Attended ceremonies commemorating the 20th anniversary of the fall of the Berlin Wall."),
    (3624, "president", "Barack Obama", "Japan", "2016-05-25/2016-05-29", "Shima City, Ise, Iwakuni, Hiroshima",
     "Attended the G-7 Economic Summit. Attended ceremonies at the Hiroshima Peace Memorial Park."),
)  # fmt: skip


def load() -> None:
    """Store the records, published."""
    state = Body.objects.get(iso3166="US")
    for slug, name, sort_name, spelling, born, died in PEOPLE:
        official = Official.objects.create(
            slug=slug, status="published", name=name, sort_name=sort_name, born=str(born), died=str(died), state=state
        )
        if spelling:
            Name.objects.create(official=official, text=spelling, language="en", script="Latn", scheme="other")
    for slug, name in OFFICES:
        Office.objects.create(slug=slug, status="published", name=name, body=state)
    Appointment.objects.create(
        slug="grew-joseph-clark-ambassador-to-japan", status="published", start="1932", end="1941",
        official=Official.objects.get(slug="grew-joseph-clark"), office=Office.objects.get(slug="ambassador-to-japan"),
    )  # fmt: skip
    topics = {
        role: Topic.objects.create(slug=f"travels-of-the-{slug}", status="published", name=f"Travels of the {name}")
        for role, slug, name in (
            ("president", "president", "President of the United States"),
            ("secretary", "secretary-of-state", "Secretary of State of the United States"),
        )
    }
    for number, role, traveller, country, days, place, remarks in VISITS:
        event = Event.objects.create(
            slug=f"us-{role}-visit-{number}", status="published", name=f"{traveller} visits {country}", date=days,
            summary=remarks, classification="visit", place=place,
        )  # fmt: skip
        event.topics.add(topics[role])
