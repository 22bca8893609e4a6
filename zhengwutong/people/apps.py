from importlib import import_module

from allauth.usersessions.apps import UserSessionsConfig
from django.apps import AppConfig
from django.utils.module_loading import import_string


class PeopleConfig(AppConfig):
    default = True
    name = "zhengwutong.people"
    label = "people"

    def ready(self) -> None:
        """Let people sign in by a number as they write it: allauth's field takes only +86…, and has no setting."""
        adapter = import_string("zhengwutong.people.adapter.AccountAdapter")()
        sign_in = import_string("allauth.headless.account.inputs.LoginInput")
        sign_in.base_fields["phone"] = adapter.phone_form_field(required=False)


class SessionsConfig(UserSessionsConfig):  # type: ignore[misc]
    """allauth's list of sessions, kept by `people.listed`."""

    default = False

    def ready(self) -> None:
        super().ready()
        signals = import_module("allauth.account.signals")
        listed = import_module("zhengwutong.people.listed")
        signals.user_logged_in.disconnect(import_string("allauth.usersessions.signals.on_user_logged_in"))
        signals.user_logged_in.connect(listed.signed_in)
        for changed in (signals.password_set, signals.password_changed, signals.password_reset):
            changed.connect(listed.password_set)
