"""A floor in one file: its database, its signing key and the anchors of its audit chain.

A tar of `manifest.json` (versions, rows of each table, checksums), `database.dump` (pg_dump's own
format), `secret.key`, `audit-anchors/*.json` and the files of `evidence/`. The dump and the counts
are of one snapshot.
Whoever has the file has the floor: it is written with mode 0600.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from watchfloor import __version__
from watchfloor.cli import parts
from watchfloor.cli.parts import AnyGround
from watchfloor.embedded.binaries import find_binaries
from watchfloor.embedded.errors import FloorError, Misuse
from watchfloor.embedded.home import Lock
from watchfloor.embedded.keep import make_folder, write_private
from watchfloor.embedded.roles import APP, OWNER, SYSTEM

FORMAT = 1
MANIFEST, DUMP, KEY, ANCHORS = "manifest.json", "database.dump", "secret.key", "audit-anchors"
EVIDENCE = "evidence"
_ANCHOR = re.compile(rf"{ANCHORS}/[0-9]+\.json")
_ATTACHMENT = re.compile(rf"{EVIDENCE}/[0-9]+/[0-9a-f]{{2}}/[0-9a-f]{{64}}")
# What wakes workers is not worth keeping, and is gone after a crash as well.
NOT_KEPT = "queue_message"
_TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relnamespace = 'public'::regnamespace AND c.relname <> %s
ORDER BY 1
"""
_VARIABLES = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD",
    "dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manifest:
    """`rows` by table, `sha256` by file."""

    format: int
    version: str
    postgres_major: int
    created_at: str
    rows: Mapping[str, int]
    sha256: Mapping[str, str]


@contextmanager
def standing(ground: AnyGround) -> Iterator[None]:
    """Use the database of a running floor, or start it for the duration, as it is."""
    lock = Lock(ground.home)
    serving = lock.take()
    if not serving:
        lock.be_guest()
    try:
        if serving:
            ground.start()
        yield
    finally:
        if serving:
            lock.wait_for_guests()
            ground.stop()
        lock.release()


def write(ground: AnyGround, target: Path) -> Manifest:
    """Write the floor whose database runs into `target`, whole or not at all."""
    if target.exists():
        raise Misuse(f"{target} exists: name another file")
    work = target.with_name(f".{target.name}.{os.getpid()}")
    dump, unfinished = work.with_suffix(".dump"), work.with_suffix(".tar")
    try:
        major, rows = _dump(ground, dump)
        contents = {
            DUMP: dump,
            KEY: ground.home.secret_key_file,
            **_anchors(ground),
            **_evidence(ground),
        }
        manifest = Manifest(
            format=FORMAT,
            version=ground.home.version() or __version__,
            postgres_major=major,
            created_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            rows=rows,
            sha256={name: _sha256(path) for name, path in contents.items()},
        )
        _pack(unfinished, manifest, contents)
        unfinished.replace(target)
    finally:
        dump.unlink(missing_ok=True)
        unfinished.unlink(missing_ok=True)
    return manifest


def unpack(source: Path, folder: Path) -> Manifest:
    """Take the files of an archive to `folder`; raise `Misuse` unless each is what was written."""
    make_folder(folder, 0o700)
    try:
        with tarfile.open(source, "r:") as archive:
            manifest = _read_manifest(archive, source)
            for name in manifest.sha256:
                _take(archive, name, folder)
    except (tarfile.TarError, KeyError, OSError) as error:
        raise Misuse(f"{source} is not a whole backup: {error}") from error
    for name, expected in manifest.sha256.items():
        if _sha256(folder / name) != expected:
            raise Misuse(f"{source} is damaged: {name} is not what was written")
    return manifest


def load(ground: AnyGround, folder: Path, manifest: Manifest) -> None:
    """Fill the empty database that runs from an unpacked archive, and count what came."""
    dsn = ground.address.dsn(OWNER)
    options = ["--no-owner", "--exit-on-error", "--single-transaction"]
    database = str(conninfo_to_dict(dsn)["dbname"])
    _run(["pg_restore", *options, "--dbname", database, str(folder / DUMP)], dsn)
    with psycopg.connect(dsn) as connection:
        rows = _count(connection)
    if rows != manifest.rows:
        differ = sorted(t for t in {*rows, *manifest.rows} if rows.get(t) != manifest.rows.get(t))
        raise FloorError(f"not all rows came back: look at {', '.join(differ)}")


