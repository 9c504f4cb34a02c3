"""What the admin is called, and how one signs in to it."""

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm

from monitor.views.login import SignInForm


class AdminSignInForm(SignInForm, AdminAuthenticationForm):
    """Tries are counted here too, and together with those at the front door; staff alone come in."""


admin.site.site_header = admin.site.site_title = "prmonitor"
admin.site.index_title = "Administration"
admin.site.login_form = AdminSignInForm
