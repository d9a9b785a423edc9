"""Mappings: YAML files that say which records and fields the rows of another format become."""
