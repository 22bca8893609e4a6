from django.apps import AppConfig
from django.utils.module_loading import import_string


class PeopleConfig(AppConfig):
    name = "zhengwutong.people"
    label = "people"

    def ready(self) -> None:
        """Let people sign in by a number as they write it: allauth's field takes only +86…, and has no setting."""
        adapter = import_string("zhengwutong.people.adapter.AccountAdapter")()
        sign_in = import_string("allauth.headless.account.inputs.LoginInput")
        sign_in.base_fields["phone"] = adapter.phone_form_field(required=False)
