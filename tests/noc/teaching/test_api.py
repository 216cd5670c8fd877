import json

import pytest

from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from tests.noc import flow
from tests.noc.teaching.conftest import alert, two_sites
from watchfloor.domain.org.models import Client as Customer
from watchfloor.domain.org.models import Site
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.teaching import effects
from watchfloor.noc.teaching.models import Correction, Lesson
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.tenancy.context import tenant_scope


@pytest.fixture
def operator(tenant):
    return signed_in(make_user(tenant, "operator"))


def post(client, path, **body):
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


def items(client, path):
    return client.get(f"/api/v1{path}").json()["items"]


def test_a_merge_over_http_is_listed_and_undone(tenant, operator):
    first, second = two_sites(tenant)

    made = post(operator, f"/incidents/{first.pk}/merge", into=str(second.pk), note="one feeder")

    assert made.status_code == 201
    told = made.json()
    assert (told["kind"], told["source_incident_id"], told["target_incident_id"]) == (
        "merge", str(first.pk), str(second.pk),
    )  # fmt: skip
    assert told["alert_ids"] == [str(alert("cam-1").pk)]
    assert items(operator, "/corrections") == [told]
    assert operator.get(f"/api/v1/corrections/{told['id']}").json() == told
    shown = operator.get(f"/api/v1/incidents/{first.pk}").json()
    assert shown["merged_into_id"] == str(second.pk)
    undone = post(operator, f"/corrections/{told['id']}/undo")
    assert undone.json()["undone_at"] is not None
    assert operator.get(f"/api/v1/incidents/{first.pk}").json()["merged_into_id"] is None


def test_alerts_are_split_off_moved_out_and_put_together(tenant, operator):
    _, second = two_sites(tenant)
    door, lamp, camera = (str(alert(name).pk) for name in ("door-1", "lamp-1", "cam-1"))

    split = post(operator, f"/incidents/{second.pk}/split", alerts=[door])
    together = post(operator, f"/alerts/{door}/belongs-together", alert=lamp)
    out = post(operator, f"/alerts/{lamp}/move-out", note="not this")

    assert [a.status_code for a in (split, together, out)] == [201] * 3
    assert post(operator, f"/alerts/{camera}/move-out").status_code == 409
    why = operator.get(f"/api/v1/alerts/{lamp}/why").json()
    assert why[0]["decided_by"] == "operator"


def test_a_lesson_is_confirmed_by_somebody_else_and_withdrawn(tenant, operator):
    _, second = two_sites(tenant)
    post(operator, f"/incidents/{second.pk}/split", alerts=[str(alert("door-1").pk)])
    admin = signed_in(make_user(tenant, "admin"))
    [lesson] = items(admin, "/lessons")
    assert post(admin, f"/lessons/{lesson['id']}/confirm").status_code == 409
    effects.look(Lesson.objects.get().pk, now=lambda: flow.at(3))

    confirmed = post(admin, f"/lessons/{lesson['id']}/confirm").json()

    assert (confirmed["state"], confirmed["support"], confirmed["effect"]["reports"]) == (
        "in_effect", 1, 3,
    )  # fmt: skip
    assert admin.get(f"/api/v1/lessons/{lesson['id']}").json() == confirmed
    assert post(admin, f"/lessons/{lesson['id']}/withdraw").json()["state"] == "withdrawn"


PATHS = (
    "/incidents/{incident}/merge",
    "/incidents/{incident}/split",
    "/alerts/{alert}/move-out",
    "/alerts/{alert}/belongs-together",
    "/corrections/{correction}/undo",
)


