"""The seven things a guarded site may not be without, each a share of what was counted."""
