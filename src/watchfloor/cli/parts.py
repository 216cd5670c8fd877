"""The processes of a floor: what each runs and which passwords it gets."""

import os
import sys

from watchfloor.embedded.external import ExternalGround
from watchfloor.embedded.ground import Ground, find_ground
from watchfloor.embedded.home import Home
from watchfloor.embedded.roles import APP, INTAKE, OWNER, SYSTEM, VARIABLES
from watchfloor.embedded.supervisor import Part

AnyGround = Ground | ExternalGround
EMBEDDED = "watchfloor.config.settings.embedded"
SCALE = "watchfloor.config.settings.scale"
ROLES_OF_PART = {
    "web": (APP, INTAKE, SYSTEM),
    "pipeline": (APP, SYSTEM),
    "worker": (APP, SYSTEM),
}
# Threads of the worker: what it does is waiting for others.
WORKER_THREADS = "2"
# Two arenas instead of eight per core: 30 MB less for processes with many threads.
LEAN = {"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1"}


def base_environment(ground: AnyGround) -> dict[str, str]:
    """Return what every process of the floor gets: the home and its key, but no password."""
    kept = {k: v for k, v in os.environ.items() if k not in VARIABLES.values()}
    return {
        **kept,
        **LEAN,
        "DJANGO_SETTINGS_MODULE": settings_module(),
        "WATCHFLOOR_HOME": str(ground.home.path),
        "WATCHFLOOR_SECRET_KEY_FILE": str(ground.home.secret_key_file),
    }


def settings_module() -> str:
    """Return the settings to run with: with a Redis named, the ones for many machines."""
    fitting = SCALE if "WATCHFLOOR_REDIS_URL" in os.environ else EMBEDDED
    return os.environ.get("DJANGO_SETTINGS_MODULE", fitting)


def adopt(name: str) -> None:
    """Let this process be part `name`, started by hand or by an init system.

    The supervisor has set all it needs; without it, the home and its database are looked up.
    """
    if VARIABLES[APP] not in os.environ:
        os.environ.update(environment(find_ground(Home.at(None)), *ROLES_OF_PART[name]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())


def environment(ground: AnyGround, *roles: str) -> dict[str, str]:
    return base_environment(ground) | ground.address.environment(*roles)


def preparation(ground: AnyGround, *, short: bool, demo: bool) -> tuple[list[str], dict[str, str]]:
    """Return command and environment of the process that migrates and makes a sign-in link."""
    steps = ["--link"] if short else ["--migrate", "--static", "--link"]
    steps += ["--demo"] if demo else []
    command = _command("prepare", *steps)
    return command, environment(ground, OWNER, SYSTEM, APP)


def web(ground: AnyGround, listening: int, options: list[str], extra: dict[str, str]) -> Part:
    command = _command("web", "--fd", str(listening), *options)
    env = environment(ground, *ROLES_OF_PART["web"]) | extra
    return Part("web", command, env, keep_open=(listening,))


def pipeline(ground: AnyGround) -> Part:
    return Part("pipeline", _command("pipeline"), environment(ground, *ROLES_OF_PART["pipeline"]))


def worker(ground: AnyGround) -> Part:
    return Part("worker", _command("worker"), environment(ground, *ROLES_OF_PART["worker"]))


def demo(ground: AnyGround) -> Part:
    """The story, played from outside through the public HTTP, then running free."""
    command = _command("demo", "story", "--home", str(ground.home.path))
    return Part("demo", command, environment(ground, APP, SYSTEM), once=True)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "watchfloor.cli.main", *arguments]
