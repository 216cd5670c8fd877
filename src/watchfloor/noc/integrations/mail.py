"""E-mail by the SMTP server of the settings."""

from __future__ import annotations

import smtplib
from typing import Any, cast

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from watchfloor.noc.integrations.errors import InDoubt
from watchfloor.noc.integrations.render import subject_of, text_of
from watchfloor.platform.errors import PermanentFailure, TransientFailure

OK, WILL_FORWARD = 250, 251


def send(*, to: list[str], message_id: str, thread: str | None, body: dict[str, Any]) -> None:
    """Hand one message to the server. `thread` gathers the mails about one incident.

    Raises `InDoubt` when the connection broke after the server may have taken the message.
    """
    headers = {
        "Message-ID": f"<{message_id}@watchfloor>",
        "Auto-Submitted": "auto-generated",
        "X-Entity-Ref-ID": message_id,
    }
    if thread is not None:
        headers["References"] = f"<{thread}@watchfloor>"
    message = EmailMessage(subject_of(body), text_of(body), to=to, headers=headers)
    connection = EmailBackend()
    try:
        connection.open()
        smtp = cast("smtplib.SMTP", connection.connection)
        _address(smtp, message)
        _hand_over(smtp, message)
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise TransientFailure(f"the mail server cannot be reached: {error}") from error
    finally:
        connection.close()


def _address(smtp: smtplib.SMTP, message: EmailMessage) -> None:
    """Say from whom and for whom; one accepted recipient is enough."""
    smtp.ehlo_or_helo_if_needed()
    code, said = smtp.mail(message.from_email)
    if code != OK:
        raise _refusal(code, said)
    answers = [smtp.rcpt(address) for address in message.recipients()]
    if not any(code in {OK, WILL_FORWARD} for code, _ in answers):
        raise _refusal(*answers[0])


def _hand_over(smtp: smtplib.SMTP, message: EmailMessage) -> None:
    mime: Any = message.message()
    try:
        code, said = smtp.data(mime.as_bytes(linesep="\r\n"))
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        raise InDoubt(f"the mail server fell silent: {error}") from error
    if code != OK:
        raise _refusal(code, said)


def _refusal(code: int, said: bytes | str) -> PermanentFailure | TransientFailure:
    """Answers of 4xx ask to come again (RFC 5321, 4.2.1)."""
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    reason = f"the mail server refused: {code} {words}"
    return TransientFailure(reason) if 400 <= code < 500 else PermanentFailure(reason)
