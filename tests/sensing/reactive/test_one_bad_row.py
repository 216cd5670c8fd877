"""What is damaged, or what a rule cannot judge, stops nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import msgspec
from structlog.testing import capture_logs

from tests.sensing.operation import at, event, store, work
from tests.sensing.reactive.test_drain import an_operation, punch, reading, roster
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.engine import ASK_AGAIN, Engine
from watchfloor.aiops.operation.facts.shift import ShiftFacts
from watchfloor.aiops.operation.facts.site_areas import SiteAreasFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.rules.catalogue import RULES
from watchfloor.aiops.privacy.erasing import Eraser
from watchfloor.aiops.types import Seconds
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.drain import Drain
from watchfloor.noc.intake.models import IntakeRecord, Lane
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive import judging
from watchfloor.sensing.reactive.drain import EventDrain, pass_time
from watchfloor.sensing.reactive.forgetting import forget
from watchfloor.sensing.reactive.models import OperationStream, SubjectState


def shift(code: str, minute: float = -60.0, **changes: object):
    return roster(minute, "P1", shift=code, **changes)


def blob(tenant: Tenant, code: str) -> bytes:
    return bytes(states(tenant).get(kind="shift", code=code).facts)


def states(tenant: Tenant):
    return SubjectState.objects.filter(tenant_id=tenant.id)


def damage(tenant: Tenant, code: str, facts: bytes) -> None:
    assert states(tenant).filter(kind="shift", code=code).update(facts=facts)


def let_pass(tenant: Tenant, minute: float) -> None:
    pass_time(at(minute))
    while Drain()._work(tenant.id, at(minute)):
        continue


def told(tenant: Tenant) -> dict[str, str]:
    with tenant_scope(tenant.id):
        rows = NOCAlertEvent.objects.filter(entity_type="shift_assignment")
        return dict(rows.values_list("entity_id", "signal"))


def test_a_subject_that_is_damaged_is_learnt_anew_and_no_other_waits_for_it():
    tenant = an_operation()
    late = {"start": at(20).isoformat()}
    work(tenant, shift("open"), shift("lost", **late), shift("good", **late), minute=0)
    let_pass(tenant, 11)
    assert told(tenant) == {"open:P1": SignalState.FIRING}
    with tenant_scope(tenant.id):
        facts = msgspec.msgpack.decode(blob(tenant, "open"))
        damage(tenant, "open", msgspec.msgpack.encode(facts | {"people": 5}))
        damage(tenant, "lost", b"\x81\xa4code\xa2\xff\xfe")
        states(tenant).filter(code="open").update(due_at=at(30))
        assert OperationStream.objects.update(clock=b"\xff") == 1

    with capture_logs() as logs:
        pass_time(at(12))
        work(tenant, punch(13, "P9"), minute=13)
        let_pass(tenant, 31)
    damaged = {line.get("subject") for line in logs if line["log_level"] == "error"}
    assert damaged == {None, "open", "lost"}
    assert told(tenant) == {
        "open:P1": SignalState.RESOLVED,
        "good:P1": SignalState.FIRING,
    }
    work(tenant, shift("lost", 32, **late), minute=45)
    let_pass(tenant, 46)
    assert told(tenant)["lost:P1"] == SignalState.FIRING


def test_what_cannot_be_read_keeps_nobody_from_being_erased():
    tenant = an_operation()
    work(tenant, shift("lost"), shift("good"), minute=0)
    with tenant_scope(tenant.id):
        damage(tenant, "lost", b"P1 \xff")
        forget(Eraser("P1", "somebody", []), at(1))
        assert b"P1" not in blob(tenant, "good")
        assert not states(tenant).filter(kind="shift", code="lost").exists()


class Stumbles(StateRule[ShiftFacts]):
    code: ClassVar[str] = "STUMBLES"
    subject: ClassVar[type[Facts]] = ShiftFacts

    def holds(self, facts: ShiftFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        raise LookupError(facts.code)


class StumblesToo(Stumbles):
    subject: ClassVar[type[Facts]] = SiteAreasFacts


def test_a_rule_that_raises_keeps_back_no_other_rule_nor_what_people_in_danger_say(monkeypatch):
    engine = Engine([*RULES, Stumbles(), StumblesToo()], is_lenient=True)
    monkeypatch.setattr(judging, "ENGINE", engine)
    tenant = an_operation()
    work(tenant, shift("one"), shift("two"), minute=0)
    store(tenant, reading(1, "SMOKE"), lane=Lane.EVENT_LIFE_SAFETY)
    EventDrain()._work(tenant.id, at(1))
    let_pass(tenant, 11)
    with tenant_scope(tenant.id):
        assert NOCAlertEvent.objects.filter(alert_type="FIRE").count() == 1
        assert not IntakeRecord.objects.exists()
        due = states(tenant).get(kind="shift", code="one").due_at
        assert due.timestamp() <= at(11).timestamp() + ASK_AGAIN
    assert told(tenant) == {"one:P1": SignalState.FIRING, "two:P1": SignalState.FIRING}


class Nowhere(Engine):
    """Facts that themselves cannot be taken through time."""

    def advance(self, facts, *arguments):
        if facts.code == "bad":
            raise LookupError(facts.code)
        return super().advance(facts, *arguments)


def test_a_subject_that_time_cannot_be_passed_for_is_looked_at_later(monkeypatch):
    tenant = an_operation()
    work(tenant, shift("bad"), shift("good"), minute=0)
    monkeypatch.setattr(judging, "ENGINE", Nowhere(RULES))
    work(tenant, event("roster", 11, kind="leave_notice", shift="bad", person="P1"), minute=11)
    work(tenant, punch(11, "P9"), minute=11)
    with tenant_scope(tenant.id):
        [left] = IntakeRecord.objects.filter(tenant_id=tenant.id)
        assert "LookupError" in left.error
        assert states(tenant).get(code="bad").due_at.timestamp() == at(11).timestamp() + ASK_AGAIN
    assert told(tenant) == {"good:P1": SignalState.FIRING}
