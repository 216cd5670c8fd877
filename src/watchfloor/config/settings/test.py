"""Settings of the tests and of the type checker: the embedded ones, with throw-away secrets."""

from __future__ import annotations

import os

os.environ.setdefault("WATCHFLOOR_SECRET_KEY", "only-for-tests-" + "x" * 40)

from watchfloor.config.settings.embedded import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Static files straight from the apps: nothing is gathered for a test.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
