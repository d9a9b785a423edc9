"""Consistency checks: rules (``rules``), their violations (``finding``) and the rows they look at (``scope``)."""
