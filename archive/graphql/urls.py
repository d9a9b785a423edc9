"""One address."""

from django.urls import path

from archive.graphql.view import GraphQLView

app_name = "graphql"
urlpatterns = [path("", GraphQLView.as_view(), name="graphql")]
