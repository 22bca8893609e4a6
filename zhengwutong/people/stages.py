"""The steps of a sign-in that ask for a code, bent to one rule: an address not yet proved holds up nobody's sign-in.

allauth asks again at every sign-in until each address on the account is proved. Here codes are asked at registration,
and when somebody signs in by the very address in question.
"""

from __future__ import annotations

from typing import Any

from allauth.account import stages
from allauth.account.models import EmailAddress


class EmailVerificationStage(stages.EmailVerificationStage):  # type: ignore[misc]
    def handle(self) -> tuple[Any, bool]:
        login = self.login
        asked = login.email or (login.signup and login.user is not None and has_address(login.user.pk))
        return super().handle() if asked else (None, True)


class PhoneVerificationStage(stages.PhoneVerificationStage):  # type: ignore[misc]
    def handle(self) -> tuple[Any, bool]:
        return super().handle() if self.login.signup else (None, True)


def has_address(user_id: int) -> bool:
    return bool(EmailAddress.objects.filter(user_id=user_id, verified=False).exists())
