"""All settings. Small (SQLite, one process) unless DATABASE_URL and VALKEY_URL say otherwise.

Read from the environment:
  ZHENGWUTONG_DATA    folder for everything that is written (default: var/ beside the package)
  ZHENGWUTONG_SECRET  secret key; made once and kept in the data folder when absent
  ZHENGWUTONG_HOSTS   comma-separated names the service answers to (default: loopback names)
  ZHENGWUTONG_ORIGIN  public origin such as https://zwt.example.cn; https turns on Secure cookies and HSTS
  ZHENGWUTONG_MAIL    smtp://user:password@host:port for codes and notices; without it mail goes to the data folder
  ZHENGWUTONG_MAIL_FROM  the sender's address on them
  ZHENGWUTONG_SMS     webhook that sends text messages, POST {"to", "text"}; without it they go to the data folder
  ZHENGWUTONG_SECOND_FACTOR  off: administrators may work without a second factor
  ZHENGWUTONG_LOG     debug, info (default), warning, error: from where on the log has a line
  ZHENGWUTONG_NOTICE  seconds between "not ready" and the end of the sockets when told to end (default: 0)
  ZHENGWUTONG_METRICS_TOKEN  what opens /metrics; made once and kept in the data folder when absent
  ZHENGWUTONG_PROXIES  comma-separated addresses of proxies whose X-Forwarded-For is believed (default: this machine)
  ZHENGWUTONG_NO_LIMIT  comma-separated addresses without limits per address (default: this machine)
  ZHENGWUTONG_USER_FRAMES, …  how much is allowed: every name of LIVE_LIMITS and HTTP_LIMITS, see docs/limits.md
  DATABASE_URL        postgresql://user:password@host:port/name
  VALKEY_URL          redis://host:port/0, rediss:// with TLS, or unix:///path
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

BASE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("ZHENGWUTONG_DATA", BASE / "var")).resolve()
DATABASE_URL = os.environ.get("DATABASE_URL", "")
VALKEY_URL = os.environ.get("VALKEY_URL", "")
ORIGIN = os.environ.get("ZHENGWUTONG_ORIGIN", "")
SECURE = ORIGIN.startswith("https://")

DATA.mkdir(parents=True, exist_ok=True)


def kept_secret(path: Path) -> str:
    """A secret of this installation: made on first use, whole or not at all, readable by its owner only."""
    if not path.exists():
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another process was quicker
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def database(url: str) -> dict[str, Any]:
    """Django's description of the database: PostgreSQL by URL, else the embedded SQLite with full durability."""
    if not url:
        return {
            "ENGINE": "zhengwutong.kernel.sqlite",
            "NAME": DATA / "zhengwutong.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 5,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4096; "
                "PRAGMA mmap_size=268435456; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY",
            },
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "zhengwutong.kernel.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or 5432,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # Nobody waits long for a row somebody else holds, for a statement, or for a server that says nothing.
        "OPTIONS": {
            "connect_timeout": 3,
            "options": "-c lock_timeout=4000 -c statement_timeout=4000",
            "patience": 4.5,
        },
    }


