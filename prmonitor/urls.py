"""Every address of the site, in one place."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from monitor.api import webhooks
from monitor.pages.sign_in.with_link import sign_in_link

handler500 = "monitor.pages.errors.server_error.handle_server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("sign-in/<str:token>", sign_in_link),
    path("webhooks/github", webhooks.github_webhook),
    path("", include("prmonitor.api")),
    path("", include("monitor.urls")),
    path("", include("notifications.urls")),
]
