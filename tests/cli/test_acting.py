"""`api` and `incidents`: the work done from a shell; the audit says by whose account."""

import json
import os
import pwd

import pytest

from tests.cli.conftest import RunningFloor
from tests.commands import command as watchfloor

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def run(running: RunningFloor, environment: dict[str, str]):  # type: ignore[no-untyped-def]
    environment = {name: value for name, value in environment.items() if name != "SUDO_USER"}

    def command(*arguments: str):  # type: ignore[no-untyped-def]
        return watchfloor(*arguments, "--home", str(running.home), env=environment)

    return command


def said(done):  # type: ignore[no-untyped-def]
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_act_by_the_command_line_is_done_and_names_the_account(run):
    body = json.dumps({"title": "Smoke, told by phone", "severity": "HIGH"})
    opened = said(run("api", "POST", "incidents", "--data", body, "--json"))
    done = run("incidents", "acknowledge", f"INC-{opened['number']}")
    run("incidents", "comment", str(opened["number"]), "fire brigade is on its way")
    over = said(run("incidents", "resolve", opened["id"], "--text", "toast", "--json"))

    assert "ACKNOWLEDGED" in done.stdout
    assert (over["state"], over["resolution"]) == ("RESOLVED", "toast")
    path = f"/api/v1/audit?object_id={opened['id']}"
    rows = said(run("api", "GET", path, "--json"))["items"]
    assert {(row["actor_kind"], row["actor_id"]) for row in rows} == {("operator", ME)}
    assert [row["action"] for row in reversed(rows)] == [
        "incident.opened",
        "incident.acknowledged",
        "incident.commented",
        "incident.resolved",
    ]
    assert all(row["request_id"] for row in rows)
    assert "fire brigade" in run("incidents", "show", f"INC-{opened['number']}").stdout


def test_the_tenants_settings_are_set_from_the_command_line(run):
    wanted = {"desks": 3, "time_zone": "Europe/Lisbon"}

    assert said(run("api", "PUT", "settings", "--data", json.dumps(wanted), "--json")) == wanted
    assert said(run("api", "GET", "settings", "--json")) == wanted
    refused = run("api", "PUT", "settings", "--data", '{"time_zone": "Lisbon"}')
    assert refused.returncode == 2
    assert "use a name such as 'Europe/London'" in refused.stderr
    assert said(run("api", "PUT", "settings", "--data", "{}", "--json"))["desks"] is None


def test_work_is_given_by_mail_address(run):
    run("user", "create", "dora@example.com")
    opened = said(run("api", "post", "incidents", "--data", '{"title": "Gate open"}', "--json"))

    done = said(run("incidents", "assign", opened["id"], "--to", "Dora@example.com", "--json"))

    assert (done["state"], done["assigned_to_name"]) == ("ASSIGNED", "dora@example.com")
    assert "Gate open" in run("incidents", "list").stdout
    assert run("incidents", "assign", opened["id"], "--to", "nobody@example.com").returncode == 2


def test_the_command_line_stays_within_the_tenant_it_names(run):
    run("tenant", "create", "acting-elsewhere")
    opened = said(run("api", "POST", "incidents", "--data", '{"title": "Ours"}', "--json"))

    foreign = run("incidents", "show", opened["id"], "--tenant", "acting-elsewhere")

    assert (foreign.returncode, foreign.stdout) == (2, "")
    assert "no such incident" in foreign.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("api", "GET", "incidents?colour=red"), "colour"),
        (("api", "GET", "/admin"), "/api/v1/"),
        (("api", "GET", "nothing/at/all"), "openapi.json"),
        (("api", "POST", "incidents", "--data", "{"), "no JSON"),
        (("api", "POST", "incidents", "--data", "{}"), "title"),
        (("api", "FETCH", "incidents"), "FETCH"),
        (("incidents", "show", "INC-999999"), "INC-999999"),
        (("incidents", "show", "whatever"), "INC-7"),
    ],
)
def test_what_the_api_refuses_is_told_in_one_line_with_status_2(run, arguments, told):
    done = run(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
