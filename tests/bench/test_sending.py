"""The small sender against a server that answers in both ways that HTTP has."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from watchfloor.bench import sending, streams


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        reports = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = json.dumps({"accepted": len(reports) if isinstance(reports, list) else 1}).encode()
        self.send_response(503 if self.path == "/busy" else 202)
        if self.path == "/closing":
            self.send_header("Connection", "close")
        if self.path == "/chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(said), said))
        else:
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on standard error."""


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("path", ["/plain", "/chunked", "/closing"])
@pytest.mark.parametrize(("per_body", "bodies"), [(1, 25), (10, 3)])
def test_every_report_is_sent_once(url: str, path: str, per_body: int, bodies: int) -> None:
    reports = streams.made(25)
    sent = sending.send(url, sending.encoded(reports, per_body=per_body), connections=4, path=path)

    assert sent.accepted == 25
    assert len(sent.latencies) == bodies


def test_an_answer_that_is_not_good_ends_it(url: str) -> None:
    with pytest.raises(RuntimeError, match="answered 503"):
        sending.send(url, [b"{}"], connections=1, path="/busy")


def test_made_reports_are_as_many_as_asked_for_with_ids_of_their_own() -> None:
    reports = streams.made(1000)

    assert len({report["id"] for report in reports}) == 1000
