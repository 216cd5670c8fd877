"""Which addresses the floor may reach on behalf of its users."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from watchfloor.platform.errors import PermanentFailure, TransientFailure

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

PUBLIC_PORTS = frozenset({443, 8443})
# Ranges that carry an IPv4 address inside, by which a private one could be reached: NAT64, 6to4,
# Teredo. The rest of what is not public is known to `ipaddress`.
_CARRIERS = tuple(
    ipaddress.ip_network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
# Reserved for networks of one's own (RFC 6762, 8375, ICANN 2024): clouds name their metadata so.
_NEVER_PUBLIC = (".local", ".internal", ".home.arpa")
# 0x7f000001, 2130706433, 127.1, 0177.0.0.1: forms of inet_aton that hide an address.
_OLD_FORM = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}", re.IGNORECASE)


class Refused(PermanentFailure):
    """The target is not one that the floor may reach."""

    code = "target_refused"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads; `is_secure` with TLS."""

    host: str
    port: int
    is_secure: bool


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of `host`, in the order to be tried."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TransientFailure(f"{host} has no address: {error}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_host(host: str) -> None:
    """Raise `Refused` for a host that is an address in disguise."""
    if "%" in host:
        raise Refused(f"{host} names a network card: only public addresses are reached")
    if _OLD_FORM.fullmatch(host) and not _is_address(host):
        raise Refused(f"{host} is an address in an old form: write it as usual")


def pinned(
    target: Target, *, allowed: Sequence[Network], resolve: Resolve = resolve
) -> Sequence[str]:
    """Return the addresses of `target` to connect to, and to no others.

    Public ones by TLS on 443 or 8443; those in `allowed` by any scheme and port. One address that
    is neither refuses the whole name.
    """
    found = [_parsed(text) for text in resolve(target.host, target.port)]
    if not found:
        raise TransientFailure(f"{target.host} has no address")
    if all(_is_in(address, allowed) for address in found):
        return [str(address) for address in found]
    for address in found:
        if not (is_public(address) or _is_in(address, allowed)):
            raise Refused(f"{target.host} leads to {address}, which is not public")
    _check_public_way(target)
    return [str(address) for address in found]


def _check_public_way(target: Target) -> None:
    if not target.is_secure:
        raise Refused("use https: a plain connection would show the message to anybody")
    if target.port not in PUBLIC_PORTS:
        raise Refused(f"port {target.port} is not one of {sorted(PUBLIC_PORTS)}")


def check_without_lookup(target: Target, *, allowed: Sequence[Network]) -> None:
    """Raise `Refused` where `pinned` is certain to: to tell who saves a target at once.

    A name is not looked up: it may lead elsewhere tomorrow, so `pinned` decides at each sending.
    """
    name = target.host.lower()
    if _is_address(name):
        pinned(target, allowed=allowed, resolve=lambda host, port: [host])
    elif name == "localhost" or name.endswith(".localhost"):
        pinned(target, allowed=allowed, resolve=lambda host, port: ["127.0.0.1"])
    elif not allowed:
        if "." not in name or name.endswith(_NEVER_PUBLIC):
            raise Refused(f"{target.host} is a name of a local network, which is not public")
        _check_public_way(target)


def is_public(address: Address) -> bool:
    inner = _unmapped(address)
    if any(inner in network for network in _CARRIERS if network.version == inner.version):
        return False
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    inner = _unmapped(address)
    return any(inner in network for network in networks if network.version == inner.version)


def _unmapped(address: Address) -> Address:
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if isinstance(mapped, ipaddress.IPv4Address) else address


def _parsed(text: str) -> Address:
    return ipaddress.ip_address(text.split("%")[0])


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
