"""The REST door: JSON over HTTP, one collection per record."""
