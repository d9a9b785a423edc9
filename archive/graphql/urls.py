"""One address."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from archive.graphql.view import GraphQLView

app_name = "graphql"
# Reads only, and no form can send JSON: there is nothing to forge.
urlpatterns = [path("", csrf_exempt(GraphQLView.as_view()), name="graphql")]
