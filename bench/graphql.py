"""The GraphQL queries that are measured, with their variables; ``{names}`` are filled in with the subjects."""

from __future__ import annotations

from typing import Any

_DATE = "{ text display earliest latest }"
_EVERYTHING = """
  slug name summary classification date { text display earliest latest } place partOf { slug name }
  topics { slug name parent { slug name } }
  participations { role party { slug name } citations { source { slug title } } }
  relations { kind note toEvent { slug name date { text } } }
  relatedFrom { kind fromEvent { slug name date { text } } }
  measureSteps { phase measure { slug name inForce { text } } }
  citations { locator quotation stance field variantValue source { slug title publisher { slug name } } }
  identifiers { scheme value }
  statements(first: 10) { totalCount nodes {
    slug name text date { text } speaker { slug name state { slug name } }
    capacities { office { name body { name } } }
    speechActs { kind text condition state addressees { slug name } outcomes { kind date { text } } }
  } }
"""

QUERIES: dict[str, tuple[str, dict[str, Any]]] = {
    "Q1: 50 latest events of a kind in a period, with topics, 5 statements, speakers, states": (
        """query ($date: EDTF!) { events(first: 50, classification: [MEETING], date: $date, orderBy: DATE_DESC) {
          nodes { slug name date { text display } topics { slug name }
            statements(first: 5) { nodes { slug name date { text }
              speaker { slug name state { slug name iso3166 } } } } }
          pageInfo { hasNextPage endCursor } } }""",
        {"date": "{years}"},
    ),
    "Q2: one event, everything": (
        f"query ($slug: String!) {{ event(slug: $slug) {{ {_EVERYTHING} }} }}",
        {"slug": "{event}"},
    ),
    "Q3: 100 statements of a speaker by date": (
        f"""query ($speaker: [String!]) {{ statements(first: 100, speaker: $speaker, orderBy: DATE_ASC) {{
          nodes {{ slug name summary date {_DATE} capacities {{ office {{ name }} }} topics {{ slug }} }} }} }}""",
        {"speaker": "{speaker}"},
    ),
    "Q4: a page deep in all statements": (
        """query ($after: String!) { statements(first: 50, after: $after) {
          edges { cursor node { slug name date { text } speaker { slug name } } } pageInfo { hasNextPage } } }""",
        {"after": "{deep_statement}"},
    ),
    "Q5: open demands to a state on a day, with the speaker's capacity": (
        """query ($to: [String!], $on: EDTF!) {
          speechActs(first: 50, kind: [DEMAND], addressee: $to, openOn: $on, orderBy: DATE_DESC) {
            nodes { slug text condition statement { slug date { text } speaker { slug name }
              capacities { office { name body { name } } } } } } }""",
        {"to": "{busy}", "on": "{day}"},
    ),
}
