"""What a password must be: length for citizens, the national rule set for staff."""

from __future__ import annotations

import re

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from zhengwutong.kernel.errors import Invalid
from zhengwutong.people.models import User


class Argon2(Argon2PasswordHasher):
    """Argon2id as OWASP advises (19 MiB, two passes, one lane).

    Django's default takes 100 MiB each time: a few dozen people signing in at once would fill a small server.
    """

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1


KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")


class StaffPassword:
    """Validator: for staff at least `length` characters of at least `kinds` of four kinds (a, A, 1, !)."""

    def __init__(self, length: int = 10, kinds: int = 3) -> None:
        self.length, self.kinds = length, kinds

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.is_citizen:
            return
        kinds = sum(bool(re.search(kind, password)) for kind in KINDS)
        if len(password) < self.length or kinds < self.kinds:
            raise ValidationError(self.get_help_text(), code="password_staff")

    def get_help_text(self) -> str:
        return f"工作人员的密码至少 {self.length} 位，含大写字母、小写字母、数字、符号中的 {self.kinds} 种。"


class Length:
    """Validator: long enough to be hard to guess, and hashing a megabyte is a way to keep the server busy."""

    def __init__(self, least: int = 8, most: int = 128) -> None:
        self.least, self.most = least, most

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < self.least:
            raise ValidationError(f"密码至少 {self.least} 位。", code="password_too_short")
        if len(password) > self.most:
            raise ValidationError(f"密码最多 {self.most} 位。", code="password_too_long")

    def get_help_text(self) -> str:
        return f"密码 {self.least} 至 {self.most} 位。"


def examine(password: str, user: User) -> None:
    """Invalid with what to change when the rules of this installation do not accept the password for this person."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(fields={"password": "".join(error.messages)}) from error
