"""The fields of registration besides allauth's own: the display name, and an e-mail address that may be left out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from zhengwutong.kernel.errors import Invalid
from zhengwutong.people import names
from zhengwutong.people.models import User


class SignUp(forms.Form):
    """allauth builds its registration form on this one (ACCOUNT_SIGNUP_FORM_CLASS)."""

    name = forms.CharField(required=False, max_length=names.LONGEST_NAME)

    def _clean_fields(self) -> None:
        # allauth verifies addresses by code only where an address is compulsory; here it is not.
        self.fields["email"].required = False
        super()._clean_fields()  # type: ignore[misc]

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"]
        return own_name(typed) if typed else ""

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing more to do: the adapter has stored the account."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("name") and cleaned.get("username"):
            cleaned["name"] = names.from_username(str(self.data["username"]))
        return cleaned


def own_name(typed: str) -> str:
    try:
        return names.own_choice(typed)
    except Invalid as error:
        raise ValidationError(error.facts["fields"]["name"], code="name_invalid") from error
