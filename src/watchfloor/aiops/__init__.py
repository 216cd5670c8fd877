"""The maths of the floor: no Django, no database, no network, no clock, no randomness of its own."""
