"""`with floor(home) as here:` the running floor's database, or one started for the duration."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.utils import timezone

from watchfloor.cli.django_ready import point_django_at
from watchfloor.cli.parts import AnyGround
from watchfloor.cli.prepare import migrate
from watchfloor.cli.running import running_url
from watchfloor.embedded.errors import FloorError
from watchfloor.embedded.ground import find_ground
from watchfloor.embedded.home import Home, Lock
from watchfloor.embedded.roles import APP
from watchfloor.platform.accounts import signing

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Floor:
    """What a command works on. `url` is where the web process answers, if one runs."""

    ground: AnyGround
    url: str | None

    @property
    def home(self) -> Home:
        return self.ground.home


@contextmanager
def floor(home: str | None, *, migrates: bool = True) -> Iterator[Floor]:
    """Point Django at the floor in `home`, which is started and stopped if it is not running.

    Unless it `migrates`, one that is started keeps the tables that it has.
    """
    ground = find_ground(Home.at(home))
    lock = Lock(ground.home)
    serving = _take_or_wait(lock, ground)
    if not serving:
        lock.be_guest()
    try:
        if serving:
            ground.start()
        point_django_at(ground)
        if serving and migrates:
            migrate()
            signing.ensure_first_admin(timezone.now())
        yield Floor(ground, None if serving else running_url(ground.home))
    finally:
        if serving:
            lock.wait_for_guests()
            ground.stop()
        lock.release()


def _take_or_wait(lock: Lock, ground: AnyGround) -> bool:
    """Return True when we are to serve the home, False once another's server can be used."""
    deadline = time.monotonic() + PATIENCE
    while not lock.take():
        if _is_migrated(ground):
            return False
        if time.monotonic() > deadline:
            raise FloorError(f"another command holds {ground.home.path} and does not get ready")
        time.sleep(0.1)
    return True


def _is_migrated(ground: AnyGround) -> bool:
    try:
        with psycopg.connect(ground.address.dsn(APP)) as connection:
            row = connection.execute("SELECT to_regclass('queue_message')").fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and row[0] is not None
