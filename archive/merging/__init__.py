"""Merging of two records of a kind into one: what hangs on the one moves to the other, and its slug leads there."""
