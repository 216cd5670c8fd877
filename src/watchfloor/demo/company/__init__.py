"""A guarding company as a discrete-event model: what happens in it, what is heard of it, and why.

Pure: no server, no clock. The same world, seed and beginning make the same company.
"""
