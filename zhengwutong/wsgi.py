"""The HTTP side as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhengwutong.settings")
application = get_wsgi_application()
