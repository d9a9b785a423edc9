"""strawberry-django with its optimiser, as its guide sets it up."""
