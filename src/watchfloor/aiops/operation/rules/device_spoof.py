"""Something speaks under the code of a device that it is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Beat, Event
from watchfloor.aiops.operation.facts.devices import DevicesFacts, Said
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.rule import EventRule, Standing
from watchfloor.aiops.operation.wording import thing
from watchfloor.aiops.types import Severity


class DeviceSpoof(EventRule[DevicesFacts]):
    """A serial other than the registered one, or two serials or addresses that take turns.

    A device that is replaced changes its serial once, and a phone its address now and then;
    neither goes back and forth from beat to beat.
    """

    code: ClassVar[str] = "DEVICE_SPOOF"
    subject: ClassVar[type[Facts]] = DevicesFacts

    def sees(self, event: Event, facts: DevicesFacts, directory: Directory) -> Iterable[Standing]:
        if not isinstance(event, Beat):
            return
        said = facts.said.get(event.device, Said())
        ref = directory.devices.get(event.device)
        registered = ref.serial if ref else ""
        if registered and event.serial and event.serial != registered:
            why = "speaks with another serial than the registered one"
            yield _standing(
                facts, event.device, why, directory, serial=event.serial, registered=registered
            )
        elif _goes_back(said.serials, event.serial):
            why = "speaks with two serials in turn"
            yield _standing(
                facts, event.device, why, directory, serials=[said.serials[-1], event.serial]
            )
        elif _goes_back_and_forth(said.addresses, event.address):
            why = "speaks from two addresses in turn"
            yield _standing(
                facts, event.device, why, directory, addresses=[said.addresses[-1], event.address]
            )


def _goes_back(before: tuple[str, ...], now: str) -> bool:
    return len(before) > 1 and bool(now) and before[-1] != now and before[-2] == now


def _goes_back_and_forth(before: tuple[str, ...], now: str) -> bool:
    return _goes_back(before, now) and _goes_back(before[:-1], before[-1])


def _standing(
    facts: DevicesFacts, device: str, why: str, directory: Directory, **evidence: Any
) -> Standing:
    site = facts.site_of(device)
    return Standing(
        entity_type="device",
        entity_id=device,
        message=f"{thing('device', device, site, directory)} may be another: it {why}",
        severity=Severity.CRITICAL,
        key=device,
        site=site,
        device=device,
        evidence=evidence,
    )
