"""The folder a floor lives in: data, secrets, logs, its version, and the lock of who runs it."""

import fcntl
import hashlib
import json
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from watchfloor import __version__
from watchfloor.embedded.account import Account, give, reaches
from watchfloor.embedded.errors import Misuse
from watchfloor.embedded.keep import kept, make_folder, write_private

ROOT_HOME = Path("/var/lib/watchfloor")
# sockaddr_un holds 107 bytes; ".s.PGSQL.5432" and its lock file need the rest.
LONGEST_SOCKET_DIR = 88
PRIVATE = 0o700
PASSABLE = 0o711


def default_home() -> Path:
    """Return WATCHFLOOR_HOME, else the platform's place for a user's data."""
    if chosen := os.environ.get("WATCHFLOOR_HOME"):
        return Path(chosen)
    if os.geteuid() == 0:
        return ROOT_HOME
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "watchfloor"
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "watchfloor"


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below one absolute folder. Nothing is made before `prepare`."""

    path: Path

    @classmethod
    def at(cls, path: str | Path | None) -> "Home":
        return cls(Path(path or default_home()).expanduser().absolute())

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def evidence(self) -> Path:
        """Pictures and clips of incidents: files that the database only names."""
        return Path(os.environ.get("WATCHFLOOR_EVIDENCE_FOLDER") or self.path / "evidence")

    @property
    def running(self) -> Path:
        """What the running floor says of itself: pid, url, addresses of its parts."""
        return self.path / "running.json"

    @property
    def secret_key_file(self) -> Path:
        return self.secrets / "secret.key"

    @property
    def pointer(self) -> Path:
        """Names the folder of the database where it cannot lie in the home."""
        return self.path / "database.location"

    def prepare(self, account: Account | None) -> None:
        """Make the folders and the signing key; refuse a home of a newer version."""
        try:
            make_folder(self.path, PASSABLE if account else PRIVATE)
            for folder in (self.secrets, self.logs):
                make_folder(folder, PRIVATE)
        except OSError as error:
            raise Misuse(
                f"cannot use {self.path} as home ({error.strerror}): pass --home"
            ) from error
        self._check_version()
        kept(self.secret_key_file, lambda: secrets.token_urlsafe(48))

    def database_folder(self, account: Account | None) -> Path:
        """Return the folder for the server's data, made if need be and open to `account`.

        Where the home is closed to the account, no mode is changed: the data then lies below
        /var/lib/watchfloor/pg and the home keeps a pointer to it.
        """
        folder = self._known_database_folder() or self._new_database_folder(account)
        make_folder(folder, PASSABLE if account else PRIVATE)
        if not reaches(folder, account):
            raise Misuse(f"{folder} is closed to the account PostgreSQL runs as: open it")
        return folder

    def _known_database_folder(self) -> Path | None:
        if self.pointer.exists():
            return Path(self.pointer.read_text().strip())
        inside = self.path / "database"
        return inside if inside.exists() else None

    def _new_database_folder(self, account: Account | None) -> Path:
        if reaches(self.path, account):
            return self.path / "database"
        make_folder(ROOT_HOME, PASSABLE)
        make_folder(ROOT_HOME / "pg", PASSABLE)
        # The random part keeps a home that was deleted and made anew from finding old data.
        folder = ROOT_HOME / "pg" / f"{self._id()}-{secrets.token_hex(4)}"
        return Path(kept(self.pointer, lambda: f"{folder}\n").strip())

    def socket_dir(self, account: Account | None, database_folder: Path) -> Path:
        """Return a private folder for the socket, whose path the kernel can take."""
        folder = database_folder / "socket"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_DIR:
            folder = _short_base() / f"watchfloor-{os.geteuid()}-{self._id()}"
        folder.mkdir(mode=PRIVATE, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in {0, os.geteuid(), _uid(account)}:
            raise Misuse(f"{folder} belongs to somebody else: remove it")
        folder.chmod(PRIVATE)
        give(folder, account)
        return folder

    def record_version(self, postgres_major: int) -> None:
        described = {"version": __version__, "postgres_major": postgres_major}
        write_private(self.path / "home.json", json.dumps(described))

    def version(self) -> str | None:
        described = self.path / "home.json"
        return json.loads(described.read_text())["version"] if described.exists() else None

    def _check_version(self) -> None:
        version = self.version()
        if version is not None and is_newer(version, __version__):
            raise Misuse(
                f"{self.path} was last used by watchfloor {version} and this is {__version__}: "
                "use the newer program, or another --home"
            )

    def _id(self) -> str:
        return hashlib.sha256(os.fsencode(self.path.resolve())).hexdigest()[:16]


class Lock:
    """Held by the one process that serves a home; freed by the kernel when it dies.

    Others who use the server meanwhile are its guests: who serves can wait until they have left.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._held: list[IO[str]] = []

    def take(self) -> bool:
        """Try to become the one who serves; False when somebody else is."""
        return self._flock("lock", fcntl.LOCK_EX | fcntl.LOCK_NB)

    def be_guest(self) -> None:
        self._flock("guests", fcntl.LOCK_SH)

    def wait_for_guests(self) -> None:
        self._flock("guests", fcntl.LOCK_EX)

    def release(self) -> None:
        while self._held:
            self._held.pop().close()

    def _flock(self, name: str, how: int) -> bool:
        file = (self._home.path / name).open("a+")
        try:
            fcntl.flock(file, how)
        except BlockingIOError:
            file.close()
            return False
        self._held.append(file)
        return True


def _short_base() -> Path:
    runtime = Path(f"/run/user/{os.geteuid()}")
    return runtime if os.geteuid() != 0 and runtime.is_dir() else Path("/tmp")  # noqa: S108


def _uid(account: Account | None) -> int:
    return account.uid if account else os.geteuid()


def is_newer(version: str, than: str) -> bool:
    return _as_numbers(version) > _as_numbers(than)


def _as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
