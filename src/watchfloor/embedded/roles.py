"""The four roles of the database, their passwords and the addresses that carry them.

wf_owner   owns every table; migrations, backup
wf_app     reads and writes inside one tenant
wf_intake  writes reports and identities, reads identities only
wf_system  the listed work that crosses tenants

None is a superuser or passes by row-level security. The cluster's superuser makes roles and
databases and does nothing else.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from watchfloor.embedded.keep import kept

OWNER, APP, INTAKE, SYSTEM = "wf_owner", "wf_app", "wf_intake", "wf_system"
ROLES = (OWNER, APP, INTAKE, SYSTEM)
DATABASE = "watchfloor"
VARIABLES = {
    OWNER: "WATCHFLOOR_DB_OWNER",
    APP: "WATCHFLOOR_DB_APP",
    INTAKE: "WATCHFLOOR_DB_INTAKE",
    SYSTEM: "WATCHFLOOR_DB_SYSTEM",
}
SCRAM_ROUNDS = 4096
PASSWORD_BYTES = 32


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is and how to enter it, but not as whom."""

    socket_dir: Path
    passwords: Mapping[str, str]
    database: str = DATABASE

    def dsn(self, role: str, database: str | None = None) -> str:
        login = f"{role}:{quote(self.passwords[role], safe='')}"
        query = urlencode({"host": str(self.socket_dir)}, quote_via=quote)  # libpq knows no "+"
        return f"postgresql://{login}@/{database or self.database}?{query}"

    def environment(self, *roles: str) -> dict[str, str]:
        """Return the variables for a process that may act as `roles` and as nobody else."""
        return {VARIABLES[role]: self.dsn(role) for role in roles}


def password_in(folder: Path, role: str) -> str:
    """Return the password kept for `role`, made at the first call; only we may read the file."""
    return kept(folder / f"{role}.password", lambda: secrets.token_urlsafe(PASSWORD_BYTES))


def role_statements(passwords: Mapping[str, str]) -> list[str]:
    """Return SQL that makes the roles, or gives them these passwords where they exist.

    Passwords go in as SCRAM verifiers: neither a server log nor a printed script can leak them.
    """
    statements = []
    for role in ROLES:
        verifier = scram_verifier(passwords[role], salt=secrets.token_bytes(16))
        statements += [
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
            f"THEN CREATE ROLE {role} LOGIN; END IF; END $$",
            f"ALTER ROLE {role} LOGIN PASSWORD '{verifier}'",
        ]
    return statements


def database_statements(database: str) -> list[str]:
    """Return SQL, for its superuser or owner, that lets our roles and nobody else in."""
    return [
        f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC',
        *(f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO {role}' for role in ROLES),
    ]


def scram_verifier(password: str, *, salt: bytes) -> str:
    """Return what PostgreSQL stores for an ASCII `password` (RFC 5803)."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, SCRAM_ROUNDS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    parts = [_base64(salt), _base64(hashlib.sha256(client_key).digest()), _base64(server_key)]
    return "SCRAM-SHA-256${}:{}${}:{}".format(SCRAM_ROUNDS, *parts)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
