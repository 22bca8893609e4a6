"""Asking for a sign-in code by e-mail or text message; allauth's own door breaks when neither address is given."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.headless.account.inputs import RequestLoginCodeInput
from allauth.headless.account.views import RequestLoginCodeView


class EitherAddress(RequestLoginCodeInput):  # type: ignore[misc]
    """Refuses a request that says nowhere to send the code."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.errors and not cleaned.get("email") and not cleaned.get("phone"):
            raise get_adapter().validation_error("no_address")
        return cleaned


class CodeRequest(RequestLoginCodeView):  # type: ignore[misc]
    input_class = EitherAddress
