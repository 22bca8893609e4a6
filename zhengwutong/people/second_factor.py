"""TOTP and recovery codes: their secrets are encrypted at rest, and our words for what can go wrong."""

from __future__ import annotations

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": "启用两步验证后不能直接添加邮箱。",
        "cannot_delete_authenticator": "不能停用两步验证。",
        "cannot_generate_recovery_codes": "请先启用两步验证。",
        "incorrect_code": "验证码不对。",
        "unverified_email": "请先验证邮箱，再启用两步验证。",
    }

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher().decrypt(encrypted_text.encode()).decode()


def cipher() -> Fernet:
    """Keyed by the installation's secret: whoever has only the database has no authenticator."""
    key = hashlib.sha256(b"second factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
