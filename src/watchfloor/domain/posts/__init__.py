"""Posts: where guards stand."""
