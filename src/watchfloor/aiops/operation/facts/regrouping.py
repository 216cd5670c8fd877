"""Devices follow the line they are heard over when it becomes another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from watchfloor.aiops.beats.line import LineBeats
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.devices import DevicesFacts, home


def regrouped(
    known: Iterable[DevicesFacts], directory: Directory
) -> dict[str, DevicesFacts | None]:
    """Return the subjects that change, by code; None where nothing is left.

    A device takes along what is known of it and what is open; nothing begins or ends by that. What
    was believed of its groups is learnt anew.
    """
    before = {facts.code: facts for facts in known}
    parts: defaultdict[str, list[DevicesFacts]] = defaultdict(list)
    for facts in before.values():
        for code, part in _parts(facts, directory).items():
            parts[code].append(part)
    changed: dict[str, DevicesFacts | None] = dict.fromkeys(before.keys() - parts.keys())
    for code, own in parts.items():
        if own != [before.get(code)]:
            changed[code] = _joined(code, own, directory)
    return changed


def _parts(facts: DevicesFacts, directory: Directory) -> Mapping[str, DevicesFacts]:
    """Return the facts by the subject that each device belongs to now."""
    devices: defaultdict[str, set[str]] = defaultdict(set)
    for device in facts.beats.devices:
        devices[home(device, facts.site_of(device), directory)].add(device)
    if not devices.keys() - {facts.code}:
        return {facts.code: facts}
    return {code: _of(facts, own) for code, own in devices.items()}


def _of(facts: DevicesFacts, devices: set[str]) -> DevicesFacts:
    known = facts.beats.devices
    return msgspec.structs.replace(
        facts,
        site="",
        beats=LineBeats({code: known[code] for code in devices}),
        said={code: one for code, one in facts.said.items() if code in devices},
        sites={code: facts.site_of(code) for code in devices},
        open={name: one for name, one in facts.open.items() if one.device in devices},
    )


def _joined(code: str, parts: Sequence[DevicesFacts], directory: Directory) -> DevicesFacts:
    """Of a device that several heard, the latest word counts."""
    heard = [
        (one.last, device, part.site_of(device), one)
        for part in parts
        for device, one in part.beats.devices.items()
    ]
    heard.sort(key=lambda row: row[:3])
    joined = DevicesFacts(
        code=code,
        said={device: one for part in parts for device, one in part.said.items()},
        sites={device: site for _, device, site, _ in heard},
        open={name: one for part in parts for name, one in part.open.items()},
        clock=max(part.clock for part in parts),
    )
    beats = LineBeats.of({device: one for _, device, _, one in heard}, joined.hangs(directory))
    return msgspec.structs.replace(joined, beats=beats)
