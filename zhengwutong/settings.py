"""All settings. Small (SQLite, one process) unless DATABASE_URL and VALKEY_URL say otherwise.

Read from the environment:
  ZHENGWUTONG_DATA    folder for everything that is written (default: var/ beside the package)
  ZHENGWUTONG_SECRET  secret key; made once and kept in the data folder when absent
  ZHENGWUTONG_HOSTS   comma-separated names the service answers to (default: loopback names)
  ZHENGWUTONG_ORIGIN  public origin such as https://zwt.example.cn; https turns on Secure cookies and HSTS
  ZHENGWUTONG_MAIL    smtp://user:password@host:port for codes and notices; without it mail goes to the data folder
  DATABASE_URL        postgresql://user:password@host:port/name
  VALKEY_URL          redis://host:port/0
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

BASE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("ZHENGWUTONG_DATA", BASE / "var")).resolve()
DATABASE_URL = os.environ.get("DATABASE_URL", "")
VALKEY_URL = os.environ.get("VALKEY_URL", "")
ORIGIN = os.environ.get("ZHENGWUTONG_ORIGIN", "")
SECURE = ORIGIN.startswith("https://")


def kept_secret(path: Path) -> str:
    """The secret key of this installation: made on first use, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def database(url: str) -> dict[str, Any]:
    """Django's description of the database: PostgreSQL by URL, else the embedded SQLite with full durability."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "zhengwutong.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 5,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; "
                "PRAGMA mmap_size=268435456; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY",
            },
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or 5432,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5},
    }


SECRET_KEY = os.environ.get("ZHENGWUTONG_SECRET") or kept_secret(DATA / "secret.key")
DEBUG = False
ALLOWED_HOSTS = [
    *os.environ.get("ZHENGWUTONG_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(","),
    *([urlsplit(ORIGIN).hostname or ""] if ORIGIN else []),
]
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
ROOT_URLCONF = "zhengwutong.urls"
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
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "zhengwutong.kernel.endpoint.no_store",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "zhengwutong.kernel.endpoint.CsrfEverywhere",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
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
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/app/assets/.+-[\w-]{8}\.\w+$"

SESSION_ENGINE = "zhengwutong.people.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
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
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
