"""What allauth must know about us: how accounts are stored, where numbers are kept, how codes are sent, our words."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import phonenumbers
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.fields import PhoneField
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms import BaseForm
from django.http import HttpRequest

from zhengwutong.kernel import clock, limits
from zhengwutong.kernel.errors import TooFast
from zhengwutong.kernel.transaction import write
from zhengwutong.people import actions, messages, names
from zhengwutong.people.models import User

DEVICE_SESSION = timedelta(days=365)
STAFF_SESSION = timedelta(hours=12)
SIGNATURE = "【浙江政务通】"
WRONG = "账号或密码不对。"
NAMES = ("username", "email", "phone")
WRONG_PASSWORDS = (100, 3600)  # for one account in so many seconds, from all addresses together
WORDS = {
    "account_inactive": "这个账号已停用，请联系管理员。",
    "cannot_remove_primary_email": "不能删除主邮箱。",
    "duplicate_email": "这个邮箱已经绑定在您的账号上。",
    "email_password_mismatch": WRONG,
    "phone_password_mismatch": WRONG,
    "username_password_mismatch": WRONG,
    "email_taken": "这个邮箱已被其他账号使用。",
    "phone_taken": "这个手机号已被其他账号使用。",
    "username_taken": "这个用户名已经有人用了。",
    "username_blacklisted": "这个用户名不能使用，请换一个。",
    "enter_current_password": "请输入现在的密码。",
    "incorrect_code": "验证码不对。",
    "incorrect_password": "密码不对。",
    "invalid_or_expired_key": "链接无效或已过期。",
    "invalid_login": "请用用户名、手机号或邮箱登录。",
    "invalid_password_reset": "重设密码的链接无效。",
    "max_email_addresses": "最多绑定 %d 个邮箱。",
    "too_many_login_attempts": "尝试次数太多，请过几分钟再试。",
    "unknown_email": "没有账号使用这个邮箱。",
    "unknown_phone": "没有账号使用这个手机号。",
    "unverified_primary_email": "请先验证主邮箱。",
    "no_address": "请填写手机号或邮箱。",
    "select_only_one": "请只填一项。",
    "same_as_current": "新的内容与现在的相同。",
    "rate_limited": "操作太快，请稍后再试。",
}
MAILS = {
    "account/email/email_confirmation_signup": ("注册验证码", "您的注册验证码是 {code}，15 分钟内有效。"),
    "account/email/email_confirmation": ("邮箱验证码", "您正在绑定邮箱，验证码是 {code}，15 分钟内有效。"),
    "account/email/login_code": ("登录验证码", "您的登录验证码是 {code}，3 分钟内有效。"),
    "account/email/password_reset_code": ("重设密码", "您正在重设密码，验证码是 {code}，3 分钟内有效。"),
    "account/email/unknown_account": ("登录提示", "有人用这个邮箱登录浙江政务通，但它没有绑定账号。您可以先注册。"),
    "account/email/account_already_exists": ("注册提示", "这个邮箱已经注册过浙江政务通，请直接登录或重设密码。"),
}
NOT_ASKED = "如果不是您本人操作，请不必理会。请勿把验证码告诉任何人，工作人员不会向您索要。"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {**DefaultAccountAdapter.error_messages, **WORDS}

    # --- storing -----------------------------------------------------------------------------------------------------

    def new_user(self, request: HttpRequest) -> User:
        """The account to fill in: the device's own where somebody registers on a device that asked anonymously."""
        device: User | None = getattr(request, "device", None)
        return device or User()

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        typed = form.cleaned_data
        with write():
            if user.pk is not None:
                user = actions.claim(user, username=typed["username"], password=typed["password"], name=typed["name"])
                forget_sign_in(request)
            else:
                user.username, user.name = typed["username"], typed["name"]
                user.set_password(typed["password"])
                actions.open_account(user, now=clock.now())
            if typed.get("email"):
                user.email = typed["email"]
                user.save(update_fields=["email"])
            if typed.get("phone"):
                self.set_phone(user, typed["phone"], False)
        return user

    def get_login_stages(self) -> list[str]:
        ours = {
            "allauth.account.stages.PhoneVerificationStage": "zhengwutong.people.stages.PhoneVerificationStage",
            "allauth.account.stages.EmailVerificationStage": "zhengwutong.people.stages.EmailVerificationStage",
        }
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    # --- sessions ----------------------------------------------------------------------------------------------------

    def login(self, request: HttpRequest, user: User) -> None:
        """Every way in ends here: a device stays for a year, staff for a working day, citizens as the settings say."""
        super().login(request, user)
        request.session.set_expiry(DEVICE_SESSION if user.anonymous else None if user.is_citizen else STAFF_SESSION)

    # --- guessing ----------------------------------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses when this account was guessed at too often: from this address, or from all of them together."""
        times, seconds = WRONG_PASSWORDS
        if limits.spent("wrong-password", meant(credentials), times=times, seconds=seconds, now=clock.now()):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        times, seconds = WRONG_PASSWORDS
        with suppress(TooFast):  # whoever comes next is told
            limits.spend("wrong-password", meant(credentials), times=times, seconds=seconds, now=clock.now())

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Whose failures count together: one account's at one address, so that nobody locks another out from afar."""
        return f"{limits.neighbourhood(request.META.get('REMOTE_ADDR', ''))} {meant(credentials)}"

    # --- examining ---------------------------------------------------------------------------------------------------

    def clean_username(self, username: str, shallow: bool = False) -> str:
        cleaned: str = super().clean_username(names.examined_username(username), shallow)
        return cleaned

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        """A number as people write it; `clean_phone` brings it to E.164."""
        return PhoneField(**{**kwargs, "validators": [MaxLengthValidator(24)]})

    def clean_phone(self, phone: str) -> str:
        return e164(phone)

    # --- telephone numbers -------------------------------------------------------------------------------------------

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def get_user_by_phone(self, phone: str) -> User | None:
        """Whoever proved this number; one that was only typed belongs to nobody."""
        return User.objects.filter(phone=phone, phone_verified=True).first()

    # --- sending -----------------------------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Our own words instead of allauth's templates; nothing the asker typed is repeated in them."""
        subject, text = MAILS[template_prefix]
        messages.send_mail(email, SIGNATURE + subject, f"{text.format(code=context.get('code', ''))}\n\n{NOT_ASKED}\n")

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        messages.send_text(phone, f"{SIGNATURE}验证码 {code}，请勿告诉他人。")

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        messages.send_text(phone, f"{SIGNATURE}有人用此号码登录，但它没有绑定账号。如非本人操作请不必理会。")

    def send_account_already_exists_sms(self, phone: str) -> None:
        messages.send_text(phone, f"{SIGNATURE}此号码已经注册，请直接登录。如非本人操作请不必理会。")


def meant(credentials: dict[str, Any]) -> str:
    """The account somebody tries to enter, by whichever of its names."""
    return next((f"{name} {credentials[name]}".lower() for name in NAMES if credentials.get(name)), "")


def forget_sign_in(request: HttpRequest) -> None:
    """The password has changed: without this Django would empty the session, and the code asked for with it."""
    for key in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY):
        request.session.pop(key, None)


def e164(number: str) -> str:
    """A telephone number as +8613800000000; without a country code it is a mainland one."""
    try:
        parsed = phonenumbers.parse(number, "CN")
    except phonenumbers.NumberParseException as error:
        raise wrong_number() from error
    if not phonenumbers.is_valid_number(parsed):
        raise wrong_number()
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def wrong_number() -> ValidationError:
    return ValidationError("手机号的格式不对。", code="invalid_phone")


def shown_name(user: User) -> str:
    """How allauth's answers call somebody (ACCOUNT_USER_DISPLAY)."""
    return user.name
