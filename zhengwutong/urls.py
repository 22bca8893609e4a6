"""The doors of the HTTP side."""

from allauth.headless.constants import Client
from django.urls import include, path, re_path

from zhengwutong import pages
from zhengwutong.api import api
from zhengwutong.people.code_request import CodeRequest

urlpatterns = [
    path("api/", api.urls),
    path("_allauth/browser/v1/auth/code/request", CodeRequest.as_api_view(client=Client.BROWSER)),
    path("_allauth/", include("allauth.headless.urls")),
    path("sw.js", pages.worker),
    re_path(r"^(?!api/|_allauth/|static/|ws$)(?P<path>.*)$", pages.client),
]
