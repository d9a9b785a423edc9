"""Triggers on both databases: for what must follow a write by whatever road it comes."""
