"""`key`, `tenant`, `user` and `audit` as scripts use them, on a running floor."""

import json
import re

import httpx
import psycopg
import pytest

from tests.cli.conftest import RunningFloor
from tests.commands import command as watchfloor
from tests.processes import happens_within
from watchfloor.embedded.ground import lay_ground
from watchfloor.embedded.home import Home
from watchfloor.embedded.roles import OWNER

TOUCH = """UPDATE audit_auditrow SET ip = %(ip)s WHERE action = 'tenant.created'
    AND tenant_id = (SELECT id FROM tenancy_tenant WHERE slug = 'gamma')"""
KEY = re.compile(r"[a-z0-9]{32}\n")


@pytest.fixture
def run(running: RunningFloor, environment: dict[str, str]):  # type: ignore[no-untyped-def]
    def command(*arguments: str):  # type: ignore[no-untyped-def]
        return watchfloor(*arguments, "--home", str(running.home), env=environment)

    return command


def me(running: RunningFloor, key: str) -> httpx.Response:
    return httpx.get(f"{running.url}/api/v1/me", headers={"Authorization": f"Bearer {key}"})


def test_key_create_prints_the_key_alone_and_it_works_at_once(running, run):
    made = run("key", "create", "--name", "probe", "--scope", "ingest,read")

    assert made.returncode == 0
    assert KEY.fullmatch(made.stdout)
    assert me(running, made.stdout.strip()).json()["tenant"]["slug"] == "main"


def test_a_revoked_key_is_refused_by_the_running_floor_within_five_seconds(running, run):
    key = run("key", "create", "--name", "old", "--scope", "read").stdout.strip()
    assert me(running, key).status_code == 200

    assert run("key", "revoke", key[-4:]).returncode == 0

    assert me(running, key).status_code == 401
    listed = json.loads(run("key", "list", "--json").stdout)
    [row] = [row for row in listed if row["last_four"] == key[-4:]]
    assert row["state"] == "revoked"
    assert key not in json.dumps(listed)


def test_misuse_is_told_in_one_line_with_status_2(run):
    for arguments in (
        ("key", "create"),
        ("key", "create", "--name", "n", "--scope", "root"),
        ("key", "revoke", "nonsense", "--tenant", "main"),
    ):
        done = run(*arguments)
        assert done.returncode == 2, arguments
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1, done.stderr


def test_a_tenant_of_its_own_has_keys_of_its_own(running, run):
    assert run("tenant", "create", "beta", "--name", "Beta Guarding").returncode == 0

    key = run("key", "create", "--name", "b", "--tenant", "beta", "--scope", "read").stdout.strip()

    assert me(running, key).json()["tenant"]["name"] == "Beta Guarding"


def test_a_user_comes_in_by_the_link_that_is_printed(running, run):
    link = run("user", "create", "alice@example.com", "--role", "supervisor").stdout.strip()

    with httpx.Client(follow_redirects=True) as browser:
        browser.get(link)
        token = browser.cookies["wf_csrf"]
        browser.post(link, data={"csrfmiddlewaretoken": token}, headers={"Origin": running.url})
        assert browser.get(f"{running.url}/api/v1/me").json()["email"] == "alice@example.com"

        assert run("user", "disable", "alice@example.com").returncode == 0
        assert browser.get(f"{running.url}/api/v1/me").status_code == 401


def test_codes_are_turned_off_for_who_has_them_and_nobody_else(running, run):
    run("user", "create", "carol@example.com")

    without = run("user", "end-codes", "carol@example.com")

    assert without.returncode == 2
    assert "No codes are asked for." in without.stderr


def test_the_trail_is_intact_until_somebody_touches_it(running, run):
    run("tenant", "create", "gamma")
    run("user", "create", "bob@example.com", "--tenant", "gamma")

    def is_sealed() -> bool:
        verified = run("audit", "verify", "--json")
        assert verified.returncode == 0
        return not json.loads(verified.stdout)["gamma"]["unsealed"]

    assert happens_within(is_sealed, seconds=20), "what is altered before it is sealed is not known"
    owner = lay_ground(Home.at(running.home)).address.dsn(OWNER)
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(TOUCH, {"ip": "1"})
        touched = run("audit", "verify", "--json")
        connection.execute(TOUCH, {"ip": ""})

    assert touched.returncode == 1
    flaw = json.loads(touched.stdout)["gamma"]["flaw"]
    assert flaw["sequence"] == 1
    assert flaw["row_id"]
    assert run("audit", "verify").returncode == 0, "other files use this floor"
