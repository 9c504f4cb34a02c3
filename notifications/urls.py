"""The address of the page that explains a pull request."""

from django.urls import path

from notifications.pages.why_page import why

urlpatterns = [path("pull-requests/<str:owner>/<str:name>/<int:number>/why", why, name="why")]
