"""A password hasher that counts its work."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.hashers import MD5PasswordHasher


class Counting(MD5PasswordHasher):
    """`done` is how often a password has been hashed."""

    algorithm = "counting"
    done: ClassVar[int] = 0

    def encode(self, password: str, salt: str, *args: Any) -> str:
        Counting.done += 1
        return super().encode(password, salt, *args)
