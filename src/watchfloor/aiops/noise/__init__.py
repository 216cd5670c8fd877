"""What keeps known noise from people without losing any of it: pauses, inhibition, labels, rates.

`NoiseMemory` learns from the tenant's log, entry by entry, like the clusterer; `judge` asks it
about one report before it is told. Nothing here drops anything, and nothing touches life safety.
"""
