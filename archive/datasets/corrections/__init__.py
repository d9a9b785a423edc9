"""Corrections made in the archive since a dataset was last loaded, and the three-way comparison that keeps them."""
