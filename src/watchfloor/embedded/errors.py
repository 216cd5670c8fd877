"""What goes wrong on the ground floor, each with the sentence that tells how to go on.

FloorError
  Misuse            the command or the home cannot be used like this; exit status 2
  PostgresFailed    the server did not start or answer; the end of its log is in the message
"""


class FloorError(Exception):
    """Carries one line for the person at the terminal."""


class Misuse(FloorError):
    """The request cannot be met as given; the message says what to do."""


class PostgresFailed(FloorError):
    """PostgreSQL could not be made, started or stopped."""
