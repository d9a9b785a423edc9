"""Search over all kinds of records: the ranked list, fragments of texts, and suggestions."""
