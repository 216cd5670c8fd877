"""How a message can fail, beside the transient and permanent ways of all that is outside."""

from __future__ import annotations

from watchfloor.platform.errors import ExternalError, PermanentFailure


class InDoubt(ExternalError):
    """It may have arrived: the other side fell silent after it had the message."""

    code = "external_in_doubt"


class Gone(PermanentFailure):
    """The receiver says that it is no more (410): nothing is sent there again."""

    code = "external_gone"
