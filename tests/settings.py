"""The settings of an installation, with what only in-process tests may have: cheap passwords, a database in a file."""

import os
from pathlib import Path

from zhengwutong.settings import *  # noqa: F403
from zhengwutong.settings import DATA, DATABASES, MIDDLEWARE

# Argon2 takes its time on purpose; the tests of sign-in itself go through a real process with the real settings.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if not os.environ.get("DATABASE_URL"):
    # A file, not memory: threads of the product must see one another's commits as they do in an installation.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA) / "test.sqlite3")}
else:
    # Every table is emptied between two tests, which is no request and may take its time.
    DATABASES["default"]["OPTIONS"] |= {"options": "-c lock_timeout=4000 -c statement_timeout=30000", "patience": 31}

# Everything that is said to anybody is searched for what is not his.
MIDDLEWARE = ["tests.access.recorder.Answers", *MIDDLEWARE]

# Each window is a client of its own, and looking through all files for each would take longer than most tests do.
WHITENOISE_AUTOREFRESH = True