SECRET_KEY = os.environ.get("ZHENGWUTONG_SECRET") or kept_secret(DATA / "secret.key")
METRICS_TOKEN = os.environ.get("ZHENGWUTONG_METRICS_TOKEN") or kept_secret(DATA / "metrics.token")
NOTICE = float(os.environ.get("ZHENGWUTONG_NOTICE", "0"))  # seconds
DEBUG = False
ALLOWED_HOSTS = [
    *os.environ.get("ZHENGWUTONG_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(","),
    *([urlsplit(ORIGIN).hostname or ""] if ORIGIN else []),
]
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
ROOT_URLCONF = "zhengwutong.urls"
APPEND_SLASH = False  # an address is what it is
WSGI_APPLICATION = "zhengwutong.wsgi.application"
DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"

INSTALLED_APPS = [
    "zhengwutong.kernel",
    "zhengwutong.journal",
    "zhengwutong.presence",
    "zhengwutong.people",
    "zhengwutong.workdays",
    "zhengwutong.duty",
    "zhengwutong.consult",
    "zhengwutong.cases",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "zhengwutong.people.apps.SessionsConfig",  # allauth.usersessions
]

MIDDLEWARE = [
    "zhengwutong.kernel.requests.named_and_counted",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "zhengwutong.kernel.endpoint.no_store",
    "zhengwutong.people.doors.Sessions",
    "django.middleware.common.CommonMiddleware",
    "zhengwutong.kernel.endpoint.CsrfEverywhere",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "zhengwutong.people.doors.SignInDoors",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "zhengwutong.people.passwords.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# The client is built once and served as it is; what the build named by content never changes.
CLIENT = BASE / "web" / "dist"
STATIC_URL = "/static/app/"
STATIC_ROOT = CLIENT
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/app/assets/.+-[\w-]{8}\.\w+$"

SESSION_ENGINE = "zhengwutong.people.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
KNOWN_COOKIE_NAME = "__Host-known" if SECURE else "known"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "zhengwutong.kernel.endpoint.csrf_failed"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

# --- accounts --------------------------------------------------------------------------------------------------------


def mail(url: str) -> dict[str, Any]:
    """Django's description of the mail server: smtp:// or smtps:// by URL, else a folder."""
    if not url:
        return {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "FOLDER": str(DATA / "mail")}
    parts = urlsplit(url)
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "HOST": parts.hostname or "localhost",
        "PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "SSL": parts.scheme == "smtps",
    }


MAIL = mail(os.environ.get("ZHENGWUTONG_MAIL", ""))
EMAIL_BACKEND = MAIL["BACKEND"]
EMAIL_FILE_PATH = MAIL.get("FOLDER")
EMAIL_HOST, EMAIL_PORT = MAIL.get("HOST", ""), MAIL.get("PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.get("USER", ""), MAIL.get("PASSWORD", "")
EMAIL_USE_SSL = MAIL.get("SSL", False)
EMAIL_USE_TLS = bool(EMAIL_HOST_USER) and not EMAIL_USE_SSL
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("ZHENGWUTONG_MAIL_FROM", "浙江政务通 <noreply@localhost>")
SMS_WEBHOOK = os.environ.get("ZHENGWUTONG_SMS", "")

HEADLESS_ONLY = True
HEADLESS_CLIENTS = ["browser"]
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": "/account/verify-email/{key}",
    "account_reset_password": "/login/reset",
    "account_reset_password_from_key": "/login/reset/{key}",
    "account_signup": "/register",
}
ACCOUNT_ADAPTER = "zhengwutong.people.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "zhengwutong.people.signup.SignUp"
ACCOUNT_USER_DISPLAY = "zhengwutong.people.adapter.shown_name"
ACCOUNT_LOGIN_METHODS = {"username", "email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "phone", "password1*"]  # people.signup makes the e-mail optional
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_PRESERVE_USERNAME_CASING = False  # looked up in one spelling, by the index
# Per account. Per address people.doors counts, more generously, because many people share one.
ACCOUNT_RATE_LIMITS = {
    "signup": "",
    "login": "",
    "login_failed": "5/5m/key",
    "reset_password": "5/10m/key",
    "reset_password_from_key": "",
    "request_login_code": "3/1m/key",
    "verify_phone": "3/1m/key",
    "change_phone": "5/10m/user",
}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
MFA_ADAPTER = "zhengwutong.people.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "浙江政务通"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
USERSESSIONS_TRACK_ACTIVITY = False
SECOND_FACTOR_REQUIRED = os.environ.get("ZHENGWUTONG_SECOND_FACTOR", "on") != "off"
# What one user, and one address, may send per second in the long run and at once, and how many sockets they may hold.
LIVE_LIMITS = {
    name: int(os.environ.get(f"ZHENGWUTONG_{name.upper()}", allowed))
    for name, allowed in {
        "user_frames": 20,
        "user_burst": 60,
        "user_sockets": 20,
        "address_frames": 500,
        "address_burst": 1500,
        "address_sockets": 1000,
    }.items()
}
# How large and how slow a request may be, and how much of the HTTP side one address may take.
HTTP_LIMITS = {
    name: int(os.environ.get(f"ZHENGWUTONG_{name.upper()}", allowed))
    for name, allowed in {
        "head_bytes": 32 * 1024,
        "head_seconds": 15,
        "body_bytes": 256 * 1024,
        "body_seconds": 20,
        "unread_seconds": 20,
        "idle_seconds": 5,
        "address_connections": 1000,
        "address_threads": 6,
        "address_waiting": 200,
    }.items()
}
DATA_UPLOAD_MAX_MEMORY_SIZE = HTTP_LIMITS["body_bytes"]
TRUSTED_PROXIES = os.environ.get("ZHENGWUTONG_PROXIES", "127.0.0.1,::1").split(",")
ADDRESSES_WITHOUT_LIMIT = set(os.environ.get("ZHENGWUTONG_NO_LIMIT", "127.0.0.1,::1").split(","))

DJANGO_RULES = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "zhengwutong.people.passwords.Length"},
    {"NAME": f"{DJANGO_RULES}.CommonPasswordValidator"},
    {
        "NAME": f"{DJANGO_RULES}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {"NAME": "zhengwutong.people.passwords.StaffPassword"},
]

# Who asks wrongly is counted, not written down: a log must not be for strangers to fill.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "zhengwutong.kernel.lines.OneLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "zhengwutong": {"level": os.environ.get("ZHENGWUTONG_LOG", "info").upper()},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
        "uvicorn": {"level": "ERROR"},
    },
}

IN_PROCESS = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 200_000}}
CACHES = {
    "process": {**IN_PROCESS, "LOCATION": "process"},
    "default": {
        "BACKEND": "zhengwutong.kernel.limits.ValkeyCounters",
        "LOCATION": VALKEY_URL,
        "OPTIONS": {"socket_timeout": 1},
    }
    if VALKEY_URL
    else {**IN_PROCESS, "LOCATION": "default"},
}
