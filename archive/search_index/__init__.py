"""The full-text index: what it has of each record, the triggers that keep it, and conditions over it."""
