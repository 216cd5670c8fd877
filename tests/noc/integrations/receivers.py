"""The other ends of messages, on loopback: a webhook receiver and a mail server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class Received:
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers each request with the next of `answers`, the last one for ever."""

    answers: list[int] = field(default_factory=lambda: [200])
    extra: dict[str, str] = field(default_factory=dict)
    got: list[Received] = field(default_factory=list)
    url: str = ""
    hold: threading.Event | None = None
    arrived: threading.Event = field(default_factory=threading.Event)

    def answer(self) -> int:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def webhook_receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append(Received(headers, body))
            receiver.arrived.set()
            if receiver.hold is not None:
                receiver.hold.wait(20)
            self._reply()

        def do_GET(self) -> None:
            receiver.got.append(Received({}, self.path.encode()))
            receiver.arrived.set()
            self._reply()

        def _reply(self) -> None:
            self.send_response(receiver.answer())
            for name, value in receiver.extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, args=(0.02,))
    serving.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield receiver
    finally:
        if receiver.hold is not None:
            receiver.hold.set()
        server.shutdown()
        server.server_close()
        serving.join()


@dataclass
class MailServer:
    """Takes mail. `refuse` is answered to a recipient or to the data, e.g. "450 later"."""

    got: list[Message] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuse_recipient: str = ""
    answer_data: Callable[[SMTP], str] = lambda server: "250 taken"
    port: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        self.got.append(message_from_bytes(envelope.content))
        self.recipients.append(envelope.rcpt_tos)
        return self.answer_data(server)


class AnyPort(Controller):
    """Listens on a port that the system chose."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    mail = MailServer()
    controller = AnyPort(mail, hostname="127.0.0.1", port=0)
    controller.start()
    mail.port = controller.port
    try:
        yield mail
    finally:
        controller.stop()
