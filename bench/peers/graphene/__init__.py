"""The usual graphene-django: types from models, filtered connections, its own view."""
