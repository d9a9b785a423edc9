"""Pruning: removal of records that an earlier load of a dataset brought and that it no longer has."""
