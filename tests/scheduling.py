"""Which tests stay on one worker: those that share what is slow to start."""

from xdist.scheduler import LoadScopeScheduling

# Their files share a floor or a browser; elsewhere each file has what it needs for itself.
SHARING = {
    "tests/cli": {"test_accounts.py", "test_acting.py", "test_commands.py", "test_rehearse.py"},
    "tests/browser": None,
}


class ByFloor(LoadScopeScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """Return the file of a test, or the folder whose files share one floor."""
    file = nodeid.split("::", 1)[0]
    folder, _, name = file.rpartition("/")
    if folder in SHARING and (SHARING[folder] is None or name in SHARING[folder]):
        return folder
    return file
