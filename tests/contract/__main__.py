"""`python -m tests.contract [EXAMPLES] [--postgresql]`: the long fuzzing of the HTTP contract."""

from __future__ import annotations

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.contract.fuzz import main  # needs the settings

    sys.exit(main())
