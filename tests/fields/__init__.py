"""Tests of fields in a database without the records that tests/models share."""
