"""The maths of the floor: no Django, database, network, clock or randomness of its own."""
