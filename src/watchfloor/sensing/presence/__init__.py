"""Who is on post now."""
