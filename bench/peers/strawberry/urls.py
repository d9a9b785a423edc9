"""One address, with strawberry's own synchronous view."""

from django.urls import path
from strawberry.django.views import GraphQLView

from bench.peers.strawberry.schema import schema

urlpatterns = [path("graphql", GraphQLView.as_view(schema=schema))]
