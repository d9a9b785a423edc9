"""Tests of merging records."""
