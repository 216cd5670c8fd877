"""The processes of a floor: what each runs and which passwords it gets."""

import os
import sys

from watchfloor.embedded.ground import Ground
from watchfloor.embedded.roles import APP, INTAKE, OWNER, SYSTEM, VARIABLES
from watchfloor.embedded.supervisor import Part

SETTINGS = "watchfloor.config.settings.embedded"
# Threads of the worker: what it does is waiting for others.
WORKER_THREADS = "2"
# Two arenas instead of eight per core: 30 MB less for processes with many threads.
LEAN = {"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1"}


def base_environment(ground: Ground) -> dict[str, str]:
    """Return what every process of the floor gets: the home and its key, but no password."""
    kept = {k: v for k, v in os.environ.items() if k not in VARIABLES.values()}
    return {
        **kept,
        **LEAN,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS),
        "WATCHFLOOR_HOME": str(ground.home.path),
        "WATCHFLOOR_SECRET_KEY_FILE": str(ground.home.secret_key_file),
    }


def environment(ground: Ground, *roles: str) -> dict[str, str]:
    return base_environment(ground) | ground.address.environment(*roles)


def preparation(ground: Ground, *, short: bool) -> tuple[list[str], dict[str, str]]:
    """Return command and environment of the process that migrates and makes a sign-in link."""
    steps = ["--link"] if short else ["--migrate", "--static", "--link"]
    command = _command("prepare", *steps)
    return command, environment(ground, OWNER, SYSTEM, APP)


def web(ground: Ground, listening: int, options: list[str], extra: dict[str, str]) -> Part:
    command = _command("web", "--fd", str(listening), *options)
    env = environment(ground, APP, INTAKE, SYSTEM) | extra
    return Part("web", command, env, keep_open=(listening,))


def pipeline(ground: Ground) -> Part:
    return Part("pipeline", _command("pipeline"), environment(ground, APP, SYSTEM))


def worker(ground: Ground) -> Part:
    return Part("worker", _command("worker"), environment(ground, APP, SYSTEM))


def demo(ground: Ground) -> Part:
    """The story, played from outside through the public HTTP, then running free."""
    command = _command("demo", "story", "--home", str(ground.home.path))
    return Part("demo", command, environment(ground, APP, SYSTEM), once=True)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "watchfloor.cli.main", *arguments]
