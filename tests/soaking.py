"""Whether tests that take long run in full. Shortened, they assert the same over less."""

import os

IS_FULL = os.environ.get("WATCHFLOOR_SOAK") == "full"
