"""A home with its database server: the ground every command stands on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from watchfloor.embedded.account import service_account
from watchfloor.embedded.binaries import find_binaries, reachable_copy
from watchfloor.embedded.database import mark_prepared, prepared_for, provision
from watchfloor.embedded.errors import Misuse
from watchfloor.embedded.external import ExternalGround, external_ground
from watchfloor.embedded.home import Home
from watchfloor.embedded.postgres import SUPERUSER, PostgresServer, never
from watchfloor.embedded.roles import ROLES, Address, password_in


@dataclass(frozen=True, slots=True)
class Ground:
    home: Home
    server: PostgresServer
    address: Address

    def start(self, *, given_up: Callable[[], bool] = never) -> None:
        """Start the server, made first where there is none, with roles and database in it."""
        if not self.server.exists:
            self.server.create(self.address.passwords[SUPERUSER])
        elif self.server.major_of_data != self.server.binaries.major:
            raise Misuse(
                f"{self.home.path} holds PostgreSQL {self.server.major_of_data} data and "
                f"{self.server.binaries.major} is installed: run `watchfloor upgrade` first"
            )
        self.server.start(given_up=given_up)
        try:
            provision(self.address)
        except BaseException:
            self.server.stop()
            raise
        self.home.record_version(self.server.binaries.major)

    def look_after(self, *, given_up: Callable[[], bool] = never) -> None:
        """Start the server again if it fell. Clients reconnect by themselves.

        A full disk may keep it down for hours; it is tried until it comes or we are told to stop.
        """
        process = self.server.process
        if process is not None and process.poll() is not None:
            self.server.start(patience=float("inf"), given_up=given_up)

    def stop(self) -> None:
        self.server.stop()

    def prepared_for(self) -> str | None:
        """Return which code the database was last brought to."""
        return prepared_for(self.address)

    def mark_prepared(self, code: str) -> None:
        mark_prepared(self.address, code)


def lay_ground(home: Home, *, overrides: Mapping[str, str] | None = None) -> Ground:
    """Prepare `home` and say where its server is; nothing runs yet."""
    account = service_account()
    home.prepare(account)
    folder = home.database_folder(account)
    socket_dir = home.socket_dir(account, folder)
    server = PostgresServer(
        binaries=reachable_copy(find_binaries(), account, folder / "programs"),
        data=folder / "data",
        socket_dir=socket_dir,
        log=home.logs / "postgres.log",
        account=account,
        overrides=overrides or {},
    )
    passwords = {role: password_in(home.secrets, role) for role in (SUPERUSER, *ROLES)}
    return Ground(home, server, Address(socket_dir, passwords))


def find_ground(home: Home) -> Ground | ExternalGround:
    """Return where this home's data is: in the server the environment names, or in our own."""
    return external_ground(home) or lay_ground(home)
