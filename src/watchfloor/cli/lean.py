"""Imports structlog without rich, on import: we log JSON and never draw a traceback.

structlog takes rich and Pygments in wherever they are installed: 0.2 s of processor and some
megabytes for each process of the floor. A command that shows progress imports rich afterwards.
"""

import importlib
import sys

if "rich" not in sys.modules:
    # None says: not to be had.
    sys.modules["rich"] = None  # type: ignore[assignment]
    importlib.import_module("structlog")
    del sys.modules["rich"]
