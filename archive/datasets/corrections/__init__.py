"""Corrections: changes that users made to a dataset's records since its last load, and how a load keeps them."""
