"""The query that the browser page opens with, and the README shows."""

EXAMPLE = """{
  statement(slug: "2019-07-12-kim-you-geun-international-probe") {
    speaker { name names { text script } }
    capacities { office { name body { name } } }
    speechActs { kind text condition addressees { name } }
    about {
      ... on Measure { slug inForce { text earliest latest } }
      ... on Event { slug date { text } }
    }
  }
}
"""
