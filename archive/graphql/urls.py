"""The URL of the GraphQL endpoint."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from archive.graphql.view import GraphQLView

app_name = "graphql"
# CSRF protection is not needed: the schema is read only, and HTML forms can't send JSON.
urlpatterns = [path("", csrf_exempt(GraphQLView.as_view()), name="graphql")]
