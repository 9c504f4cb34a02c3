"""Which account is which on GitHub; of allauth's tables the only one that is filled."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.http import HttpRequest

for _kept_out in (EmailAddress, SocialAccount, SocialApp, SocialToken):
    if admin.site.is_registered(_kept_out):
        admin.site.unregister(_kept_out)


@admin.register(SocialAccount)
class ConnectionAdmin(admin.ModelAdmin):
    """To look at; and to delete, by superusers, when somebody connected the wrong one."""

    list_display = ("user", "uid", "date_joined", "last_login")
    search_fields = ("user__username", "uid")
    list_select_related = ("user",)
    fields = readonly_fields = ("user", "uid", "extra_data", "date_joined", "last_login")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