def migrate(ground: AnyGround) -> None:
    """Bring the database that runs to this version, in a process of its own."""
    command = [sys.executable, "-m", "watchfloor.cli.main", "prepare", "--migrate"]
    environment = os.environ | parts.environment(ground, OWNER, SYSTEM, APP)
    done = subprocess.run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise FloorError(f"migration failed: {done.stderr.strip()[-2000:]}")


def _dump(ground: AnyGround, file: Path) -> tuple[int, dict[str, int]]:
    """Dump one snapshot; return the server's major version and the rows of each table.

    The owner's policies show it all rows, so row security stays on.
    """
    dsn = ground.address.dsn(OWNER)
    with psycopg.connect(dsn) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        [snapshot] = connection.execute("SELECT pg_export_snapshot()").fetchone() or [""]
        make_private(file)
        options = [
            "--format=custom", "--compress=1", "--no-owner", "--enable-row-security",
            f"--snapshot={snapshot}", f"--exclude-table-data={NOT_KEPT}", f"--file={file}",
        ]  # fmt: skip
        _run(["pg_dump", *options], dsn)
        return connection.info.server_version // 10_000, _count(connection)


def _count(connection: psycopg.Connection) -> dict[str, int]:
    rows = {}
    for (table,) in connection.execute(_TABLES, (NOT_KEPT,)).fetchall():
        count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        [rows[table]] = connection.execute(count).fetchone() or (0,)
    return rows


def remove_tree(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def make_private(file: Path) -> None:
    """Make the file ours alone before anything is in it."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _run(command: list[str], dsn: str) -> None:
    """Run a program of PostgreSQL; the password travels in the environment, not in the list."""
    program = find_binaries().program(command[0])
    if not program.exists():
        raise Misuse(f"{program} is missing: install PostgreSQL's client programs")
    known = {_VARIABLES[k]: str(v) for k, v in conninfo_to_dict(dsn).items() if k in _VARIABLES}
    done = subprocess.run(  # noqa: S603
        [program, *command[1:]],
        env={**os.environ, **known},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise FloorError(f"{command[0]} failed: {done.stderr.strip()[-2000:]}")


def _anchors(ground: AnyGround) -> dict[str, Path]:
    found = sorted((ground.home.path / ANCHORS).glob("*.json"))
    return {f"{ANCHORS}/{path.name}": path for path in found}


def _evidence(ground: AnyGround) -> dict[str, Path]:
    """Return the files that attachments refer to; what is unfinished stays behind."""
    folder = ground.home.evidence
    found = {f"{EVIDENCE}/{path.relative_to(folder)}": path for path in folder.glob("*/??/*")}
    return {name: path for name, path in sorted(found.items()) if _ATTACHMENT.fullmatch(name)}


def _pack(target: Path, manifest: Manifest, contents: Mapping[str, Path]) -> None:
    described = target.with_suffix(".json")
    write_private(described, json.dumps(asdict(manifest), indent=2))
    make_private(target)
    try:
        with tarfile.open(target, "w:") as archive:
            for name, path in {MANIFEST: described, **contents}.items():
                archive.add(path, name, filter=_ours_alone)
        with target.open("rb") as written:
            os.fsync(written.fileno())
    finally:
        described.unlink()


def _ours_alone(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mode, member.uid, member.gid, member.uname, member.gname = 0o600, 0, 0, "", ""
    return member


def _read_manifest(archive: tarfile.TarFile, source: Path) -> Manifest:
    file = archive.extractfile(MANIFEST)
    try:
        described = json.load(file) if file else {}
        if described.get("format") != FORMAT:
            raise Misuse(f"{source} is of another format: use the program that wrote it")
        return Manifest(**described)
    except (ValueError, TypeError, AttributeError) as error:
        raise Misuse(f"{source} is not a backup of a floor") from error


def _take(archive: tarfile.TarFile, name: str, folder: Path) -> None:
    is_ours = name in {DUMP, KEY} or _ANCHOR.fullmatch(name) or _ATTACHMENT.fullmatch(name)
    if not is_ours:
        raise Misuse(f"the backup names a file that does not belong there: {name!r}")
    (folder / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    archive.extract(name, folder, filter="data")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
