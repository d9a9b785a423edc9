"""Readers of dataset files: each turns one format into batches of unparsed cells with their line numbers."""
