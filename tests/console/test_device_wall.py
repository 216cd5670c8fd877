"""The wall of all devices: the worst first, counts that filter, and never too many tiles."""

from __future__ import annotations

from django.test import Client

from tests.console.making import make_alert, make_site
from tests.console.test_places import HOSTILE, bound_to, make_device, queries, text
from tests.make import NOW, make_tenant, make_user, signed_in
from watchfloor.console import device_wall
from watchfloor.console.device_wall import Wall
from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Site
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


def wall(browser: Client, **asked: str) -> Wall:
    answer = browser.get("/device-wall", asked)
    assert answer.status_code == 200
    return answer.context["wall"]


def drawn(shown: Wall) -> list[tuple[str, list[str]]]:
    return [(group.site, [tile.name for tile in group.tiles]) for group in shown.groups]


def many(tenant: Tenant, site: Site, count: int) -> None:
    with tenant_scope(tenant.id):
        Device.objects.bulk_create(
            Device(code=f"{site.name}-{n}", name=f"{n:05}", site=site, created_at=NOW)
            for n in range(count)
        )


def test_the_site_with_the_worst_device_comes_first_and_in_it_the_worst(tenant) -> None:
    calm, bad, worse = (make_site(tenant, name) for name in ("A", "B", "C"))
    for site in (calm, bad, worse):
        make_device(tenant, f"At {site}", site=site)
    broken = make_device(tenant, "Z door", site=bad)
    lost = make_device(tenant, "Z camera", site=worse)
    make_device(tenant, "Loose")
    make_alert(tenant, device=broken, site=bad, severity=4)
    make_alert(tenant, device=lost, site=worse, severity=5)

    shown = wall(signed_in(make_user(tenant)))

    assert drawn(shown) == [
        ("C", ["Z camera", "At C"]),
        ("B", ["Z door", "At B"]),
        ("A", ["At A"]),
        ("At no site", ["Loose"]),
    ]


def test_a_count_is_the_filter_of_what_it_counts(tenant) -> None:
    here, there = make_site(tenant, "Here"), make_site(tenant, "There")
    for site, kind in ((here, "camera"), (here, "door"), (there, "camera")):
        device = make_device(tenant, f"{kind} {site}", site=site, kind=kind)
        if kind == "camera":
            make_alert(tenant, device=device, site=site, severity=3)
    browser = signed_in(make_user(tenant))
    at_here = {"site": str(here.pk)}

    shown = wall(browser, **at_here)
    [medium, unheard] = shown.choices

    assert [(one.look.key, one.count) for one in (medium, unheard)] == [
        ("medium", 1), ("unheard", 1),
    ]  # fmt: skip
    assert drawn(browser.get(medium.address).context["wall"]) == [("Here", ["camera Here"])]
    [chosen] = [one for one in wall(browser, state="medium").choices if one.is_chosen]
    assert (chosen.address, chosen.count) == ("/device-wall", 2)
    assert drawn(wall(browser, kind="door")) == [("Here", ["door Here"])]
    assert wall(browser, site="none").total == wall(browser, kind="x").total == 0
    assert wall(browser, state="nonsense", site="nonsense").total == 0


def test_ten_thousand_devices_are_counted_and_a_few_hundred_drawn(tenant) -> None:
    sites = [make_site(tenant, f"{n:02}") for n in range(8)]
    for site in sites:
        many(tenant, site, 1250)
    browser = signed_in(make_user(tenant))

    answer = browser.get("/device-wall")

    shown = answer.context["wall"]
    assert (shown.total, sum(count for _, count in shown.groups[0].counts)) == (10_000, 1250)
    assert shown.shown == device_wall.TILES
    assert len(answer.content) < 250_000
    alone = wall(browser, site=str(sites[7].pk))
    assert [(len(group.tiles), group.left) for group in alone.groups] == [(400, 850)]


def test_the_queries_of_the_wall_do_not_grow_and_what_others_wrote_stays_text(tenant) -> None:
    browser = signed_in(make_user(tenant))

    def fill(count: int) -> None:
        for _ in range(count):
            site = make_site(tenant, HOSTILE)
            device = make_device(tenant, HOSTILE, site=site, kind=HOSTILE)
            make_alert(tenant, device=device, site=site)

    fill(1)
    few = queries(browser, "/device-wall")
    fill(4)

    assert queries(browser, "/device-wall") == few <= 15
    page = text(browser, "/device-wall")
    assert "hacked" in page
    assert "<img src=x" not in page


def test_only_devices_of_the_own_places_are_on_the_wall(tenant) -> None:
    mine, other = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    for site in (mine, other):
        make_device(tenant, f"Gate {site}", site=site)
    make_device(tenant, "Loose")

    assert drawn(wall(bound_to(mine, tenant))) == [("Harbour", ["Gate Harbour"])]
    assert wall(signed_in(make_user(make_tenant(), "admin"))).total == 0
    assert Client().get("/device-wall").status_code == 302
