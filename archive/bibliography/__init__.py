"""Bibliographic description of records: one ``Item`` per record, and the formats in which others take it over.

``nodes`` is the query tree of a record's description, and ``items`` reads a row of it; each other module writes one
format.
"""
