"""A made-up archive, row by row: the same rows for the same seed, and never more than one chunk of them in memory."""
