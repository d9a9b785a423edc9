"""Root URL configuration."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from archive.admin.article import article_page
from archive.admin.audit_log import audit_log
from archive.admin.deleted_records import deleted_records
from archive.admin.findings import report
from archive.admin.merged_records import merged_records, undo_merge
from archive.admin.search_all import search_all
from archive.admin.sessions import sessions
from archive.admin.time_zone import time_zone
from archive.admin.two_factor import second_factor
from archive.graphql.view import redirect_to_endpoint

urlpatterns = [
    path("admin/archive/article/", admin.site.admin_view(article_page), name="read_article"),
    path("admin/archive/audit/", admin.site.admin_view(audit_log), name="audit_log"),
    path("admin/archive/contradictions/", admin.site.admin_view(report), name="contradictions"),
    path("admin/archive/deleted/", admin.site.admin_view(deleted_records), name="deleted_records"),
    path("admin/archive/merged/", admin.site.admin_view(merged_records), name="merged_records"),
    path("admin/archive/merged/<int:number>/undo/", admin.site.admin_view(undo_merge), name="undo_merge"),
    path("admin/archive/search/", admin.site.admin_view(search_all), name="search_all"),
    path("admin/archive/second-factor/", admin.site.admin_view(second_factor), name="second_factor"),
    path("admin/archive/sessions/", admin.site.admin_view(sessions), name="sessions"),
    path("admin/archive/time-zone/", admin.site.admin_view(time_zone), name="time_zone"),
    path("admin/language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("archive.rest.urls")),
    path("graphql/", include("archive.graphql.urls")),
    path("graphql", redirect_to_endpoint),
    path("", include("archive.oai.urls")),
    *i18n_patterns(path("", include("archive.web.urls")), prefix_default_language=False),
]
handler400 = "archive.web.errors.bad_request"
handler404 = "archive.web.errors.not_found"
handler500 = "archive.web.errors.server_error"
