"""Addresses under ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from archive.chains import has_chain
from archive.counts import counted
from archive.rest.counts import CountsView
from archive.rest.counts_schema import with_counts_schema
from archive.rest.openapi import TokenScheme, with_schema
from archive.rest.root import DescriptionView, DocsView, NotFoundView, RootView
from archive.rest.search import SearchView
from archive.rest.serializers import SERIALIZERS
from archive.rest.timeline import TimelineView
from archive.rest.tokens import RevokeView, TokenDetailView, TokenListView, TokenView
from archive.rest.views import CollectionView

__all__ = ["TokenScheme", "app_name", "urlpatterns"]

app_name = "rest"
urlpatterns = [
    path("", RootView.as_view(), name="root"),
    path("search/", SearchView.as_view(), name="search"),
    path("timeline/", TimelineView.as_view(), name="timeline"),
    path("openapi.json", DescriptionView.as_view(), name="openapi"),
    path("docs/", DocsView.as_view(url_name="rest:openapi"), name="docs"),
    path("token/", TokenView.as_view(), name="token"),
    path("token/revoke/", RevokeView.as_view(), name="revoke"),
    path("tokens/", TokenListView.as_view(), name="tokens"),
    path("tokens/<id>/", TokenDetailView.as_view(), name="token-detail"),
]
_counted = counted()
for _collection, _serializer in SERIALIZERS.items():
    _model = _serializer.Meta.model  # type: ignore[attr-defined]
    _view = with_schema(
        _collection,
        type(f"{_model.__name__}View", (CollectionView,), {"collection": _collection, "model": _model}),
    )
    if _collection in _counted:
        _counts = with_counts_schema(
            _collection, type(f"{_model.__name__}CountsView", (CountsView,), {"collection": _collection})
        )
        urlpatterns.append(path(f"{_collection}/counts/", _counts.as_view(), name=f"{_collection}-counts"))
    urlpatterns += [
        path(f"{_collection}/", _view.as_view({"get": "list", "post": "create"}), name=f"{_collection}-list"),
        path(
            f"{_collection}/<str:slug>/",
            _view.as_view({"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}),
            name=f"{_collection}-detail",
        ),
        path(f"{_collection}/<str:slug>/history/", _view.as_view({"get": "history"}), name=f"{_collection}-history"),
    ]
    if has_chain(_model):
        urlpatterns += [
            path(f"{_collection}/<str:slug>/chain/", _view.as_view({"get": "chain"}), name=f"{_collection}-chain")
        ]
urlpatterns += [path("<path:rest>", NotFoundView.as_view(), name="unknown")]
