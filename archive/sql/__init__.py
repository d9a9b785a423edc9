"""From a tree of wanted fields to one SQL statement whose result is the JSON text to send."""
