"""Files attached to sources."""
