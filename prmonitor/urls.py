"""Every address of the site, in one place."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from monitor import webhooks
from monitor.views.sign_in_link import sign_in_link

handler500 = "monitor.views.unavailable.fault"
urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("sign-in/<str:token>", sign_in_link),
    path("webhooks/github", webhooks.github),
    path("", include("prmonitor.api")),
    path("", include("monitor.urls")),
]
