"""Parsers of cells: each turns a column of raw cells into values and reports the cells that it cannot read."""
