"""The night shift: a made-up guarding company, and one night of it, through the public HTTP."""
