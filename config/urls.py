"""Which door answers where."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("archive.rest.urls")),
    path("graphql/", include("archive.graphql.urls")),
    path("", include("archive.web.urls")),
]
handler400 = "archive.web.errors.bad_request"
handler404 = "archive.web.errors.not_found"
handler500 = "archive.web.errors.server_error"
