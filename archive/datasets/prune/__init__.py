"""Pruning: removal of records that earlier loads of a dataset added and that it no longer has."""
