"""A PostgreSQL that somebody else runs: WATCHFLOOR_DATABASE_URL says where.

The four roles enter with passwords kept in the home, or with whole addresses of their own in
WATCHFLOOR_DB_APP, _INTAKE, _SYSTEM and _OWNER. WATCHFLOOR_OWNER_DATABASE_URL is the login that may
make roles; only `watchfloor migrate` uses it.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg

from watchfloor.embedded.database import run_statements
from watchfloor.embedded.errors import Misuse
from watchfloor.embedded.home import Home
from watchfloor.embedded.postgres import never
from watchfloor.embedded.roles import (
    APP,
    OWNER,
    ROLES,
    VARIABLES,
    database_statements,
    password_in,
    role_statements,
)

URL = "WATCHFLOOR_DATABASE_URL"
OWNER_URL = "WATCHFLOOR_OWNER_DATABASE_URL"
SCHEMES = {"postgresql", "postgres"}
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class ExternalAddress:
    url: str
    passwords: Mapping[str, str]

    def dsn(self, role: str) -> str:
        """Return the address that `role` was given, else the common one with its password."""
        if given := os.environ.get(VARIABLES[role]):
            return given
        parts = urlsplit(self.url)
        password = self.passwords[role]
        if parts.username == role and parts.password is not None:
            password = unquote(parts.password)
        place = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{role}:{quote(password, safe='')}@{place}"))

    def environment(self, *roles: str) -> dict[str, str]:
        return {VARIABLES[role]: self.dsn(role) for role in roles}

    @property
    def database(self) -> str:
        return unquote(urlsplit(self.url).path.lstrip("/"))


@dataclass(frozen=True, slots=True)
class ExternalGround:
    """What `Ground` is for a server of our own, where nothing is ours to start or stop."""

    home: Home
    address: ExternalAddress

    def start(self, *, given_up: Callable[[], bool] = never) -> None:
        """Wait for the server, which may be starting too; make the roles if we are allowed to."""
        if OWNER_URL in os.environ:
            set_up_roles(self)
        deadline = time.monotonic() + PATIENCE
        while (why := self._why_not()) is not None and not given_up():
            if time.monotonic() > deadline:
                raise Misuse(f"the database of {URL} does not let wf_app in: {why}")
            time.sleep(0.5)

    def look_after(self, *, given_up: Callable[[], bool] = never) -> None:
        """Nothing to do: who runs the server looks after it."""

    def stop(self) -> None:
        """Nothing to do: it goes on without us."""

    def prepared_for(self) -> str | None:
        return None  # other floors use the database too: look at the migrations each time

    def mark_prepared(self, code: str) -> None:
        """Leave no note, see `prepared_for`."""

    def _why_not(self) -> str | None:
        try:
            psycopg.connect(self.address.dsn(APP)).close()
        except psycopg.OperationalError as error:
            return " ".join(str(error).split())
        return None


def external_ground(home: Home) -> ExternalGround | None:
    """Return the ground that the environment names, or None when we run a server of our own."""
    url = os.environ.get(URL)
    if url is None:
        return None
    if urlsplit(url).scheme not in SCHEMES or not urlsplit(url).path.strip("/"):
        raise Misuse(f"{URL} must look like postgresql://host/database")
    home.prepare(None)
    passwords = {role: password_in(home.secrets, role) for role in ROLES}
    return ExternalGround(home, ExternalAddress(url, passwords))


def setup_statements(address: ExternalAddress) -> list[str]:
    """Return the SQL that an administrator of the server runs once, before the first migration."""
    return [
        *role_statements(address.passwords),
        *database_statements(address.database),
        f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}",
    ]


def set_up_roles(ground: ExternalGround) -> None:
    """Make the roles with WATCHFLOOR_OWNER_DATABASE_URL, unless they can enter already."""
    if all(_may_enter(ground.address.dsn(role)) for role in ROLES):
        return
    login = os.environ.get(OWNER_URL)
    cure = "run what `watchfloor migrate --print-sql` prints as its administrator, then try again"
    if login is None:
        raise Misuse(f"the roles are missing from the database: set {OWNER_URL}, or {cure}")
    try:
        run_statements(login, setup_statements(ground.address))
    except psycopg.errors.InsufficientPrivilege as error:
        raise Misuse(f"{OWNER_URL} may not make roles: {cure}") from error
    except psycopg.OperationalError as error:
        raise Misuse(f"{OWNER_URL} does not connect: {error}") from error


def _may_enter(dsn: str) -> bool:
    try:
        psycopg.connect(dsn).close()
    except psycopg.OperationalError:
        return False
    return True
