"""Measurements: a made-up archive of any size, and how long the usual reads of it take."""
