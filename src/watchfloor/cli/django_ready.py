"""Sets Django up on import; the group in `main` imports it before a command that has models.

Which home a command works on is known only when its options are read, so settings begin with
stand-ins, and `point_django_at` puts the real database and key in before anything is used.
"""

import os
import secrets

import django
from django.conf import settings
from django.db import connections

from watchfloor.cli.parts import AnyGround, settings_module
from watchfloor.config.environ import env_database
from watchfloor.embedded.roles import APP, INTAKE, OWNER, ROLES, SYSTEM, VARIABLES
from watchfloor.platform import logs

ALIASES = {"default": APP, "system": SYSTEM, "owner": OWNER}


def point_django_at(ground: AnyGround) -> None:
    """Let Django's connections and the processes we start work on `ground`."""
    os.environ.update(ground.address.environment(*ROLES))
    os.environ["WATCHFLOOR_HOME"] = str(ground.home.path)
    os.environ["WATCHFLOOR_SECRET_KEY"] = ground.home.secret_key_file.read_text()
    for alias, role in ALIASES.items():
        connections[alias].close()
        connections[alias].settings_dict.update(env_database(VARIABLES[role]))
    settings.WATCHFLOOR_DB_INTAKE = os.environ[VARIABLES[INTAKE]]
    settings.SECRET_KEY = os.environ["WATCHFLOOR_SECRET_KEY"]
    settings.WATCHFLOOR_HOME = ground.home.path


os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())
if not {"WATCHFLOOR_SECRET_KEY", "WATCHFLOOR_SECRET_KEY_FILE"} & os.environ.keys():
    os.environ["WATCHFLOOR_SECRET_KEY"] = secrets.token_urlsafe(48)
django.setup()
logs.configure("cli", level="WARNING")  # to standard error: standard output is the answer
