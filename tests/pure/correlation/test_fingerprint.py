import subprocess
import sys

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.correlation.fingerprint import entity_of, fingerprint, stable_key
from watchfloor.aiops.types import Severity, Signal

NAMED = {"event_id": "e", "integration": 1, "received_at": 0.0, "alert_type": "DEVICE_OFFLINE"}


def said(**fields):
    return Report(**{**NAMED, **fields})


def same(one, two):
    return fingerprint(said(**one)) == fingerprint(said(**two))


def test_what_is_not_a_name_does_not_matter():
    one = said(device="cam-1", site="S1")
    other = msgspec.structs.replace(
        one, event_id="f", received_at=9.0, timestamp=5.0, status=Signal.RESOLVED, source="x",
        severity=Severity.LOW, severity_given="low", message="all well", labels={"value": "3"},
    )  # fmt: skip

    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    "change",
    [
        {"integration": 2},
        {"alert_type": "DEVICE_SPOOF"},
        {"device": "cam-2"},
        {"site": "S2"},
        {"dedup_key": "lens"},
        {"device": "CAM-1"},
    ],
)
def test_what_is_a_name_matters(change):
    base = {"device": "cam-1", "site": "S1", "dedup_key": "power"}

    assert not same(base, {**base, **change})


def test_types_have_no_case_and_names_have():
    assert same({"alert_type": "Device-Offline", "device": "a"}, {"device": "a"})
    assert not same({"device": "A"}, {"device": "a"})


def test_white_space_and_unicode_composition_are_no_difference():
    assert same({"device": " Cam\u00e9ra "}, {"device": "Came\u0301ra"})


def test_a_device_may_be_named_as_entity_or_as_device():
    assert same({"entity_type": "device", "entity_id": "cam-1"}, {"device": "cam-1"})
    assert entity_of(said(entity_id="7", entity_type="ticket", device="d")) == ("TICKET", "7")
    assert entity_of(said(device="d", person="p")) == ("DEVICE", "d")
    assert entity_of(said(person="p")) == ("PERSON", "p")
    assert entity_of(said(site="S1")) == ("", "")


def test_the_client_counts_only_where_no_site_is_given():
    assert same({"device": "d", "site": "S1", "client": "C1"}, {"device": "d", "site": "S1"})
    assert not same({"device": "d", "client": "C1"}, {"device": "d", "client": "C2"})


def test_an_authoritative_key_decides_alone_within_its_integration():
    key = {"dedup_key": "k", "key_is_identity": True}

    assert same({**key, "device": "a", "alert_type": "X"}, {**key, "site": "S9"})
    assert not same(key, {**key, "integration": 2})
    assert not same(key, {**key, "dedup_key": "k2"})


def test_two_keys_on_one_entity_are_two_alerts_and_one_key_on_two_entities_as_well():
    assert not same(
        {"device": "cam-1", "dedup_key": "lens"}, {"device": "cam-1", "dedup_key": "power"}
    )
    assert not same(
        {"device": "cam-1", "dedup_key": "lens"}, {"device": "cam-2", "dedup_key": "lens"}
    )


@pytest.mark.parametrize(
    ("key", "names", "stable"),
    [
        ("SECURITY_ANOMALY:S005:211042", ("S005",), "SECURITY_ANOMALY:S005"),
        ("OFFLINE/cam-1/2026-01-05T02:09:00Z", ("cam-1", "S1"), "OFFLINE/cam-1"),
        ("OFFLINE:cam-1:20260105:211042", ("cam-1",), "OFFLINE:cam-1"),
        ("x:S1:6f1b6a0e-0d0c-4f1e-8a59-0a1b2c3d4e5f", ("S1",), "x:S1"),
        ("x|S1|0123456789abcdef", ("S1",), "x|S1"),
        ("INC-4711123", ("cam-1", "S1"), "INC-4711123"),
        ("SLA_BREACH:S005:10023", ("10023", "S005"), "SLA_BREACH:S005:10023"),
        ("S005:cam-10023", ("cam-10023", "S005"), "S005:cam-10023"),
        ("OFFLINE:cam-1:4", ("cam-1",), "OFFLINE:cam-1:4"),
        ("OFFLINE:cam-11:211042", ("cam-1",), "OFFLINE:cam-11:211042"),
        ("211042", ("211042",), "211042"),
        ("", ("S005",), ""),
    ],
)
def test_a_key_loses_only_a_volatile_tail(key, names, stable):
    assert stable_key(key, names) == stable


def test_an_unstable_key_leads_to_the_same_alert():
    stable = {"alert_type": "SECURITY_ANOMALY", "site": "S005", "dedup_key": "A:S005"}

    assert same(stable, {**stable, "dedup_key": "A:S005:211042"})


def test_without_names_the_message_decides_and_measured_values_do_not():
    assert same({"message": "Disk 91 % full on web1"}, {"message": "disk 93% full  on web1"})
    assert not same({"message": "disk full on web1"}, {"message": "disk full on web2"})
    assert not same({"labels": {"host": "web1"}}, {"labels": {"host": "web2"}})
    assert same({"labels": {"value": "1"}}, {"labels": {"value": "2"}})


def test_life_safety_without_names_keeps_its_numbers():
    panic = {"alert_type": "panic"}

    assert not same({**panic, "message": "button 5"}, {**panic, "message": "button 7"})


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6)
NAMES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("entity_id", "device", "person", "site", "client"), WORDS)
)


@given(NAMES, NAMES, WORDS)
def test_renaming_things_apart_never_joins_and_renaming_both_alike_never_parts(one, two, suffix):
    assume(one or two)
    renamed = [{k: f"{v}~{suffix}" for k, v in names.items()} for names in (one, two)]

    assert same(*renamed) == same(one, two)


def test_every_process_gives_the_same_digits():
    code = (
        "from watchfloor.aiops.alerts.report import Report\n"
        "from watchfloor.aiops.correlation.fingerprint import fingerprint\n"
        "print(fingerprint(Report('e', 1, 0.0, 'DEVICE_OFFLINE', device='cam-1')))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert printed.stdout.strip() == fingerprint(said(device="cam-1"))
    assert len(printed.stdout.strip()) == 32
