"""Renderers of the response formats besides JSON."""
