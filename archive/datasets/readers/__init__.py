"""Readers of dataset files: each turns one format into batches of raw cells with their places."""
