"""What a fault makes things say: when each notices, who is on batteries, and how it ends.

Delays come from how things are watched: a poll comes round every minute or so, a battery lasts its
time, a machine boots for a while. All of it is one incident.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from watchfloor.aiops.types import Seconds, Severity, Signal
from watchfloor.bench.grouping.company import Device, Site
from watchfloor.bench.grouping.labelled import MINUTE, Cause, Subject, Teller

POLL: Seconds = 45.0
RESEND: Seconds = 5 * MINUTE
RESENDING = 0.3
"""The share of things whose sender repeats itself while they are ill."""
SILENT = {"camera": "PICTURE_LOST", "reader": "READER_SILENT", "recorder": "NOT_RECORDING"}
UNREACHED = "OUT_OF_REACH"
FIRMWARE = ("ERROR_RATE", "RESTARTED", "LOGIN_REFUSED", "SLOW_ANSWER")


def power_cut(
    tell: Teller, sites: Iterable[Site], at: Seconds, lasts: Seconds, cause: Cause
) -> None:
    """Panels say at once that the mains are gone; the rest goes dark as batteries run out."""
    rng, back = tell.rng, at + lasts
    for site in sites:
        holds = rng.choice((0.0, 0.0, rng.uniform(4, 35) * MINUTE))
        for device in site.devices:
            subject = site.subject(device)
            if device.kind == "panel":
                began = at + rng.uniform(0, 10)
                _ill(tell, subject, "MAINS_LOST", began, back + rng.uniform(1, 20), cause,
                     Severity.HIGH)  # fmt: skip
                if holds and holds * 0.7 < lasts:
                    low = at + holds * 0.7
                    _ill(tell, subject, "BATTERY_LOW", low, back + rng.uniform(60, 900), cause)
            elif holds < lasts:
                _silent(tell, site, device, at + holds, back + rng.uniform(20, 200), cause)


def carrier_outage(
    tell: Teller, sites: Iterable[Site], at: Seconds, lasts: Seconds, cause: Cause
) -> None:
    """Whole sites are out of reach: their gateways first, then what is watched through them."""
    for site in sites:
        gateway_down(tell, site, at + tell.rng.uniform(0, 8), lasts, cause)


def gateway_down(tell: Teller, site: Site, at: Seconds, lasts: Seconds, cause: Cause) -> None:
    back = at + lasts
    for device in site.devices:
        again = back + tell.rng.uniform(0, 90)
        if device.kind == "gateway":
            began = at + tell.rng.uniform(0, 15)
            _ill(tell, site.subject(device), "LINK_DOWN", began, again, cause, Severity.HIGH)
        else:
            _silent(tell, site, device, at + tell.rng.uniform(0, 20), again, cause)


def burst(tell: Teller, site: Site, at: Seconds, cause: Cause) -> None:
    """A gateway goes down where each thing says so once, and nobody ever that it is over."""
    for device in site.devices:
        kind = "LINK_DOWN" if device.kind == "gateway" else SILENT.get(device.kind, UNREACHED)
        noticed = at + tell.rng.uniform(0, POLL) + tell.rng.expovariate(1 / 10)
        tell.say(noticed, site.subject(device), kind, cause)


def bad_release(
    tell: Teller, ill: Sequence[tuple[Site, Device]], at: Seconds, lasts: Seconds, cause: Cause
) -> None:
    """A version is rolled out thing by thing; what got it fails in some ways until it is undone."""
    rng, rollout = tell.rng, tell.rng.uniform(1, 6) * MINUTE
    for number, (site, device) in enumerate(ill):
        began = at + rollout * number / len(ill) + rng.uniform(5, 40)
        undone = at + lasts + rng.uniform(0, 120)
        for alert_type in rng.sample(FIRMWARE, rng.randint(1, 3)):
            first = began + rng.expovariate(1 / 30)
            _ill(tell, site.subject(device), alert_type, first, undone, cause)


def _silent(
    tell: Teller, site: Site, device: Device, since: Seconds, until: Seconds, cause: Cause
) -> None:
    """It is found silent when its turn comes to be polled."""
    alert_type = SILENT.get(device.kind, UNREACHED)
    noticed = since + tell.rng.uniform(0.2, 1.0) * POLL
    _ill(tell, site.subject(device), alert_type, noticed, until, cause)


def _ill(
    tell: Teller, subject: Subject, alert_type: str, since: Seconds, until: Seconds, cause: Cause,
    severity: Severity = Severity.MEDIUM,
) -> None:  # fmt: skip
    """It fires, perhaps again and again, and is over."""
    if since >= until:
        return
    tell.say(since, subject, alert_type, cause, severity=severity)
    if tell.rng.random() < RESENDING:
        again = since + RESEND
        while again < until:
            tell.say(again, subject, alert_type, cause, severity=severity)
            again += RESEND
    tell.say(until, subject, alert_type, cause, severity=severity, status=Signal.RESOLVED)
