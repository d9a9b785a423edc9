"""The read-only GraphQL API: Relay nodes and connections, with the FilterSets' filters as arguments."""
