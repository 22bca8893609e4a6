"""What may be a username or a display name."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError

from zhengwutong.kernel.errors import Invalid

USERNAME = re.compile(r"[\w.\-]{3,24}")
TELEPHONE = re.compile(r"[\d.\-]{7,}")  # signing in would not know which was meant
# Names that would pass for the office itself. Words are compared without case, spaces and signs.
OFFICIAL = (
    "政务通",
    "zhengwutong",
    "管理员",
    "admin",
    "administrator",
    "客服",
    "值班员",
    "值班室",
    "省政府",
    "system",
    "root",
)
LONGEST_NAME = 24


def examined_username(username: str) -> str:
    """A username in its one spelling (lower case): 3–24 letters (Chinese too), digits, . _ - ; else ValidationError."""
    username = unicodedata.normalize("NFKC", username).strip()
    if not USERNAME.fullmatch(username):
        raise ValidationError("用户名为 3–24 个字，可用汉字、字母、数字和 . _ -", code="username_invalid")
    if TELEPHONE.fullmatch(username):
        raise ValidationError("用户名不能像电话号码，请加上汉字或字母。", code="username_invalid")
    if username.lower().startswith("guest-") or looks_official(username):
        raise ValidationError("这个用户名不能使用，请换一个。", code="username_reserved")
    return username.lower()


def shown(name: str) -> str:
    """A display name without spaces at its ends; Invalid when it is empty, too long, or not made of visible signs."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(fields={"name": f"名字为 1–{LONGEST_NAME} 个字。"})
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cn", "Cs"} for letter in name):
        raise Invalid(fields={"name": "名字里有看不见的字符。"})
    return name


def from_username(typed: str) -> str:
    """The display name of somebody who gave none: the username as they wrote it."""
    return unicodedata.normalize("NFKC", typed).strip()


def own_choice(name: str) -> str:
    """A display name a citizen chose; Invalid when it would pass for the office itself."""
    name = shown(name)
    if looks_official(name):
        raise Invalid(fields={"name": "这个名字容易与工作人员混淆，请换一个。"})
    return name


def looks_official(name: str) -> bool:
    letters = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).lower()
    return any(word in letters if not word.isascii() else word == letters for word in OFFICIAL)
