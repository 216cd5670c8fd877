"""A supervised tree with toy parts, for tests that kill its members."""

import signal
import sys
from pathlib import Path

from watchfloor.embedded.ground import lay_ground
from watchfloor.embedded.home import Home
from watchfloor.embedded.supervisor import Part, Supervisor

STEADY = "import time; time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STEADY}"
FALLING = "raise SystemExit('no luck today')"
SCRIPTS = {"steady": STEADY, "stubborn": STUBBORN, "falling": FALLING}


def main(home: str, names: list[str]) -> None:
    supervisor = Supervisor(lay_ground(Home.at(home)))
    supervisor.listen_to_signals()
    supervisor.start_database()
    for name in names:
        supervisor.add(Part(name, [sys.executable, "-c", SCRIPTS[name]], env={}))
    Path(home, "started").touch()
    supervisor.watch()
    supervisor.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    main(sys.argv[1], sys.argv[2:])
