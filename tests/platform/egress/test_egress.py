"""The way out: what it refuses, what it pins, and that it neither waits nor reads for ever."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone
from pytest_django import Settings

from watchfloor.platform import egress
from watchfloor.platform.egress_addresses import Refused, is_public
from watchfloor.platform.errors import TransientFailure

PUBLIC = "93.184.215.14"


class Canary:
    """A server on loopback that notes every connection and answers with what it was given."""

    def __init__(
        self, answer: Callable[[socket.socket, bytes], None], *, peek: bool = False
    ) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.requests: list[bytes] = []
        self.connections = 0
        self._answer = answer
        self._flags = socket.MSG_PEEK if peek else 0
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            with peer:
                peer.settimeout(3)
                try:
                    request = peer.recv(65536, self._flags)
                    self.requests.append(request)
                    self._answer(peer, request)
                except OSError:
                    continue

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


def plain(peer: socket.socket, request: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


@pytest.fixture
def canary(request: pytest.FixtureRequest) -> Iterator[Canary]:
    made = Canary(getattr(request, "param", plain))
    yield made
    made.close()


@pytest.fixture
def _loopback_allowed(settings: Settings) -> None:
    settings.EGRESS_ALLOWED_NETWORKS = ["127.0.0.0/8"]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:{port}/",
        "http://127.0.0.1:{port}/",
        "https://[::1]:{port}/",
        "https://0:{port}/",
        "https://0.0.0.0:{port}/",
        "https://0x7f000001:{port}/",
        "https://2130706433:{port}/",
        "https://127.1:{port}/",
        "https://0177.0.0.1:{port}/",
        "https://[::ffff:127.0.0.1]:{port}/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fc00::1]/",
        "https://[fe80::1%25eth0]/",
        "https://10.0.0.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://localhost.:{port}/",
        "https://localhost:{port}/",
        "https://user@127.0.0.1:{port}/",
        "https://user:secret@example.com/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/_x",
        "ftp://127.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "https:///nowhere",
        "https://exa mple.com/",
        "https://example.com\r\nX: y/",
        "https://example.com:99999/",
        "https://ex\u00e4mple.com/",
        "",
    ],
)
def test_no_connection_is_made_to_what_is_not_public(url: str, canary: Canary) -> None:
    with pytest.raises(Refused):
        egress.request("GET", url.format(port=canary.port))

    assert canary.connections == 0


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://flips.example/", ["127.0.0.1"]),
        ("https://half.example/", [PUBLIC, "10.0.0.7"]),
        ("https://six.example/", ["::ffff:192.168.1.1"]),
        ("http://plain.example/", [PUBLIC]),
        ("https://ssh.example:22/", [PUBLIC]),
        ("https://db.example:5432/", [PUBLIC]),
    ],
)
def test_a_name_is_judged_by_all_its_addresses_and_its_port(url: str, found: list[str]) -> None:
    with pytest.raises(Refused):
        egress.request("POST", url, resolve=lambda host, port: found)


def test_a_name_that_changes_its_mind_is_looked_up_once_and_pinned(
    canary: Canary, settings: Settings
) -> None:
    settings.EGRESS_ALLOWED_NETWORKS = ["127.0.0.2/32"]  # where nobody listens
    answers = iter([["127.0.0.2"], ["127.0.0.1"]])

    with pytest.raises(TransientFailure):
        egress.request(
            "GET", f"http://rebinds.example:{canary.port}/", resolve=lambda *_: next(answers)
        )

    assert list(answers) == [["127.0.0.1"]], "the second answer was not asked for"
    assert canary.connections == 0


@pytest.mark.usefixtures("_loopback_allowed")
def test_allowed_networks_are_reached_with_the_name_kept(canary: Canary) -> None:
    answer = egress.request(
        "POST",
        f"http://hooks.example:{canary.port}/in?x=1",
        headers={"content-type": "application/json"},
        body=b"{}",
        resolve=lambda host, port: ["127.0.0.1"],
    )

    assert (answer.status, answer.body) == (200, b"ok")
    [request] = canary.requests
    head = request.decode().lower().splitlines()
    assert head[0] == "post /in?x=1 http/1.1"
    assert f"host: hooks.example:{canary.port}" in head
    assert "content-length: 2" in head


def redirect(peer: socket.socket, request: bytes) -> None:
    peer.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/admin\r\nContent-Length: 0\r\n\r\n"
    )


@pytest.mark.usefixtures("_loopback_allowed")
@pytest.mark.parametrize("canary", [redirect], indirect=True)
def test_redirects_are_told_and_not_followed(canary: Canary) -> None:
    assert egress.request("GET", f"http://127.0.0.1:{canary.port}/").status == 302
    assert canary.connections == 1


def drip(peer: socket.socket, request: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        peer.sendall(b"X: y\r\n")
        time.sleep(0.05)


@pytest.mark.usefixtures("_loopback_allowed")
@pytest.mark.parametrize("canary", [drip], indirect=True)
def test_an_answer_that_only_drips_ends_at_the_deadline(
    canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(egress, "SECONDS", 0.4)
    began = time.monotonic()
    with pytest.raises(TransientFailure):
        egress.request("GET", f"http://127.0.0.1:{canary.port}/")

    assert time.monotonic() - began < 10


def flood(peer: socket.socket, request: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        peer.sendall(b"x" * 65536)


@pytest.mark.usefixtures("_loopback_allowed")
@pytest.mark.parametrize("canary", [flood], indirect=True)
def test_an_answer_without_end_is_cut(canary: Canary) -> None:
    answer = egress.request("GET", f"http://127.0.0.1:{canary.port}/")

    assert len(answer.body) == egress.LARGEST_ANSWER


def test_a_request_that_is_too_large_is_not_sent(canary: Canary) -> None:
    with pytest.raises(Refused):
        egress.request("POST", "https://example.com/", body=b"x" * 300_000)


@pytest.mark.usefixtures("_loopback_allowed")
def test_nobody_at_the_other_end_is_worth_another_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(TransientFailure):
        egress.request("GET", f"http://127.0.0.1:{port}/")


def test_public_addresses_are_told_from_others() -> None:
    public = [PUBLIC, "8.8.8.8", "2606:4700:4700::1111"]
    others = ["192.0.0.1", "198.18.0.1", "192.0.2.1", "240.0.0.1", "2001:db8::1", "ff02::1", "::"]
    assert all(is_public(ipaddress.ip_address(text)) for text in public)
    assert not any(is_public(ipaddress.ip_address(text)) for text in others)


@pytest.mark.usefixtures("_loopback_allowed")
def test_tls_is_verified_against_the_name_not_the_address(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path, "hooks.example")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    names: list[str | None] = []
    serving.sni_callback = lambda connection, name, context: names.append(name)

    def over_tls(peer: socket.socket, hello: bytes) -> None:
        with serving.wrap_socket(peer.dup(), server_side=True) as secure:
            plain(secure, secure.recv(65536))

    server = Canary(over_tls, peek=True)
    trusting = ssl.create_default_context(cafile=str(certificate))

    def get(host: str) -> int:
        url = f"https://{host}:{server.port}/"
        return egress.request("GET", url, resolve=lambda *_: ["127.0.0.1"], tls=trusting).status

    try:
        assert get("hooks.example") == 200
        with pytest.raises(TransientFailure, match="certificate"):
            get("other.example")
    finally:
        server.close()
    assert names == ["hooks.example", "other.example"]


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Write a self-signed certificate for `name` and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = timezone.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
