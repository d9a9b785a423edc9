"""Validators of a staged dataset: each checks all rows of a table by SQL and reports every violation."""
