"""Measurements of the floor from outside, each with the command that repeats it."""
