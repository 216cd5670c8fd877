"""Streams with a known truth, in regimes that differ, and how well anybody groups them."""
