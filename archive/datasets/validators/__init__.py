"""Validators of a resolved dataset: each checks all rows of a table by SQL and reports every violation."""
