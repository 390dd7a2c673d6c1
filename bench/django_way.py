"""The same tables by Django REST Framework, as a newsroom that writes Python might have them.

Models that Django doesn't manage, nested serializers, `select_related` and `prefetch_related`, a
connection that is kept by each thread; no authentication, no middleware. Its documents have the
same parts, but for what takes code of its own: inherited verdicts, labels and instants.
"""

import os
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path


def _database() -> dict[str, Any]:
    url = urlsplit(os.environ["DATABASE_URL"])
    asked = {name: found[0] for name, found in parse_qs(url.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.removeprefix("/"),
        "USER": url.username,
        "PASSWORD": url.password or "",
        "HOST": asked.get("host", url.hostname or ""),
        "PORT": asked.get("port", str(url.port or "")),
        "CONN_MAX_AGE": None,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": _database()},
    INSTALLED_APPS=["rest_framework"],
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="for measuring alone",
    USE_TZ=True,
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
    },
)
django.setup()

from bench import django_views as views  # noqa: E402 -- Django's settings come first

urlpatterns = [
    path("healthz", lambda _: HttpResponse("ok")),
    path("v1/statements", views.Statements.as_view()),
    path("v1/statements/<uuid:pk>", views.OneStatement.as_view()),
]
application = get_wsgi_application()
