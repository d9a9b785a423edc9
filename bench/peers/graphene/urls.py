"""One address, with graphene-django's own view."""

from django.urls import path
from graphene_django.views import GraphQLView

from bench.peers.graphene.schema import schema

urlpatterns = [path("graphql", GraphQLView.as_view(schema=schema))]
