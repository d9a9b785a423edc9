"""REST: JSON over HTTP, with one endpoint per collection."""
