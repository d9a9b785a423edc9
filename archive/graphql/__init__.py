"""The GraphQL door: read only, Relay nodes and connections, the house's filters as arguments."""
