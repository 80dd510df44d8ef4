"""The WSGI entry point: `gunicorn swvportal.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "swvportal.settings")

application = get_wsgi_application()