def every_act(client, tenant, **headers):
    with tenant_scope(tenant.id):
        first, second = NOCIncident.objects.order_by("number")[:2]
        names = {
            "incident": first.pk,
            "alert": alert("door-1").pk,
            "correction": Correction.objects.order_by("id")[0].pk,
        }
    bodies = (
        {"into": str(second.pk)},
        {"alerts": [str(names["alert"])]},
        {},
        {"alert": str(alert("lamp-1").pk)},
        {},
    )
    return [
        client.post(
            f"/api/v1{path.format(**names)}", json.dumps(body), content_type="application/json",
            headers=headers,
        ).status_code
        for path, body in zip(PATHS, bodies, strict=True)
    ]  # fmt: skip


def corrected(tenant, operator):
    first, second = two_sites(tenant)
    post(operator, f"/alerts/{alert('lamp-1').pk}/move-out")
    return first, second


def test_a_viewer_may_not_correct_and_an_operator_may_not_confirm(tenant, operator):
    corrected(tenant, operator)
    viewer = signed_in(make_user(tenant, "viewer"))

    assert every_act(viewer, tenant) == [403] * 5
    assert operator.get("/api/v1/lessons").status_code == 403
    lesson = Lesson.objects.get()
    assert post(operator, f"/lessons/{lesson.pk}/confirm").status_code == 403


def test_a_stranger_finds_nothing_to_correct(tenant, operator):
    corrected(tenant, operator)
    lesson = Lesson.objects.get()
    other = make_tenant()
    stranger = signed_in(make_user(other, "admin"))
    key = make_key(other, "operate", "admin")

    assert every_act(stranger, tenant) == [404] * 5
    assert every_act(stranger, tenant, **bearer(key)) == [404] * 5
    assert post(stranger, f"/lessons/{lesson.pk}/confirm").status_code == 404
    assert post(stranger, f"/lessons/{lesson.pk}/withdraw").status_code == 404
    assert stranger.get(f"/api/v1/lessons/{lesson.pk}").status_code == 404
    correction = Correction.objects.order_by("id")[0]
    assert stranger.get(f"/api/v1/corrections/{correction.pk}").status_code == 404
    assert items(stranger, "/corrections") == items(stranger, "/lessons") == []


def test_nobody_and_a_session_without_its_token_are_refused(tenant, operator):
    corrected(tenant, operator)
    strict = signed_in(make_user(tenant, "operator"), enforce_csrf_checks=True)

    assert every_act(strict, tenant) == [403] * 5
    strict.cookies.clear()
    assert every_act(strict, tenant) == [401] * 5


def bound_operator(tenant, code):
    """An operator of one client alone."""
    customer = Customer.objects.create(code=code, name=code, created_at=flow.at(0))
    user = make_user(tenant, "operator", email=f"{code}@example.com")
    RoleGrant.objects.filter(user=user).update(client_id=customer.pk)
    return customer, signed_in(user)


def test_who_sees_one_client_corrects_within_it(tenant, operator):
    acme, bound = bound_operator(tenant, "acme")
    Site.objects.create(code="S1", name="S1", client=acme, created_at=flow.at(0))
    first, second = two_sites(tenant)
    first.refresh_from_db()
    assert first.client_id == acme.pk

    beyond = post(bound, f"/incidents/{first.pk}/merge", into=str(second.pk))
    flow.work(tenant, flow.make_report(1, device="cam-2", alert_type="TAMPER"))
    out = post(bound, f"/alerts/{alert('cam-2').pk}/move-out")

    assert (beyond.status_code, out.status_code) == (404, 201)
    assert items(bound, "/corrections") == [out.json()]


def test_what_lies_in_part_beyond_the_own_places_is_for_others_to_correct(tenant, operator):
    acme, bound = bound_operator(tenant, "acme")
    Site.objects.create(code="S1", name="S1", client=acme, created_at=flow.at(0))
    first, second = two_sites(tenant)
    made = post(operator, f"/incidents/{second.pk}/merge", into=str(first.pk)).json()

    camera = post(bound, f"/alerts/{alert('cam-1').pk}/move-out")
    undo = post(bound, f"/corrections/{made['id']}/undo")

    assert (camera.status_code, undo.status_code) == (403, 404)
    assert items(bound, "/corrections") == []
