"""An application with a record type of its own, for ``tests/test_registry.py``: a model, a FilterSet and an entry."""
