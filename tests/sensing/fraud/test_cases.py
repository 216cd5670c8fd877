"""From two check-ins of one identity to a case that people decide, contest, and decide again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import isnan

from django.db import connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.make import make_tenant, make_user, signed_in
from tests.pure.fraud.test_model import as_before, reviewed
from tests.sensing.operation import at, event, work
from watchfloor.aiops.fraud.model import ENOUGH, SCHEMA
from watchfloor.aiops.fraud.score import Record
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.people.models import Person
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.events import bus, relay
from watchfloor.platform.modelstore.models import Stage
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.fraud import selectors, services, training
from watchfloor.sensing.fraud.models import CaseState, FraudCase, FraudSuspicion
from watchfloor.sensing.fraud.states import MACHINE, UNDECIDED, Action

JSON = "application/json"


def an_operation() -> Tenant:
    tenant = make_tenant()
    sites = [{"code": "S1", "lat": 51.5, "lon": -0.12}, {"code": "S2", "lat": 51.6, "lon": -0.12}]
    people = [{"code": "P1", "name": "Grace Hill", "home_site": "S1"}, {"code": "P2"}]
    kinds = {InventoryKind.SITE: sites, InventoryKind.PERSON: people}
    with tenant_scope(tenant.id):
        inventory.import_inventory(kinds, by=SYSTEM, now=at(-600))
    return tenant


def check_in(minute: float, site: str, person: str = "P1", **more: object):
    return event("attendance", minute, kind="check_in", site=site, person=person, **more)


def let_pass(tenant: Tenant, minute: float, *events: object) -> None:
    bus.load_handlers()
    work(tenant, *events, minute=minute)
    while relay.relay_pending(lambda: at(minute)):
        continue


def ask(browser: Browser, method: str, path: str, note: str = "") -> tuple[int, dict]:
    said = {"note": note} if method == "post" else {}
    answer = getattr(browser, method)(f"/api/v1{path}", said, content_type=JSON)
    return answer.status_code, answer.json()


def text(browser: Browser, path: str) -> str:
    with CaptureQueriesContext(connections["default"]) as queries:
        answer = browser.get(path)
    assert (answer.status_code, len(queries) <= 14) == (200, True)
    return answer.getvalue().decode()


def test_a_case_opens_by_itself_and_two_people_decide_what_is_contested(monkeypatch) -> None:
    tenant = an_operation()
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(60))
    elsewhere = [check_in(5, "S1", "RELIEF"), check_in(6, "S2", "RELIEF")]
    let_pass(tenant, 10, check_in(0, "S1"), check_in(3, "S2"), *elsewhere)
    with tenant_scope(tenant.id):
        assert [one.alert_type for one in NOCAlertEvent.objects.all()] == ["BUDDY_PUNCHING"]
        case = FraudCase.objects.get()
        suspicion = FraudSuspicion.objects.get(case=case)
        assert (case.state, case.person.code, case.site.code) == (CaseState.OPEN, "P1", "S2")
        assert (suspicion.detector, suspicion.is_borne_out) == ("two_places", None)
        assert case.person.is_active
        assert not Ticket.objects.exists(), "a score does nothing by itself"
    supervisor, admin = (make_user(tenant, role) for role in ("supervisor", "admin"))
    sue, adam = signed_in(supervisor), signed_in(admin)
    operator, stranger = signed_in(make_user(tenant)), signed_in(make_user(make_tenant(), "admin"))
    path = f"/fraud/cases/{case.pk}"

    assert [ask(who, "get", path)[0] for who in (operator, stranger, sue)] == [403, 404, 200]
    assert [ask(who, "post", f"{path}/clear", "x")[0] for who in (operator, stranger)] == [403, 404]
    [score] = adam.get("/api/v1/fraud/scores?limit=1").json()["items"]
    of_one = f"/api/v1/fraud/scores/{score['person_id']}"
    assert adam.get(of_one).json()["person"] == score["person"]
    assert [who.get(of_one).status_code for who in (operator, stranger)] == [403, 404]
    assert (score["person"], score["level"]) == ("P1", "CRITICAL")
    assert [part["share"] for part in score["contributions"]] == [1.0]
    assert "Grace Hill" in text(sue, "/fraud")
    page = text(sue, f"/fraud/{case.pk}")
    assert "in two places at once: P1 at S2 and at S1: 10.7 km apart within 3 min" in page
    assert "Fewer than 30 attendances" in page
    assert operator.get("/fraud").status_code == 403

    assert ask(sue, "post", f"{path}/confirm")[0] == 422, "a word on why is needed"
    assert ask(sue, "post", f"{path}/confirm", "The card was lent")[1]["state"] == "CONFIRMED"
    assert ask(sue, "post", f"{path}/confirm", "Again")[0] == 200
    assert ask(sue, "post", f"{path}/clear", "Or not")[0] == 409, "it was decided"
    assert ask(sue, "post", f"{path}/contest", "I was at S1 all day")[1]["state"] == "CONTESTED"
    with tenant_scope(tenant.id):
        assert selectors.scores(EVERYTHING, at(60)) == [], "nothing counts while it is contested"
    assert ask(sue, "post", f"{path}/confirm", "It was so")[0] == 409
    assert "somebody else has to decide" in text(sue, f"/fraud/{case.pk}")
    assert ask(adam, "post", f"{path}/clear", "The clock of S2 was wrong")[1]["state"] == "CLEARED"
    with tenant_scope(tenant.id):
        assert selectors.records() == {"two_places": Record(confirmed=0, cleared=1)}
        assert selectors.scores(EVERYTHING, at(60)) == []
        acts = AuditRow.objects.filter(object_kind="fraud_case").order_by("id")
        assert [one.action.partition(".")[2] for one in acts] == [
            "confirmed",
            "contested",
            "cleared",
        ]


def test_suspicions_join_fade_and_are_kept_once() -> None:
    tenant = an_operation()
    let_pass(tenant, 10, check_in(0, "S1"), check_in(3, "S2"), check_in(60, "S1"))
    let_pass(tenant, 63, check_in(62, "S2"))
    with tenant_scope(tenant.id):
        case = FraudCase.objects.get()
        person = Person.objects.get(code="P1")
        many = FraudSuspicion.objects.filter(case=case).count()
        first = selectors.score_of(person.pk, at(63)).value
        later = selectors.score_of(person.pk, at(63) + timedelta(days=10)).value
        assert many == FraudSuspicion.objects.count()
        assert abs(later / first - 0.5) < 0.05
        assert selectors.score_of(person.pk, at(63) + timedelta(days=31)).value == 0.0

    let_pass(tenant, 65, check_in(64, "S2", mock=True))
    with tenant_scope(tenant.id):
        [joined] = selectors.also_told(case)
        assert (joined.detector, joined.case_id, many) == ("mock", case.pk, 1)
    supervisor = signed_in(make_user(tenant, "supervisor"))
    told = ask(supervisor, "get", f"/fraud/cases/{case.pk}")[1]
    assert [one["detector"] for one in told["also_told"]] == ["mock"]
    assert "a made-up position: P1 at S2: The phone says" in text(supervisor, f"/fraud/{case.pk}")

    with tenant_scope(tenant.id):
        many = FraudSuspicion.objects.count()
        FraudSuspicion.objects.filter(pk=FraudSuspicion.objects.first().pk).update(case=None)
        services.forget(at() + timedelta(days=91))
        assert FraudSuspicion.objects.count() == many - 1, "what led to a case is kept with it"
        services.forget(at() + timedelta(days=732))
        assert not FraudCase.objects.exists()


def test_a_model_is_heard_once_500_cases_are_reviewed_and_it_beats_the_rules() -> None:
    tenant = an_operation()
    with tenant_scope(tenant.id):
        person = Person.objects.get(code="P2")
        reviews = reviewed(ENOUGH, as_before)
        rows = [
            FraudCase(
                person=person,
                state=CaseState.CONFIRMED if one.was_so else CaseState.CLEARED,
                score=0.9,
                opened_at=datetime.fromtimestamp(one.opened_at, UTC),
                features=[None if isnan(value) else value for value in one.row],
            )
            for one in reviews
        ]
        FraudCase.objects.bulk_create(rows[1:])
        assert training.train_due(at()) is None
        rows[0].save()
        made = training.train_due(at())
        assert (made.stage, made.card["gate"]["passes"]) == (Stage.LIVE, True)
        assert training.train_due(at()) is None, "until there are more"
        FraudCase.objects.filter(pk__in=[row.pk for row in rows[-49:]]).update(decided_at=at(1))
        assert training.train_due(at(2)) is None
        FraudCase.objects.filter(pk=rows[0].pk).update(decided_at=at(1))
        assert training.train_due(at(2)) is not None, "fifty were decided since"
    let_pass(tenant, 10, check_in(0, "S1"), check_in(3, "S2"))
    with tenant_scope(tenant.id):
        case = FraudCase.objects.get(person__code="P1")
        assert 0.0 < case.probability < 1.0
        assert len(case.features) == len(SCHEMA.features)


def test_every_state_of_a_case_can_be_left_or_is_an_end() -> None:
    for state in CaseState:
        open_to = {MACHINE.table.get((state, action)) for action in Action} - {None, state}
        assert bool(open_to) == (state is not CaseState.CLEARED)
        assert (state in UNDECIDED) == ({CaseState.CONFIRMED, CaseState.CLEARED} <= open_to)
